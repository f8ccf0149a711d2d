"""Addresses below ``/api/handovers/``."""

from django.urls import path

from services.handover import api

urlpatterns = [
    path("", api.HandoverList.as_view(), name="handover-list-api"),
    path("open/", api.HandoverOpen.as_view(), name="handover-open-api"),
    path("<uuid:public_id>/", api.HandoverDetail.as_view(), name="handover-detail-api"),
    path("<uuid:public_id>/write/", api.HandoverWrite.as_view(), name="handover-write-api"),
    path("<uuid:public_id>/refresh/", api.HandoverRefresh.as_view(), name="handover-refresh-api"),
    path("<uuid:public_id>/sign/", api.HandoverSign.as_view(), name="handover-sign-api"),
    path("<uuid:public_id>/accept/", api.HandoverAccept.as_view(), name="handover-accept-api"),
]

"""Addresses below ``/api/policies/``."""

from django.urls import path

from services.tickets.ladder import api

urlpatterns = [
    path("", api.PolicyList.as_view(), name="policy-list-api"),
    path("new/", api.PolicyNew.as_view(), name="policy-new-api"),
    path("reorder/", api.PolicyReorder.as_view(), name="policy-reorder-api"),
    path("<slug:slug>/", api.PolicyDetail.as_view(), name="policy-detail-api"),
    path("<slug:slug>/versions/", api.PolicyVersions.as_view(), name="policy-versions-api"),
    path("<slug:slug>/retire/", api.PolicyActive.as_view(active=False), name="policy-retire-api"),
    path("<slug:slug>/activate/", api.PolicyActive.as_view(active=True), name="policy-activate-api"),
    path("<slug:slug>/dry-run/", api.PolicyDryRun.as_view(), name="policy-dry-run-api"),
]

"""Addresses of the hand-over log, below /duty/handover/."""

from django.urls import path

from services.handover import pages

app_name = "handover"
urlpatterns = [
    path("", pages.log, name="log"),
    path("open/", pages.open_now, name="open"),
    path("<uuid:public_id>/", pages.entry, name="entry"),
    path("<uuid:public_id>/print/", pages.printed, name="print"),
    path("<uuid:public_id>/<slug:deed>/", pages.act, name="act"),
]

"""Addresses below ``/api/alerts/``: one per verb of the workflow table."""

from django.urls import path

from services.alerts import api, flood_api, workflow

urlpatterns = [
    path("", api.AlertList.as_view(), name="alert-list"),
    path("floods/", flood_api.FloodList.as_view(), name="alert-floods"),
    path("<uuid:public_id>/", api.AlertDetail.as_view(), name="alert-detail"),
    *(
        path(f"<uuid:public_id>/{verb}/", api.AlertVerb.as_view(verb=verb), name=f"alert-{verb}")
        for verb in workflow.PEOPLES_VERBS
    ),
]

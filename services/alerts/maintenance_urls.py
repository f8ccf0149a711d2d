"""Addresses below ``/api/maintenance/``."""

from django.urls import path

from services.alerts import maintenance_api as api

urlpatterns = [
    path("", api.MaintenanceList.as_view(), name="maintenance-list"),
    path("set/", api.MaintenanceNew.as_view(), name="maintenance-set"),
    path("<uuid:public_id>/", api.MaintenanceDetail.as_view(), name="maintenance-detail"),
    path("<uuid:public_id>/edit/", api.MaintenanceEdit.as_view(), name="maintenance-edit"),
    *(
        path(f"<uuid:public_id>/{verb}/", api.MaintenanceVerb.as_view(verb=verb), name=f"maintenance-{verb}")
        for verb in api.VERBS
    ),
]

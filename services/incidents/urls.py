"""Addresses below ``/api/incidents/``."""

from django.urls import path

from services.incidents import api

urlpatterns = [
    path("", api.IncidentList.as_view(), name="incident-list"),
    path("<uuid:public_id>/", api.IncidentDetail.as_view(), name="incident-detail"),
    path("<uuid:public_id>/add/", api.IncidentVerb.as_view(verb="add"), name="incident-add"),
    path("<uuid:public_id>/take-out/", api.IncidentVerb.as_view(verb="take-out"), name="incident-take-out"),
]

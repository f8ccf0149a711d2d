"""Addresses of the incidents' page, below /incidents/."""

from django.urls import path

from services.reports.incidents.pages import incident_list

app_name = "incidents"
urlpatterns = [path("", incident_list, name="list")]

"""Addresses of the reports' pages, below /reports/."""

from django.urls import path

from services.reports.load import pages

app_name = "reports"
urlpatterns = [
    path("alarm-load/", pages.alarm_load, name="alarm-load"),
    path("alarm-load.csv", pages.alarm_load_csv, name="alarm-load-csv"),
]

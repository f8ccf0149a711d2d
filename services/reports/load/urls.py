"""Addresses below ``/api/reports/``."""

from django.urls import path

from services.reports.load import api

urlpatterns = [path("alarm-load/", api.AlarmLoad.as_view(), name="alarm-load-api")]

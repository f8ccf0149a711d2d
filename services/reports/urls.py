"""Addresses below ``/api/panels/``."""

from django.urls import path

from services.reports import api

urlpatterns = [
    path("<slug:monitor>/<slug:panel>/why/", api.PanelWhy.as_view(), name="panel-why"),
    path("<slug:monitor>/<slug:panel>/rows/", api.PanelRows.as_view(), name="panel-rows"),
]

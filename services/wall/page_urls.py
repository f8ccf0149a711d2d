"""Addresses below ``/wall/``."""

from django.urls import path

from services.wall import pages, report_pages

urlpatterns = [
    path("", pages.wall, name="wall"),
    path("messages/<str:language>.json", pages.messages, name="wall-messages"),
    path("<slug:slug>/", pages.wall, name="wall-board"),
    path("<slug:slug>/report/", report_pages.incident_report, name="wall-report"),
]

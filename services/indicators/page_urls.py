"""Addresses of Explore, below /indicators/."""

from django.urls import path

from services.indicators import pages

app_name = "indicators"
urlpatterns = [
    path("", pages.explore, name="explore"),
    path("export.csv", pages.export, {"ending": "csv"}, name="csv"),
    path("export.xlsx", pages.export, {"ending": "xlsx"}, name="xlsx"),
]

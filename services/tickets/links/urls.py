"""Addresses of links for phones, below /t/: short, because they stand in an SMS."""

from django.urls import path

from services.tickets.links import pages

app_name = "phone"
urlpatterns = [
    path("worker.js", pages.worker, name="worker"),
    path("<str:token>/", pages.ticket, name="ticket"),
]

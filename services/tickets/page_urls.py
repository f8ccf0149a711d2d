"""Addresses of the departments' workspace, below /tickets/."""

from django.urls import path

from services.tickets import pages

app_name = "tickets"
urlpatterns = [
    path("", pages.queue, name="list"),
    path("<uuid:public_id>/", pages.ticket, name="ticket"),
    path("<uuid:public_id>/<slug:verb>/", pages.act, name="act"),
]

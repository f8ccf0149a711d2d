"""Addresses of the departments' workspace, below /tickets/."""

from django.urls import path

from services.tickets import pages, ticket_pages

app_name = "tickets"
urlpatterns = [
    path("", pages.queue, name="list"),
    path("pictures/<uuid:public_id>/", ticket_pages.picture, name="picture"),
    path("<uuid:public_id>/", ticket_pages.ticket, name="ticket"),
    path("<uuid:public_id>/<slug:verb>/", ticket_pages.act, name="act"),
]

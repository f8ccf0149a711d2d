"""Addresses of the departments' workspace, below /tickets/."""

from django.urls import path

from services.tickets import pages, ticket_pages
from services.tickets.ladder import pages as policy_pages

app_name = "tickets"
urlpatterns = [
    path("", pages.queue, name="list"),
    path("policies/", policy_pages.policy_list, name="policies"),
    path("policies/<slug:slug>/", policy_pages.policy, name="policy"),
    path("pictures/<uuid:public_id>/", ticket_pages.picture, name="picture"),
    path("<uuid:public_id>/", ticket_pages.ticket, name="ticket"),
    path("<uuid:public_id>/<slug:verb>/", ticket_pages.act, name="act"),
]

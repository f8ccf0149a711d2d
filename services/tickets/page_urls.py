"""Addresses of the departments' workspace, below /tickets/."""

from django.urls import path

from services.tickets import ticket_pages
from services.tickets.decisions import pages as deciding
from services.tickets.ladder import pages as policy_pages
from services.tickets.ladder.editing import pages as policy_editing
from services.tickets.queue import bulk_pages, export, fresh
from services.tickets.queue import pages as queue
from services.tickets.statistics.pages import statistics

app_name = "tickets"
urlpatterns = [
    path("", queue.queue, name="list"),
    path("views/", queue.views, name="views"),
    path("menu/<slug:of>/", queue.menu, name="menu"),
    path("fresh/", fresh.fresh, name="fresh"),
    path("bulk/", bulk_pages.act, name="bulk"),
    path("export/", export.export, name="export"),
    path("decisions/", deciding.decisions, name="decisions"),
    path("decisions/answer/", deciding.answer, name="decide"),
    path("decisions/direct/", deciding.direct, name="direct"),
    path("statistics/", statistics, name="statistics"),
    path("policies/", policy_pages.policy_list, name="policies"),
    path("policies/<slug:slug>/", policy_pages.policy, name="policy"),
    path("policies/<slug:slug>/edit/", policy_editing.edit, name="policy-edit"),
    path("pictures/<uuid:public_id>/", ticket_pages.picture, name="picture"),
    path("<uuid:public_id>/", ticket_pages.ticket, name="ticket"),
    path("<uuid:public_id>/<slug:verb>/", ticket_pages.act, name="act"),
]

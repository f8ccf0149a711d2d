"""Addresses below ``/api/tickets/``: lists and figures, and one per verb of the workflow table."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import path

from services.tickets import api, workflow
from services.tickets.decisions.api import Decisions, Direct
from services.tickets.queue import bulk_api, views_api
from services.tickets.statistics.api import TicketStatistics


def _view_of(verb: str) -> Callable[..., HttpResponseBase]:
    return api.TicketAttach.as_view() if verb == "attach" else api.TicketVerb.as_view(verb=verb)


urlpatterns = [
    path("", api.TicketList.as_view(), name="ticket-list-api"),
    path("attachments/<uuid:public_id>/", api.AttachmentDetail.as_view(), name="ticket-attachment"),
    path("statistics/", TicketStatistics.as_view(), name="ticket-statistics-api"),
    path("bulk/", bulk_api.TicketBulk.as_view(), name="ticket-bulk-api"),
    path("decisions/", Decisions.as_view(), name="ticket-decisions-api"),
    path("direct/", Direct.as_view(), name="ticket-direct-api"),
    path("views/", views_api.SavedViewList.as_view(), name="ticket-view-list"),
    path("views/new/", views_api.SavedViewNew.as_view(), name="ticket-view-new"),
    path("views/<uuid:public_id>/", views_api.SavedViewDetail.as_view(), name="ticket-view-detail"),
    path("views/<uuid:public_id>/edit/", views_api.SavedViewEdit.as_view(), name="ticket-view-edit"),
    path("views/<uuid:public_id>/remove/", views_api.SavedViewRemove.as_view(), name="ticket-view-remove"),
    path("<uuid:public_id>/", api.TicketDetail.as_view(), name="ticket-detail-api"),
    path("<uuid:public_id>/texts/", api.TicketTexts.as_view(), name="ticket-texts"),
    *(path(f"<uuid:public_id>/{verb}/", _view_of(verb), name=f"ticket-{verb}-api") for verb in workflow.VERBS),
]

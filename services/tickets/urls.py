"""Addresses below ``/api/tickets/``: one per verb of the workflow table."""

from django.urls import path

from services.tickets import api, workflow

urlpatterns = [
    path("", api.TicketList.as_view(), name="ticket-list-api"),
    path("attachments/<uuid:public_id>/", api.AttachmentDetail.as_view(), name="ticket-attachment"),
    path("<uuid:public_id>/", api.TicketDetail.as_view(), name="ticket-detail-api"),
    *(
        path(f"<uuid:public_id>/{verb}/", api.TicketVerb.as_view(verb=verb), name=f"ticket-{verb}-api")
        for verb in workflow.VERBS
    ),
]

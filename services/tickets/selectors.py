"""Reads of tickets, scoped by the reader."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404

from services.directory.models import User
from services.tickets import workflow
from services.tickets.flow.reach import READ, sees, within
from services.tickets.models import Attachment, Ticket


def visible(user: User, realm: str | None = None) -> QuerySet[Ticket]:
    """Return the tickets of a realm (default: the deployment's) that ``user`` may see, with what a row shows.

    A commune's borders are left out: they weigh more than everything else of a row.
    """
    rows = within(Ticket.objects.filter(realm=realm or settings.IOC_REALM), user, READ, along=True)
    shown = rows.select_related("unit", "department", "assignee", "alert")
    return shown.defer("unit__geometry", "unit__outline")


def open_first_due(user: User, realm: str | None = None) -> QuerySet[Ticket]:
    """Return the open tickets, the next due first."""
    return visible(user, realm).filter(state__in=workflow.OPEN).order_by("due_at", "pk")


def ticket(user: User, public_id: UUID | str) -> Ticket:
    """Return one ticket of any realm; Http404 when it is not there or out of scope."""
    rows = within(Ticket.objects.filter(public_id=public_id), user, READ, along=True)
    found = rows.select_related("unit", "department", "assignee", "alert", "parent", "merged_into").first()
    if found is None:
        raise Http404
    return found


def attachment(user: User, public_id: UUID) -> Attachment:
    """Return a file for whoever sees its ticket, or the ticket that this one was merged into; Http404 otherwise."""
    kept = Attachment.objects.select_related("entry__ticket__merged_into").filter(public_id=public_id).first()
    if kept is None:
        raise Http404
    own = kept.entry.ticket
    if not any(sees(user, one) for one in (own, own.merged_into) if one is not None):
        raise Http404
    return kept

"""Reads of what a ticket gathers, in a constant number of statements."""

from collections.abc import Sequence

from django.db.models import QuerySet

from services.directory.models import Department, User
from services.tickets.flow.models import Extension, TicketItem
from services.tickets.flow.reach import sees
from services.tickets.models import Attachment, Ticket, TicketEntry

ENDINGS = ("resolve", "approve", "reject", "close", "cancel")
"""What the whole is told of its parts."""


def items_of(ticket: Ticket) -> QuerySet[TicketItem]:
    """Return the checklist in its order."""
    return ticket.items.select_related("department", "by__person").order_by("order", "pk")


def extensions_of(ticket: Ticket) -> QuerySet[Extension]:
    """Return what was asked for, the oldest first."""
    return ticket.extensions.select_related("asked_by__person", "decided_by__person").order_by("pk")


def attachments_of(family: Sequence[Ticket]) -> QuerySet[Attachment]:
    """Return the files of a ticket and its duplicates, the oldest first."""
    rows = Attachment.objects.filter(entry__ticket__in=[one.pk for one in family])
    return rows.select_related("entry__actor__person", "entry__ticket").order_by("pk")


def helpers_of(ticket: Ticket) -> list[Department]:
    """Return the departments that work along, in their order of protocol."""
    return list(Department.objects.filter(pk__in=ticket.along)) if ticket.along else []


def children_of(ticket: Ticket) -> QuerySet[Ticket]:
    """Return the ticket's parts."""
    return ticket.children.select_related("department", "unit", "assignee").order_by("pk")


def family_of(ticket: Ticket) -> list[Ticket]:
    """Return the ticket and those that were merged into it: their histories are read as one."""
    merged = Ticket.objects.filter(merged_into=ticket).select_related("department", "unit").order_by("pk")
    return [ticket, *merged]


def entries_of(family: Sequence[Ticket]) -> QuerySet[TicketEntry]:
    """Return the history of a ticket and its duplicates, the oldest first."""
    rows = TicketEntry.objects.filter(ticket__in=[one.pk for one in family])
    return rows.select_related("actor__person", "ticket").order_by("pk")


def within_reach(user: User, tickets: Sequence[Ticket]) -> set[int]:
    """Return the ids of those that the reader may open; needs no statement."""
    return {one.pk for one in tickets if sees(user, one)}

"""Every date of a running ticket, from one place: policy and calendar, plus what people moved since."""

from datetime import datetime

from django.db import transaction

from services.tickets import workflow
from services.tickets.ladder import rows
from services.tickets.models import Ticket, TicketStep
from services.worktime.selectors import current_calendar


def rows_of(ticket: Ticket) -> list[rows.Key]:
    """Return which step of its policy each row of the ticket is; a ticket older than repeats has one row a step."""
    kept = ticket.policy.get("rows")
    return [(number, turn) for number, turn in kept] if kept else [(n, 0) for n in range(len(ticket.policy["steps"]))]


def redate(ticket: Ticket) -> None:
    """Compute deadline and pending steps of a locked ticket anew, ``escalate_at`` too; the caller saves the ticket.

    ``moved`` (waiting) shifts everything, ``extended`` the deadline and the steps that are counted from it.
    """
    calendar = current_calendar()
    ticket.due_at, times = rows.dates(
        rows_of(ticket),
        start=ticket.clock_from,
        deadline=ticket.policy["deadline"],
        steps=ticket.policy["steps"],
        calendar=calendar,
        moved=ticket.moved,
        extended=ticket.extended,
    )
    ticket.calendar_version = calendar.version
    pending = list(ticket.steps.filter(generation=ticket.generation, state=TicketStep.PENDING))
    for step in pending:
        step.due_at = times[step.index]
    TicketStep.objects.bulk_update(pending, ["due_at"])
    ticket.escalate_at = next_due(ticket)


def next_due(ticket: Ticket) -> datetime | None:
    """Return when the ticket's next pending step fires, None when it runs no more."""
    if ticket.state not in workflow.RUNNING:
        return None
    pending = ticket.steps.filter(generation=ticket.generation, state=TicketStep.PENDING)
    if ticket.acknowledged_at:
        pending = pending.exclude(until=TicketStep.UNTIL_ACKNOWLEDGED)
    return pending.order_by("due_at").values_list("due_at", flat=True).first()


def follow_calendar(limit: int = 100) -> int:
    """Redate running tickets that were dated by an older edition of the working calendar; return how many."""
    version = current_calendar().version
    with transaction.atomic():
        stale = Ticket.objects.filter(state__in=workflow.RUNNING).exclude(calendar_version=version)
        tickets = list(stale.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:limit])
        for ticket in tickets:
            redate(ticket)
            ticket.save(update_fields=["due_at", "escalate_at", "calendar_version"])
    return len(tickets)

"""The ladder climbs: due steps are claimed by row, people resolved now, messages written to the outbox, in one
transaction.

Lock order is ticket, then its steps and messages, here as in every verb, so the engine and a person never deadlock.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from services.directory.models import Person
from services.kernel import clock, clockguard
from services.kernel.claim import claim_due
from services.kernel.models import LIVE
from services.notify import actions as notify
from services.tickets import people
from services.tickets.announce import announce
from services.tickets.dates import next_due
from services.tickets.models import Ticket, TicketStep


def fire_timers(limit: int = 10) -> int:
    """Fire every due step of up to ``limit`` tickets; return how many tickets were claimed.

    While the machine's clock has leapt unexplained, live tickets wait for a person; drills and demo go on.
    """
    trusted = clockguard.look()
    with transaction.atomic():
        rows = Ticket.objects.filter(escalate_at__isnull=False).filter(Q() if trusted else ~Q(realm=LIVE))
        tickets = claim_due(rows, limit=limit, field="escalate_at")
        for ticket in tickets:
            climb(ticket, clock.now(ticket.realm))
    return len(tickets)


def climb(ticket: Ticket, now: datetime) -> None:
    """Fire the locked ticket's due steps. Where nobody holds a rung the next one is asked at once, never silence."""
    steps = list(ticket.steps.filter(generation=ticket.generation, state=TicketStep.PENDING).order_by("index"))
    nobody = False
    for step in steps:
        if not nobody and step.due_at > now:
            break
        if step.until == TicketStep.UNTIL_ACKNOWLEDGED and ticket.acknowledged_at:
            step.state = TicketStep.VOID
            step.save(update_fields=["state"])
            continue
        nobody = not _fire(ticket, step, now)
    ticket.escalate_at = next_due(ticket)
    ticket.save(update_fields=["escalate_at", "step_index"])


def _fire(ticket: Ticket, step: TicketStep, now: datetime) -> bool:
    """Fire one step; return whether anybody was told."""
    told = people.holders(step.target, ticket, now)
    step.state, step.fired_at = TicketStep.FIRED, now
    step.holders = [people.written(person) for person in told]
    step.save(update_fields=["state", "fired_at", "holders"])
    ticket.step_index = max(ticket.step_index, step.index)
    ticket.save(update_fields=["step_index"])
    send(ticket, step.index, told, now)
    verb = "notify" if step.index == 0 else "escalate"
    detail = {"step": step.index, "title": step.title, "people": [person.pk for person in told]}
    announce(ticket, verb, now=now, before=ticket.state, acting_user=None, detail=detail)
    return bool(told)


def send(ticket: Ticket, step: int, told: list[Person], now: datetime) -> None:
    """Write one message per person and channel; what the outbox already has for this step is not written twice."""
    notify.enqueue(
        realm=ticket.realm,
        subject=f"ticket:{ticket.public_id}",
        generation=ticket.generation,
        step=step,
        people=told,
        template="ticket_new" if step == 0 else "ticket_escalated",
        context={
            "code": ticket.code,
            "title": ticket.title,
            "severity": ticket.severity_name,
            "due_at": ticket.due_at.isoformat(),
            "url": f"/tickets/{ticket.public_id}/",
        },
        now=now,
    )


def void(ticket: Ticket) -> None:
    """Call off every pending step and every unsent message of the ticket's generations so far."""
    ticket.steps.filter(state=TicketStep.PENDING).update(state=TicketStep.VOID)
    notify.void(realm=ticket.realm, subject=f"ticket:{ticket.public_id}", through_generation=ticket.generation)
    ticket.escalate_at = None


def carry_on(ticket: Ticket) -> None:
    """Begin a generation that keeps the running steps: after an acknowledgement only "until resolved" ones go on."""
    pending = ticket.steps.filter(generation=ticket.generation, state=TicketStep.PENDING)
    pending.filter(until=TicketStep.UNTIL_ACKNOWLEDGED).update(state=TicketStep.VOID)
    notify.void(realm=ticket.realm, subject=f"ticket:{ticket.public_id}", through_generation=ticket.generation)
    ticket.generation += 1
    ticket.steps.filter(generation=ticket.generation - 1).update(generation=ticket.generation)
    ticket.escalate_at = next_due(ticket)

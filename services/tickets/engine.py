"""The ladder climbs: due tickets are claimed by row, hundreds at once, people resolved now, messages written to the
outbox, all of a chunk in one transaction and in a number of statements that doesn't depend on how many they are.

Lock order is ticket, then its steps and messages, here as in every verb, so the engine and a person never deadlock.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from services.directory.models import Person
from services.kernel import bulk, clock, clockguard, garbage
from services.kernel.models import LIVE
from services.notify import actions as notify
from services.tickets import gaps
from services.tickets.announce import Happening, announce_all
from services.tickets.claiming import Claimed, claim
from services.tickets.climbing import Climb, next_due_of
from services.tickets.dates import next_due
from services.tickets.models import Ticket, TicketStep
from services.tickets.reach import holders_of
from services.tickets.steps import Step, present_steps, write

CHUNK: Final = 1000
"""Tickets of one transaction: enough to share what is asked of places and people, few enough that a person's verb on
one of them hardly waits: a chunk takes 0.4 s of a processor."""


def fire_timers(limit: int = CHUNK) -> int:
    """Fire every due step of up to ``limit`` tickets of each realm; return how many tickets were claimed.

    While the machine's clock has leapt unexplained, live tickets wait for a person; drills and demo go on.
    """
    trusted = clockguard.look()
    instants = {realm: now for realm, now in clock.realms().items() if trusted or realm != LIVE}
    with garbage.no_search(), transaction.atomic():
        tickets = claim(instants, limit)
        if tickets:
            climb(tickets, instants)
    return len(tickets)


def climb(tickets: Sequence[Claimed], instants: Mapping[str, datetime]) -> None:
    """Fire the due steps of locked tickets; ``instants`` is each realm's present.

    Where nobody holds a target the next one is asked at once, and an alert tells of the gap: never silence.
    """
    steps = present_steps(tickets)
    climbs = [Climb(ticket, steps.get(ticket.pk, []), instants[ticket.realm]) for ticket in tickets]
    _ask(climbs, instants)
    for one in climbs:
        one.ticket.escalate_at = next_due_of(one.ticket, one.steps)
    write([step for one in climbs for step in one.changed])
    bulk.update(Ticket, tickets, ["escalate_at", "step_index"])
    notify.enqueue_many([_notice(one, step, told) for one in climbs for step, told in one.fired])
    announce_all([_happening(one, step, told) for one in climbs for step, told in one.fired], steps)
    gaps.tell([(one.ticket, step) for one in climbs for step, told in one.fired if not told], instants)


def _ask(climbs: Sequence[Climb], instants: Mapping[str, datetime]) -> None:
    """Put all tickets' questions together until none has one: as many turns as a ladder has steps, at most."""
    asking = [(one, asked) for one in climbs if (asked := one.question())]
    while asking:
        told = holders_of({asked: one.ticket for one, asked in asking}, instants)
        for one, asked in asking:
            one.answer(told[asked])
        asking = [(one, asked) for one, _ in asking if (asked := one.question())]


def _notice(one: Climb, step: Step, told: Sequence[Person]) -> notify.Notice:
    ticket = one.ticket
    return notify.Notice(
        realm=ticket.realm,
        subject=f"ticket:{ticket.public_id}",
        generation=ticket.generation,
        step=step.index,
        people=told,
        template="ticket_new" if step.index == 0 else "ticket_escalated",
        context={
            "code": ticket.code,
            "title": ticket.title,
            "severity": ticket.severity_name,
            "due_at": ticket.due_at.isoformat(),
            "url": f"/tickets/{ticket.public_id}/",
            **({"rung": step.target["rung"]} if "rung" in step.target else {}),
        },
        now=one.now,
    )


def _happening(one: Climb, step: Step, told: Sequence[Person]) -> Happening:
    return Happening(
        ticket=one.ticket,
        verb="notify" if step.index == 0 else "escalate",
        now=one.now,
        before=one.ticket.state,
        detail={"step": step.index, "title": step.title, "people": [person.id for person in told]},
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

"""Who hears of a ticket's change: watchers, whom it was given to or handed over, who is asked and who decides.

Several changes within ten minutes are one message to one person: the step of the outbox's key is the ten minutes.
"""

from datetime import datetime
from typing import Final

from services.directory import selectors as directory
from services.directory.grants import load_together
from services.directory.models import Department, DutyRoster, Person, User
from services.directory.pack import pack
from services.duty.selectors import stand_ins
from services.notify import actions as notify
from services.tickets.flow.models import Extension
from services.tickets.flow.reach import sees
from services.tickets.models import Ticket
from services.tickets.people import holders, replaced

SILENT: Final = frozenset({"acknowledge", "watch", "tick", "link", "unlink"})
"""Changes that are no news to whoever watches."""
TEMPLATE: Final = "ticket_changed"
BUNDLE_SECONDS: Final = 600
_STEPS: Final = 30_000
"""A step is a small integer: after this many bundles, seven months, the numbers come round again."""


def tell(ticket: Ticket, verb: str, *, now: datetime, acting_user: User) -> None:
    """Write the messages about a change that a person made, in the caller's transaction. The actor is not told."""
    people = {person.pk: person for person in _present(_addressed(ticket, verb, now), now)}
    if verb not in SILENT:
        people |= {person.pk: person for person in _watchers(ticket)}
    told = [person for person in people.values() if person.user_id != acting_user.pk]
    if not told:
        return
    notify.enqueue(
        realm=ticket.realm,
        subject=f"watch:{ticket.public_id}",
        generation=ticket.generation,
        step=int((now - ticket.opened_at).total_seconds() // BUNDLE_SECONDS) % _STEPS,
        people=told,
        template=TEMPLATE,
        context={
            "code": ticket.code,
            "title": ticket.title,
            "severity": ticket.severity_name,
            "due_at": ticket.due_at.isoformat(),
            "url": f"/tickets/{ticket.public_id}/",
            "verb": verb,
        },
        now=now,
    )


def _receivers(ticket: Ticket, now: datetime) -> list[Person]:
    """Return who is told of a new ticket where this one now lies: its ladder began elsewhere. Else who leads there."""
    steps = ticket.policy["steps"]
    place = ticket.department or ticket.unit
    head = directory.head_of(place, now, realm=ticket.realm) if place else None
    return (holders(steps[0]["target"], ticket, now) if steps else []) or ([head] if head else [])


def _asked_to_help(ticket: Ticket, now: datetime) -> list[Person]:
    """Return who leads the department that was asked last."""
    department = Department.objects.filter(pk__in=ticket.along[-1:]).first()
    head = directory.head_of(department, now, realm=ticket.realm) if department else None
    return [head] if head else []


def _dispatchers(ticket: Ticket, now: datetime) -> list[Person]:
    """Return who sends a returned ticket on: whoever has the dispatchers' duty, else who leads its department."""
    roster = DutyRoster.objects.filter(slug=pack().dispatcher).select_related("department").first()
    if roster is None:
        return []
    head = directory.head_of(roster.department, now, realm=ticket.realm) if roster.department else None
    return holders({"roster": roster.slug}, ticket, now) or ([head] if head else [])


def _watchers(ticket: Ticket) -> list[Person]:
    """Return who watches and may still read the ticket: a transfer can have taken it out of reach."""
    users = list(ticket.watchers.filter(is_active=True, person__isnull=False).select_related("person"))
    if not users:
        return []
    load_together(users)
    return [user.person for user in users if sees(user, ticket)]


def _present(addressed: list[Person], now: datetime) -> list[Person]:
    """Return whom it concerns: who is away is not told, whoever stands in is, as on the ladder."""
    return replaced(addressed, stand_ins([person.pk for person in addressed], now)) if addressed else []


def _addressed(ticket: Ticket, verb: str, now: datetime) -> list[Person]:
    """Return whom a verb concerns by itself."""
    if verb == "assign" and ticket.assignee is not None:
        return [ticket.assignee]
    if verb == "transfer":
        return _receivers(ticket, now)
    if verb == "return":
        return _dispatchers(ticket, now)
    if verb == "involve":
        return _asked_to_help(ticket, now)
    if verb == "ask_extension":
        place = ticket.department or ticket.unit
        head = directory.head_of(place, now, realm=ticket.realm) if place else None
        return [head] if head else []
    if verb in {"grant_extension", "refuse_extension", "extend"}:
        decided = ticket.extensions.exclude(state=Extension.ASKED).select_related("asked_by__person").last()
        person = getattr(decided.asked_by, "person", None) if decided and decided.asked_by else None
        return [person] if person else []
    return []

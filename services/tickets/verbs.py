"""What each verb of a ticket does to the locked row. Every function gets ticket, clock, user and the verb's fields."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from services.alerts import actions as alerts
from services.alerts import workflow as alert_workflow
from services.alerts.models import Alert
from services.directory.access import limit
from services.directory.models import Department, Person, Unit, User
from services.kernel.problems import InvalidInputError
from services.tickets import engine, opening, workflow
from services.tickets.announce import announce
from services.tickets.dates import redate
from services.tickets.ladder import acknowledging
from services.tickets.models import Ticket

Fields = dict[str, Any]


def note_of(fields: Fields) -> str:
    """Return the note that came with a verb, cleaned of surrounding space."""
    return str(fields.get("note") or "").strip()


def _needs_note(fields: Fields, field: str = "note") -> str:
    text = str(fields.get(field) or "").strip()
    if not text:
        raise InvalidInputError({field: [_("say it in a few words")]})
    return text


def acknowledge(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Somebody has seen it: once enough people have, steps "until acknowledged" are called off; the others go on."""
    del fields
    if ticket.acknowledged_at is None and acknowledging.enough(ticket, user):
        ticket.acknowledged_at = now
        engine.carry_on(ticket)


def accept(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Take it on: who accepts is its assignee from now on, and has acknowledged it by doing so."""
    ticket.accepted_at = now
    ticket.assignee = getattr(user, "person", None) or ticket.assignee
    acknowledge(ticket, now, user, fields)


def give_back(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Return it to the dispatcher with a reason; the clock keeps running."""
    del now, user
    _needs_note(fields)
    ticket.assignee = None


def assign(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Give it to a person of the ticket's own department or unit."""
    del now, user
    person = Person.objects.filter(public_id=fields["person"]).first() if fields.get("person") else None
    if person is None:
        raise InvalidInputError({"person": [_("there is no such person")]})
    ticket.assignee = person


def transfer(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Hand it to another department or unit without re-entry; deadline and clock are kept."""
    del now, user
    department = Department.objects.filter(slug=fields["department"]).first() if fields.get("department") else None
    unit = Unit.objects.filter(code=fields["unit"], valid_to__isnull=True).first() if fields.get("unit") else None
    if department is None and unit is None:
        raise InvalidInputError({"department": [_("name a department or a unit that exists")]})
    ticket.department = department
    ticket.unit = unit or ticket.unit
    ticket.assignee = None


def wait(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Wait for a citizen or another agency until an instant: what was due moves later by as much, nothing is paused."""
    del user
    _needs_note(fields)
    until = fields.get("until")
    if until is None or until <= now:
        raise InvalidInputError({"until": [_("name a time in the future")]})
    _move(ticket, until - now)
    ticket.waiting_until = until


def resume(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Go on; what is left of the waiting time is taken back from every date."""
    del user, fields
    if ticket.waiting_until and ticket.waiting_until > now:
        _move(ticket, now - ticket.waiting_until)
    ticket.waiting_until = None


def _move(ticket: Ticket, by: timedelta) -> None:
    ticket.moved += by
    redate(ticket)


def extend(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Grant a later deadline, with a reason; steps counted from the deadline move with it."""
    del user
    _needs_note(fields)
    due_at = fields.get("due_at")
    if due_at is None or due_at <= max(now, ticket.due_at):
        raise InvalidInputError({"due_at": [_("name a time after the present deadline")]})
    ticket.extended += due_at - ticket.due_at
    redate(ticket)


def resolve(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Say that it is done and how it ended; the ladder stops, whoever answers for it approves."""
    outcome = str(fields.get("outcome") or "fixed")
    if outcome not in workflow.OUTCOMES:
        raise InvalidInputError({"outcome": [_("one of {names}").format(names=", ".join(workflow.OUTCOMES))]})
    note = _needs_note(fields)
    ticket.outcome = outcome
    ticket.public_text = str(fields.get("public_text") or "").strip() or (note if fields.get("public") else "")
    ticket.resolved_at = now
    engine.void(ticket)
    ticket.generation += 1
    _resolve_alert(ticket, user, note)


def _resolve_alert(ticket: Ticket, user: User, note: str) -> None:
    if ticket.alert_id is None:
        return
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=ticket.alert_id)
    if alert.state in alert_workflow.TRANSITIONS["resolve"]:
        alerts.change(alert, "resolve", acting_user=user, fields={"note": note})


def reject(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Not done yet, with a reason: back to work, with a deadline and steps counted from now."""
    del user
    _needs_note(fields)
    acknowledged = ticket.acknowledged_at
    opening.restart(ticket, now)
    ticket.acknowledged_at = acknowledged


def approve(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Agree that it is done."""
    del user, fields
    ticket.closed_at = now


def reopen(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """It was not done after all: a new generation with its own deadline. The ticket lives alone from here."""
    del user
    _needs_note(fields)
    opening.restart(ticket, now)


def cancel(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Call it off, with a reason."""
    del user
    _needs_note(fields)
    _end(ticket, now)


def merge(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Let another open ticket within the user's reach carry on for this one."""
    named = limit(Ticket.objects.filter(realm=ticket.realm, state__in=workflow.OPEN), user, workflow.ACTION_OF["merge"])
    into = named.filter(public_id=fields["into"]).first() if fields.get("into") else None
    if into is None or into.pk == ticket.pk:
        raise InvalidInputError({"into": [_("name another open ticket")]})
    ticket.merged_into = into
    _end(ticket, now)


def _end(ticket: Ticket, now: datetime) -> None:
    engine.void(ticket)
    ticket.generation += 1
    ticket.closed_at = now


def split(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Open a child for another department or unit; the parent stays."""
    _needs_note(fields)
    child = Ticket(
        code=opening.next_code(ticket.realm, now),
        parent=ticket,
        opened_at=now,
        generation=0,
        **{name: getattr(ticket, name) for name in _INHERITED},
    )
    transfer(child, now, user, fields)
    opening.restart(child, now)
    announce(child, "open", now=now, before=workflow.NEW, acting_user=user, note=note_of(fields))


_INHERITED = (
    "realm",
    "monitor",
    "rule",
    "alert",
    "title",
    "category",
    "severity",
    "unit",
    "department",
    "policy",
    "clock_from",
    "due_at",
)


def nothing(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Change nothing on the ticket itself: starting, for one, is only a state."""
    del ticket, now, user, fields


def comment(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Say something, internally unless ``public``."""
    del ticket, now, user
    _needs_note(fields)


def watch(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Begin or (``off``) stop watching."""
    del now
    if fields.get("off"):
        ticket.watchers.remove(user)
    else:
        ticket.watchers.add(user)


APPLY = {
    "acknowledge": acknowledge,
    "accept": accept,
    "return": give_back,
    "assign": assign,
    "transfer": transfer,
    "start": nothing,
    "wait": wait,
    "resume": resume,
    "extend": extend,
    "resolve": resolve,
    "reject": reject,
    "approve": approve,
    "reopen": reopen,
    "cancel": cancel,
    "merge": merge,
    "split": split,
    "comment": comment,
    "attach": nothing,
    "watch": watch,
}

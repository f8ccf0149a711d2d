"""What each verb of a ticket does to the locked row. Every function gets ticket, clock, user and the verb's fields.

A function may return what its line of the history says beside the note. Verbs about parts, links, checklists and
extensions stand in ``flow``.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from services.alerts import actions as alerts
from services.alerts import workflow as alert_workflow
from services.alerts.models import Alert
from services.directory.models import User
from services.kernel.problems import InvalidInputError
from services.tickets import engine, opening, workflow
from services.tickets.dates import redate
from services.tickets.flow import assignees, checklists, extensions, links, relatives, together
from services.tickets.flow.outside import is_followed
from services.tickets.flow.said import Detail, Fields, later_than, owed
from services.tickets.ladder import acknowledging
from services.tickets.models import Ticket

Apply = Callable[[Ticket, datetime, User, Fields], Detail | None]


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
    owed(fields)
    ticket.assignee = None


def assign(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Give it to a person who works in the ticket's own department or unit today."""
    del user
    ticket.assignee = assignees.chosen(ticket, fields.get("person"), now)
    return {"name": ticket.assignee.full_name}


def transfer(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Hand it to another department or unit without re-entry; deadline and clock are kept."""
    del user
    before = ticket.department or ticket.unit
    relatives.destination(ticket, now, fields)
    return {"before": before.label if before else None}


def wait(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Wait for a citizen or another agency until an instant: what was due moves later by as much, nothing is paused."""
    del user
    owed(fields)
    until = later_than(fields, "until", now, _("name a time in the future"))
    kind = str(fields.get("waiting_for") or "")
    if kind and kind not in workflow.WAITING_KINDS:
        raise InvalidInputError({"waiting_for": [_("one of {names}").format(names=", ".join(workflow.WAITING_KINDS))]})
    _move(ticket, until - now)
    ticket.waiting_until, ticket.waiting_for = until, kind


def resume(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Go on; what is left of the waiting time is taken back from every date."""
    del user, fields
    if ticket.waiting_until and ticket.waiting_until > now:
        _move(ticket, now - ticket.waiting_until)
    ticket.waiting_until, ticket.waiting_for = None, ""


def _move(ticket: Ticket, by: timedelta) -> None:
    ticket.moved += by
    redate(ticket)


def resolve(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Say that it is done and how it ended; the ladder stops, whoever answers for it approves.

    Required items must be ticked or excused; "not fixed" needs a reason that can be read outside.
    """
    outcome = str(fields.get("outcome") or "fixed")
    if outcome not in workflow.OUTCOMES:
        raise InvalidInputError({"outcome": [_("one of {names}").format(names=", ".join(workflow.OUTCOMES))]})
    note = owed(fields)
    public_text = str(fields.get("public_text") or "").strip() or (note if fields.get("public") else "")
    if outcome == "not_fixed" and not public_text:
        public_text = _reason(ticket, note)
    checklists.demand(ticket)
    ticket.outcome, ticket.public_text = outcome, public_text
    ticket.resolved_at = now
    engine.void(ticket)
    extensions.lapse(ticket, now)
    ticket.generation += 1
    _resolve_alerts(ticket, user, note)
    return {"public_text": public_text} if public_text else {}


def _reason(ticket: Ticket, note: str) -> str:
    """ "Closed, not fixed, because …": where somebody outside follows it the reason is written for them."""
    if is_followed(ticket):
        raise InvalidInputError({"public_text": [_("say to whoever reported it why it is not fixed")]})
    return note


def _resolve_alerts(ticket: Ticket, user: User, note: str) -> None:
    """Resolve the ticket's alert and those of the duplicates it carries."""
    ids = [ticket.alert_id, *ticket.merged.values_list("alert_id", flat=True)]
    behind = Alert.objects.filter(pk__in=[pk for pk in ids if pk]).order_by("pk")
    for alert in behind.select_for_update(of=("self",)):
        if alert.state in alert_workflow.TRANSITIONS["resolve"]:
            alerts.change(alert, "resolve", acting_user=user, fields={"note": note})


def reject(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Not done yet, with a reason: back to work, with a deadline and steps counted from now."""
    del user
    owed(fields)
    acknowledged = ticket.acknowledged_at
    opening.restart(ticket, now)
    ticket.acknowledged_at = acknowledged


def approve(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Agree that it is done; while a part of it is open a note says why."""
    del user
    relatives.demand_parts(ticket, fields)
    ticket.closed_at = now


def reopen(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """It was not done after all: a new generation with its own deadline. The ticket lives alone from here."""
    del user
    owed(fields)
    twin = Ticket.objects.filter(alert=ticket.alert_id, parent=None, state__in=workflow.OPEN).first()
    if ticket.alert_id and ticket.parent_id is None and twin is not None:
        raise InvalidInputError({"note": [_("ticket {code} is open for the same alert").format(code=twin.code)]})
    opening.restart(ticket, now)


def cancel(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Call it off, with a reason."""
    del user
    owed(fields)
    _end(ticket, now)


def merge(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Let another open ticket carry on for this one (``relatives.merge``), which ends."""
    detail = relatives.merge(ticket, now, user, fields)
    _end(ticket, now)
    return detail


def _end(ticket: Ticket, now: datetime) -> None:
    engine.void(ticket)
    extensions.lapse(ticket, now)
    ticket.generation += 1
    ticket.closed_at = now
    ticket.waiting_until, ticket.waiting_for = None, ""


def nothing(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Change nothing on the ticket itself: starting, for one, is only a state."""
    del ticket, now, user, fields


def comment(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Say something, internally unless ``public``."""
    del ticket, now, user
    owed(fields)


def watch(ticket: Ticket, now: datetime, user: User, fields: Fields) -> None:
    """Begin or (``off``) stop watching."""
    del now
    if fields.get("off"):
        ticket.watchers.remove(user)
    else:
        ticket.watchers.add(user)


APPLY: Final[dict[str, Apply]] = {
    "acknowledge": acknowledge,
    "accept": accept,
    "return": give_back,
    "assign": assign,
    "transfer": transfer,
    "start": nothing,
    "wait": wait,
    "resume": resume,
    "ask_extension": extensions.ask,
    "grant_extension": extensions.grant,
    "refuse_extension": extensions.refuse,
    "extend": extensions.extend,
    "resolve": resolve,
    "reject": reject,
    "approve": approve,
    "reopen": reopen,
    "cancel": cancel,
    "merge": merge,
    "split": relatives.split,
    "involve": together.involve,
    "release": together.release,
    "tick": checklists.tick,
    "link": links.link,
    "unlink": links.unlink,
    "comment": comment,
    "attach": nothing,
    "watch": watch,
}

"""Who did what to an alert or a ticket, in the reader's words, newest first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services.alerts.models import Alert, AlertChange
from services.alerts.tiles import name_of
from services.audit.models import AuditEntry
from services.directory.models import User
from services.tickets import workflow
from services.tickets.models import Ticket, TicketEntry
from services.tickets.page_words import STATES

SHOWN = 20

WORDS = {
    AlertChange.RAISED: gettext_noop("raised the alert"),
    AlertChange.SEVERITY: gettext_noop("made it more severe"),
    AlertChange.ACKNOWLEDGED: gettext_noop("took it in hand"),
    AlertChange.CLEARED: gettext_noop("saw that the condition is gone"),
    AlertChange.RESOLVED: gettext_noop("reported it done"),
    AlertChange.REOPENED: gettext_noop("reopened it"),
    AlertChange.MERGED: gettext_noop("merged it into another alert"),
    AlertChange.SHELVED: gettext_noop("shelved it"),
    AlertChange.UNSHELVED: gettext_noop("took it back from the shelf"),
    AlertChange.SUPPRESSED: gettext_noop("suppressed it"),
    AlertChange.RELEASED: gettext_noop("brought it out: what hid it is over"),
    AlertChange.LATCHED: gettext_noop("kept it as one alert: it comes and goes"),
    AlertChange.UNLATCHED: gettext_noop("saw that it is steady again"),
}


def of_alert(alert: Alert) -> list[dict[str, Any]]:
    """Return what was done to an alert, with the reason that came with it."""
    if alert.historical:
        return _of_record(alert)
    rows = AlertChange.objects.filter(alert=alert).select_related("actor__person").order_by("-pk")[:SHOWN]
    return _lines((row.at, row.actor, _with_note(_(WORDS.get(row.kind, row.kind)), row.note)) for row in rows)


def _of_record(alert: Alert) -> list[dict[str, Any]]:
    """Changes of what was old when it came are told to nobody: only the audit has them."""
    entries = list(AuditEntry.objects.filter(target=f"alert:{alert.public_id}").order_by("-id")[:SHOWN])
    people = User.objects.select_related("person").in_bulk({one.actor_id for one in entries if one.actor_id})
    kinds = [one.verb.partition(".")[2] for one in entries]
    told = zip(entries, kinds, strict=True)
    return _lines((one.at, people.get(one.actor_id or 0), _(WORDS.get(kind, kind))) for one, kind in told)


def of_ticket(ticket: Ticket) -> list[dict[str, Any]]:
    """Return what was done to a ticket. Its notes are for those who handle it: they stay on its page."""
    rows = TicketEntry.objects.filter(ticket=ticket).select_related("actor__person").order_by("-pk")[:SHOWN]
    return _lines((row.at, row.actor, _moved(row)) for row in rows)


def _moved(entry: TicketEntry) -> str:
    look = STATES.get(entry.to_state, STATES[workflow.NEW])
    return look.text if entry.to_state != entry.from_state else _("added to it")


def _with_note(words: str, note: str) -> str:
    return f"{words}: {note}" if note else words


def _lines(done: Iterable[tuple[datetime, User | None, str]]) -> list[dict[str, Any]]:
    return [{"at": at.isoformat(), "who": name_of(who) or _("the system"), "what": what} for at, who, what in done]

"""How an incident went on, newest first: what befell the alert, what was done about its tickets, what was measured."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services.alerts.models import Alert, AlertChange
from services.alerts.tiles import name_of
from services.contract import Curve, message
from services.kernel.text import localised, render
from services.reports.incident import course
from services.tickets.models import Ticket, TicketEntry
from services.tickets.page_words import EVENTS

SHOWN = 40
"""Lines that are told; the rest is counted."""
WORDS: Final[Mapping[str, str]] = {
    AlertChange.RAISED: gettext_noop("Alert raised"),
    AlertChange.SEVERITY: gettext_noop("Alert became more severe"),
    AlertChange.ACKNOWLEDGED: gettext_noop("Alert taken in hand"),
    AlertChange.CLEARED: gettext_noop("Condition gone"),
    AlertChange.RESOLVED: gettext_noop("Alert reported done"),
    AlertChange.REOPENED: gettext_noop("Alert reopened"),
    AlertChange.MERGED: gettext_noop("Alert merged into another"),
    AlertChange.SHELVED: gettext_noop("Alert shelved"),
    AlertChange.UNSHELVED: gettext_noop("Alert back from the shelf"),
    AlertChange.SUPPRESSED: gettext_noop("Alert suppressed"),
    AlertChange.RELEASED: gettext_noop("Alert out again: what hid it is over"),
    AlertChange.LATCHED: gettext_noop("Alert comes and goes: kept as one"),
    AlertChange.UNLATCHED: gettext_noop("Alert steady again"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """Something that happened. ``who`` is empty where nobody did it: a measurement."""

    at: datetime
    what: str
    who: str


def told(alert: Alert, tickets: Iterable[Ticket], curve: Curve | None, now: datetime) -> tuple[int, list[Line]]:
    """Return how many lines there are up to ``now`` and the newest of them: 4 statements.

    ``tickets`` are the alert's own, as far as the reader may see them. The words that people wrote on them stay there:
    a wall is read by more people than a ticket.
    """
    changes = AlertChange.objects.filter(alert=alert, at__lte=now)
    entries = TicketEntry.objects.filter(ticket__in=[ticket.pk for ticket in tickets], at__lte=now)
    measured = list(_measured(curve, alert.opened_at)) if curve else []
    total = changes.count() + entries.count() + len(measured)
    lines = [
        *measured,
        *(_change(one) for one in changes.select_related("actor__person").order_by("-pk")[:SHOWN]),
        *(_entry(one) for one in entries.select_related("actor__person", "ticket").order_by("-pk")[:SHOWN]),
    ]
    return total, sorted(lines, key=lambda line: line.at, reverse=True)[:SHOWN]


def _change(change: AlertChange) -> Line:
    return Line(change.at, _(WORDS.get(change.kind, change.kind)), name_of(change.actor) or _("the system"))


def _entry(entry: TicketEntry) -> Line:
    words = _(EVENTS.get(entry.verb, ("", "", entry.verb))[2])
    title: Any = entry.detail.get("title")
    if isinstance(title, dict):
        words = f"{words}: {localised(title)}"
    return Line(entry.at, words, f"{name_of(entry.actor) or _('the system')} · {entry.ticket.code}")


def _measured(curve: Curve, since: datetime) -> Iterator[Line]:
    """Yield the levels reached, and the highest value since shortly before the alert."""
    source = render(curve.title)
    for crossing in course.crossings(curve):
        title = message(gettext_noop("Reached: {level}"), level=crossing.line.title)
        yield Line(crossing.at, render(title), source)
    top = course.highest([point for point in course.known(curve) if point[0] >= since])
    if top is not None:
        title = message(gettext_noop("Highest {value} {unit}"), value=top[1], unit=curve.unit or "")
        yield Line(top[0], render(title), source)

"""What the list of tickets shows: one page of rows by deadline, their groups, and how many there are of everything.

All counts (queues, sums, filter menus) come from one grouped statement over the open tickets in reach; only a search or
a look at ended tickets needs a second one. The number of statements never depends on how many tickets there are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db.models import Case, CharField, Count, F, Prefetch, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services import registry
from services.contract import SEVERITIES
from services.directory.models import Person, Unit
from services.kernel.clock import LOCAL
from services.kernel.text import render
from services.tickets import workflow
from services.tickets.models import Ticket, TicketStep
from services.tickets.page_filters import Filters
from services.tickets.page_time import Countdown, countdown
from services.tickets.page_words import SEVERITIES as SEVERITY_WORDS
from services.tickets.page_words import STATES, Look, localised, look_of, source_of
from services.worktime.calendar import WorkCalendar

PAGE_SIZE: Final = 50

GROUPS: Final = (
    ("late", "late", _("Overdue")),
    ("today", "soon", _("Due today")),
    ("later", "ok", _("From tomorrow on")),
)
"""Key, colour class and heading of the groups of open tickets."""


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket in the list."""

    href: str
    code: str
    title: str
    severity: str
    severity_word: str
    source: str
    status: Look
    countdown: Countdown
    next: TicketStep | None
    group: str


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets due alike; ``count`` is of all pages."""

    css: str
    title: str
    count: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Option:
    """One value a filter can take, as a link with how many tickets it would show."""

    title: str
    href: str
    count: int
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter: its present value with the link that removes it, or what it can be set to."""

    title: str
    value: str
    off: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tickets there are of each kind: rows of ``whose, when, severity, state, monitor, unit``, and n."""

    rows: Sequence[dict[str, Any]]

    def count(self, **wanted: object) -> int:
        """Return how many tickets have these values."""
        return sum(row["n"] for row in self.rows if all(row[name] == value for name, value in wanted.items()))

    def by(self, name: str, filters: Filters) -> Counter[Any]:
        """Return counts by one property among the tickets that fit every other filter."""
        found: Counter[Any] = Counter()
        for row in self.rows:
            if all(fits(filters, row) for other, fits in _FITS.items() if other != name):
                found[row[name]] += row["n"]
        return found


_FITS: Final[dict[str, Callable[[Filters, dict[str, Any]], bool]]] = {
    "whose": lambda f, row: f.holder in ("all", row["whose"]),
    "state": lambda f, row: row["state"] in f.states,
    "severity": lambda f, row: not f.severity or SEVERITIES[row["severity"]] == f.severity,
    "monitor": lambda f, row: f.monitor in ("", row["monitor"]),
    "unit__code": lambda f, row: f.unit in ("", row["unit__code"]),
}


def tally(rows: QuerySet[Ticket], me: Person | None, now: datetime) -> Tally:
    """Count tickets by everything the page filters on, in one statement."""
    mine = [When(assignee=me, then=Value("me"))] if me else []
    whose = Case(*mine, When(assignee=None, then=Value("none")), default=Value("others"), output_field=CharField())
    late = When(due_at__lte=now, then=Value("late"))
    today = When(due_at__lt=end_of_day(now), then=Value("today"))
    when = Case(late, today, default=Value("later"), output_field=CharField())
    grouped = rows.order_by().annotate(whose=whose, when=when)
    names = ("whose", "when", "severity", "state", "monitor", "unit__code")
    return Tally(list(grouped.values(*names).annotate(n=Count("pk")).order_by()))


def end_of_day(now: datetime) -> datetime:
    """Return the coming midnight of the province's day."""
    return datetime.combine(now.astimezone(LOCAL).date() + timedelta(days=1), time.min, LOCAL)


def page_of(rows: QuerySet[Ticket], filters: Filters) -> list[Ticket]:
    """Return one page and one more, in order, each with its next step as ``pending``."""
    steps = TicketStep.objects.filter(state=TicketStep.PENDING).order_by("index")
    order = ("due_at", "pk") if filters.is_open else (F("closed_at").desc(nulls_last=True), "-pk")
    start = (filters.page - 1) * PAGE_SIZE
    ordered = rows.order_by(*order).prefetch_related(Prefetch("steps", steps, to_attr="pending"))
    return list(ordered[start : start + PAGE_SIZE + 1])


def row_of(ticket: Ticket, now: datetime, calendar: WorkCalendar) -> Row:
    """Return a ticket as the list shows it."""
    place = ticket.unit or ticket.department
    source = [source_of(ticket), localised(place.label) if place else ""]
    running = [step for step in ticket.pending if step.generation == ticket.generation]  # type: ignore[attr-defined]
    return Row(
        href=reverse("tickets:ticket", args=[ticket.public_id]),
        code=ticket.code,
        title=render(ticket.title),
        severity=ticket.severity_name,
        severity_word=gettext(SEVERITY_WORDS[ticket.severity_name]),
        source=" · ".join(filter(None, source)),
        status=look_of(ticket),
        countdown=countdown(ticket, now, calendar),
        next=running[0] if running and ticket.state in workflow.RUNNING else None,
        group="late" if ticket.due_at <= now else "today" if ticket.due_at < end_of_day(now) else "later",
    )


def groups_of(rows: Sequence[Row], counts: Counter[str], filters: Filters) -> list[Group]:
    """Return the page's rows by deadline; ended tickets are one group."""
    if not rows:
        return []
    if not filters.is_open:
        return [Group("ok", gettext("Newest first"), counts.total(), rows)]
    found = []
    for key, css, title in GROUPS:
        own = [row for row in rows if row.group == key]
        if own:
            found.append(Group(css, gettext(title), counts[key], own))
    return found


def chips_of(filters: Filters, counted: Tally) -> list[Chip]:
    """Return the filters as the page offers them."""
    holders = {"me": gettext("me"), "none": gettext("nobody")}
    states = {"open": gettext("open"), "ended": gettext("ended")} | {name: look.text for name, look in STATES.items()}
    monitors = {monitor.slug: gettext(monitor.title) for monitor in registry.monitors()}
    severities = {name: gettext(word) for name, word in SEVERITY_WORDS.items()}
    units = _units(counted, filters)
    of = counted.by("severity", filters)
    by_severity = {SEVERITIES[rank]: n for rank, n in of.items()}
    return [
        _chip(filters, "holder", gettext("Holder"), holders, counted.by("whose", filters), "all"),
        _chip(filters, "state", gettext("State"), states, counted.by("state", filters), "all"),
        _chip(filters, "severity", gettext("Severity"), severities, by_severity),
        _chip(filters, "unit", gettext("Commune or ward"), units, counted.by("unit__code", filters)),
        _chip(filters, "monitor", gettext("Source"), monitors, counted.by("monitor", filters)),
        *([Chip(gettext("Search"), filters.q, filters.but(q="").here, ())] if filters.q else ()),
    ]


def _chip(
    filters: Filters, name: str, title: str, values: dict[str, str], counts: dict[str, int], off: str = ""
) -> Chip:
    present = getattr(filters, name)
    value = values.get(present, present if present != off else "")
    options = [
        Option(text, filters.but(**{name: key}).here, counts[key], key if name == "severity" else "")
        for key, text in values.items()
        if counts.get(key)
    ]
    return Chip(title, value, filters.but(**{name: off}).here, options)


def _units(counted: Tally, filters: Filters) -> dict[str, str]:
    codes: Iterable[str] = {row["unit__code"] for row in counted.rows if row["unit__code"]} | {filters.unit}
    units = Unit.objects.filter(code__in=codes).order_by("valid_from")
    names = {unit.code: localised(unit.label) for unit in units}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))

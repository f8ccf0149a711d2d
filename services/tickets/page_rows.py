"""What the list of tickets shows: one page of rows by what is left of their time, and their groups.

The number of statements never depends on how many tickets there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.directory.models import User
from services.kernel.text import localised, render
from services.tickets import workflow
from services.tickets.models import Ticket, TicketStep
from services.tickets.page_filters import Filters
from services.tickets.page_ticket import usable_verbs
from services.tickets.page_time import Countdown, countdown
from services.tickets.page_words import SEVERITIES as SEVERITY_WORDS
from services.tickets.page_words import Look, look_of, source_of
from services.tickets.queue.order import Waiting, merged, when_of
from services.worktime.calendar import WorkCalendar

PAGE_SIZE: Final = 50

GROUPS: Final = (
    ("late", "late", _("Overdue")),
    ("today", "soon", _("Due today")),
    ("later", "ok", _("From tomorrow on")),
)
"""Key, colour class and heading of the groups of open tickets."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens next if nobody acts: its title as a localised pair, and when."""

    title: Mapping[str, str]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket in the list; ``verbs`` are those the reader may do to it now, ``cells`` what a table shows of it."""

    ticket: Ticket
    id: str
    href: str
    code: str
    title: str
    severity: str
    severity_word: str
    source: str
    status: Look
    countdown: Countdown
    next: NextStep | None
    group: str
    verbs: str = ""
    cells: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets due alike; ``count`` is of all pages."""

    css: str
    title: str
    count: int
    rows: Sequence[Row]


BY_CLOCK: Final = RawSQL("(tickets_ticket.policy -> 'deadline') ? 'minutes'", ())
"""True for a ticket whose time runs day and night; written as the partial index of migration 0003 has it."""


def waiting(rows: QuerySet[Ticket], *, by_clock: bool, most: int | None = None) -> QuerySet[Ticket, Any]:
    """Return key, deadline and clock of the open tickets of one clock, the next due first."""
    found = rows.annotate(by_clock=BY_CLOCK).filter(by_clock=by_clock).select_related(None)
    return found.order_by("due_at", "pk").values_list("pk", "due_at", "by_clock")[:most]


def page_of(rows: QuerySet[Ticket], filters: Filters, now: datetime, calendar: WorkCalendar) -> list[Ticket]:
    """Return one page and one more, in order, each with its next step; two statements at most."""
    start, end = (filters.page - 1) * PAGE_SIZE, filters.page * PAGE_SIZE + 1
    if not filters.is_open:
        ended = rows.order_by(F("closed_at").desc(nulls_last=True), "-pk")
        return list(with_steps(ended)[start:end])
    keys = waiting(rows, by_clock=False, most=end).union(waiting(rows, by_clock=True, most=end), all=True)
    found = sorted((Waiting(*key) for key in keys), key=lambda one: one.due_at)
    by_clock = [one for one in found if one.by_clock]
    in_order = merged([one for one in found if not one.by_clock], by_clock, now, calendar)
    wanted = [one.pk for _number, one in zip(range(end), in_order, strict=False)][start:]
    tickets = {ticket.pk: ticket for ticket in with_steps(rows.filter(pk__in=wanted))}
    return [tickets[pk] for pk in wanted if pk in tickets]


def with_steps(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Return the rows, each with its next step as ``next_title`` and ``next_at``; borders and alerts are left out."""
    own = {"ticket": OuterRef("pk"), "generation": OuterRef("generation"), "state": TicketStep.PENDING}
    following = TicketStep.objects.filter(**own).order_by("index")
    lean = rows.select_related(None).select_related("unit", "department", "assignee")
    return lean.defer("unit__point", "unit__geometry", "unit__outline").annotate(
        next_title=Subquery(following.values("title")[:1]), next_at=Subquery(following.values("due_at")[:1])
    )


def row_of(ticket: Ticket, now: datetime, calendar: WorkCalendar, reader: User | None = None) -> Row:
    """Return a ticket as the list shows it; ``reader`` fills in what may be done to it."""
    place = ticket.unit or ticket.department
    source = [source_of(ticket), localised(place.label) if place else ""]
    return Row(
        ticket=ticket,
        id=str(ticket.public_id),
        href=reverse("tickets:ticket", args=[ticket.public_id]),
        code=ticket.code,
        title=render(ticket.title),
        severity=ticket.severity_name,
        severity_word=gettext(SEVERITY_WORDS[ticket.severity_name]),
        source=" · ".join(filter(None, source)),
        status=look_of(ticket),
        countdown=countdown(ticket, now, calendar),
        next=_next_of(ticket),
        group=when_of(ticket.due_at, now),
        verbs=" ".join(usable_verbs(reader, ticket)) if reader else "",
    )


def _next_of(ticket: Ticket) -> NextStep | None:
    title, at = ticket.next_title, ticket.next_at  # type: ignore[attr-defined]  # with_steps says both
    return NextStep(title, at) if at is not None and ticket.state in workflow.RUNNING else None


def groups_of(rows: Sequence[Row], counts: Mapping[str, int], filters: Filters, total: int) -> list[Group]:
    """Return the page's rows by deadline; ended tickets are one group."""
    return list(_groups(rows, counts, filters, total)) if rows else []


def _groups(rows: Sequence[Row], counts: Mapping[str, int], filters: Filters, total: int) -> Iterator[Group]:
    if not filters.is_open:
        yield Group("ok", gettext("Newest first"), total, rows)
        return
    for key, css, title in GROUPS:
        own = [row for row in rows if row.group == key]
        if own:
            yield Group(css, gettext(title), counts[key], own)

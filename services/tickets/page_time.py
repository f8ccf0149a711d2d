"""The countdown of a ticket: what is left of its time, in working minutes unless its policy runs day and night."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext

from services.kernel.clock import LOCAL
from services.kernel.moments import moment
from services.kernel.spans import span
from services.tickets import workflow
from services.tickets.models import Ticket
from services.worktime.calendar import WorkCalendar, minutes_between

SOON_PERCENT = 20
CLOCK_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Countdown:
    """What is left: ``minutes`` (of overrun when ``late``); ``used`` 0 to 100; ``day`` is a day's length in minutes.

    ``css``, the colour: ok, soon (at most 20 % or one working day left), late, wait (moved or no longer running).
    """

    kind: Literal["left", "late", "waiting", "resolved", "closed"]
    css: Literal["ok", "soon", "late", "wait"]
    minutes: int
    used: int
    day: int
    by_clock: bool
    due_at: datetime
    until: datetime | None = None
    at: datetime | None = None


def countdown(ticket: Ticket, now: datetime, calendar: WorkCalendar) -> Countdown:
    """Return a ticket's countdown at ``now``; needs no query."""
    by_clock = "minutes" in ticket.policy.get("deadline", {})
    day = CLOCK_DAY if by_clock else _minutes(calendar)

    def between(start: datetime, end: datetime) -> int:
        return int((end - start).total_seconds() // 60) if by_clock else minutes_between(calendar, start, end)

    total = max(1, between(ticket.clock_from, ticket.due_at))
    left = between(now, ticket.due_at)
    used = min(100, max(0, round(100 * (total - left) / total)))
    if not ticket.is_open:
        return Countdown("closed", "wait", 0, 100, day, by_clock, ticket.due_at, at=ticket.closed_at or ticket.due_at)
    if ticket.state == workflow.RESOLVED:
        return Countdown("resolved", "wait", 0, 100, day, by_clock, ticket.due_at)
    if ticket.due_at <= now:
        return Countdown("late", "late", between(ticket.due_at, now), 100, day, by_clock, ticket.due_at)
    if ticket.state == workflow.WAITING:
        return Countdown("waiting", "wait", left, used, day, by_clock, ticket.due_at, until=ticket.waiting_until)
    soon = left * 100 <= total * SOON_PERCENT or (not by_clock and left <= day)
    return Countdown("left", "soon" if soon else "ok", left, used, day, by_clock, ticket.due_at)


def _minutes(calendar: WorkCalendar) -> int:
    return int(calendar.day_length.total_seconds() // 60)


def hours_of(calendar: WorkCalendar) -> str:
    """Return the working hours in words."""
    hours = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in calendar.intervals)
    return gettext("Working time: Monday to Friday, {hours}, without holidays.").format(hours=hours)


def left_in_words(left: Countdown, now: datetime | None = None) -> str:
    """Return a countdown as one short text; ``now`` for a page, where days are told from it, none for a file."""
    if left.kind in {"late", "left"}:
        length = span(left.minutes, left.day)
        if left.kind == "left":
            return gettext("{span} left").format(span=length)
        return gettext("Overdue by {span}").format(span=length) if left.minutes else gettext("Just overdue")
    if left.kind == "waiting":
        return gettext("Waiting until {when}").format(when=_when(left.until, now)) if left.until else gettext("Waiting")
    return gettext("Reported done") if left.kind == "resolved" else gettext("Closed")


def due_in_words(left: Countdown, now: datetime) -> str:
    """Return a ticket's deadline as a page tells it at ``now``; of an ended ticket, when it ended."""
    if left.kind == "closed":
        return moment(left.at, now)
    due = gettext("Due {when}, day and night") if left.by_clock else gettext("Due {when}")
    return due.format(when=moment(left.due_at, now))


def _when(value: datetime, now: datetime | None) -> str:
    return moment(value, now) if now else f"{value.astimezone(LOCAL):%H:%M %d/%m/%Y}"

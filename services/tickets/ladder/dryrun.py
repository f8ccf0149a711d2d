"""Pure: what the engine would do with a policy if nobody answered. Times by the calendar, people by whom it is asked.

It climbs exactly as ``engine.climb``: whatever is due fires in order, and where a step finds nobody the next one
follows at once. Tests hold the two against each other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Generic, TypeVar

from services.tickets.ladder import rows
from services.worktime.calendar import WorkCalendar

P = TypeVar("P")
QUIET = timedelta(hours=24)
"""From this length on a time without any message is worth showing."""


@dataclass(frozen=True, slots=True)
class Telling(Generic[P]):
    """A row that fires: ``planned`` is its own time, ``at`` when it fires; sooner when those before found nobody."""

    step: int
    turn: int
    planned: datetime
    at: datetime
    until: str
    people: tuple[P, ...]

    @property
    def nobody(self) -> bool:
        """True when nobody holds it: the next one follows at once, and the supervisor gets an alert."""
        return not self.people

    @property
    def early(self) -> bool:
        """True when it does not wait for its time since the one before found nobody."""
        return self.at < self.planned


@dataclass(frozen=True, slots=True)
class Quiet:
    """A stretch in which nobody hears anything; ``off`` are the days off in it."""

    start: datetime
    end: datetime
    off: tuple[date, ...]

    @property
    def minutes(self) -> int:
        """Its length by the clock."""
        return int((self.end - self.start).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class DryRun(Generic[P]):
    """What would happen from ``start`` on, all in order of time."""

    start: datetime
    due_at: datetime
    tellings: tuple[Telling[P], ...]
    quiet: tuple[Quiet, ...]


def run(
    *,
    start: datetime,
    deadline: Mapping[str, int],
    steps: Sequence[Mapping[str, Any]],
    calendar: WorkCalendar,
    holders: Callable[[Mapping[str, Any], datetime], Sequence[P]],
) -> DryRun[P]:
    """Play a policy from ``start``; ``holders(target, at)`` says who holds a target then; CalendarRangeError."""
    order = rows.order(start, deadline, steps, calendar)
    due_at, times = rows.dates(order, start=start, deadline=deadline, steps=steps, calendar=calendar)
    tellings: list[Telling[P]] = []
    now, nobody = start, False
    for (number, turn), planned in zip(order, times, strict=True):
        now = now if nobody else max(now, planned)
        people = tuple(holders(steps[number]["target"], now))
        tellings.append(Telling(number, turn, planned, now, steps[number].get("until", "resolved"), people))
        nobody = not people
    return DryRun(start, due_at, tuple(tellings), tuple(_quiet(start, tellings, calendar)))


def _quiet(start: datetime, tellings: Sequence[Telling[P]], calendar: WorkCalendar) -> list[Quiet]:
    heard = [start, *(one.at for one in tellings if one.people)]
    long = [(before, after) for before, after in pairwise(heard) if after - before >= QUIET]
    return [Quiet(before, after, _days_off(before, after, calendar)) for before, after in long]


def _days_off(start: datetime, end: datetime, calendar: WorkCalendar) -> tuple[date, ...]:
    """Return the days off from the day of ``start`` to that of ``end``."""
    first, last = (moment.astimezone(calendar.timezone).date() for moment in (start, end))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if not calendar.is_working_day(day))

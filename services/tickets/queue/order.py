"""Pure: in which order tickets wait. By what is left of their time, in groups by day: overdue, due today, later.

What is left is working time, unless the ticket's own clock runs day and night (then it is clock time). Among tickets of
one clock that is the order of their deadlines; between the two clocks it is not: four working minutes before the close
on Friday and sixty-two hours by the clock may be the same span. So the two are read as two rows, each in the order of
its deadlines, and laid into one another here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from heapq import merge
from typing import Final

from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar, time_between

LATE, TODAY, LATER = "late", "today", "later"
WHEN: Final = (LATE, TODAY, LATER)

Key = tuple[int, timedelta, datetime, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One ticket as the order sees it: its key in the database, when it is due, and by which clock."""

    pk: int
    due_at: datetime
    by_clock: bool


def end_of_day(now: datetime) -> datetime:
    """Return the coming midnight of the province's day."""
    return datetime.combine(now.astimezone(LOCAL).date() + timedelta(days=1), time.min, LOCAL)


def when_of(due_at: datetime, now: datetime) -> str:
    """Return the group of a deadline as seen from ``now``: ``late``, ``today`` or ``later``."""
    return LATE if due_at <= now else TODAY if due_at < end_of_day(now) else LATER


def left_of(one: Waiting, now: datetime, calendar: WorkCalendar) -> timedelta:
    """Return what is left of a ticket's time by its own clock; negative when it is overdue."""
    return one.due_at - now if one.by_clock else time_between(calendar, now, one.due_at)


def key_of(one: Waiting, now: datetime, calendar: WorkCalendar) -> Key:
    """Return what tickets are sorted by; of two with as much left, the earlier deadline, then the older ticket."""
    return WHEN.index(when_of(one.due_at, now)), left_of(one, now, calendar), one.due_at, one.pk


def merged(
    working: Iterable[Waiting], clock: Iterable[Waiting], now: datetime, calendar: WorkCalendar
) -> Iterable[Waiting]:
    """Lay two rows of tickets, each in the order of its deadlines, into the one order; reads no further than asked."""
    return merge(working, clock, key=lambda one: key_of(one, now, calendar))

"""Working time in SQL: the axis of ``services.worktime.calendar``, so that one statement measures many tickets.

An instant's position is (working days before its day × length of a day) + what was worked on that day. The days come as
one array of dates with how many working days lie before each; what was worked within a day is a sum over the intervals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.worktime.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Days:
    """Days as arrays for a statement: dates, how many working days lie before each, and whether it is one."""

    dates: Sequence[date]
    before: Sequence[int]
    works: Sequence[bool]


def days_of(calendar: WorkCalendar, first: date, last: date) -> Days:
    """Return every day from ``first`` to ``last``, both included; both in the calendar's zone."""
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    works = [calendar.is_working_day(day) for day in dates]
    before, count = [], 0
    for one in works:
        before.append(count)
        count += one
    return Days(dates, before, works)


DAYS = """day_of (day, before, works) AS (
    SELECT * FROM unnest(%(dates)s::date[], %(before)s::int[], %(works)s::boolean[])
)"""
"""A table of the days, for the statement's WITH; parameters ``dates``, ``before``, ``works``."""


def position(instant: str, day: str, calendar: WorkCalendar) -> str:
    """Return the SQL of an instant's position in working minutes.

    ``instant`` is the SQL of a local timestamp without zone, ``day`` the alias of its row in ``day_of``.
    """
    clock = f"extract(epoch FROM {instant}::time) / 60"
    worked = " + ".join(
        f"least(greatest({clock} - {int(opens / _MINUTE)}, 0), {int((closes - opens) / _MINUTE)})"
        for opens, closes in calendar.offsets
    )
    length = int(calendar.day_length / _MINUTE)
    return f"({day}.before * {length} + CASE WHEN {day}.works THEN {worked} ELSE 0 END)"


_MINUTE = timedelta(minutes=1)

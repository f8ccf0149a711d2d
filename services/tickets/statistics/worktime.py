"""Working time in SQL: the axis of ``services.worktime.calendar``, so that one statement measures many tickets.

An instant's position is (working days before its day × length of a day) + what was worked on that day. What lies before
each day comes as an array; what was worked within a day is a sum over the intervals. Instants are plain seconds since
the first day's local midnight: turning a hundred thousand of them into the zone's dates cost more than all the rest.
Viet Nam's clocks never change, so that a day is 86,400 seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Days:
    """Days one after the other: how many working days lie before each, whether (1 or 0) it is one, and its month.

    ``base`` is the first one's local midnight in seconds of the epoch; months are counted from the year 0.
    """

    base: float
    before: Sequence[int]
    works: Sequence[int]
    months: Sequence[int]


def days_of(calendar: WorkCalendar, first: date, last: date) -> Days:
    """Return every day from ``first`` to ``last``, both included; both in the calendar's zone."""
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    works = [int(calendar.is_working_day(day)) for day in dates]
    before, count = [], 0
    for one in works:
        before.append(count)
        count += one
    months = [day.year * 12 + day.month - 1 for day in dates]
    return Days(datetime.combine(first, time.min, LOCAL).timestamp(), before, works, months)


def seconds(instant: str) -> str:
    """Return the SQL of an instant as seconds since the first day's beginning; parameter ``base``."""
    return f"date_part('epoch', {instant}) - %(base)s"


def day(instant: str) -> str:
    """Return the SQL of the number of such seconds' day, the first is 1."""
    return f"floor({instant} / {DAY})::int + 1"


def position(instant: str, number: str, calendar: WorkCalendar) -> str:
    """Return the SQL of such seconds' position in working minutes; parameters ``before`` and ``works``.

    ``number`` is the SQL of their day's number, the first is 1.
    """
    clock = f"({instant} - ({number} - 1) * {DAY}) / 60"
    worked = " + ".join(
        f"least(greatest({clock} - {int(opens / _MINUTE)}, 0), {int((closes - opens) / _MINUTE)})"
        for opens, closes in calendar.offsets
    )
    length = int(calendar.day_length / _MINUTE)
    before, works = (f"(%({name})s::int[])[{number}]" for name in ("before", "works"))
    return f"({before} * {length} + {works} * ({worked}))"


_MINUTE = timedelta(minutes=1)

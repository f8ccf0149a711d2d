"""Pure: the next long stretch of days off, over which a policy is best tried."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from services.worktime.calendar import WorkCalendar

LONG: Final = 4
"""So many days off in a row are more than a weekend."""
AHEAD: Final = 400
"""Days: the holidays of a year are announced before it begins."""
AFTERNOON: Final = time(16, 0)


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days off in a row, both ends included; ``eve`` is the afternoon before them, local time."""

    first: date
    last: date
    eve: datetime


def next_long(calendar: WorkCalendar, today: date) -> DaysOff | None:
    """Return the next days off that are longer than a weekend; None when the calendar shows none for a year."""
    for first, last in _runs(calendar, today):
        if (last - first).days + 1 >= LONG:
            return DaysOff(first, last, datetime.combine(first - timedelta(days=1), AFTERNOON, calendar.timezone))
    return None


def _runs(calendar: WorkCalendar, today: date) -> Iterator[tuple[date, date]]:
    """Yield the stretches of days off that begin after ``today``."""
    first: date | None = None
    for day in (today + timedelta(days=n) for n in range(AHEAD)):
        if day > calendar.last_day:
            return
        if calendar.is_working_day(day):
            if first:
                yield first, day - timedelta(days=1)
            first = None
        elif first is None and day > today and calendar.is_working_day(day - timedelta(days=1)):
            first = day

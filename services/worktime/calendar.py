"""Working time as arithmetic: pure functions over one frozen calendar; no clock, no database, no loop over minutes.

Rules: working minutes run inside the working intervals and may end at the close of one (11:30,
17:00); a start outside moves forward to the next opening; ``n`` working days end at the close of the n-th working day
after the day of receipt. "7.5 hours = one day" is for display only and is nowhere here.

How: the calendar knows its working days in order and one day's intervals, so an instant has a position on the axis of
working time (whole working days before it × length of a day + time worked that day), and a position has an instant.
Adding is: to the position, plus minutes, back. Each way is one bisection, over years as over hours.

Every instant must be aware; results are in the calendar's zone. NaiveInstantError and CalendarRangeError are
ValueErrors.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

WEEKDAYS = frozenset(range(5))
"""Monday (0) to Friday."""
OFFICE_HOURS = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_DAY = date(2010, 1, 1)
LAST_DAY = date(2050, 12, 31)

_ZERO = timedelta(0)
_MINUTE = timedelta(minutes=1)


class NaiveInstantError(ValueError):
    """An instant came without a time zone: nobody can say when it is."""


class CalendarRangeError(ValueError):
    """An instant lies outside the years that the calendar knows."""


@dataclass(frozen=True)
class WorkCalendar:
    """When the administration works.

    ``intervals`` are the opening and closing times of every working day, in order and apart from each other.
    ``weekdays`` are the days of the week that work (Monday is 0); ``off`` are dates that don't although the week says
    so (holidays, compensatory days) and ``working`` dates that do although it doesn't (swapped Saturdays; they win
    over ``off``). ``version`` names the edition, so that a stored deadline knows which calendar it was made with.
    """

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    weekdays: frozenset[int] = WEEKDAYS
    intervals: tuple[tuple[time, time], ...] = OFFICE_HOURS
    timezone: tzinfo = VIETNAM
    first_day: date = FIRST_DAY
    last_day: date = LAST_DAY
    version: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        """Refuse hours that overlap, run backwards or do not exist at all; ValueError."""
        bounds = [bound for interval in self.intervals for bound in interval]
        if not bounds or any(later <= earlier for earlier, later in pairwise(bounds)):
            message = f"working intervals must follow each other: {self.intervals}"
            raise ValueError(message)

    def is_working_day(self, day: date) -> bool:
        """Tell whether the administration works on ``day``."""
        return day in self.working or (day.weekday() in self.weekdays and day not in self.off)

    @cached_property
    def days(self) -> tuple[int, ...]:
        """The ordinals of all working days in order."""
        span = range(self.first_day.toordinal(), self.last_day.toordinal() + 1)
        return tuple(ordinal for ordinal in span if self.is_working_day(date.fromordinal(ordinal)))

    @cached_property
    def offsets(self) -> tuple[tuple[timedelta, timedelta], ...]:
        """The intervals as times since midnight."""
        return tuple((_since_midnight(opens), _since_midnight(closes)) for opens, closes in self.intervals)

    @cached_property
    def day_length(self) -> timedelta:
        """How long one working day is."""
        return sum((closes - opens for opens, closes in self.offsets), _ZERO)


def is_working(calendar: WorkCalendar, moment: datetime) -> bool:
    """Tell whether ``moment`` is inside working time; an opening is inside, a close is not."""
    local = _local(calendar, moment)
    clock = _since_midnight(local.time())
    return calendar.is_working_day(local.date()) and any(opens <= clock < closes for opens, closes in calendar.offsets)


def next_opening(calendar: WorkCalendar, moment: datetime) -> datetime:
    """Return ``moment`` itself when it is working time, else the next instant that is."""
    return _later_instant(calendar, _position(calendar, moment))


def add_minutes(calendar: WorkCalendar, start: datetime, minutes: int) -> datetime:
    """Return the instant after ``minutes`` of working time from ``start``; ValueError when they are negative.

    The result may be the close of an interval; only for 0 minutes it is ``start`` moved to working time.
    """
    _not_negative(minutes)
    if minutes == 0:
        return next_opening(calendar, start)
    return _earlier_instant(calendar, _position(calendar, start) + minutes * _MINUTE)


def add_days(calendar: WorkCalendar, start: datetime, n: int) -> datetime:
    """Return the close of the ``n``-th working day after the day of receipt; ValueError when ``n`` is negative.

    The day of receipt is that of ``start`` moved to working time: what arrives on a Saturday, or after the close, is
    received on the next working day. ``n`` = 0 is the close of the day of receipt.
    """
    _not_negative(n)
    receipt = next_opening(calendar, start).date().toordinal()
    return _instant(calendar, bisect_left(calendar.days, receipt) + n, calendar.offsets[-1][1])


def time_between(calendar: WorkCalendar, a: datetime, b: datetime) -> timedelta:
    """Return the working time from ``a`` to ``b``, exact; negative when ``b`` is before ``a``."""
    return _position(calendar, b) - _position(calendar, a)


def minutes_between(calendar: WorkCalendar, a: datetime, b: datetime) -> int:
    """Return the whole working minutes from ``a`` to ``b``; negative when ``b`` is before ``a``."""
    between = time_between(calendar, a, b)
    return -(-between // _MINUTE) if between < _ZERO else between // _MINUTE


def days_between(calendar: WorkCalendar, a: date, b: date) -> int:
    """Return how many working days lie after ``a`` up to and with ``b``; negative when ``b`` is before ``a``."""
    return bisect_right(calendar.days, b.toordinal()) - bisect_right(calendar.days, a.toordinal())


def working_days(calendar: WorkCalendar, first: date, last: date) -> Iterable[date]:
    """Return the working days from ``first`` to ``last``, both included."""
    days = calendar.days
    between = days[bisect_left(days, first.toordinal()) : bisect_right(days, last.toordinal())]
    return [date.fromordinal(ordinal) for ordinal in between]


# --- the axis of working time ----------------------------------------------------------------------------------------


def _position(calendar: WorkCalendar, moment: datetime) -> timedelta:
    """Return how much working time passed from the calendar's first day to ``moment``."""
    local = _local(calendar, moment)
    ordinal = local.date().toordinal()
    index = bisect_left(calendar.days, ordinal)
    worked = _ZERO
    if index < len(calendar.days) and calendar.days[index] == ordinal:
        clock = _since_midnight(local.time())
        worked = sum((min(max(clock - opens, _ZERO), closes - opens) for opens, closes in calendar.offsets), _ZERO)
    return index * calendar.day_length + worked


def _earlier_instant(calendar: WorkCalendar, position: timedelta) -> datetime:
    """Return the first instant at that position (> 0): at the border of two intervals, the close of the former."""
    index, rest = divmod(position, calendar.day_length)
    if rest == _ZERO:
        index, rest = index - 1, calendar.day_length
    for opens, closes in calendar.offsets:
        if rest <= closes - opens:
            return _instant(calendar, index, opens + rest)
        rest -= closes - opens
    raise AssertionError  # rest never exceeds the length of a day


def _later_instant(calendar: WorkCalendar, position: timedelta) -> datetime:
    """Return the last instant at that position: at the border of two intervals, the opening of the latter."""
    index, rest = divmod(position, calendar.day_length)
    for opens, closes in calendar.offsets:
        if rest < closes - opens:
            return _instant(calendar, index, opens + rest)
        rest -= closes - opens
    raise AssertionError  # rest is always less than the length of a day


def _instant(calendar: WorkCalendar, index: int, since_midnight: timedelta) -> datetime:
    if not 0 <= index < len(calendar.days):
        message = f"the calendar ends on {calendar.last_day}"
        raise CalendarRangeError(message)
    midnight = datetime.combine(date.fromordinal(calendar.days[index]), time.min)
    return (midnight + since_midnight).replace(tzinfo=calendar.timezone)


def _local(calendar: WorkCalendar, moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        message = f"{moment.isoformat()} has no time zone"
        raise NaiveInstantError(message)
    near = calendar.first_day.year - 1 <= moment.year <= calendar.last_day.year + 1
    local = moment.astimezone(calendar.timezone) if near else moment
    if not calendar.first_day <= local.date() <= calendar.last_day:
        message = f"{moment.isoformat()} is outside the calendar, {calendar.first_day} to {calendar.last_day}"
        raise CalendarRangeError(message)
    return local


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond)


def _not_negative(amount: int) -> None:
    if amount < 0:
        message = f"a deadline lies ahead: {amount} is negative"
        raise ValueError(message)

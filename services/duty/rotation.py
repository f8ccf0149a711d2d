"""A rotation as arithmetic: people take turns in order. Pure: the calendar of working days is handed in.

Turns change at a wall-clock time of the province (Asia/Ho_Chi_Minh). A layer may be limited to windows (nights, days
off): then a turn holds only the parts of it that lie in a window. Counted in ``shifts``, each opening of a window is a
turn of its own, so that Sundays go round although people also change every day.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from services.duty.spans import Interval, Span
from services.kernel.clock import LOCAL

Unit = Literal["hours", "days", "weeks", "shifts"]
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING, OFF = "working", "off"
"""Kinds of day by the working calendar: public holidays are off, swapped Saturdays are working days."""

IsWorking = Callable[[date], bool]
_DAY = timedelta(days=1)
_STEP: Final = {"days": _DAY, "weeks": 7 * _DAY}


@dataclass(frozen=True, slots=True)
class Window:
    """When a layer holds: on these days (none named: every day) from ``opens`` to ``closes``, local time.

    A window that closes no later than it opens runs over midnight and belongs to the day it opens.
    """

    days: frozenset[str] = frozenset()
    opens: time = time(0)
    closes: time = time(0)

    def on(self, day: date, is_working: IsWorking) -> Interval | None:
        """Return the window of that day in UTC, None when it stays shut."""
        kind = WORKING if self.days & {WORKING, OFF} and is_working(day) else OFF
        if self.days and not self.days & {WEEK[day.weekday()], kind}:
            return None
        return instant(day, self.opens), instant(day if self.closes > self.opens else day + _DAY, self.closes)


@dataclass(frozen=True, slots=True)
class Layer:
    """People in order; each has ``length`` units, then the next. It begins on ``starts_on`` at the hand-over time.

    ``ends_on`` is the last day; the layer ends at the hand-over time of the day after.
    """

    participants: tuple[int, ...]
    unit: Unit
    length: int
    hand_over: time
    starts_on: date
    ends_on: date | None = None
    windows: tuple[Window, ...] = ()

    @property
    def begins(self) -> datetime:
        """The first instant of the layer, UTC."""
        return instant(self.starts_on, self.hand_over)

    @property
    def ends(self) -> datetime | None:
        """The first instant after the layer, UTC; None while it has no last day."""
        return instant(self.ends_on + _DAY, self.hand_over) if self.ends_on else None


def instant(day: date, at: time) -> datetime:
    """Return the instant of a local day and time, in UTC."""
    return datetime.combine(day, at, LOCAL).astimezone(UTC)


def shifts(layer: Layer, since: datetime, until: datetime, is_working: IsWorking) -> list[Span]:
    """Return every shift of the layer that touches ``since`` … ``until``, whole and in order."""
    turns = _by_opening(layer, until, is_working) if layer.unit == "shifts" else _by_time(layer, since, until)
    if not layer.participants:
        return []
    found: list[Span] = []
    for number, (starts, ends) in turns:
        if ends <= since:
            continue
        person = layer.participants[number % len(layer.participants)]
        parts = [(starts, ends)] if layer.unit == "shifts" else _parts(layer, starts, ends, is_working)
        found += [Span(a, b, person) for a, b in parts if a < until and b > since]
    return found


def _by_time(layer: Layer, since: datetime, until: datetime) -> Iterator[tuple[int, Interval]]:
    """Yield the numbered turns of hours, days or weeks."""
    number = max(0, int((since - layer.begins) / _length(layer)) - 1)
    last = min(until, layer.ends) if layer.ends else until
    while (starts := _boundary(layer, number)) < last:
        ends = _boundary(layer, number + 1)
        yield number, (starts, min(ends, layer.ends) if layer.ends else ends)
        number += 1


def _length(layer: Layer) -> timedelta:
    return layer.length * (timedelta(hours=1) if layer.unit == "hours" else _STEP[layer.unit])


def _boundary(layer: Layer, number: int) -> datetime:
    """Days are counted on the wall's calendar, hours by the clock."""
    if layer.unit == "hours":
        return layer.begins + number * _length(layer)
    return instant(layer.starts_on + number * _length(layer), layer.hand_over)


def _by_opening(layer: Layer, until: datetime, is_working: IsWorking) -> Iterator[tuple[int, Interval]]:
    """Yield the openings since the layer began, each with the number of its turn."""
    windows = layer.windows or (Window(opens=layer.hand_over, closes=layer.hand_over),)
    last = min(until, layer.ends) if layer.ends else until
    openings = _openings(windows, layer.starts_on, last, is_working)
    counted = ((a, b) for a, b in openings if layer.begins <= a < last)
    for number, (starts, ends) in enumerate(counted):
        yield number // layer.length, (starts, min(ends, layer.ends) if layer.ends else ends)


def _parts(layer: Layer, starts: datetime, ends: datetime, is_working: IsWorking) -> Iterator[Interval]:
    """Yield the parts of a turn that lie in a window."""
    if not layer.windows:
        yield starts, ends
        return
    first = starts.astimezone(LOCAL).date() - 2 * _DAY
    for opens, closes in _openings(layer.windows, first, ends, is_working):
        part = max(opens, starts), min(closes, ends)
        if part[0] < part[1]:
            yield part


def _openings(windows: Sequence[Window], first: date, until: datetime, is_working: IsWorking) -> Iterator[Interval]:
    """Yield the openings of all windows from a day on, in order; where two overlap the later one begins afterwards."""
    day, closed = first, datetime.min.replace(tzinfo=UTC)
    while instant(day, time(0)) < until:
        for opens, closes in sorted(filter(None, (window.on(day, is_working) for window in windows))):
            if closes > closed:
                yield max(opens, closed), closes
                closed = closes
        day += _DAY

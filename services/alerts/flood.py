"""Pure: floods of alerts at one operator position (EEMUA 191): above ten in ten minutes one begins, below five it ends.

The same rule as the wall's own in the browser: each arrival counts from its instant until ten minutes later, and the
state is what the two limits make of that count. So whoever knows the same arrivals says the same.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(minutes=10)
BEGINS: Final = 10
ENDS: Final = 5


@dataclass(frozen=True, slots=True)
class Flood:
    """A flood: since when, until when (None: it lasts), and the most that came within ten minutes of it."""

    since: datetime
    until: datetime | None
    peak: int

    def lasted(self, now: datetime) -> timedelta:
        """Return how long it lasted, or lasts by now."""
        return (self.until or now) - self.since


def floods(arrivals: Iterable[datetime], now: datetime, seats: int = 1) -> list[Flood]:
    """Return the floods until ``now`` of a position with so many operators, oldest first; arrivals in any order."""
    come = sorted(at for at in arrivals if at <= now)
    begins, ends = BEGINS * seats, ENDS * seats
    inside: deque[datetime] = deque()
    found: list[Flood] = []
    since: datetime | None = None
    peak = 0

    def leave(until: datetime) -> None:
        nonlocal since, peak
        while inside and inside[0] + WINDOW <= until:
            gone = inside.popleft() + WINDOW
            if since is not None and len(inside) < ends:
                found.append(Flood(since, gone, peak))
                since = None

    for at in come:
        leave(at)
        inside.append(at)
        if len(inside) > begins and since is None:
            since, peak = at, 0
        peak = max(peak, len(inside))
    leave(now)
    if since is not None:
        found.append(Flood(since, None, peak))
    return found


def recent(arrivals: Iterable[datetime], now: datetime) -> int:
    """Return how many came within the last ten minutes."""
    return sum(now - WINDOW < at <= now for at in arrivals)


def time_in_flood(found: Sequence[Flood], since: datetime, until: datetime) -> timedelta:
    """Return how long of the span from ``since`` to ``until`` there was a flood."""
    spans = ((max(one.since, since), min(one.until or until, until)) for one in found)
    return sum((end - start for start, end in spans if end > start), timedelta(0))

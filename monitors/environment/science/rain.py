"""Rain in windows of 12 and 24 hours, in the bands of Decision 18/2021/QĐ-TTg. Pure. Amounts are millimetres.

How long and how widely it rains makes levels of disaster risk of these bands: `rain_risk.py`; here is what one station
can tell.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from django.utils.translation import gettext_noop

SHORT = timedelta(hours=12)
LONG = timedelta(hours=24)
LONGEST_HOURS = 5 * 24
"""A spell of heavy rain is looked at no further back: the longest duration begins after four days."""
NAMES = (
    "",
    gettext_noop("50–100 mm in 12 hours"),
    gettext_noop("100–200 mm in 24 hours"),
    gettext_noop("200–400 mm in 24 hours"),
    gettext_noop("over 400 mm in 24 hours"),
)


@dataclass(frozen=True, slots=True)
class Amounts:
    """What fell in the 12 and 24 hours up to an instant, and how many readings the 12 hours had."""

    short: float
    long: float
    readings: int

    @property
    def band(self) -> int:
        """The band from 0 (no heavy rain) to 4; ``NAMES`` has the words."""
        return band(self.short, self.long)


def band(short: float, long: float) -> int:
    """Return the band of what fell in 12 and in 24 hours; a limit belongs to the band it opens, 400 mm to the third."""
    if long > 400:
        return 4
    if long >= 200:
        return 3
    if long >= 100:
        return 2
    return 1 if short >= 50 else 0


class Gauge:
    """The readings of one station, sorted by time: each is what fell since the one before."""

    def __init__(self, readings: Sequence[tuple[datetime, float]]) -> None:
        self._times = [at for at, _mm in readings]
        self._sums = [0.0, *accumulate(mm for _at, mm in readings)]

    def amounts(self, at: datetime) -> Amounts:
        """Return what fell up to and including ``at``; a reading at a window's very beginning lies before it."""
        last = bisect_right(self._times, at)
        since = [bisect_right(self._times, at - span) for span in (SHORT, LONG)]
        short, long = (round(self._sums[last] - self._sums[first], 3) for first in since)
        return Amounts(short, long, last - since[0])

    def lasting(self, at: datetime) -> timedelta:
        """Return for how long, in whole hours up to ``at``, heavy rain has lasted: five days at most."""
        hours = 0
        while hours < LONGEST_HOURS and self.amounts(at - timedelta(hours=hours)).band:
            hours += 1
        return timedelta(hours=hours)

"""Pure: the course of a load as a drawing of bars, in units of its own that a page scales to any width."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alerts.flood import BEGINS, Flood

WIDTH, HEIGHT = 1000, 160
MOST = 200
"""Bars that are drawn; more windows than that share one, whose bar is the highest of them."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it begins, how wide and high it is, what it stands for."""

    x: float
    y: float
    width: float
    height: float
    at: datetime
    count: int
    over: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Bars, the bands of floods as (x, width), the line of the limit, and the highest value of the scale."""

    bars: tuple[Bar, ...]
    bands: tuple[tuple[float, float], ...]
    limit_y: float
    top: int
    width: int = WIDTH
    height: int = HEIGHT


def draw(
    buckets: Sequence[tuple[datetime, int]], floods: Sequence[Flood], since: datetime, until: datetime, seats: int = 1
) -> Drawing:
    """Return the drawing of windows of ten minutes; the scale begins at 0 and holds the limit."""
    together = max(1, -(-len(buckets) // MOST))
    joined = [buckets[index : index + together] for index in range(0, len(buckets), together)]
    limit = BEGINS * seats
    top = max(limit + 2, *(count for _at, count in buckets), 1)
    step = WIDTH / max(1, len(joined))
    bars = []
    for index, some in enumerate(joined):
        at, count = max(some, key=lambda one: one[1])
        tall = HEIGHT * count / top
        if count:
            bars.append(Bar(_r(index * step), _r(HEIGHT - tall), _r(step * 0.8), _r(tall), at, count, count > limit))
    whole = (until - since).total_seconds()
    bands = [
        (_x(max(one.since, since), since, whole), _x(min(one.until or until, until), since, whole)) for one in floods
    ]
    return Drawing(
        tuple(bars),
        tuple((left, _r(max(right - left, 1))) for left, right in bands),
        _r(HEIGHT - HEIGHT * limit / top),
        top,
    )


def _x(at: datetime, since: datetime, whole: float) -> float:
    return _r(WIDTH * (at - since).total_seconds() / whole)


def _r(value: float) -> float:
    return round(value, 1)

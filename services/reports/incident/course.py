"""What a curve tells: how it changed, which level it has been above and since when, its highest value. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from services.contract import Curve, CurveLine

Known = list[tuple[datetime, float]]
SLACK = timedelta(minutes=15)
"""How far the reading that a change is measured from may lie off the span (configuration)."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A level that was reached on the way up, and when."""

    at: datetime
    line: CurveLine
    value: float


def known(curve: Curve) -> Known:
    """Return the points with a value."""
    return [(at, value) for at, value in curve.points if value is not None]


def change(curve: Curve) -> tuple[float, timedelta] | None:
    """Return by how much the value changed over the curve's span, and the span itself.

    None when the curve tells no change or has no reading near the beginning of the span.
    """
    points = known(curve)
    if curve.change is None or not points:
        return None
    at, value = points[-1]
    wanted = at - curve.change
    near = [one for one in points[:-1] if abs(one[0] - wanted) <= SLACK]
    if not near:
        return None
    before = min(near, key=lambda one: abs(one[0] - wanted))
    return round(value - before[1], curve.decimals), at - before[0]


def highest_line(curve: Curve) -> CurveLine | None:
    """Return the highest level that the newest value has reached."""
    points = known(curve)
    reached = [line for line in curve.lines if points and points[-1][1] >= line.value]
    return max(reached, key=lambda line: line.value, default=None)


def above_since(curve: Curve, line: CurveLine) -> datetime | None:
    """Return the first reading of the unbroken run at or above a level that lasts until now.

    None when the newest value is below it, or when the run is older than the curve: then nobody knows here.
    """
    since = None
    for at, value in reversed(known(curve)):
        if value < line.value:
            return since
        since = at
    return None


def crossings(curve: Curve) -> Iterator[Crossing]:
    """Yield each time a level was reached from below, oldest first."""
    points = known(curve)
    for (_before, was), (at, value) in pairwise(points):
        for line in curve.lines:
            if was < line.value <= value:
                yield Crossing(at, line, value)


def highest(points: Sequence[tuple[datetime, float]]) -> tuple[datetime, float] | None:
    """Return the first of the highest points."""
    return max(points, key=lambda one: (one[1], -one[0].timestamp()), default=None)

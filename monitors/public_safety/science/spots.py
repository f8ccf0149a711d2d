"""Black spots: places where accidents keep happening. Degrees in, metres between; the numbers are configuration."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

RADIUS = 500.0
"""Metres around a spot's first accident."""
COUNT = 3
WINDOW = timedelta(days=30)
MEMORY = timedelta(days=60)
"""How long an accident names the spot it began."""
_EARTH = 6_371_000.0


@dataclass(frozen=True, slots=True)
class Accident:
    """Where and when one happened."""

    pk: int
    at: datetime
    lon: float
    lat: float
    unit: str = ""


@dataclass(slots=True)
class Spot:
    """A first accident and those around it."""

    anchor: Accident
    members: list[Accident] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The spot's name: the anchor's place to about a hundred metres."""
        return key_of(self.anchor)

    def recent(self, now: datetime) -> list[Accident]:
        """Return the accidents of the last thirty days."""
        return [one for one in self.members if now - WINDOW < one.at <= now]


def key_of(one: Accident) -> str:
    """Return the name that a spot has when this accident is its first."""
    return f"{one.lat:.3f},{one.lon:.3f}"


def metres(one: Accident, other: Accident) -> float:
    """Return the great-circle distance."""
    a, b = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))


def spots(accidents: Iterable[Accident], now: datetime) -> list[Spot]:
    """Return every spot of the last sixty days: each accident joins the nearest first one within reach, or is one."""
    found: list[Spot] = []
    for one in sorted(accidents, key=lambda one: (one.at, one.pk)):
        if not now - MEMORY < one.at <= now:
            continue
        near = min(found, key=lambda spot: metres(spot.anchor, one), default=None)
        if near is None or metres(near.anchor, one) > RADIUS:
            near = Spot(one)
            found.append(near)
        near.members.append(one)
    return found


def black(found: Sequence[Spot], now: datetime) -> dict[str, Spot]:
    """Return the spots with enough accidents in thirty days, by name."""
    return {spot.key: spot for spot in found if len(spot.recent(now)) >= COUNT}

"""A flood that was: a province's own bulletins, hour by hour, with what lies between two of them marked as reckoned."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

from ioc.simulator.feed import HOUR
from services.directory.pack import convert, pack, read_toml


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what the file holds: a misspelt key is an error."""


class Point(_Row, frozen=True):
    """A height in metres at an instant; ``assumed``: no bulletin says so."""

    at: datetime
    value: float
    assumed: bool = False


class Heights(_Row, frozen=True):
    """A river's course at a station, oldest first."""

    station: str
    course: tuple[Point, ...]


class Rainfall(_Row, frozen=True):
    """How many millimetres fell at a station from one hour to another."""

    station: str
    since: datetime
    until: datetime
    amount: float


class _File(_Row, frozen=True):
    start: datetime
    ends: datetime
    heights: tuple[Heights, ...] = ()
    rain: tuple[Rainfall, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A value of one hour; ``interpolated`` unless a bulletin says just that."""

    value: float
    interpolated: bool


@dataclass(frozen=True)
class Flood:
    """Everything that is known of one flood."""

    file: _File

    @property
    def lasting(self) -> timedelta:
        """From its first to its last hour."""
        return self.file.ends - self.file.start

    def at(self, since: timedelta) -> Mapping[tuple[str, str], Reading]:
        """Return what stations read so many whole hours after the flood began, by station and property."""
        instant = self.file.start + since
        found: dict[tuple[str, str], Reading] = {}
        for river in self.file.heights:
            reading = _height(river.course, instant)
            if reading:
                found[river.station, "water_level"] = reading
        for fall in self.file.rain:
            found[fall.station, "rain"] = Reading(_fallen(fall, instant), interpolated=True)
        return found


def _height(course: tuple[Point, ...], instant: datetime) -> Reading | None:
    for before, after in pairwise(course):
        if before.at <= instant <= after.at:
            share = (instant - before.at) / (after.at - before.at)
            value = round(before.value + share * (after.value - before.value), 2)
            told = {point.at for point in (before, after) if not point.assumed}
            return Reading(value, interpolated=instant not in told)
    return None


def _fallen(fall: Rainfall, instant: datetime) -> float:
    """Return what fell in the hour up to an instant: little at first, most in the middle, all of it in the end."""
    return round(_sum(fall, instant) - _sum(fall, instant - HOUR), 1)


def _sum(fall: Rainfall, instant: datetime) -> float:
    share = min(1.0, max(0.0, (instant - fall.since) / (fall.until - fall.since)))
    return round(fall.amount * (1 - math.cos(math.pi * share)) / 2, 1)


def flood(name: str) -> Flood | None:
    """Return the flood of that name of the province in use; None where that province has none."""
    return _read(pack().folder / "scenarios" / f"{name}.toml") if name else None


@cache
def _read(path: Path) -> Flood | None:
    return Flood(convert(read_toml(path), _File, path)) if path.exists() else None

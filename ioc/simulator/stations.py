"""Stations of the world: rivers that follow the rain, gauges that catch it, air that traffic fouls and rain washes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from ioc.simulator.bulletins import Flood
from ioc.simulator.dice import dice
from ioc.simulator.feed import DAY, HOUR, SLOT, Part, Sent, items_of, slots
from ioc.simulator.world import Place, World
from services.kernel.clock import LOCAL

SOURCE = "environment/observations"
MEASURED = ("pm2_5", "pm10", "o3", "no2", "temperature", "humidity")
BROKEN = 0.0005
"""Share of values that a sensor makes up."""


@dataclass(frozen=True, slots=True)
class Site:
    """A station of the world: where it stands, what it measures, and its river's height on an ordinary day."""

    slug: str
    lon: float
    lat: float
    properties: tuple[str, ...]
    usual: float = 0.0

    @property
    def place(self) -> Place:
        """Where it rains on it."""
        return Place("", self.lon, self.lat)


@dataclass(frozen=True)
class StationFeed:
    """The observations of a world, every ten minutes; a flood's own hours replace them where it has some."""

    world: World
    sites: Sequence[Site]
    flood: Flood | None = None
    factor: float = 1.0
    _rises: dict[datetime, float] = field(default_factory=dict, compare=False, repr=False)

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        flooded = set(self.flood.at(timedelta(0))) if self.flood else set()
        for slot in slots(start, end):
            if start <= slot < end:
                yield from self._slot(slot, flooded if self.world.in_scenario(slot) else set())
        yield from self.hours(start, end)

    def mean(self, at: datetime) -> float:
        """Return how many values are sent in an hour."""
        del at
        return self.factor * sum(len(self._measured(site)) for site in self.sites) * (HOUR / SLOT)

    def times(self, factor: float) -> Self:
        """Return the same feed with so many times as many values."""
        return replace(self, factor=factor)

    def past(self, now: datetime) -> list[Part]:
        """Return one day of values."""
        return [(SOURCE, items_of(self.between(now - DAY, now)), True)]

    def hours(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield the flood's hours in ``[start, end)``, counted from the moment the scenario began."""
        hour = max(0, math.ceil((start - self.world.started) / HOUR))
        while (at := self.world.started + hour * HOUR) < end and self.flood and hour * HOUR <= self.flood.lasting:
            for (slug, prop), reading in sorted(self.flood.at(hour * HOUR).items(), key=lambda one: one[0]):
                more = {"interpolated": True} if reading.interpolated else {}
                yield self._sent(slug, prop, at, reading.value, more)
            hour += 1

    def _slot(self, slot: datetime, without: set[tuple[str, str]]) -> Iterator[Sent]:
        for repeat in range(max(1, round(self.factor))):
            at = slot + SLOT * repeat / max(1, round(self.factor))
            for site in self.sites:
                for prop in self._measured(site):
                    if (site.slug, prop) not in without:
                        yield self._sent(site.slug, prop, at, self._value(site, prop, at, slot), {})

    @staticmethod
    def _measured(site: Site) -> tuple[str, ...]:
        return tuple(name for name in site.properties if name in {"water_level", "rain", *MEASURED})

    def _sent(self, slug: str, prop: str, at: datetime, value: float, more: dict[str, Any]) -> Sent:
        item = {"station": slug, "property": prop, "value": value, "occurred_at": at.isoformat(), **more}
        return Sent(at, SOURCE, f"{slug}:{prop}:{at.isoformat()}", {**item, "simulated": self.world.tag})

    def _value(self, site: Site, prop: str, at: datetime, slot: datetime) -> float:
        draw = dice(self.world.seed, "station", site.slug, prop, at.isoformat())
        if draw.random() < BROKEN:
            return -999.0
        noise = draw.gauss(0, 1)
        if prop == "water_level":
            return round(site.usual + self._rise(slot) + 0.008 * noise, 3)
        rain = self.world.rain(site.place, at)
        if prop == "rain":
            return round(rain * (SLOT / HOUR), 2)
        if prop in {"temperature", "humidity"}:
            return round(_weather(prop, at, rain) + 0.4 * noise, 1)
        return round(self._air(prop, at, rain) * math.exp(0.06 * noise), 2)

    def _rise(self, slot: datetime) -> float:
        if slot not in self._rises:
            if len(self._rises) > 2000:
                self._rises.clear()
            self._rises[slot] = self.world.river(slot)
        return self._rises[slot]

    def _air(self, prop: str, at: datetime, rain: float) -> float:
        washed = math.exp(-rain / 8)
        fumes = 12 + 30 * self.world.traffic(at)
        if prop == "o3":
            sun = max(0.0, math.sin(math.pi * (at.astimezone(LOCAL).hour - 6) / 13))
            return 25 + 70 * sun * washed
        return {"pm2_5": fumes * washed + 4, "pm10": 1.7 * fumes * washed + 8, "no2": 10 + fumes}[prop]


def _weather(prop: str, at: datetime, rain: float) -> float:
    """Return °C or per cent: warm and dry in the early afternoon, cooler and wet in the rain."""
    warm = math.cos(2 * math.pi * ((at.astimezone(LOCAL).hour + at.minute / 60) - 14) / 24)
    if prop == "temperature":
        return 25 + 5 * warm - 4 * (1 - math.exp(-rain / 5))
    return min(98.0, 75 - 18 * warm + 20 * (1 - math.exp(-rain / 5)))

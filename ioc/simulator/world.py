"""ONE seeded world, pure: from seed and instant to rain, rivers, roads, schools and office hours.

Nothing is remembered: every function gives the same answer for the same instant, so a feed may be asked about last week
or about now, in any order, and two feeds that ask about the same storm hear of the same storm. Rain is the cause that
crosses monitors: it fills rivers, floods roads (reports), takes networks and cameras down and keeps children at home.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from ioc.simulator.dice import dice
from ioc.simulator.scenarios import Scenario
from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar, is_working

KM_PER_DEGREE = 111.0
WET_MONTHS = range(5, 12)
"""May to November: the rainy season of the south-west monsoon and of the eastern slope's autumn."""
ACTIVITY = (
    0.10, 0.06, 0.05, 0.05, 0.08, 0.25, 0.60, 0.95, 1.00, 0.95, 0.90, 0.80,
    0.70, 0.75, 0.85, 0.90, 1.00, 1.10, 1.00, 0.85, 0.65, 0.45, 0.28, 0.16,
)  # fmt: skip
"""How much goes on in public at each hour of the day, 1 = a busy morning."""
RUSH = (7, 8, 16, 17)


@dataclass(frozen=True, slots=True)
class Place:
    """A commune of the world: its code, centre in degrees, and how much of public life goes on there."""

    code: str
    lon: float
    lat: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A rain cell: where it is when, how wide (km) and how hard it rains in its middle (mm an hour)."""

    start: datetime
    lasting: timedelta
    lon: float
    lat: float
    east: float
    north: float
    radius: float
    peak: float

    def rain(self, lon: float, lat: float, at: datetime) -> float:
        """Return the rain in mm an hour that this cell brings to a point."""
        share = (at - self.start) / self.lasting
        if not 0 <= share <= 1:
            return 0.0
        hours = (at - self.start).total_seconds() / 3600
        x = (lon - self.lon) * KM_PER_DEGREE * math.cos(math.radians(lat)) - self.east * hours
        y = (lat - self.lat) * KM_PER_DEGREE - self.north * hours
        return self.peak * math.sin(math.pi * share) * math.exp(-(x * x + y * y) / (self.radius * self.radius))


@dataclass(frozen=True)
class World:
    """Everything that goes on, by instant. ``started`` is when the scenario begins; before it the days are ordinary.

    ``variant`` tells apart the items of worlds that run side by side: a storm's reports are not those of the dry day.
    """

    seed: int
    places: Sequence[Place]
    calendar: WorkCalendar = field(repr=False)
    scenario: Scenario
    started: datetime
    variant: str = ""

    @property
    def tag(self) -> str:
        """What the ids of this world's items begin with."""
        return f"sim-{self.seed}{'-' if self.variant else ''}{self.variant}"

    def in_scenario(self, at: datetime) -> bool:
        """Tell whether the scenario colours this instant."""
        return self.started <= at < self.started + self.scenario.lasting

    # --- people ----------------------------------------------------------------------------------------------------

    def office(self, at: datetime) -> bool:
        """Tell whether the administration works: neither night nor weekend nor Tết."""
        return is_working(self.calendar, at)

    def activity(self, at: datetime) -> float:
        """Return how much goes on in public: the hour of the day, less on days off."""
        local = at.astimezone(LOCAL)
        hour, rest = local.hour, local.minute / 60
        level = ACTIVITY[hour] * (1 - rest) + ACTIVITY[(hour + 1) % 24] * rest
        return level * (1.0 if self.calendar.is_working_day(local.date()) else 0.7)

    def traffic(self, at: datetime) -> float:
        """Return how full the roads are, 0 to 1: rush hours of working days, slower in the rain."""
        rush = at.astimezone(LOCAL).hour in RUSH and self.calendar.is_working_day(at.astimezone(LOCAL).date())
        return min(1.0, self.activity(at) * (0.8 if rush else 0.5) + 0.01 * self.mean_rain(at))

    # --- weather ---------------------------------------------------------------------------------------------------

    def rain(self, place: Place, at: datetime) -> float:
        """Return the rain at a commune in mm an hour."""
        return sum(cell.rain(place.lon, place.lat, at) for cell in self._cells_at(at))

    def mean_rain(self, at: datetime) -> float:
        """Return the rain over the whole province in mm an hour."""
        cells = list(self._cells_at(at))
        if not cells:
            return 0.0
        return sum(cell.rain(p.lon, p.lat, at) for cell in cells for p in self.places) / len(self.places)

    def rained(self, place: Place, at: datetime, hours: int = 24) -> float:
        """Return the mm that fell at a commune in the hours before."""
        return sum(self.rain(place, at - timedelta(hours=back + 0.5)) for back in range(hours))

    def river(self, at: datetime) -> float:
        """Return the rivers' rise above their usual level in metres: what fell upstream, hours later, slowly gone."""
        steps = (self.mean_rain(at - timedelta(hours=back)) * math.exp(-abs(back - 6) / 6) for back in range(24))
        return 0.05 * sum(steps)

    # --- what the weather does --------------------------------------------------------------------------------------

    def network_loss(self, place: Place, at: datetime) -> float:
        """Return the share of a commune's links that are down, 0 to 1: lines fall where it rains hard."""
        return min(0.9, max(0.0, (self.rain(place, at) - 15) / 60))

    def camera_loss(self, place: Place, at: datetime) -> float:
        """Return the share of a commune's cameras that show nothing: links that are down, and lenses under water."""
        return min(1.0, self.network_loss(place, at) + max(0.0, self.rained(place, at, 6) - 100) / 400)

    def absence(self, place: Place, day: date) -> float:
        """Return the share of pupils who stay at home on a school day: a few, more where the night was wet."""
        morning = datetime(day.year, day.month, day.day, 7, tzinfo=LOCAL)
        return min(0.8, 0.025 + 0.002 * self.rained(place, morning, 12))

    def _cells_at(self, at: datetime) -> Iterator[Cell]:
        day = at.astimezone(LOCAL).date()
        ordinary = not (self.scenario.dry and self.in_scenario(at))
        for cell in (*self._day(day - timedelta(days=1)), *self._day(day)) if ordinary else ():
            if cell.start <= at <= cell.start + cell.lasting:
                yield cell
        if self.scenario.storm and self.in_scenario(at):
            yield self._storm()

    def _day(self, day: date) -> tuple[Cell, ...]:
        return _cells(self.seed, day, self._bounds())

    def _bounds(self) -> tuple[float, float, float, float]:
        lons, lats = [p.lon for p in self.places], [p.lat for p in self.places]
        return min(lons), min(lats), max(lons), max(lats)

    def _storm(self) -> Cell:
        west, south, east, north = self._bounds()
        width = (east - west) * KM_PER_DEGREE
        lasting = self.scenario.storm_lasting or self.scenario.lasting
        speed = width / (lasting.total_seconds() / 3600)
        return Cell(
            start=self.started - timedelta(minutes=20),
            lasting=lasting + timedelta(minutes=20),
            lon=west,
            lat=(south + north) / 2,
            east=speed,
            north=0.0,
            radius=45.0,
            peak=self.scenario.storm,
        )


@lru_cache(maxsize=400)
def _cells(seed: int, day: date, bounds: tuple[float, float, float, float]) -> tuple[Cell, ...]:
    """Return the rain cells that rise on a day: afternoons of the wet months bring most."""
    draw = dice(seed, "rain", day)
    wet = day.month in WET_MONTHS
    count = draw.choices((0, 1, 2, 3), (2, 4, 3, 2) if wet else (14, 3, 1, 0))[0]
    west, south, east, north = bounds
    midnight = datetime(day.year, day.month, day.day, tzinfo=LOCAL)
    return tuple(
        Cell(
            start=midnight + timedelta(hours=min(22.0, max(0.0, draw.gauss(14.5, 3.5)))),
            lasting=timedelta(hours=draw.uniform(1.5, 5)),
            lon=draw.uniform(west, east),
            lat=draw.uniform(south, north),
            east=draw.uniform(-18, 6),
            north=draw.uniform(-8, 8),
            radius=draw.uniform(10, 28),
            peak=draw.uniform(6, 45 if wet else 15),
        )
        for _ in range(count)
    )

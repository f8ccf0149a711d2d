"""A world built from the province on hand: its communes, its agencies, its systems, its calendar."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from ioc.simulator.bulletins import flood
from ioc.simulator.cases import CaseFeed
from ioc.simulator.dossiers import Agency, DossierFeed
from ioc.simulator.economy import economy_of
from ioc.simulator.education import SchoolFeed, SchoolHouse
from ioc.simulator.feed import Feed, Sent
from ioc.simulator.government import office_of
from ioc.simulator.health import HealthFeed
from ioc.simulator.hospitals import HospitalFeed, Ward
from ioc.simulator.reports import ReportFeed
from ioc.simulator.safety import Lens, SafetyFeed, Section
from ioc.simulator.scenarios import SCENARIOS, Scenario
from ioc.simulator.sensors import Machines, SensorFeed, machines
from ioc.simulator.stations import Site, StationFeed
from ioc.simulator.tourism import TourismFeed
from ioc.simulator.world import Place, World
from monitors.education.schools import pack_schools, school_days
from monitors.environment.stations import stations
from monitors.health.facilities import facilities
from monitors.public_safety.cameras import cameras, roads, stream_of
from monitors.tourism.sites import festivals, lodgings, sites, visitors_a_year
from services.directory.models import Unit
from services.directory.pack import pack
from services.directory.selectors import centre_of, units_on
from services.kernel.clock import LOCAL
from services.worktime.selectors import current_calendar

SEED = 1022
"""The world of the demo; another number is another world."""
URBAN = "phường"


F = TypeVar("F", bound=Feed)


@dataclass(frozen=True)
class Feeds:
    """The feeds of one world."""

    by_monitor: Mapping[str, Feed]

    def __getitem__(self, monitor: str) -> Feed:
        """Return the feed of a monitor's sources; KeyError where nothing is simulated."""
        return self.by_monitor[monitor]

    def of(self, kind: type[F]) -> F:
        """Return the feed of that class; StopIteration where there is none."""
        return next(feed for feed in self.by_monitor.values() if isinstance(feed, kind))

    @property
    def monitors(self) -> frozenset[str]:
        """Whose sources speak."""
        return frozenset(self.by_monitor)

    def between(self, start: datetime, end: datetime, monitors: frozenset[str]) -> list[Sent]:
        """Return what the sources of these monitors send in ``[start, end)``, oldest first."""
        return sorted(sent for name in sorted(monitors) for sent in self[name].between(start, end))

    def rate(self, at: datetime, monitors: frozenset[str]) -> float:
        """Return how many items a second these monitors' sources send at that time."""
        return sum(self[name].mean(at) for name in sorted(monitors)) / 3600

    def times(self, factor: float) -> "Feeds":
        """Return the same feeds with so many times as much."""
        return Feeds({name: feed.times(factor) for name, feed in self.by_monitor.items()})


def build_feeds(*, now: datetime, seed: int = SEED, scenario: Scenario | None = None, variant: str = "") -> Feeds:
    """Return the feeds of a world over the province in use, whose scenario begins now: 3 statements.

    A ``variant`` runs beside the demo's own world and has no dossiers from before.
    """
    units = list(units_on(now.astimezone(LOCAL).date()))
    world = World(
        seed=seed,
        places=[_place(unit) for unit in units],
        calendar=current_calendar(),
        scenario=scenario or SCENARIOS["ordinary"],
        started=now,
        variant=variant,
    )
    return Feeds({name: build(world, units) for name, build in BUILDERS.items()})


Build = Callable[[World, Sequence[Unit]], Feed]


BUILDERS: Mapping[str, Build] = {
    "cybersecurity": lambda world, _units: SensorFeed(world, _networks()),
    "education": lambda world, _units: SchoolFeed(world, _houses(), school_days(world.calendar).is_school_day),
    "environment": lambda world, _units: StationFeed(world, _sites(), flood(world.scenario.bulletins)),
    "field_reports": lambda world, _units: ReportFeed(world, [category.code for category in pack().categories]),
    "government": lambda world, units: office_of(world, _agencies(units)),
    "health": lambda world, _units: HealthFeed(CaseFeed(world), HospitalFeed(world, _wards())),
    "public_safety": lambda world, _units: SafetyFeed(world, _lenses(), _sections()),
    "public_services": lambda world, units: DossierFeed(
        world, _agencies(units), world.started if world.variant else None
    ),
    "socioeconomy": economy_of,
    "tourism": lambda world, _units: TourismFeed(
        world, list(sites().values()), list(lodgings().values()), festivals(), visitors_a_year()
    ),
}
"""One line a monitor: whose sources the world speaks for."""
SIMULATED = frozenset(BUILDERS)


def _born(world: World) -> datetime | None:
    return world.started if world.variant else None


def _houses() -> list[SchoolHouse]:
    return [SchoolHouse(s.level, Place(s.unit, s.lon, s.lat), s.description) for s in pack_schools().values()]


def _networks() -> list[Machines]:
    return [machines(system.networks[0]) for system in pack().systems if system.networks]


def _wards() -> list[Ward]:
    return [Ward(f.slug, f.lon, f.lat, f.beds, f.fever) for f in facilities().values()]


def _sites() -> list[Site]:
    return [Site(s.slug, s.lon, s.lat, s.properties, s.usual) for s in stations().values()]


def _lenses() -> list[Lens]:
    """Return the cameras that nobody looks at by themselves: of the others the centre sees how they stand."""
    return [Lens(c.slug, c.lon, c.lat) for c in cameras().values() if not stream_of(c)]


def _sections() -> list[Section]:
    return [Section(r.slug, r.lon, r.lat, r.unit, r.free, r.kind) for r in roads().values()]


def _place(unit: Unit) -> Place:
    lon, lat = centre_of(unit)
    return Place(unit.code, lon, lat, weight=3.0 if unit.kind == URBAN else 1.0)


def _agencies(units: Sequence[Unit]) -> list[Agency]:
    """Return who takes dossiers: the departments that dossier numbers know, and every commune."""
    prefix = pack().dossier_prefix
    known = [d for d in pack().departments if d.agency_code and d.valid_to is None]
    departments = [Agency(d.slug, d.agency_code, is_unit=False, weight=3.0) for d in known]
    communes = [
        Agency(unit.code, f"000.{20 + n // 100:02}.{n % 100:02}.{prefix}", is_unit=True, weight=_busy(unit))
        for n, unit in enumerate(sorted(units, key=lambda unit: unit.code))
    ]
    return departments + communes


def _busy(unit: Unit) -> float:
    return 1.0 if unit.kind == URBAN else 0.35

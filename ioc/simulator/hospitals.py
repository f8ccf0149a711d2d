"""Hospitals of the world: beds that fill and empty slowly, more in a storm; free places of fever clinics."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ioc.simulator.cases import wave
from ioc.simulator.dice import dice
from ioc.simulator.feed import HOUR, Part, Sent, items_of
from ioc.simulator.world import Place, World
from services.kernel.clock import LOCAL

SOURCE = "health/capacity"
EVERY = timedelta(hours=1)
KNOWN = timedelta(days=7)
"""A fresh centre knows a week of bed counts."""
INJURED = 0.0006
"""Share of beds that each mm of a storm's rain of a day fills with the injured."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A facility of the world: licensed beds (0 for a clinic without any), and whether it sees fevers apart."""

    slug: str
    lon: float
    lat: float
    beds: int
    fever: bool

    @property
    def place(self) -> Place:
        """Where it rains on it."""
        return Place("", self.lon, self.lat)


@dataclass(frozen=True)
class HospitalFeed:
    """What facilities say of their beds, every hour at a minute of their own."""

    world: World
    wards: Sequence[Ward]
    factor: float = 1.0

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        hour = start.replace(minute=0, second=0, microsecond=0)
        while hour < end:
            for ward in self.wards:
                at = hour + timedelta(minutes=dice(self.world.seed, "minute", ward.slug).randrange(60))
                if start <= at < end:
                    yield self._sent(ward, at)
            hour += EVERY

    def mean(self, at: datetime) -> float:
        """Return how many bed counts are sent in an hour."""
        del at
        return float(len(self.wards))

    def past(self, now: datetime) -> list[Part]:
        """Return the counts of a week, four a day, and the latest."""
        counted = [one for one in self.between(now - KNOWN, now - 2 * HOUR) if one.at.hour % 6 == 0]
        return [(SOURCE, items_of(counted), True), (SOURCE, items_of(self.between(now - 2 * HOUR, now)), False)]

    def _sent(self, ward: Ward, at: datetime) -> Sent:
        inpatients = self.inpatients(ward, at)
        intensive = ward.beds // 20
        item: dict[str, Any] = {
            "facility": ward.slug,
            "beds": ward.beds,
            "inpatients": inpatients,
            "icu_beds": intensive,
            "icu": min(inpatients, round(0.7 * intensive)),
            "as_of": at.isoformat(),
            "simulated": self.world.tag,
        }
        if ward.fever:
            item["free_slots"] = self.free(ward, at)
        return Sent(at, SOURCE, f"{ward.slug}:{at.isoformat()}", item)

    def inpatients(self, ward: Ward, at: datetime) -> int:
        """Return how many lie there: usual for the house and week, more at night, and the injured of a storm."""
        local = at.astimezone(LOCAL)
        usual = 0.72 + 0.2 * dice(self.world.seed, "ward", ward.slug, *local.isocalendar()[:2]).random()
        noise = 0.015 * dice(self.world.seed, "ward", ward.slug, at.isoformat()).gauss(0, 1)
        storm = self.world.in_scenario(at) and self.world.scenario.storm
        injured = INJURED * self.world.rained(ward.place, at) if storm else 0.0
        return max(0, round(ward.beds * (usual + noise + injured - 0.02 * wave(local.hour))))

    def free(self, ward: Ward, at: datetime) -> int:
        """Return the free places of the next hours: few in the morning."""
        draw = dice(self.world.seed, "free", ward.slug, at.isoformat())
        return max(0, round(9 - 7 * max(0.0, wave(at.astimezone(LOCAL).hour)) + draw.gauss(0, 2)))

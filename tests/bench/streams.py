"""Ten thousand datastreams: a province pack like the one in use, with as many made-up stations as that takes."""

import shutil
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from ioc.machine.places import ROOT

PACKS = ROOT / "fixtures" / "province"
PROBES = 40
"""Rivers that carry alarms, on which the way from arrival to frame is measured."""
RIVERS, GAUGES, AIR = PROBES + 1_000, 7_880, 20
"""The other rivers have two properties each, gauges one, and six are measured of the air: 10,000 datastreams.

The air is measured at few places; gauges are cheap and everywhere.
"""

_STATION = """
[[stations]]
slug = "{slug}"
name = {{ vi = "{slug}", en = "{slug}" }}
kind = "{kind}"
lon = 108.0
lat = 12.6
unit = "{unit}"
"""
_ALARM = "usual = 3.0\nalarm = [{ valid_from = 2020-03-15, one = 10.0, two = 12.0, three = 14.0 }]\n"


def make_pack(name: str, folder: Path) -> None:
    """Write the pack of that name into ``folder``, with all the stations besides its own."""
    unit = tomllib.loads((PACKS / name / "stations.toml").read_text(encoding="utf-8"))["stations"][0]["unit"]
    target = folder / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(PACKS / name, target)
    wanted = [("river", "water_level", RIVERS), ("gauge", "rain", GAUGES), ("air", "air", AIR)]
    rows = [
        _STATION.format(slug=f"{word}-{n}", kind=kind, unit=unit) + (_ALARM if word == "river" and n < PROBES else "")
        for word, kind, many in wanted
        for n in range(many)
    ]
    with (target / "stations.toml").open("a", encoding="utf-8") as file:
        file.writelines(rows)


@dataclass(frozen=True)
class Reading:
    """One value of one datastream at one instant."""

    station: str
    prop: str
    value: float
    at: datetime

    def item(self) -> dict[str, Any]:
        """As a station posts it."""
        return {
            "station": self.station,
            "property": self.prop,
            "value": self.value,
            "occurred_at": self.at.isoformat(),
        }

    @property
    def topic(self) -> str:
        """Where it is published."""
        return f"v1.1/Datastreams({self.station}:{self.prop})/Observations"

    def message(self) -> dict[str, Any]:
        """As it is published."""
        return {"result": self.value, "phenomenonTime": self.at.isoformat()}


_AIR = ("pm2_5", "pm10", "o3", "no2", "so2", "co")
STREAM_NAMES = [
    *((f"river-{n}", prop) for n in range(PROBES, RIVERS) for prop in ("water_level", "rain")),
    *((f"gauge-{n}", "rain") for n in range(GAUGES)),
    *((f"air-{n}", prop) for n in range(AIR) for prop in _AIR),
]
STREAMS = len(STREAM_NAMES)


class Readings:
    """Quiet readings, one datastream after the other; never the same twice."""

    def __init__(self, hours: float = 20) -> None:
        self._numbers = count()
        self._from = datetime.now(UTC) - timedelta(hours=hours)

    def take(self, many: int) -> list[Reading]:
        """Return the next ones."""
        return [self._one(next(self._numbers)) for _ in range(many)]

    def _one(self, n: int) -> Reading:
        station, prop = STREAM_NAMES[n % len(STREAM_NAMES)]
        at = self._from + timedelta(milliseconds=100 * n)
        return Reading(station, prop, 0.0 if prop == "rain" else round(5 + n % 13 * 0.1, 1), at)

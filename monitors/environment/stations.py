"""The province's stations, from its pack: where they stand, what they measure, and who lives downstream."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from django.utils.translation import gettext_noop

from monitors.environment.science.quality import Limits
from monitors.environment.science.rivers import Levels
from services.directory.pack import PackError, Text, convert, pack, read_toml

OWNER = "so-nong-nghiep-moi-truong"
"""The department that answers for every station."""
WATER_LEVEL = "water_level"
RAIN = "rain"
AIR = ("pm2_5", "pm10", "o3", "no2", "so2", "co")
TEMPERATURE, HUMIDITY = "temperature", "humidity"
MEASURES = {WATER_LEVEL: "m", RAIN: "mm", **dict.fromkeys(AIR, "µg/m³"), TEMPERATURE: "°C", HUMIDITY: "%"}
"""What a station may measure, and the unit in which it is kept."""
PROPERTY = {
    WATER_LEVEL: gettext_noop("water level"),
    RAIN: gettext_noop("rain"),
    "pm2_5": "PM2.5",
    "pm10": "PM10",
    "o3": "O₃",
    "no2": "NO₂",
    "so2": "SO₂",
    "co": "CO",
    TEMPERATURE: gettext_noop("temperature"),
    HUMIDITY: gettext_noop("humidity"),
}
"""What is measured, in words (message ids)."""
OF_KIND = {"water_level": (WATER_LEVEL, RAIN), "rain": (RAIN,), "air": AIR, "weather": (TEMPERATURE, HUMIDITY, RAIN)}
"""What stations of a kind measure; most gauges at rivers catch rain as well."""

BELOW_ALARM, ABOVE_ALARM = 30.0, 15.0
"""A river further than this below alarm I or above alarm III is a broken gauge (configuration)."""
_AIR_HIGH = {"pm2_5": 1000.0, "pm10": 2000.0, "o3": 1200.0, "no2": 3850.0, "so2": 2630.0, "co": 150_000.0}
_RIVER = Limits(-1000.0, 3000.0, change=3.0, always=1.0, flat_after=timedelta(hours=24))
_RAIN = Limits(0.0, 400.0, change=400.0, always=400.0)
_WEATHER = {
    TEMPERATURE: Limits(-5.0, 48.0, change=10.0, always=6.0, flat_after=timedelta(hours=24)),
    HUMIDITY: Limits(0.0, 100.0, change=60.0, always=40.0),
}


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what the pack's file holds: a misspelt key is an error."""


class Station(Row, frozen=True):
    """A station. ``unit`` is the commune it stands in, ``downstream`` those its river reaches next.

    ``every`` is how many minutes pass between its readings, ``rise`` the metres an hour that are worth a warning,
    ``usual`` a river's height on an ordinary day.
    """

    slug: str
    name: Text
    kind: Literal["water_level", "rain", "air", "weather"]
    lon: float
    lat: float
    unit: str
    river: Text | None = None
    every: int = 60
    rise: float = 0.5
    usual: float = 0.0
    alarm: tuple[Levels, ...] = ()
    downstream: tuple[str, ...] = ()

    @property
    def properties(self) -> tuple[str, ...]:
        """What it may measure."""
        return OF_KIND[self.kind]

    @property
    def pace(self) -> timedelta:
        """How long it is silent between two readings."""
        return timedelta(minutes=self.every)

    @property
    def label(self) -> dict[str, str]:
        """The name as a localised pair for stored messages."""
        return {"vi": self.name["vi"], "en": self.name["en"]}

    def limits(self, prop: str) -> Limits:
        """Return what a value of a property can be here."""
        if prop == RAIN:
            return _RAIN
        if prop in _WEATHER:
            return _WEATHER[prop]
        if prop == WATER_LEVEL:
            low = min((a.one for a in self.alarm), default=_RIVER.low + BELOW_ALARM) - BELOW_ALARM
            high = max((a.three for a in self.alarm), default=_RIVER.high - ABOVE_ALARM) + ABOVE_ALARM
            return Limits(low, high, _RIVER.change, _RIVER.always, _RIVER.flat_after)
        high = _AIR_HIGH[prop]
        return Limits(0.0, high, change=high / 2, always=high / 5, flat_after=timedelta(hours=6))


class _File(Row, frozen=True):
    stations: tuple[Station, ...] = ()


def stations() -> dict[str, Station]:
    """Return slug → station of the province in use; PackError when its file is wrong."""
    return _stations(pack().folder)


@cache
def _stations(folder: Path) -> dict[str, Station]:
    path = folder / "stations.toml"
    found = convert(read_toml(path), _File, path).stations if path.exists() else ()
    for station in found:
        _check(station, path)
    if len({station.slug for station in found}) < len(found):
        message = f"{path}: two stations have the same slug"
        raise PackError(message)
    return {station.slug: station for station in found}


def _check(station: Station, path: Path) -> None:
    for alarm in station.alarm:
        if not alarm.one < alarm.two < alarm.three:
            message = f"{path}: {station.slug}: alarm I lies below II and II below III"
            raise PackError(message)
    if not (abs(station.lon) <= 180 and abs(station.lat) <= 90 and station.every > 0):
        message = f"{path}: {station.slug}: a place in degrees and a pace in minutes"
        raise PackError(message)


def seen_from(unit: str) -> list[str]:
    """Return the stations that concern a commune: its own and those upstream of it."""
    return [s.slug for s in stations().values() if unit == s.unit or unit in s.downstream]

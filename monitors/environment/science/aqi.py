"""VN_AQI, the Vietnamese air quality index: Decision 1459/QĐ-TCMT of 12 November 2019. Pure.

Every concentration is in µg/m³. Hourly series are newest first, one value an hour, ``None`` where an hour has none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop

Hours = Sequence[float | None]

INDEX: Final = (0, 50, 100, 150, 200, 300, 400, 500)
BREAKPOINTS: Final[Mapping[str, tuple[float, ...]]] = {
    "o3": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "o3_8h": (0, 100, 120, 170, 210, 400),
    "co": (0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000),
    "so2": (0, 125, 350, 550, 800, 1600, 2100, 2630),
    "no2": (0, 100, 200, 700, 1200, 2350, 3100, 3850),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm2_5": (0, 25, 50, 80, 150, 250, 350, 500),
}
"""Concentrations at which each pollutant reaches the values of ``INDEX``; 8-hour ozone has none above 300."""
PARTICLES: Final = ("pm2_5", "pm10")
"""An index is given only where one of them is known."""
GASES: Final = ("o3", "co", "so2", "no2")
POLLUTANTS: Final = (*PARTICLES, *GASES)
NOWCAST_HOURS: Final = 12
DAY_HOURS: Final = 24
ENOUGH_OF_A_DAY: Final = 18
"""Three quarters of a day's hours: fewer make no daily mean."""
ENOUGH_OF_EIGHT: Final = 6


@dataclass(frozen=True, slots=True)
class Band:
    """A range of the index: its upper end, its name (a message id) and its colour (red, green, blue)."""

    up_to: int
    name: str
    colour: tuple[int, int, int]


BANDS: Final = (
    Band(50, gettext_noop("Good"), (0, 228, 0)),
    Band(100, gettext_noop("Moderate"), (255, 255, 0)),
    Band(150, gettext_noop("Poor"), (255, 126, 0)),
    Band(200, gettext_noop("Bad"), (255, 0, 0)),
    Band(300, gettext_noop("Very bad"), (143, 63, 151)),
    Band(500, gettext_noop("Hazardous"), (126, 0, 35)),
)


@dataclass(frozen=True, slots=True)
class Aqi:
    """An index and the pollutant that decides it."""

    value: int
    pollutant: str

    @property
    def band(self) -> Band:
        """The range it lies in."""
        return band_of(self.value)


def band_of(value: float) -> Band:
    """Return the band of an index; above 500 it is the last one."""
    return next((band for band in BANDS if value <= band.up_to), BANDS[-1])


def sub_index(pollutant: str, concentration: float) -> float | None:
    """Return one pollutant's index, not rounded; beyond the table 500, and None for 8-hour ozone beyond its table.

    ValueError for a negative concentration.
    """
    if not concentration >= 0:
        message = f"no concentration: {concentration}"
        raise ValueError(message)
    points = BREAKPOINTS[pollutant]
    for low, high, i_low, i_high in zip(points, points[1:], INDEX, INDEX[1:], strict=False):
        if concentration <= high:
            return (i_high - i_low) / (high - low) * (concentration - low) + i_low
    return None if len(points) < len(INDEX) else float(INDEX[-1])


def nowcast(hours: Hours) -> float | None:
    """Return the weighted mean of up to twelve hours of particles, or None without two of the latest three hours.

    The steadier the air, the more the older hours count; an hour that is missing counts nothing.
    """
    latest = list(hours[:NOWCAST_HOURS])
    if sum(value is not None for value in latest[:3]) < 2:
        return None
    known = [(age, value) for age, value in enumerate(latest) if value is not None]
    lowest, highest = min(v for _age, v in known), max(v for _age, v in known)
    if highest == 0:
        return 0.0
    weight = max(0.5, lowest / highest)
    if weight == 0.5 and len(known) == NOWCAST_HOURS:
        return float(sum(0.5 ** (age + 1) * value for age, value in known))
    # With hours missing the halves no longer add up to one: without dividing, dirty air would look clean.
    return sum(weight**age * value for age, value in known) / sum(weight**age for age, _value in known)


def hourly(series: Mapping[str, Hours]) -> Aqi | None:
    """Return the index of the latest hour: particles by Nowcast, gases by that hour; None without particles."""
    values = {name: nowcast(series.get(name, ())) for name in PARTICLES}
    values |= {name: next(iter(series.get(name, ())), None) for name in GASES}
    return _worst(values)


def daily(series: Mapping[str, Hours]) -> Aqi | None:
    """Return the index of 24 hours: the mean of particles, ozone's worst hour or 8 hours, others' worst hour."""
    values = {name: _mean(series.get(name, ())[:DAY_HOURS], ENOUGH_OF_A_DAY) for name in PARTICLES}
    values |= {name: _highest(series.get(name, ())[:DAY_HOURS]) for name in GASES}
    ozone = series.get("o3", ())[:DAY_HOURS]
    spans = [_mean(ozone[start : start + 8], ENOUGH_OF_EIGHT) for start in range(max(0, len(ozone) - 7))]
    return _worst(values | {"o3_8h": _highest(spans)})


def mean_of_a_day(hours: Hours) -> float | None:
    """Return the mean of 24 hours, newest first; None with fewer than 18 of them."""
    return _mean(hours[:DAY_HOURS], ENOUGH_OF_A_DAY)


def _worst(values: Mapping[str, float | None]) -> Aqi | None:
    if all(values.get(name) is None for name in PARTICLES):
        return None
    indices = {name: sub_index(name, value) for name, value in values.items() if value is not None}
    known = {name: index for name, index in indices.items() if index is not None}
    worst = max(known, key=lambda name: known[name])
    return Aqi(int(known[worst] + 0.5), worst.removesuffix("_8h"))


def _mean(values: Hours, least: int) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if len(known) >= least else None


def _highest(values: Hours) -> float | None:
    return max((value for value in values if value is not None), default=None)

"""Danger of forest fire, levels I to V, by Nesterov's index. Pure. Temperatures in °C, humidity in per cent.

The index adds up, day by day since it last rained, the temperature at 13:00 times its distance to the dew point. The
five levels and their thresholds in thousands, and the rain that ends a dry spell, are remembered, not read:
configuration.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

THRESHOLDS = (5_000, 10_000, 15_000, 20_000)
NAMES = ("I", "II", "III", "IV", "V")
WETTING = 3.0
"""Millimetres in a day that end a dry spell (configuration)."""
DRIEST = 1.0
"""Humidity below this is a broken sensor; the logarithm would tell of impossible air."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day at a station: what it was at 13:00, None where nobody measured; the day's rain in mm."""

    temperature: float | None
    humidity: float | None
    rain: float = 0.0


def dew_point(temperature: float, humidity: float) -> float:
    """Return the dew point over water by the Magnus formula (WMO-No. 8); never above the temperature."""
    gamma = math.log(max(DRIEST, min(100.0, humidity)) / 100) + 17.62 * temperature / (243.12 + temperature)
    return min(temperature, 243.12 * gamma / (17.62 - gamma))


def nesterov(days: Iterable[Day]) -> float:
    """Return the index after these days, oldest first.

    A day that nobody measured adds nothing and ends nothing: the index is then too low, never too high.
    """
    index = 0.0
    for day in days:
        if day.rain >= WETTING:
            index = 0.0
        elif day.temperature is not None and day.humidity is not None and day.temperature > 0:
            index += day.temperature * (day.temperature - dew_point(day.temperature, day.humidity))
    return index


def level(index: float) -> int:
    """Return the level 1 to 5; a threshold belongs to the level below it."""
    return 1 + bisect_left(THRESHOLDS, index)

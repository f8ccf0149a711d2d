"""Is a picture dark, and is it the same as the one before? On grids of luma: 0 black to 255 white, one byte each.

A live sensor has noise: two pictures of an empty road at night still differ by a level or more per pixel. A picture
that does not differ at all is not seen but repeated. Thresholds are practice (configuration), not from a standard.
"""

from datetime import datetime, time

import numpy as np

DARK_MEAN = 16.0
"""Mean luma below which a picture shows nothing."""
DARK_BRIGHTEST = 48.0
"""… unless its brightest twentieth is brighter than this: lamps in the night."""
SAME = 0.3
"""Mean difference in levels of luma below which two pictures are one."""
FROZEN_AFTER = 3
"""Checks in a row with one and the same picture that make it frozen."""
NIGHT = (time(17, 45), time(5, 45))
"""From when to when, local time, a camera without infrared light may be dark."""


def brightness(grid: bytes) -> float:
    """Return the mean luma."""
    return float(np.frombuffer(grid, np.uint8).mean())


def is_dark(grid: bytes) -> bool:
    """Tell whether a picture shows nothing but darkness: a covered lens, a dead sensor, no light at all."""
    luma = np.frombuffer(grid, np.uint8)
    return bool(luma.mean() < DARK_MEAN and np.percentile(luma, 95) < DARK_BRIGHTEST)


def difference(one: bytes, other: bytes) -> float | None:
    """Return the mean absolute difference in levels; None where there is nothing to compare (none, another size)."""
    if not one or len(one) != len(other):
        return None
    a, b = np.frombuffer(one, np.uint8).astype(int), np.frombuffer(other, np.uint8).astype(int)
    return float(np.abs(a - b).mean())


def is_same(one: bytes, other: bytes) -> bool:
    """Tell whether the second picture is the first once more."""
    apart = difference(one, other)
    return apart is not None and apart < SAME


def is_night(local: datetime) -> bool:
    """Tell whether it is dark outside at a local time."""
    return local.time() >= NIGHT[0] or local.time() < NIGHT[1]

"""Five classes for a map of values, negative ones too, with limits that a person can read. Pure."""

import math
from collections.abc import Sequence

CLASSES = 5
_SHARES = (0.2, 0.4, 0.6, 0.8)
_STEPS_ACROSS = 40
"""Limits are round to a step of about this part of the whole span."""


def step_of(values: Sequence[float]) -> float:
    """Return the round step for limits: a power of ten times 1, 2 or 5; 0 when all values are equal."""
    span = max(values) - min(values) if values else 0.0
    if span <= 0 or not math.isfinite(span):
        return 0.0
    raw = span / _STEPS_ACROSS
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * times for times in (1, 2, 5, 10) if raw <= power * times * 1.000001)


def limits(values: Sequence[float]) -> list[float]:
    """Return rising limits between at most five classes of about equal size; none when there is nothing to tell apart.

    A value on a limit belongs to the class above it.
    """
    ranked, step = sorted(values), step_of(values)
    if not step:
        return []
    found: list[float] = []
    for share in _SHARES:
        quantile = ranked[min(int(share * len(ranked)), len(ranked) - 1)]
        limit = float(f"{round(quantile / step) * step:.12g}")
        if ranked[0] < limit <= ranked[-1] and (not found or limit > found[-1]):
            found.append(limit)
    return found


def class_of(value: float, bounds: Sequence[float]) -> int:
    """Return 1 to 5."""
    return 1 + sum(value >= bound for bound in bounds)


def tone_of(number: int, bounds: Sequence[float]) -> int:
    """Return the tone of the ramp, 1 to 5: fewer classes still span the whole ramp."""
    return 1 + round((number - 1) * (CLASSES - 1) / len(bounds)) if bounds else 3


def decimals_of(bounds: Sequence[float], most: int) -> int:
    """Return how many decimals tell the limits apart, at most ``most`` or what they need."""
    for digits in range(max(most, 6)):
        if all(math.isclose(round(bound, digits), bound, rel_tol=1e-9) for bound in bounds):
            return digits
    return max(most, 6)

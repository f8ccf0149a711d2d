"""When an indicator deserves attention: pure verdicts on numbers. All thresholds are configuration."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.contract import Severity

BEHIND = 0.10
"""Share of the plan by which the year so far may lag behind the calendar."""
FAR_BEHIND = 0.25
JUMP = 4.0
"""Robust standard deviations from one period's usual change that make a jump."""
JUMP_AT_LEAST = 6
"""Changes that must be known before one can be called unusual."""
OUTLIER = 3.5
"""Modified z-score beyond which a unit stands out from its peers (Iglewicz and Hoaglin 1993)."""
PEERS_AT_LEAST = 5
_MAD = 0.6745
_MEAN = 0.7979
"""What makes a median, or mean, absolute deviation comparable with a standard deviation of normal values."""
_FLAT = 0.01
"""Deviations below this share of the level count as this share: a flat series has no deviation to measure by."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Something unusual: the value, what was expected, and how bad it is."""

    value: float
    expected: float
    severity: Severity


def off_plan(to_date: float, plan: float, elapsed: float, direction: str) -> Verdict | None:
    """Judge the year so far against the share of the plan that the calendar asks for by now.

    ``elapsed`` is the part of the year that is over, 0 to 1; ``direction`` ``up`` must not lag behind, ``down`` must
    not run ahead (deaths on the road). None when it is on its way, or neither way is good.
    """
    if plan <= 0 or direction not in {"up", "down"}:
        return None
    expected = plan * elapsed
    gap = (expected - to_date) / plan if direction == "up" else (to_date - expected) / plan
    if gap <= BEHIND:
        return None
    return Verdict(to_date, expected, "high" if gap > FAR_BEHIND else "medium")


def jump(values: Sequence[float | None]) -> Verdict | None:
    """Judge the last value by the changes that are usual between two periods; None when it is usual, or little known.

    A change is unusual when it lies ``JUMP`` robust deviations (median absolute deviation) from the median change.
    """
    pairs = pairwise(values)
    changes = [after - before for before, after in pairs if before is not None and after is not None]
    last, before = (values[-1], values[-2]) if len(values) > 1 else (None, None)
    if last is None or before is None or len(changes) - 1 < JUMP_AT_LEAST:
        return None
    usual = changes[:-1]
    score = _score(changes[-1], usual, level=abs(before))
    if abs(score) < JUMP:
        return None
    severity: Severity = "medium" if abs(score) < 2 * JUMP else "high"
    return Verdict(last, before + statistics.median(usual), severity)


def outliers(values: Mapping[str, float]) -> dict[str, Verdict]:
    """Return the units that stand out from their peers of one period; none among fewer than five."""
    if len(values) < PEERS_AT_LEAST:
        return {}
    peers = list(values.values())
    middle = statistics.median(peers)
    found = {unit: _score(value, peers, level=abs(middle)) for unit, value in values.items()}
    return {
        unit: Verdict(values[unit], middle, "medium" if abs(score) < 2 * OUTLIER else "high")
        for unit, score in found.items()
        if abs(score) > OUTLIER
    }


def _score(value: float, peers: Sequence[float], *, level: float) -> float:
    """Return how many robust deviations a value lies from the median of others."""
    middle = statistics.median(peers)
    away = [abs(one - middle) for one in peers]
    spread = statistics.median(away) / _MAD or math.fsum(away) / len(away) / _MEAN
    spread = max(spread, _FLAT * level)
    if not spread:
        return 0.0 if value == middle else math.copysign(math.inf, value - middle)
    return (value - middle) / spread

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
USUAL_WINDOW = 12
"""Periods behind the newest one that make what is usual of a unit."""
USUAL_AT_LEAST = 6
"""How many of them must be known."""
_MAD = 0.6745
_MEAN = 0.7979
"""What makes a median, or mean, absolute deviation comparable with a standard deviation of normal values."""
_ANSCOMBE = 3 / 8
"""Twice the root of a count and this much has a variance of about one, whatever the count (Anscombe 1948)."""
_MEDIAN_BELOW_MEAN = 1 / 3
"""How far the median of a count lies below its mean."""
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


def counts_apart(values: Mapping[str, float], usual: Mapping[str, float]) -> dict[str, Verdict]:
    """Return the units whose count went another way than their peers' did; none among fewer than five.

    Units differ in size, so counts are not compared with each other: ``usual`` is each unit's own mean of the periods
    before, and what is expected is that times what the peers' counts did meanwhile (the median of their ratios,
    weighted by how surely each is known, which neither one wrong figure nor the largest of them moves alone).
    Distances are measured as for counts of rare events, and more leniently where all of them vary more than such
    counts do.
    """
    both = {unit: (value, usual[unit]) for unit, value in values.items() if unit in usual and value >= 0}
    course = _course([(value, mean) for value, mean in both.values() if mean > 0])
    if len(both) < PEERS_AT_LEAST or course is None:
        return {}
    away = {unit: _root(value) - _root(mean * course) for unit, (value, mean) in both.items()}
    spread = max(1.0, statistics.median(abs(one) for one in away.values()) / _MAD)
    return {
        unit: Verdict(values[unit], both[unit][1] * course, "medium" if abs(one) < 2 * OUTLIER * spread else "high")
        for unit, one in away.items()
        if abs(one) > OUTLIER * spread
    }


def _root(count: float) -> float:
    return 2 * math.sqrt(count + _ANSCOMBE)


def _course(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return the weighted median of what counts are now for each one that was usual; None where nothing was."""
    ratios = sorted(((value + _MEDIAN_BELOW_MEAN) / mean, math.sqrt(mean)) for value, mean in pairs)
    half, passed = math.fsum(weight for _ratio, weight in ratios) / 2, 0.0
    for ratio, weight in ratios:
        passed += weight
        if passed >= half:
            return ratio
    return None


def _score(value: float, peers: Sequence[float], *, level: float) -> float:
    """Return how many robust deviations a value lies from the median of others."""
    middle = statistics.median(peers)
    away = [abs(one - middle) for one in peers]
    spread = statistics.median(away) / _MAD or math.fsum(away) / len(away) / _MEAN
    spread = max(spread, _FLAT * level)
    if not spread:
        return 0.0 if value == middle else math.copysign(math.inf, value - middle)
    return (value - middle) / spread

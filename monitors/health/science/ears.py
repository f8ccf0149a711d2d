"""EARS C1, C2 and C3: is a day's count out of line with the days before it? Pure.

After Hutwagner et al. 2003 (the CDC's Early Aberration Reporting System): C1 compares day t with the mean of
t−7…t−1, C2 with that of t−9…t−3 (so that a slow rise does not hide in its own baseline), alarm at z ≥ 3.09; C3 sums
``max(0, C2 − 1)`` over t−2…t, alarm at 1.96.

The standard deviation has a floor of 1.0 (configuration, 0.5–1 in practice): with the lower one two cases after a week
of none would be an alarm, and a commune has such days all year. A day without a report is unknown, not zero; with
fewer than five of seven days known there is no score, and the score says so by being None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

SIGMA_FLOOR = 1.0
Z_ALARM = 3.09
C3_ALARM = 1.96
BASELINE_DAYS = 7
FEWEST_DAYS = 5
"""Days of a baseline that must be known (configuration)."""
C2_LAG = 2
"""Days that C2 leaves out between its baseline and the day it judges."""
C3_DAYS = 3
NEEDED = BASELINE_DAYS + C2_LAG + C3_DAYS
"""Days, the judged one among them, that the three scores look at."""

Counts = Sequence[int | None]
"""Counts by day, oldest first; None is a day nobody reported."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The three scores of a day; None where too little is known."""

    c1: float | None
    c2: float | None
    c3: float | None

    @property
    def judged(self) -> bool:
        """True when at least one score could be computed."""
        return any(score is not None for score in (self.c1, self.c2, self.c3))

    @property
    def signs(self) -> tuple[str, ...]:
        """The names of the scores that are alarms."""
        limits = (("C1", self.c1, Z_ALARM), ("C2", self.c2, Z_ALARM), ("C3", self.c3, C3_ALARM))
        return tuple(name for name, score, limit in limits if score is not None and score >= limit)


def scores(counts: Counts) -> Scores:
    """Return the scores of the last day of ``counts``; more than ``NEEDED`` days change nothing."""
    c2s = [score(counts[: len(counts) - back], lag=C2_LAG) for back in range(C3_DAYS)]
    known = [one for one in c2s if one is not None]
    c3 = sum(max(0.0, one - 1) for one in known) if c2s[0] is not None else None
    return Scores(score(counts), c2s[0], c3)


def score(counts: Counts, *, lag: int = 0) -> float | None:
    """Return z of the last day against the seven days that end ``lag`` days before it, None when unknown."""
    if not counts or counts[-1] is None:
        return None
    end = len(counts) - 1 - lag
    before = [count for count in counts[max(0, end - BASELINE_DAYS) : max(0, end)] if count is not None]
    if len(before) < FEWEST_DAYS:
        return None
    return (counts[-1] - fmean(before)) / max(SIGMA_FLOOR, stdev(before))

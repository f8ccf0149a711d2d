"""Is a road slower than it usually is at this hour of the week? Speeds in km/h; thresholds are configuration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

WEEKS = 8
"""How far back "usual" looks."""
LEAST_WEEKS = 3
"""Of those weeks so many must have spoken: before that nothing is usual."""
SLOW, JAMMED = 0.5, 0.25
"""Share of the usual speed below which a road is congested, and jammed."""
FEW = 3
"""Vehicles of a window without which their speed says nothing about the road."""
IN_A_ROW = 2
GAP = 1.5
"""Two windows follow each other when not more than so many lengths lie between their starts."""


@dataclass(frozen=True, slots=True)
class Window:
    """What was counted on a section in ``length`` from ``start``; ``speed`` None: nobody was measured."""

    start: datetime
    length: timedelta
    vehicles: int
    speed: float | None

    @property
    def tells(self) -> bool:
        """True when the speed is that of the road and not of a single vehicle."""
        return self.speed is not None and self.vehicles >= FEW


def usual(weeks: Sequence[Sequence[float]]) -> float | None:
    """Return the median of the weeks' mean speeds at one hour of the week; None while too few weeks have spoken.

    A week counts once, however many windows it has: a jam that lasted an hour is one unusual week, not four.
    """
    means = [sum(speeds) / len(speeds) for speeds in weeks if speeds]
    return median(means) if len(means) >= LEAST_WEEKS else None


def share_of_usual(window: Window, normal: float | None) -> float | None:
    """Return the speed as a share of the usual one, None when one of them says nothing."""
    if normal is None or normal <= 0 or window.speed is None or not window.tells:
        return None
    return window.speed / normal


def congested(shares: Sequence[tuple[Window, float | None]]) -> bool | None:
    """Judge the newest of a section's windows (oldest first): True from the second slow one in a row.

    False when the newest runs as usual again; None when it says nothing, or is slow for the first time.
    """
    if not shares or shares[-1][1] is None:
        return None
    if shares[-1][1] >= SLOW:
        return False
    last = shares[-IN_A_ROW:]
    follows = all(b.start - a.start <= GAP * max(a.length, b.length) for (a, _), (b, _) in pairwise(last))
    slow = [share for _window, share in last if share is not None and share < SLOW]
    return True if len(last) == len(slow) == IN_A_ROW and follows else None

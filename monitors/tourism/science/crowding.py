"""When a site is too full: two thresholds up, one down, so that a count that wavers does not ring again and again.

The shares are configuration: the capacity of a site already keeps what its ways and exits bear, so nine tenths is the
time to act and the whole is the limit.
"""

from enum import Enum

CROWDED = 0.90
FULL = 1.00
RELIEVED = 0.80


class Verdict(Enum):
    """How a site stands. ``STAYS``: between the thresholds, what was said before still holds."""

    FULL = "full"
    CROWDED = "crowded"
    STAYS = "stays"
    RELIEVED = "relieved"


def judge(present: int, capacity: int) -> Verdict:
    """Return how a site stands with so many present; ValueError for a site that holds nobody."""
    share = load(present, capacity)
    if share >= FULL:
        return Verdict.FULL
    if share >= CROWDED:
        return Verdict.CROWDED
    return Verdict.RELIEVED if share < RELIEVED else Verdict.STAYS


def load(present: int, capacity: int) -> float:
    """Return the share of the capacity that is taken; ValueError for a site that holds nobody."""
    if capacity < 1:
        message = "a site holds at least one visitor"
        raise ValueError(message)
    return present / capacity

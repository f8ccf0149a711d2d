"""Are more pupils missing than on other such days? Pure.

A school's share of absent pupils is compared with its own: with the same weekday of the eight school weeks before
(Saturdays are thinner than Tuesdays), and with the same weeks of last year (rain, harvest and flu have their season).
The larger of both medians is what is usual; median and MAD, so that one bad day neither hides the next one nor makes
it. A day without a report is unknown: it is no day on which nobody was missing, and it counts nowhere.

Example: on eight Wednesdays 2, 3, 2, 4, 3, 2, 3 and 3 % of 400 pupils were missing: usual is 3 %, the spread is at
least one percentage point. 12 % today are nine spreads above it, and 36 pupils more than usual: unusual. 6 % are three
spreads, but only three points more than usual: not worth a call.

All numbers are configuration; no law says from when on absence is unusual.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

SPREADS = 3.0
"""So many spreads above what is usual."""
POINTS = 0.05
"""And so much of all pupils more than usual."""
PUPILS = 5
"""And so many pupils more than usual: a village class of twelve has three coughs without an outbreak."""
FLOOR = 0.01
"""A spread is no smaller: schools that report 100 % for weeks would else alarm at two colds."""
FEWEST_WEEKDAYS = 4
"""Same weekdays that must be known before a day is judged."""
FEWEST_OF_SEASON = 5
"""Days of last year that must be known before they count."""
MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Count:
    """How many were expected and how many were there, on one day."""

    expected: int
    present: int

    @property
    def absent(self) -> float | None:
        """The share of absent pupils, 0 to 1; None when nobody was expected."""
        return 1 - self.present / self.expected if self.expected > 0 else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judged day: shares of absent pupils, today's and the usual one, and whether today's is out of line."""

    absent: float
    usual: float
    unusual: bool


def judge(today: Count, weekdays: Sequence[Count], season: Sequence[Count] = ()) -> Verdict | None:
    """Return how a day stands against its like, None when that cannot be said.

    ``weekdays`` are the same weekday of the weeks before, ``season`` the days around this one a year ago.
    """
    share, known, past = today.absent, _shares(weekdays), _shares(season)
    if share is None or len(known) < FEWEST_WEEKDAYS:
        return None
    usual = median(known)
    spread = MAD_TO_SIGMA * median(abs(one - usual) for one in known)
    if len(past) >= FEWEST_OF_SEASON:
        usual = max(usual, median(past))
    chance = math.sqrt(usual * (1 - usual) / today.expected)
    above = share - usual
    enough = above >= POINTS and above * today.expected >= PUPILS
    return Verdict(share, usual, enough and above >= SPREADS * max(spread, chance, FLOOR))


def _shares(counts: Sequence[Count]) -> list[float]:
    return [share for one in counts if (share := one.absent) is not None]

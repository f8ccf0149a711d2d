"""Pure: the figures of alarm load and their limits (ANSI/ISA-18.2-2016 table of metrics; EEMUA 191, third edition).

Limits are for one operator; a position of several operators bears as many times more.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final, Literal

from services.alerts.flood import WINDOW, Flood, floods, time_in_flood

Verdict = Literal["good", "watch", "bad", "none"]

STEADY: Final = 1.0
"""Alarms per ten minutes that an operator can bear all day ("very likely to be acceptable"); twice that is the most."""
MOST_IN_TEN: Final = 10
FLOOD_SHARE: Final = 1.0
"""Per cent of the time that may be spent in floods."""
STANDING: Final = 10
STALE: Final = timedelta(hours=24)
FREQUENT_SHARE: Final = 5.0
"""Per cent of all alarms that the ten most frequent ones may make together; up to 1 % is the goal."""
PRIORITIES: Final = (("low", 80.0), ("medium", 15.0), ("high", 5.0))
"""EEMUA 191's distribution: low priority 80 %, medium 15 %, high 5 %. Information counts as low, critical as high."""
PRIORITY_OF: Final = ("low", "low", "medium", "high", "high")
"""Priority by severity's rank 0 (info) to 4 (critical)."""
TOP: Final = 10


@dataclass(frozen=True, slots=True)
class Share:
    """A priority's part of all alarms, in per cent, and what it should be."""

    name: str
    count: int
    percent: float
    should: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Rate:
    """How many came: in all, per ten minutes and operator on average, at most in any ten minutes; by window."""

    total: int
    average: float
    peak: int
    buckets: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class Floods:
    """Floods of the span: how many, how much of the time in per cent, how long the longest, the most in ten minutes."""

    number: int
    percent: float
    longest: timedelta
    peak: int
    spans: tuple[Flood, ...]


def rate(at: Sequence[datetime], since: datetime, until: datetime, seats: int = 1) -> Rate:
    """Return the rate of a span that is cut in tens of minutes from its beginning; ``peak`` is the whole position's."""
    windows = max(1, ceil((until - since) / WINDOW))
    counts = Counter(int((one - since) / WINDOW) for one in at if since <= one < until)
    buckets = tuple((since + WINDOW * index, counts[index]) for index in range(windows))
    total = sum(counts.values())
    exact = max((until - since) / WINDOW, 1.0)
    return Rate(total, total / exact / seats, most_within(WINDOW, [one for one in at if since <= one < until]), buckets)


def most_within(window: timedelta, at: Sequence[datetime]) -> int:
    """Return the most that came within any span of that length, wherever it begins."""
    come, first, most = sorted(at), 0, 0
    for last, one in enumerate(come):
        while come[first] <= one - window:
            first += 1
        most = max(most, last - first + 1)
    return most


def flooded(at: Iterable[datetime], since: datetime, until: datetime, seats: int = 1) -> Floods:
    """Return the floods that touch the span; ``at`` may begin before it, so that a flood under way is known."""
    found = [one for one in floods(at, until, seats) if (one.until or until) > since]
    share = time_in_flood(found, since, until) / (until - since) * 100 if until > since else 0.0
    longest = max((one.lasted(until) for one in found), default=timedelta(0))
    return Floods(len(found), share, longest, max((one.peak for one in found), default=0), tuple(found))


def priorities(ranks: Iterable[int]) -> list[Share]:
    """Return how alarms are distributed over the three priorities."""
    counts = Counter(PRIORITY_OF[rank] for rank in ranks)
    total = sum(counts.values())
    return [
        Share(name, counts[name], percent := 100 * counts[name] / total if total else 0.0, should,
              _distributed(name, percent, total))
        for name, should in PRIORITIES
    ]  # fmt: skip


def _distributed(name: str, percent: float, total: int) -> Verdict:
    """Too many high and medium ones blunt the alarm: twice what they should be is bad, up to it is good."""
    if total == 0:
        return "none"
    if name == "low":
        return below(100 - percent, 25, 40)
    should = dict(PRIORITIES)[name]
    return below(percent, should + 2, 2 * should)


def below(value: float, good: float, most: float) -> Verdict:
    """Return the verdict on a value that should be low: up to ``good``, up to ``most``, above."""
    if value <= good:
        return "good"
    return "watch" if value <= most else "bad"


def percentile(values: Sequence[float], part: float) -> float | None:
    """Return the nearest-rank percentile (0 < part ≤ 100); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, ceil(part / 100 * len(ordered)) - 1)]

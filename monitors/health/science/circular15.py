"""Outbreak and warning of a notifiable disease in a commune, as Circular 15/2026/TT-BYT defines them. Pure.

Endemic diseases of groups B and C are held against the same month (outbreak) and the same week (warning) of the five
years before, years with an outbreak left out; diseases that are not endemic against linked cases; of group A one
confirmed case is enough to warn. What was not reported in an earlier year is unknown, not zero: with too few years
known there is no judgement (configuration: ``FEWEST_YEARS``).

The circular gives no floor for the standard deviation, so there is none: where five years had no case, one is above.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev

YEARS = 5
FEWEST_YEARS = 3
"""Years that must be known before a mean of them means anything (configuration)."""
OUTBREAK_SIGMAS, WARNING_SIGMAS = 2.0, 1.0
OUTBREAK_LINKED, WARNING_LINKED = 5, 3
WARNING_CONFIRMED = 1
"""Confirmed cases of group A that warn."""


class Level(StrEnum):
    """What is said about a disease in a commune. ``UNKNOWN``: too few years are known to say anything."""

    OUTBREAK = "outbreak"
    WARNING = "warning"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual: mean and sample standard deviation of the same month or week in ``years`` earlier years."""

    mean: float
    sigma: float
    years: int

    def limit(self, sigmas: float) -> float:
        """Return the count above which it is no longer usual."""
        return self.mean + sigmas * self.sigma


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement with the count and the limit it rests on; ``limit`` None where the rule has no limit to compare."""

    level: Level
    count: int = 0
    limit: float | None = None


def baseline(counts: Iterable[int | None]) -> Baseline | None:
    """Return what is usual from the counts of earlier years without outbreaks; None marks an unknown year.

    None when fewer than ``FEWEST_YEARS`` are known.
    """
    known = [count for count in counts if count is not None]
    if len(known) < FEWEST_YEARS:
        return None
    return Baseline(fmean(known), stdev(known), len(known))


def endemic_month(month_to_date: int, usual: Baseline | None) -> Verdict:
    """Return OUTBREAK when a month to date lies above mean + 2σ of the same month."""
    if usual is None:
        return Verdict(Level.UNKNOWN, month_to_date)
    limit = usual.limit(OUTBREAK_SIGMAS)
    return Verdict(Level.OUTBREAK if month_to_date > limit else Level.NONE, month_to_date, limit)


def endemic_week(week_to_date: int, usual: Baseline | None) -> Verdict:
    """Return WARNING when a week to date lies above mean + 1σ of the same week.

    The circular warns between 1σ and 2σ. Above 2σ the week warns as well: whether that is an outbreak is the month's
    question, and a week that is worse must not be quieter.
    """
    if usual is None:
        return Verdict(Level.UNKNOWN, week_to_date)
    limit = usual.limit(WARNING_SIGMAS)
    return Verdict(Level.WARNING if week_to_date > limit else Level.NONE, week_to_date, limit)


def not_endemic(linked: Sequence[int]) -> Verdict:
    """Return what the largest cluster of linked cases is: five an outbreak, three a warning."""
    largest = max(linked, default=0)
    if largest >= OUTBREAK_LINKED:
        return Verdict(Level.OUTBREAK, largest, OUTBREAK_LINKED)
    level = Level.WARNING if largest >= WARNING_LINKED else Level.NONE
    return Verdict(level, largest, WARNING_LINKED)


def group_a(confirmed: int) -> Verdict:
    """Return WARNING from the first confirmed case of group A."""
    level = Level.WARNING if confirmed >= WARNING_CONFIRMED else Level.NONE
    return Verdict(level, confirmed, WARNING_CONFIRMED)

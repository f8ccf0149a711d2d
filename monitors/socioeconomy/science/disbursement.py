"""How far a year's investment capital should be paid out by now, and who lags behind that line. Pure.

Capital of a budget year may be paid out until 31 January of the following year (Law on Public Investment 58/2024/QH15,
R), so a year has thirteen months here. Payments start slowly and pile up at the end: the line below is what steering
directives of several years ask for, roughly (R): configuration, like every threshold of this file.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

LAST_MONTH = 13
"""January of the following year."""
LINE = (0.01, 0.04, 0.10, 0.16, 0.24, 0.33, 0.42, 0.51, 0.60, 0.70, 0.80, 0.92, 1.0)
"""Share of the year's capital that should be paid out by the end of each of the thirteen months (configuration)."""
BEHIND, FAR_BEHIND = 0.20, 0.40
"""Shares of the plan by which a project may lag behind its line before it is behind, and far behind (configuration)."""
SMALLEST = 1.0
"""A plan below so many billion VND is nobody's alarm (configuration)."""
MANY = 3
"""So many lagging projects of one investor are told as one thing: the investor (configuration)."""
FAR_BELOW, FURTHER_BELOW = 0.5, 0.25
"""An investor below this share of the province's mean stands out, and badly so (configuration)."""
PROJECTS_AT_LEAST = 2
"""An investor with fewer projects is its project (configuration)."""
RUNNING = ("preparing", "ongoing")
"""States in which capital is to be spent; one that is finished or was stopped owes nothing more."""

Progress = Literal["done", "on_track", "behind", "far_behind", "unjudged"]
LAGGING: tuple[Progress, ...] = ("behind", "far_behind")


def budget_year(day: date) -> int:
    """Return the year whose capital is being paid out on a day: in January still last year's."""
    return day.year - (day.month == 1)


def month_of(year: int, month: date) -> int:
    """Return which month of a budget year a calendar month is: 1 to 13, beyond both ends less or more."""
    return (month.year - year) * 12 + month.month


def expected(month: int, first: int = 1) -> float:
    """Return the share, 0 to 1, to be paid out by the end of a month (1 to 13) by who may begin in month ``first``.

    A project that starts within the year runs the rest of the line in what is left of it.
    """
    if month < first:
        return 0.0
    begun = LINE[first - 2] if first > 1 else 0.0
    reached = LINE[min(month, LAST_MONTH) - 1]
    return (reached - begun) / (1 - begun) if begun < 1 else 1.0


def share(disbursed: float, plan: float) -> float | None:
    """Return what part of the plan was paid out, as a fraction; None without a plan."""
    return disbursed / plan if plan > 0 else None


def first_month(year: int, starts: date | None) -> int:
    """Return the month of the budget year in which a project may begin to spend, 1 to 13."""
    return 1 if starts is None else max(1, min(month_of(year, starts), LAST_MONTH))


def progress(*, plan: float, disbursed: float, status: str, month: int, first: int = 1) -> Progress:
    """Judge a project by the end of a month against its line; ``unjudged`` without a plan worth it, or when stopped."""
    paid = share(disbursed, plan)
    if paid is not None and paid >= 1:
        return "done"
    if status not in RUNNING:
        return "done" if status == "completed" else "unjudged"
    if paid is None or plan < SMALLEST:
        return "unjudged"
    gap = expected(month, first) - paid
    if gap > FAR_BEHIND:
        return "far_behind"
    return "behind" if gap > BEHIND else "on_track"


@dataclass(frozen=True, slots=True)
class Total:
    """Sums over projects, in billion VND, and how many of them lag."""

    plan: float
    disbursed: float
    projects: int
    lagging: int

    @property
    def share(self) -> float | None:
        """What part of all capital was paid out."""
        return share(self.disbursed, self.plan)


def total(projects: Iterable[tuple[float, float, str]]) -> Total:
    """Return the sums over (plan, disbursed, progress)."""
    rows = list(projects)
    return Total(
        plan=math.fsum(plan for plan, _paid, _progress in rows),
        disbursed=math.fsum(paid for _plan, paid, _progress in rows),
        projects=len(rows),
        lagging=sum(progress in LAGGING for _plan, _paid, progress in rows),
    )


def is_slow(investor: Total, province: Total) -> Literal["", "medium", "high"]:
    """Tell whether an investor stands out: many of its projects lag, or its sum is far below the province's mean.

    Only one that lags somewhere: whose projects all began late is below the mean and in order.
    """
    mean, own = province.share, investor.share
    if not mean or own is None or not investor.lagging or investor.projects < PROJECTS_AT_LEAST:
        return ""
    if own < FURTHER_BELOW * mean:
        return "high"
    return "medium" if own < FAR_BELOW * mean or investor.lagging >= MANY else ""

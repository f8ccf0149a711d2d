"""What must be said beside a value: provisional, revised, or laid over from the units before the merger. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from django.utils.translation import gettext_noop

from services.indicators.models import Definition, OverTime
from services.indicators.periods import QUARTERS, YEAR, Period
from services.indicators.rollup import Values, months_of

PROVISIONAL, REVISED, JOINED = "*", "†", "‡"
MARKS: Final = {
    PROVISIONAL: gettext_noop("provisional: the period is not over, or some of its figures are still missing"),
    REVISED: gettext_noop("revised: another value was given before"),
    JOINED: gettext_noop("computed from the units there were before the merger"),
}
"""Signs beside values, in this order, and what they mean."""


def is_running(period: Period, today: date) -> bool:
    """Tell whether a period is not over on a day."""
    return period.end >= today


def is_laid_over(unit: str, shares: Mapping[str, float]) -> bool:
    """Tell whether a value was made of other units than its own: one that only got a new name was not."""
    return bool(shares) and dict(shares) != {unit: 1.0}


def has_gaps(definition: Definition, values: Values, period: Period) -> bool:
    """Tell whether a quarter's or year's value was made of fewer periods than there are.

    Of what is counted from the year's start, or has its last value, only the last one is needed. A quarter or year that
    was given as such has no gaps. ``values`` are those of the unit's year (part → values).
    """
    lane = values.get(0)
    if period.grain not in {"quarter", "year"} or definition.formula or lane is None:
        return False
    last_only = definition.over_time == OverTime.LAST
    if period.grain == "quarter":
        return not _is_whole(lane, period.slot, last_only=last_only)
    if all(value is None for value in lane[:YEAR]):
        return False
    quarters = QUARTERS[-1:] if last_only else QUARTERS
    return not all(_is_whole(lane, quarter, last_only=last_only) for quarter in quarters)


def _is_whole(lane: Sequence[float | None], quarter: int, *, last_only: bool) -> bool:
    months = [lane[slot] for slot in months_of(quarter)]
    if all(value is None for value in months):
        return lane[quarter] is not None
    return months[-1] is not None if last_only else None not in months

"""Series over the merger of 2025: what a commune of today was before it was made, through its predecessors' shares.

A sum is shared out by the links' weights (the share of the old unit's people that went over); a mean is the mean of the
predecessors weighed by the same shares, and by the weighing indicator where the definition names one. What is not
rolled up over area is carried over from a single predecessor only. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.indicators.models import Definition, OverArea
from services.indicators.periods import Period, of_slot
from services.indicators.rollup import combine, months_of

Read = Callable[[str, Period], float | None]
"""A unit's code and a period → its value, None where there is none."""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A unit that this one was made from; ``share`` is how much of it went over, 0 to 1."""

    code: str
    start: date
    end: date | None
    share: float

    def held(self, on: date) -> bool:
        """Tell whether it was there on that day."""
        return self.start <= on and (self.end is None or on <= self.end)


@dataclass(frozen=True, slots=True)
class Joined:
    """A value with the shares it was made by (empty: the unit's own) and whether every predecessor had one."""

    value: float | None
    shares: Mapping[str, float]
    complete: bool = True


def joined_value(
    definition: Definition, period: Period, unit: str, since: date, before: Sequence[Predecessor], read: Read,
    weight: Read,
) -> Joined:  # fmt: skip
    """Return a unit's value of a period, over its predecessors where the period lies before ``since``."""
    if period.start >= since or not before:
        return Joined(read(unit, period), {})
    end = period.end
    if end < since:
        return _before(definition, period, [one for one in before if one.held(end)], read, weight)
    return _across(definition, period, unit, since, before, read, weight)


def _before(definition: Definition, period: Period, then: Sequence[Predecessor], read: Read, weight: Read) -> Joined:
    found = [(one, value) for one in then if (value := read(one.code, period)) is not None]
    shares = {one.code: one.share for one in then}
    complete = len(found) == len(then)
    if not found:
        return Joined(None, shares, complete)
    if definition.over_area == OverArea.SUM:
        return Joined(combine("sum", [(value * one.share, 1, None) for one, value in found])[0], shares, complete)
    if definition.over_area == OverArea.NONE:
        return Joined(found[0][1] if len(then) == 1 else None, shares, complete)
    weighed = definition.over_area == OverArea.WEIGHTED
    parts = [
        (value, 1, (one.share * w if (w := weight(one.code, period)) is not None else None) if weighed else one.share)
        for one, value in found
    ]
    return Joined(combine("weighted", parts)[0], shares, complete)


def _across(
    definition: Definition, period: Period, unit: str, since: date, before: Sequence[Predecessor], read: Read,
    weight: Read,
) -> Joined:  # fmt: skip
    """A quarter or year during which the unit was made: from its months, joined one by one.

    What is only delivered by quarter or year has no months: then it is what the new unit itself delivered.
    """
    own = [of_slot(period.year, 0, slot) for slot in months_of(period.slot)]
    months = [joined_value(definition, month, unit, since, before, read, weight) for month in own]
    parts = [
        (one.value, 1, weight(unit, month)) for one, month in zip(months, own, strict=True) if one.value is not None
    ]
    if not parts:
        return Joined(read(unit, period), {})
    shares = {code: share for one in months for code, share in one.shares.items()}
    return Joined(combine(definition.over_time, parts)[0], shares, all(one.complete for one in months))

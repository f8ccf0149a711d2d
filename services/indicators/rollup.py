"""From values that were given to all that follow from them: pure arithmetic on one unit's year.

What is given stands, whatever its parts say. A place that was not given is derived:

* of an indicator with a formula, from the same place of the indicators it names;
* of the province, at the indicator's own frequency or finer, from the communes' same place; else from finer periods;
* of everything else from finer periods: a month from its days, a quarter from its months, a year from its months, or
  from a quarter as a whole where that was given or has no months. A given quarter weighs three months in a mean.

Sums are exact before they are rounded (``math.fsum``), so the order in which values arrived leaves no trace, and
deriving again after a correction gives the same bits as deriving everything from the start.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.indicators.formulas import Formula
from services.indicators.models import Definition, Frequency
from services.indicators.periods import MONTHS, QUARTERS, YEAR, YEAR_SLOTS, size_of

Values = Mapping[int, Sequence[float | None]]
"""One unit's year as it is shown: part → values."""
Place = tuple[int, int]
"""Part and slot."""
_RANK = {Frequency.DAY: 0, Frequency.MONTH: 1, Frequency.QUARTER: 2, Frequency.YEAR: 3}


@dataclass(slots=True)
class Lane:
    """One sheet in memory; see ``models.Sheet``. ``pk`` is None until it is stored; ``stored`` what the table holds."""

    values: list[float | None]
    known: list[datetime | None]
    batches: list[int | None]
    parts: list[int]
    pk: int | None = None
    stored: tuple[list[float | None], list[datetime | None], list[int]] | None = None

    @classmethod
    def empty(cls, part: int) -> "Lane":
        """Return a lane without any value."""
        size = size_of(part)
        return cls([None] * size, [None] * size, [None] * size, [0] * size)

    @property
    def changed(self) -> bool:
        """Whether it differs from what is stored."""
        return self.stored != (self.values, self.known, self.parts)

    def remember(self) -> None:
        """Take the present state as stored."""
        self.stored = (self.values[:], self.known[:], self.parts[:])

    def give(self, slot: int, value: float | None, at: datetime, batch: int | None) -> None:
        """Put a given value in its place; None takes it back, so that the place is derived again."""
        self.values[slot], self.parts[slot] = float(value) if value is not None else None, 0
        self.known[slot], self.batches[slot] = (at, batch) if value is not None else (None, None)


Year = dict[int, Lane]
"""One unit's year: part → lane."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a unit's year is derived from besides itself.

    ``children`` are the communes' years (None: not rolled up over area) with ``child_weights`` beside them;
    ``weights`` weigh over time; ``inputs`` are what the formula names; ``torn`` are the places during which the unit
    became another one, so that nothing can be said of them.
    """

    children: Mapping[str, Values] | None = None
    child_weights: Mapping[str, Values] = field(default_factory=dict)
    weights: Values = field(default_factory=dict)
    formula: Formula | None = None
    inputs: Mapping[str, Values] = field(default_factory=dict)
    torn: frozenset[int] = frozenset()


Part = tuple[float, int, float | None]
"""A value, how many periods it stands for, and its weight."""


def derive(definition: Definition, year: Year, basis: Basis) -> None:
    """Fill every place of a unit's year that was not given."""
    for part, slot in places(definition, year, basis):
        lane = year.get(part)
        if lane is not None and lane.known[slot] is not None:
            continue
        value, count = _derived(definition, year, basis, part, slot)
        if lane is None:
            if value is None:
                continue
            lane = year.setdefault(part, Lane.empty(part))
        lane.values[slot], lane.parts[slot] = value, count


def places(definition: Definition, year: Year, basis: Basis) -> Iterator[Place]:
    """Yield the places that may have a value, finer ones first."""
    parts = {part for part in year if part}
    if definition.frequency == Frequency.DAY:
        others = [*(basis.children or {}).values(), *basis.inputs.values()]
        parts |= {part for other in others for part in other if part}
    for part in sorted(parts):
        for slot in range(size_of(part)):
            yield part, slot
    for slot in range(YEAR_SLOTS):
        yield 0, slot


def _derived(definition: Definition, year: Year, basis: Basis, part: int, slot: int) -> tuple[float | None, int]:
    if part == 0 and slot in basis.torn:
        return None, 0
    if basis.formula is not None:
        value = basis.formula.value({code: at(values, part, slot) for code, values in basis.inputs.items()})
        return value, len(basis.inputs) if value is not None else 0
    if basis.children is None:
        return over_time(definition, year, basis.weights, part, slot)
    area = _over_area(definition, basis, part, slot)
    if _rank(part, slot) <= _RANK[Frequency(definition.frequency)]:
        return area if area[1] else over_time(definition, year, basis.weights, part, slot)
    time = over_time(definition, year, basis.weights, part, slot)
    return time if time[1] else area


def _rank(part: int, slot: int) -> int:
    if part:
        return 0
    return 1 if slot in MONTHS else 2 if slot in QUARTERS else 3


def _over_area(definition: Definition, basis: Basis, part: int, slot: int) -> tuple[float | None, int]:
    found = (
        (value, 1, at(basis.child_weights.get(unit, {}), part, slot))
        for unit, values in (basis.children or {}).items()
        if (value := at(values, part, slot)) is not None
    )
    return combine(definition.over_area, found)


def over_time(definition: Definition, year: Year, weights: Values, part: int, slot: int) -> tuple[float | None, int]:
    """Return what finer periods make of a place, and how many they are."""
    if part:
        return None, 0
    found = (
        (value, count, at(weights, *place))
        for place, count in finer(year, slot)
        if (value := year[place[0]].values[place[1]]) is not None
    )
    return combine(definition.over_time, found)


def finer(year: Year, slot: int) -> Iterator[tuple[Place, int]]:
    """Yield the places that a month, quarter or year stands on, each with how many periods it counts for."""
    if slot in MONTHS:
        if slot + 1 in year:
            yield from (((slot + 1, day), 1) for day in range(size_of(slot + 1)))
        return
    lane = year.get(0)
    if lane is None:
        return
    if slot in QUARTERS:
        yield from (((0, month), 1) for month in months_of(slot))
        return
    for quarter in QUARTERS:
        months = [month for month in months_of(quarter) if lane.values[month] is not None]
        if lane.known[quarter] is not None or not months:
            yield (0, quarter), 3
        else:
            yield from (((0, month), 1) for month in months)


def months_of(slot: int) -> range:
    """Return the places of the months of a quarter's or year's place."""
    return range(12) if slot == YEAR else range((slot - 12) * 3, (slot - 12) * 3 + 3)


def at(values: Values, part: int, slot: int) -> float | None:
    """Return the value at a place, None where there is no sheet."""
    lane = values.get(part)
    return lane[slot] if lane is not None else None


def combine(how: str, found: Iterable[Part]) -> tuple[float | None, int]:
    """Return the sum, mean, weighted mean or last of values, and of how many; None of nothing.

    A value without a weight has no part in a weighted mean; where all weights are 0 there is none.
    """
    parts = [one for one in found if how != "weighted" or one[2] is not None]
    if not parts or how == "none":
        return None, 0
    if how == "sum":
        return math.fsum(value for value, _, _ in parts), len(parts)
    if how == "last":
        return parts[-1][0], len(parts)
    if how == "mean":
        total = sum(count for _, count, _ in parts)
        return math.fsum(value * count for value, count, _ in parts) / total, len(parts)
    weight = math.fsum(w for _, _, w in parts if w is not None)
    if not weight:
        return None, 0
    return math.fsum(value * w for value, _, w in parts if w is not None) / weight, len(parts)

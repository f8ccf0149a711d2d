"""One figure against last year, the year so far and the plan: what every board asks of an indicator."""

from dataclasses import dataclass

from services.indicators import periods, selectors, sheets
from services.indicators.catalogue import catalogue
from services.indicators.models import Definition, OverTime
from services.indicators.periods import Period
from services.indicators.rollup import Lane, Values, at, combine, finer


@dataclass(frozen=True, slots=True)
class Comparison:
    """A period's value beside the same one of last year, both years so far, and the year's plan.

    ``change`` is (value − last year's) / |last year's|, as a fraction; None where last year's is 0 or missing
    (nothing can be said of a growth from nothing). ``of_plan`` is the year so far over the plan, as a fraction.
    """

    period: Period
    value: float | None
    last_year: float | None
    to_date: float | None
    to_date_last_year: float | None
    plan: float | None

    @property
    def change(self) -> float | None:
        """Growth against the same period of last year."""
        return growth(self.value, self.last_year)

    @property
    def to_date_change(self) -> float | None:
        """Growth of the year so far against last year's same months."""
        return growth(self.to_date, self.to_date_last_year)

    @property
    def of_plan(self) -> float | None:
        """How much of the year's plan is done."""
        return self.to_date / self.plan if self.to_date is not None and self.plan else None


def growth(value: float | None, before: float | None) -> float | None:
    """Return (value − before) / |before|; None where one is missing or there was nothing before."""
    return (value - before) / abs(before) if value is not None and before else None


def compare(code: str, unit: str, period: Period, *, realm: str, kind: str = selectors.PLAN) -> Comparison:
    """Return a period beside its peers in time: three statements. The plan is the year's."""
    definition = catalogue()[code]
    weight = catalogue()[definition.weight_time] if definition.over_time == OverTime.WEIGHTED else None
    ids = [definition.pk, *([weight.pk] if weight else [])]
    found = sheets.load_values(realm, ids, [period.year, period.year - 1], [unit])

    def of(when: Period) -> tuple[float | None, float | None]:
        values = found.get((definition.pk, when.year, unit), {})
        weights = found.get((weight.pk, when.year, unit), {}) if weight else {}
        lane = values.get(when.part)
        return (lane[when.slot] if lane else None), to_date(definition, values, weights, when)

    value, so_far = of(period)
    before, so_far_before = of(period.last_year())
    year = periods.containing(period.end, "year")
    plan = selectors.target(code, unit, year, realm=realm, kind=kind)
    return Comparison(period, value, before, so_far, so_far_before, plan)


def to_date(definition: Definition, values: Values, weights: Values, period: Period) -> float | None:
    """Return the year so far, up to and with a period: what its months (or quarters) make together. Pure.

    A value counted from the year's start is that already.
    """
    lane = values.get(0)
    if lane is None:
        return None
    if period.grain == "year":
        return lane[period.slot]
    end = period.at("month").slot
    year = {part: Lane(list(found), [None] * len(found), [], []) for part, found in values.items()}
    parts = []
    for (part, slot), count in finer(year, periods.YEAR):
        last = slot if slot in periods.MONTHS else (slot - 12) * 3 + 2
        if last <= end and (value := year[part].values[slot]) is not None:
            parts.append((value, count, at(weights, part, slot)))
    return combine(definition.over_time, parts)[0]

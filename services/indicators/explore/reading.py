"""The data behind a view: values, last year's, plans, what must be marked. As few statements for much as for little."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.indicators import comparing, selectors
from services.indicators.explore.asking import Question
from services.indicators.explore.marks import JOINED, PROVISIONAL, REVISED, has_gaps, is_laid_over, is_running
from services.indicators.models import Definition, OverTime, Revision, Target
from services.indicators.periods import Period
from services.indicators.rollup import Values
from services.indicators.selectors import Point
from services.indicators.sheets import Key
from services.kernel.models import LIVE


@dataclass
class Data:
    """What was read for a question."""

    question: Question
    points: Mapping[tuple[str, str, Period], Point]
    values: Mapping[Key, Values]
    plans: Mapping[tuple[int, str, str], float]
    revised: frozenset[tuple[int, str, str]]

    def value(self, definition: Definition, unit: str, period: Period) -> float | None:
        """Return a value; None where there is none."""
        point = self.points.get((definition.code, unit, period))
        return point.value if point else None

    def change(self, definition: Definition, unit: str, period: Period) -> float | None:
        """Return the growth against the same period of last year, in percent."""
        now, before = (self.value(definition, unit, one) for one in (period, period.last_year()))
        return _percent(comparing.growth(now, before))

    def plan(self, definition: Definition, unit: str, period: Period) -> float | None:
        """Return what was planned for the year."""
        return self.plans.get((definition.pk, unit, str(period.year)))

    def of_plan(self, definition: Definition, unit: str, period: Period) -> float | None:
        """Return how much of the year's plan was reached by the period's end, in percent."""
        plan = self.plan(definition, unit, period)
        if not plan:
            return None
        weight = self.question.known[definition.weight_time].pk if definition.over_time == OverTime.WEIGHTED else None
        weights = self.values.get((weight, period.year, unit), {}) if weight else {}
        values = self.values.get((definition.pk, period.year, unit), {})
        so_far = comparing.to_date(definition, values, weights, period)
        return _percent(so_far / plan) if so_far is not None else None

    def marks(self, definition: Definition, unit: str, period: Period) -> str:
        """Return the signs that stand beside a value."""
        point = self.points[definition.code, unit, period]
        lanes = self.values.get((definition.pk, period.year, unit), {})
        laid_over = is_laid_over(unit, point.shares)
        gaps = not point.complete or (not laid_over and has_gaps(definition, lanes, period))
        said = {
            PROVISIONAL: gaps or is_running(period, self.question.today),
            REVISED: (definition.pk, unit, period.text) in self.revised,
            JOINED: laid_over,
        }
        return "".join(sign for sign, holds in said.items() if holds)


def _percent(fraction: float | None) -> float | None:
    return fraction * 100 if fraction is not None else None


def read(question: Question) -> Data:
    """Return the data of a question: seven statements, nine with plans."""
    state, columns = question.state, question.periods
    codes, units = [one.code for one in question.definitions], [one.code for one in question.places]
    first = columns[0].last_year() if state.last_year else columns[0]
    found = selectors.pivots(
        codes, units, realm=question.realm, first=first, last=columns[-1], joined=state.joined,
        known_at=question.known_at,
    )  # fmt: skip
    points = {
        (code, unit, point.period): point
        for code, by_unit in found.items()
        for unit, ones in by_unit.items()
        for point in ones
    }
    return Data(question, points, _lanes(question, codes, units), _plans(question, units), _revised(question, units))


def _lanes(question: Question, codes: list[str], units: list[str]) -> Mapping[Key, Values]:
    known = question.known
    weights = [known[code].weight_time for code in codes if known[code].over_time == OverTime.WEIGHTED]
    years = range(question.periods[0].year, question.periods[-1].year + 1)
    wanted = list(dict.fromkeys([*codes, *weights]))
    return selectors.values_of(wanted, set(units), years, realm=question.realm, known_at=question.known_at)


def _plans(question: Question, units: list[str]) -> dict[tuple[int, str, str], float]:
    """Return the years' plans: the realm's own, else those of realm live."""
    if not question.state.plan:
        return {}
    rows = Target.objects.filter(
        realm__in={question.realm, LIVE}, indicator__in=question.definitions, unit__in=units, kind=selectors.PLAN,
        period__in={str(period.year) for period in question.periods},
    ).values_list("realm", "indicator_id", "unit", "period", "value")  # fmt: skip
    ranked = sorted(rows, key=lambda row: row[0] == question.realm)
    return {(pk, unit, period): value for _realm, pk, unit, period, value in ranked}


def _revised(question: Question, units: list[str]) -> frozenset[tuple[int, str, str]]:
    rows = Revision.objects.filter(
        realm=question.realm, indicator__in=question.definitions, unit__in=units,
        period__in=[period.text for period in question.periods], known_to__lte=question.as_of,
    )  # fmt: skip
    return frozenset(rows.values_list("indicator_id", "unit", "period").distinct())

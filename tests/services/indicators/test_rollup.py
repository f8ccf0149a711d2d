"""From communes to the province and from days to years: what is kept is what a recount from the start gives."""

import math
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators import periods
from services.indicators.actions import recount
from services.indicators.formulas import parse
from services.indicators.models import Sheet
from tests.services.indicators.kit import AN, BINH, CAT, DEFINITIONS, PROVINCE, define, give, value

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _land(land):
    return land


def test_a_communes_months_make_its_quarter_its_year_and_the_provinces():
    give(("firms", AN, "2026-01", 3), ("firms", AN, "2026-02", 4), ("firms", BINH, "2026-02", 10))
    assert value("firms", AN, "2026-Q1") == 7
    assert value("firms", PROVINCE, "2026-01") == 3
    assert value("firms", PROVINCE, "2026-Q1") == value("firms", PROVINCE, "2026") == 17


def test_a_correction_changes_everything_that_stands_on_it():
    give(("firms", AN, "2026-01", 3), ("stock", AN, "2026-01", 10), ("stock", BINH, "2026-01", 30))
    assert value("share", AN, "2026-01") == 30
    give(("firms", AN, "2026-01", 5))
    assert (value("share", AN, "2026-01"), value("share", PROVINCE, "2026-01")) == (50, 12.5)


def test_a_rate_is_weighed_by_what_it_is_a_rate_of():
    give(("stock", AN, "2026-01", 100), ("stock", BINH, "2026-01", 300))
    give(("rate", AN, "2026-01", 80), ("rate", BINH, "2026-01", 40))
    assert value("rate", PROVINCE, "2026-01") == 50
    give(("stock", BINH, "2026-01", 100))
    assert value("rate", PROVINCE, "2026-01") == 60


def test_what_is_given_for_the_province_stands_whatever_the_communes_say():
    give(("firms", AN, "2026-01", 3), ("firms", PROVINCE, "2026-01", 100), ("firms", PROVINCE, "2026-Q2", 50))
    assert value("firms", PROVINCE, "2026-01") == 100
    assert value("firms", PROVINCE, "2026") == 150
    give(("firms", PROVINCE, "2026-01", None))
    assert value("firms", PROVINCE, "2026-01") == 3


def test_days_make_months():
    give(("nights", AN, "2026-02-01", 5), ("nights", AN, "2026-02-28", 7), ("nights", CAT, "2026-02-28", 1))
    assert value("nights", AN, "2026-02") == 12
    assert value("nights", PROVINCE, "2026-02-28") == 8
    assert value("nights", PROVINCE, "2026") == 13


def test_days_of_a_monthly_indicator_reach_the_province_with_the_first_delivery():
    give(("firms", AN, "2026-02-01", 5), ("firms", AN, "2026-02-02", 6))
    assert value("firms", PROVINCE, "2026-02") == 11
    assert value("firms", PROVINCE, "2026") == 11


def test_a_year_in_which_a_code_came_to_mean_another_commune_has_no_total_of_both():
    give(("firms", BINH, "2025-06", 3), ("firms", BINH, "2025-07", 4), ("firms", AN, "2025-06", 1))
    assert value("firms", BINH, "2025") is None
    assert value("firms", BINH, "2025-Q2") == 3
    assert value("firms", PROVINCE, "2025") == 8


def test_realms_do_not_know_each_other():
    give(("firms", AN, "2026-01", 3), realm="demo")
    assert value("firms", PROVINCE, "2026-01") is None
    assert value("firms", PROVINCE, "2026-01", realm="demo") == 3


def test_a_new_definition_of_a_formula_is_derived_by_a_recount():
    give(("firms", AN, "2026-01", 3), ("stock", AN, "2026-01", 10))
    changed = next(one for one in DEFINITIONS if one.code == "share")
    define(type(changed)(**{f.name: getattr(changed, f.name) for f in changed._meta.fields if f.name != "id"}
                         | {"formula": "firms + stock"}))  # fmt: skip
    recount("live", ["share"])
    assert value("share", AN, "2026-01") == 13


# --- against a recount that knows nothing of sheets ------------------------------------------------------------------

UNITS = (AN, BINH, CAT, PROVINCE)
DELIVERED = [one for one in DEFINITIONS if not one.formula and one.code != "nights"]
GRAINS = {"month": [f"2026-{m:02d}" for m in (1, 2, 3, 12)], "quarter": ["2026-Q1", "2026-Q4"], "year": ["2026"]}


def finest_first(frequency: str) -> list[str]:
    return [p for grain in periods.GRAINS[periods.GRAINS.index(frequency) :] for p in GRAINS.get(grain, [])]


ROWS = st.sampled_from(DELIVERED).flatmap(
    lambda one: st.tuples(
        st.just(one.code),
        st.sampled_from(UNITS),
        st.sampled_from(finest_first(one.frequency)),
        st.one_of(st.none(), st.integers(0, 50).map(float), st.floats(0, 100, allow_subnormal=False)),
    )
)


@settings(max_examples=60)
@given(batches=st.lists(st.lists(ROWS, min_size=1, max_size=6), min_size=1, max_size=6))
@pytest.mark.slow
def test_what_is_kept_step_by_step_is_what_a_recount_gives(batches):
    Sheet.objects.all().delete()
    truth: dict[tuple[str, str, str], float] = {}
    for batch in batches:
        give(*batch)
        for code, unit, period, number in batch:
            truth.pop((code, unit, period), None)
            if number is not None:
                truth[code, unit, period] = number
    before = shown()
    assert before == pytest.approx(counted(truth), nan_ok=True)
    recount("live")
    assert shown() == before, "deriving everything anew gives the same bits"


def shown() -> dict[tuple[str, str, str], float]:
    found = {}
    for code, unit, year, part, values in Sheet.objects.filter(realm="live").values_list(
        "indicator__code", "unit", "year", "part", "values"
    ):
        for slot, number in enumerate(values):
            if number is not None:
                found[code, unit, periods.of_slot(year, part, slot).text] = number
    return found


def counted(truth: Mapping[tuple[str, str, str], float]) -> dict[tuple[str, str, str], float]:
    """Work everything out from the given values alone, by the words of the rule."""
    all_of: dict[tuple[str, str, str], float] = dict(truth)
    order = ("firms", "stock", "price", "budget", "people", "rate", "share")
    months = [f"2026-{m:02d}" for m in range(1, 13)]
    quarters = [f"2026-Q{q}" for q in range(1, 5)]
    for code in order:
        one = next(d for d in DEFINITIONS if d.code == code)
        for unit in UNITS:
            for period in (*months, *quarters, "2026"):
                if (code, unit, period) in truth:
                    continue
                number = _counted(one, unit, period, truth, all_of)
                if number is not None:
                    all_of[code, unit, period] = number
    return all_of


def _counted(one, unit, period, truth, all_of):
    if one.formula:
        return parse(one.formula).value({c: all_of.get((c, unit, period)) for c in parse(one.formula).codes})
    communes = [all_of.get((one.code, c, period)) for c in UNITS[:-1]]
    weights = [all_of.get((one.weight_area, c, period)) for c in UNITS[:-1]]
    area = None
    if unit == PROVINCE and one.over_area != "none":
        area = _made(one.over_area, [(v, 1, w) for v, w in zip(communes, weights, strict=True) if v is not None])
    time = _made(one.over_time, [
        (all_of[one.code, unit, p], n, all_of.get((one.weight_time, unit, p)))
        for p, n in _inside(one, unit, period, truth, all_of)
    ])  # fmt: skip
    grain = periods.parse(period).grain
    own = periods.GRAINS.index(grain) <= periods.GRAINS.index(one.frequency)
    had_area = area is not None
    return (area if had_area else time) if own else (time if time is not None else area)


def _inside(one, unit, period, truth, all_of):
    at = periods.parse(period)
    if at.grain == "quarter":
        inner = [(f"2026-{at.month + k:02d}", 1) for k in range(3)]
    elif at.grain == "year":
        inner = []
        for q in range(4):
            months = [f"2026-{q * 3 + k + 1:02d}" for k in range(3)]
            there = [m for m in months if (one.code, unit, m) in all_of]
            whole = (one.code, unit, f"2026-Q{q + 1}") in truth or not there
            inner += [(f"2026-Q{q + 1}", 3)] if whole else [(m, 1) for m in there]
    else:
        inner = []
    return [(p, n) for p, n in inner if (one.code, unit, p) in all_of]


def _made(how, parts):
    parts = [p for p in parts if how != "weighted" or p[2] is not None]
    if not parts:
        return None
    if how == "sum":
        return math.fsum(v for v, _, _ in parts)
    if how == "last":
        return parts[-1][0]
    if how == "mean":
        return math.fsum(v * n for v, n, _ in parts) / sum(n for _, n, _ in parts)
    total = math.fsum(w for _, _, w in parts)
    return math.fsum(v * w for v, _, w in parts) / total if total else None

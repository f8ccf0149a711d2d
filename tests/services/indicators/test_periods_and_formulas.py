"""The two small languages of indicators: periods and formulas."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators import periods
from services.indicators.catalogue import CatalogueError, build
from services.indicators.formulas import FormulaError, parse
from tests.services.indicators.kit import definition

DATES = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@given(DATES, st.sampled_from(periods.GRAINS))
def test_a_period_is_written_and_read_back_and_holds_its_days(on, grain):
    period = periods.containing(on, grain)
    assert periods.parse(period.text) == period
    assert period.start <= on <= period.end
    assert periods.of_slot(period.year, period.part, period.slot) == period
    assert period.before().end < period.start
    assert period.before().before(-1) == period


@pytest.mark.parametrize("text", ["", "25", "2025-13", "2025-Q5", "2025-02-30", "2025/09", "9999-01", "2025-9"])
def test_what_names_no_period_is_refused(text):
    with pytest.raises(periods.PeriodError):
        periods.parse(text)


def test_the_same_period_of_last_year_of_a_leap_day_is_the_day_before():
    assert periods.parse("2024-02-29").last_year().text == "2023-02-28"
    assert periods.parse("2026-Q2").last_year().text == "2025-Q2"


@pytest.mark.parametrize("text, result", [("a + b × 2", 7), ("(a − b) ÷ 2", -1), ("-a", -1), ("a / 0", None),
                                          ("a : b", 1 / 3), ("1,5 × a", 1.5), ("a + c", None)])  # fmt: skip
def test_a_formula_is_computed(text, result):
    assert parse(text).value({"a": 1, "b": 3}) == pytest.approx(result)


@pytest.mark.parametrize("text", ["", "a +", "a ** 9", "open('x')", "a.b", "a[0]", "a if b else c", "'x'", "a and b",
                                  "lambda: 1", "True", "(" * 60 + "a" + ")" * 60 + "+" + "-" * 40 + "a"])  # fmt: skip
def test_a_formula_understands_nothing_but_arithmetic(text):
    with pytest.raises(FormulaError):
        parse(text)


def test_a_circular_formula_is_refused_and_the_circle_named():
    with pytest.raises(CatalogueError, match="a, b, c"):
        build([definition("a", formula="b + 1"), definition("b", formula="c"), definition("c", formula="a"),
               definition("d", formula="a")])  # fmt: skip


def test_a_formula_over_what_is_not_there_is_refused():
    with pytest.raises(CatalogueError, match="nothing"):
        build([definition("a", formula="nothing + 1")])

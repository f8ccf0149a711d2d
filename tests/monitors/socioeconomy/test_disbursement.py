"""The expected line of a budget year and who lags behind it: worked examples and what must always hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.socioeconomy.science import disbursement
from monitors.socioeconomy.science.disbursement import (
    LAGGING,
    Total,
    budget_year,
    expected,
    first_month,
    is_slow,
    month_of,
    progress,
    total,
)

MONTHS = st.integers(1, 13)
MONEY = st.floats(0, 1000)


@pytest.mark.parametrize(
    "day, year", [("2026-01-31", 2025), ("2026-02-01", 2026), ("2026-12-31", 2026), ("2027-01-31", 2026)]
)
def test_capital_of_a_year_is_paid_out_until_31_january(day, year):
    assert budget_year(date.fromisoformat(day)) == year


def test_january_of_the_next_year_is_the_thirteenth_month():
    assert [month_of(2026, date(2026, 1, 1)), month_of(2026, date(2027, 1, 1)), month_of(2026, date(2025, 12, 1))] == [
        *(1, 13, 0)
    ]


def test_the_line_ends_with_everything_paid():
    assert [expected(month) for month in (3, 9, 10, 13)] == [0.10, 0.60, 0.70, 1.0]


def test_a_project_that_starts_in_july_runs_the_rest_of_the_line():
    assert expected(6, first=7) == 0
    assert expected(10, first=7) == pytest.approx((0.70 - 0.33) / (1 - 0.33))
    assert expected(13, first=7) == 1


def test_who_starts_in_january_of_the_next_year_has_one_month():
    assert (expected(12, first=13), expected(13, first=13)) == (0, 1)


@pytest.mark.parametrize(
    "starts, first", [(None, 1), ("2024-05-01", 1), ("2026-01-15", 1), ("2026-07-01", 7), ("2028-01-01", 13)]
)
def test_a_project_begins_to_spend_when_it_starts(starts, first):
    assert first_month(2026, date.fromisoformat(starts) if starts else None) == first


@pytest.mark.parametrize(
    "paid, found",
    [(100, "done"), (70, "on_track"), (50.1, "on_track"), (49, "behind"), (31, "behind"), (29, "far_behind")],
)
def test_by_october_seventy_per_cent_are_due_and_twenty_points_are_leeway(paid, found):
    assert progress(plan=100, disbursed=paid, status="ongoing", month=10) == found


@pytest.mark.parametrize(
    "plan, paid, status, found",
    [(0, 0, "ongoing", "unjudged"), (0.5, 0, "ongoing", "unjudged"), (100, 10, "suspended", "unjudged"),
     (100, 80, "completed", "done"), (100, 10, "preparing", "far_behind")],
)  # fmt: skip
def test_what_is_stopped_finished_or_next_to_nothing_lags_behind_nothing(plan, paid, status, found):
    assert progress(plan=plan, disbursed=paid, status=status, month=10) == found


@given(month=st.integers(1, 12), first=MONTHS)
def test_the_line_only_rises_and_stays_within_the_plan(month, first):
    assert 0 <= expected(month, first) <= expected(month + 1, first) <= 1


@given(month=MONTHS, first=st.integers(1, 12))
def test_who_starts_later_owes_less(month, first):
    assert expected(month, first + 1) <= expected(month, first)


@given(plan=MONEY, paid=MONEY, more=MONEY, month=MONTHS, first=MONTHS)
def test_paying_more_makes_nobody_slower(plan, paid, more, month, first):
    order = ["far_behind", "behind", "on_track", "done"]
    before = progress(plan=plan, disbursed=paid, status="ongoing", month=month, first=first)
    after = progress(plan=plan, disbursed=paid + more, status="ongoing", month=month, first=first)
    assert before == after == "unjudged" or (after == "done" or order.index(before) <= order.index(after))


@given(st.lists(st.tuples(MONEY, MONEY, st.sampled_from(["on_track", *LAGGING]))))
def test_sums_do_not_depend_on_the_order(projects):
    assert total(projects) == total(reversed(projects))
    assert total(projects).lagging <= total(projects).projects


@pytest.mark.parametrize(
    "own, found",
    [
        (Total(100, 33, 2, 1), "medium"),
        (Total(100, 15, 2, 1), "high"),
        (Total(100, 40, 2, 1), ""),
        (Total(100, 40, 3, 3), "medium"),
        (Total(100, 10, 1, 1), ""),
        (Total(100, 10, 4, 0), ""),
        (Total(0, 0, 4, 2), ""),
    ],
    ids=["half", "a quarter", "near", "many", "one", "none lags", "no plan"],
)
def test_an_investor_stands_out_far_below_the_mean_or_with_many_that_lag(own, found):
    assert is_slow(own, Total(1000, 680, 40, 4)) == found


def test_without_any_plan_nobody_stands_out():
    assert is_slow(Total(10, 1, 3, 3), disbursement.total([])) == ""

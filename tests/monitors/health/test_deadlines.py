"""When reports are due, what a group of ages is, and how full beds are."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.health.diseases import diseases, natures
from monitors.health.science.ages import ages_error, bounds
from monitors.health.science.beds import occupancy
from monitors.health.science.deadlines import case_due, monday, owed_week, week_due
from services.kernel.clock import LOCAL

MONDAY = date(2026, 3, 16)


def at(day, hour=0, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=LOCAL)


def test_a_case_is_due_so_many_hours_after_it_was_found():
    assert case_due(MONDAY, at(16, 15), 24) == at(17, 15)
    assert case_due(MONDAY, at(16, 15), 48) == at(18, 15)


def test_where_nobody_says_when_it_was_found_the_day_itself_is_given():
    assert case_due(MONDAY, None, 24) == at(18)


def test_the_rest_comes_with_the_week():
    assert case_due(date(2026, 3, 22), None, 0) == week_due(MONDAY) == at(24, 14)


@pytest.mark.parametrize("now, owed", [(at(24, 13, 59), date(2026, 3, 9)), (at(24, 14), MONDAY), (at(30), MONDAY)])
def test_a_week_is_owed_from_tuesday_afternoon_on(now, owed):
    assert owed_week(now) == owed


@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2090, 1, 1)))
def test_weeks_start_on_monday_and_are_due_after_they_end(day):
    first = monday(day)
    assert first.weekday() == 0
    assert first <= day < first + timedelta(days=7)
    assert week_due(day) > datetime.combine(first + timedelta(days=7), datetime.min.time(), LOCAL)


@pytest.mark.parametrize(
    "code, hours",
    [
        ("measles", 24),
        ("diphtheria", 24),
        ("meningococcal", 24),
        ("dengue", 48),
        ("rabies", 48),
        ("hand-foot-mouth", 48),
    ],
)
def test_the_deadlines_that_were_read_stand_in_the_table(code, hours):
    assert diseases()[code].hours == hours


def test_all_of_group_a_is_due_within_a_day_and_every_disease_has_a_quiet_period():
    assert {one.hours for one in diseases().values() if one.group == "A"} == {24}
    assert all(one.quiet > 0 for one in diseases().values())
    assert natures().keys() == diseases().keys()


@pytest.mark.parametrize("group, span", [("0-4", (0, 4)), ("65+", (65, 120)), ("0-0", (0, 0))])
def test_groups_of_ages(group, span):
    assert bounds(group) == span


@pytest.mark.parametrize("group", ["9-5", "0-121", "121+", "-1-4", "trẻ em", "", "0-4-9", "1.5-4"])
def test_impossible_ages(group):
    assert bounds(group) is None
    assert ages_error({group: 1}, 10)


def test_ages_neither_overlap_nor_count_more_than_there_are():
    assert not ages_error({"0-4": 1, "5-14": 2}, 3)
    assert ages_error({"0-4": 1, "4-14": 2}, 3)
    assert ages_error({"0-4": 4}, 3)


def test_occupancy_is_inpatient_days_over_bed_days():
    assert occupancy([(80, 100), (100, 100), (30, 50)]) == 210 / 250
    assert occupancy([]) is None
    assert occupancy([(5, 0)]) is None


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 100)), min_size=1))
def test_occupancy_lies_between_that_of_the_emptiest_and_the_fullest(days):
    share = occupancy(days)
    shares = [lying / made for lying, made in days]
    assert share is not None
    assert min(shares) - 1e-9 <= share <= max(shares) + 1e-9

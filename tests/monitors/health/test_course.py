"""The course of a disease in a commune: when an outbreak begins, when it is over, and what is not known."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.health.science import course
from monitors.health.science.circular15 import Level
from monitors.health.science.course import Course, Day, Linked, Nature, Sum

TODAY = date(2026, 3, 18)
DAY = timedelta(days=1)
DENGUE = Nature("B", endemic=True, quiet=14)
DIPHTHERIA = Nature("B", endemic=False, quiet=14)
CHOLERA = Nature("A", endemic=False, quiet=14)


def struck(*days_and_cases, confirmed=0, cluster=""):
    found = Course()
    for back, cases in days_and_cases:
        found.days[TODAY - back * DAY] = Day(cases, confirmed)
        if cluster:
            found.linked.append(Linked(cluster, TODAY - back * DAY, cases))
    return found


def with_past(found, month=10, week=3):
    """Five years whose March had about ``month`` cases (σ 0), and whose week about ``week``."""
    for back in range(1, 6):
        found.months[date(2026 - back, 3, 1)] = Sum(month, 31)
    for monday in course.same_weeks(date(2026, 3, 16)):
        found.weeks[monday] = Sum(week, 7)
    return found


def this_month(found, cases, week=0):
    found.months[date(2026, 3, 1)] = Sum(cases, 18)
    found.weeks[date(2026, 3, 16)] = Sum(week, 3)
    return found


def free(found, first, last):
    """General reports from ``first`` days back to ``last`` days back."""
    found.free |= {TODAY - back * DAY for back in range(last, first + 1)}
    return found


# --- endemic ---------------------------------------------------------------------------------------------------------


def test_a_month_above_the_limit_is_an_outbreak_and_no_longer_a_warning():
    found = this_month(with_past(struck((0, 2), (3, 9))), 11, week=11)
    verdict = course.outbreak(found, DENGUE)
    assert (verdict.level, verdict.count, verdict.limit) == (Level.OUTBREAK, 11, 10)
    assert course.warning(found, DENGUE).level == Level.NONE


def test_a_week_above_the_limit_warns_while_the_month_is_not():
    found = this_month(with_past(struck((0, 4))), 10, week=4)
    assert course.outbreak(found, DENGUE).level == Level.NONE
    assert course.warning(found, DENGUE).level == Level.WARNING


def test_an_outbreak_goes_on_into_the_next_month_until_it_was_quiet():
    found = with_past(struck((1, 1), (10, 4), (20, 30)))
    found.months[date(2026, 2, 1)] = Sum(30, 28)
    for back in range(1, 6):
        found.months[date(2026 - back, 2, 1)] = Sum(5, 28)
    this_month(found, 5)
    assert course.outbreak(found, DENGUE).level == Level.OUTBREAK


def test_years_of_outbreaks_are_left_out_of_what_is_usual():
    found = this_month(with_past(struck((0, 12))), 12)
    found.months[date(2022, 3, 1)] = Sum(500, 31)
    assert course.outbreak(found, DENGUE).level == Level.NONE
    known = Nature("B", endemic=True, quiet=14, outbreak_years=frozenset({2022}))
    assert course.outbreak(found, known).level == Level.OUTBREAK


def test_months_of_which_little_was_reported_are_unknown():
    found = this_month(struck((0, 50)), 50)
    for back in range(1, 6):
        found.months[date(2026 - back, 3, 1)] = Sum(0, 5)
    assert course.outbreak(found, DENGUE).level == Level.UNKNOWN
    found.free_months |= {date(2026 - back, 3, 1): 30 for back in range(1, 6)}
    assert course.outbreak(found, DENGUE).level == Level.OUTBREAK


# --- linked, and group A ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cases, outbreak, warning",
    [(2, "none", "none"), (3, "none", "warning"), (4, "none", "warning"), (5, "outbreak", "none")],
)
def test_linked_cases_decide_where_a_disease_is_not_endemic(cases, outbreak, warning):
    found = struck((2, cases - 1), (0, 1), cluster="x")
    assert (course.outbreak(found, DIPHTHERIA).level, course.warning(found, DIPHTHERIA).level) == (outbreak, warning)


def test_a_cluster_long_over_does_not_count_towards_todays_cases():
    found = struck((60, 4), (0, 1), cluster="x")
    assert course.warning(found, DIPHTHERIA).level == Level.NONE


def test_of_group_a_a_suspected_case_is_no_warning_and_a_confirmed_one_is():
    assert course.warning(struck((0, 1)), CHOLERA).level == Level.NONE
    assert course.warning(struck((0, 1), confirmed=1), CHOLERA).level == Level.WARNING


# --- the end ---------------------------------------------------------------------------------------------------------


def test_silence_is_no_all_clear():
    found = struck((30, 9), cluster="x")
    assert course.outbreak(found, DIPHTHERIA).level == Level.OUTBREAK
    free(found, 5, 0)
    assert course.outbreak(found, DIPHTHERIA).level == Level.OUTBREAK, "six days heard of fourteen"


def test_a_quiet_period_that_was_reported_ends_it():
    found = free(struck((14, 9), cluster="x"), 13, 0)
    assert course.outbreak(found, DIPHTHERIA).level == Level.NONE
    assert course.warning(found, DIPHTHERIA).level == Level.NONE


def test_a_day_too_early_it_is_not_over():
    found = free(struck((13, 9), cluster="x"), 12, 0)
    assert course.outbreak(found, DIPHTHERIA).level == Level.OUTBREAK


def test_a_case_ends_the_quiet():
    found = free(struck((14, 9), (1, 1), cluster="x"), 13, 2)
    assert course.outbreak(found, DIPHTHERIA).level == Level.OUTBREAK


@given(st.dictionaries(st.integers(min_value=0, max_value=100), st.integers(min_value=0, max_value=30), max_size=20))
def test_nothing_is_over_that_was_not_reported(cases):
    found = struck(*cases.items(), cluster="x")
    now = course.episode(found, DIPHTHERIA)
    if now is None:
        return
    assert now.first <= now.latest
    if now.over:
        last = found.last
        assert last is not None
        said = [found.count(last - n * DAY) for n in range(DIPHTHERIA.quiet)]
        assert sum(one == 0 for one in said) >= 0.8 * DIPHTHERIA.quiet
        assert not any(said)


# --- days ------------------------------------------------------------------------------------------------------------


def test_a_day_is_with_cases_without_or_unknown():
    found = struck((0, 2), (1, 0))
    found.free.add(TODAY - 2 * DAY)
    assert [found.count(TODAY - n * DAY) for n in range(4)] == [2, 0, 0, None]
    assert found.last == TODAY


def test_a_weeks_count_is_nothing_that_a_day_can_be_judged_by():
    found = struck((0, 2))
    found.days[TODAY - DAY] = Day(30, exact=False)
    assert found.count(TODAY - DAY) == 30
    assert found.exact_count(TODAY - DAY) is None
    assert course.unusual(found) is not None
    assert course.unusual(Course()) is None


def test_week_53_is_compared_with_the_last_week_of_shorter_years():
    weeks = course.same_weeks(date(2026, 12, 28))  # ISO week 53 of 2026
    assert weeks[0] == date.fromisocalendar(2025, 52, 1)
    assert len(set(weeks)) == 5

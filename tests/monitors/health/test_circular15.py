"""Outbreak and warning of Circular 15/2026/TT-BYT as DOMAIN.md section 6 gives them; examples reckoned by hand."""

from hypothesis import given
from hypothesis import strategies as st

from monitors.health.science.circular15 import (
    FEWEST_YEARS,
    Level,
    baseline,
    endemic_month,
    endemic_week,
    group_a,
    not_endemic,
)

COUNT = st.integers(min_value=0, max_value=500)
YEARS = st.lists(st.none() | COUNT, min_size=5, max_size=5)


def test_five_years_of_8_10_12_14_6_give_a_mean_of_10_and_a_deviation_of_the_root_of_10():
    usual = baseline([8, 10, 12, 14, 6])
    assert usual is not None
    assert (usual.mean, round(usual.sigma**2, 9), usual.years) == (10, 10, 5)
    # limits 10 + 3.162… and 10 + 6.324…
    assert endemic_month(16, usual).level == Level.NONE
    assert endemic_month(17, usual).level == Level.OUTBREAK
    assert endemic_week(13, usual).level == Level.NONE
    assert endemic_week(14, usual).level == Level.WARNING


def test_at_the_limit_is_not_above_it():
    usual = baseline([4, 4, 4, 4, 4])
    assert endemic_month(4, usual).level == Level.NONE
    assert endemic_month(5, usual).level == Level.OUTBREAK


def test_a_week_beyond_the_second_sigma_still_warns():
    usual = baseline([8, 10, 12, 14, 6])
    assert endemic_week(100, usual).level == Level.WARNING


def test_where_five_years_had_no_case_one_is_above():
    assert endemic_month(1, baseline([0, 0, 0, 0, 0])).level == Level.OUTBREAK


def test_an_unknown_year_is_left_out_and_not_zero():
    usual = baseline([10, None, 10, None, 10])
    assert usual is not None
    assert (usual.mean, usual.sigma, usual.years) == (10, 0, 3)


def test_with_too_few_years_there_is_no_judgement():
    assert baseline([10, 10, None, None, None]) is None
    verdict = endemic_month(1000, None)
    assert (verdict.level, verdict.count, verdict.limit) == (Level.UNKNOWN, 1000, None)
    assert endemic_week(1000, None).level == Level.UNKNOWN


def test_linked_cases_warn_from_three_and_are_an_outbreak_from_five():
    levels = [not_endemic([n]).level for n in range(7)]
    assert levels == [Level.NONE] * 3 + [Level.WARNING] * 2 + [Level.OUTBREAK] * 2


def test_clusters_are_not_added_up():
    assert not_endemic([2, 2, 2]).level == Level.NONE
    assert not_endemic([]).level == Level.NONE


def test_of_group_a_one_confirmed_case_warns():
    assert [group_a(n).level for n in (0, 1, 9)] == [Level.NONE, Level.WARNING, Level.WARNING]


@given(YEARS)
def test_a_baseline_needs_as_many_known_years_as_it_says(counts):
    known = [count for count in counts if count is not None]
    usual = baseline(counts)
    assert (usual is None) == (len(known) < FEWEST_YEARS)
    if usual is not None:
        assert min(known) <= usual.mean <= max(known)
        assert usual.sigma >= 0
        assert usual.limit(2) >= usual.limit(1) >= usual.mean


@given(YEARS, COUNT, COUNT)
def test_more_cases_are_never_milder(counts, some, more):
    usual = baseline(counts)
    few, many = sorted((some, more))
    rank = (Level.NONE, Level.WARNING, Level.OUTBREAK)
    for judge in (endemic_month, endemic_week):
        levels = [judge(n, usual).level for n in (few, many)]
        assert Level.UNKNOWN in levels or rank.index(levels[0]) <= rank.index(levels[1])


@given(st.lists(COUNT, max_size=5))
def test_the_order_of_clusters_is_nothing(clusters):
    assert not_endemic(clusters) == not_endemic(sorted(clusters))

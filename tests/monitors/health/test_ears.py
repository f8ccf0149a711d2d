"""EARS C1–C3: worked examples reckoned by hand, and properties."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.health.science.ears import C3_ALARM, NEEDED, SIGMA_FLOOR, Z_ALARM, scores

DAYS = st.lists(st.none() | st.integers(min_value=0, max_value=200), min_size=NEEDED, max_size=NEEDED)


def test_c1_compares_with_the_seven_days_before():
    # mean of 2 4 4 4 5 5 4 is 4, their deviation 1: (8 − 4) / 1
    found = scores([0, 0, 0, 0, 2, 4, 4, 4, 5, 5, 4, 8])
    assert found.c1 == pytest.approx(4.0)
    assert "C1" in found.signs


def test_c2_leaves_out_the_two_days_before():
    # C2's baseline is t−9…t−3 = 2 4 4 4 5 5 4; C1's, with the 12 and 12 of a slow rise, hides it
    found = scores([0, 0, 2, 4, 4, 4, 5, 5, 4, 12, 12, 12])
    assert found.c2 == pytest.approx(8.0)
    assert found.c1 is not None
    assert found.c1 < Z_ALARM
    assert "C2" in found.signs
    assert "C1" not in found.signs


def test_c3_adds_up_what_is_above_one_of_three_days():
    # baselines of zeros: σ is the floor 1; days 2, 2, 2 give C2 = 2, so C3 = 3 × (2 − 1); on the day itself no alarm
    found = scores([0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2])
    assert found.c2 == 2.0
    assert found.c3 == pytest.approx(3.0)
    assert found.signs == ("C3",)


def test_three_cases_after_a_week_of_none_are_no_alarm_of_c1_and_four_are():
    zeros = [0] * 11
    assert scores([*zeros, 3]).c1 == 3.0
    assert "C1" not in scores([*zeros, 3]).signs
    assert "C1" in scores([*zeros, 4]).signs
    assert SIGMA_FLOOR == 1.0


def test_an_unknown_day_is_no_zero():
    known = scores([3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 6])
    gaps = scores([3, 3, 3, 3, 3, None, 3, 3, None, 3, 3, 6])
    assert known.c1 == gaps.c1 == 3.0


def test_with_too_few_days_there_is_no_score_and_no_all_clear():
    silent = scores([3] * 4 + [None] * 7 + [50])
    assert (silent.c1, silent.judged, silent.signs) == (None, False, ())
    assert not scores([]).judged
    assert not scores([0] * 11 + [None]).judged


@given(DAYS)
def test_every_score_is_known_or_says_that_it_is_not(days):
    found = scores(days)
    if days[-1] is None:
        assert not found.judged
    for score in (found.c1, found.c2, found.c3):
        assert score is None or math.isfinite(score)
    assert found.c3 is None or found.c3 >= 0


@given(DAYS, st.integers(min_value=1, max_value=50))
def test_more_cases_today_never_take_an_alarm_away(days, more):
    if days[-1] is None:
        return
    worse = scores([*days[:-1], days[-1] + more])
    assert set(scores(days).signs) <= set(worse.signs)


@given(st.integers(min_value=0, max_value=300))
def test_a_steady_disease_is_no_alarm(count):
    assert scores([count] * NEEDED).signs == ()


@given(DAYS, DAYS)
def test_only_the_last_twelve_days_count(before, days):
    assert scores([*before, *days]) == scores(days)
    assert C3_ALARM < Z_ALARM

"""The heights are those of real bulletins; which station has which levels stands in the default province pack."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.environment.science.rivers import Levels, levels_on, margin_to, rate_of_rise, standing
from monitors.environment.stations import stations

BULLETINS = (
    ("2020-11-11", "giang-son", 420.74, "I + 0.74"),
    ("2020-11-11", "ban-don", 170.63, "I - 0.37"),
    ("2020-11-11", "krong-buk", 453.55, "I - 0.45"),
    ("2025-11-19", "cung-son", 37.51, "III + 3.01"),
    ("2025-11-19", "giang-son", 422.08, "II + 0.08"),
    ("2025-11-19", "krong-buk", 454.31, "I + 0.31"),
    ("2025-11-19", "cung-son", 40.69, "III + 6.19"),
    ("2025-11-19", "phu-lam", 5.10, "III + 1.40"),
    ("2025-11-25", "ban-don", 175.84, "III + 1.84"),
    ("2025-11-25", "giang-son", 422.42, "II + 0.42"),
)
LEVELS = Levels(date(2020, 3, 15), 10.0, 12.0, 14.0)
HEIGHTS = st.floats(0, 30, allow_nan=False)
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)


@pytest.mark.parametrize("day, slug, height, said", BULLETINS)
def test_a_river_stands_as_the_bulletin_said(day, slug, height, said):
    levels = levels_on(stations()[slug].alarm, date.fromisoformat(day))
    assert levels is not None
    assert str(standing(height, levels)) == said


def test_a_bulletin_may_name_an_alarm_that_is_not_reached():
    levels = levels_on(stations()["phu-lam"].alarm, date(2025, 11, 19))
    assert levels is not None
    assert margin_to(2.97, levels, 3) == -0.73
    assert str(standing(2.97, levels)) == "II + 0.27"


def test_at_the_height_of_an_alarm_it_is_reached_to_the_centimetre():
    assert [standing(height, LEVELS).alarm for height in (9.99, 9.996, 10.0, 11.99, 12.0, 14.0)] == [0, 1, 1, 1, 2, 3]


@given(HEIGHTS, HEIGHTS)
def test_a_higher_river_never_has_a_lower_alarm(one, other):
    assert standing(min(one, other), LEVELS).alarm <= standing(max(one, other), LEVELS).alarm


@given(HEIGHTS)
def test_reference_and_margin_add_up_to_the_height(height):
    stands = standing(height, LEVELS)
    assert stands.reference + stands.margin == pytest.approx(round(height, 2), abs=1e-6)
    assert (stands.margin < 0) == (stands.alarm == 0)


def test_alarm_levels_hold_from_day_to_day():
    old = Levels(date(2015, 1, 1), 9.0, 11.0, 13.0, date(2020, 3, 14))
    both = (LEVELS, old)
    assert levels_on(both, date(2020, 3, 14)) == old
    assert levels_on(both, date(2020, 3, 15)) == LEVELS
    assert levels_on(both, date(2014, 12, 31)) is None


def _readings(*heights: float, minutes: int = 60) -> list[tuple[datetime, float]]:
    return [(NOON + timedelta(minutes=minutes * n), height) for n, height in enumerate(heights)]


def test_the_rate_of_rise_is_metres_an_hour_since_the_reading_before():
    assert rate_of_rise(_readings(1.0, 1.5, 2.25)) == 0.75
    assert rate_of_rise(_readings(2.0, 1.5)) == -0.5


def test_readings_close_together_are_compared_across_an_hour():
    assert rate_of_rise(_readings(1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, minutes=10)) == pytest.approx(0.6)


@pytest.mark.parametrize(
    "readings", [[], _readings(1.0), _readings(1.0, 9.0, minutes=200), _readings(1.0, 2.0, minutes=5)]
)
def test_without_a_reading_of_the_right_age_there_is_no_rate(readings):
    assert rate_of_rise(readings) is None

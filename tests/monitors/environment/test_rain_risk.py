from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.environment.science.rain import Gauge
from monitors.environment.science.rain_risk import LOCAL_LEVELS, WIDE, WIDE_LEVELS, risk_level

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
bands = st.integers(0, 4)
spells = st.timedeltas(timedelta(0), timedelta(days=7))
shares = st.floats(0, 1)


@pytest.mark.parametrize(
    "band, days, share, level",
    [
        (0, 10, 1.0, 0),
        (1, 1, 0.1, 0),
        (2, 1, 0.1, 1),
        (2, 3, 0.1, 2),
        (3, 1, 0.1, 1),
        (3, 2, 0.1, 2),
        (4, 0.6, 0.25, 2),  # the night of 18 November 2025 at three gauges: the level of those days was 2 to 3
        (4, 0.6, 0.5, 3),
        (4, 5, 0.1, 4),
        (4, 3, 0.9, 4),
    ],
)
def test_amount_crossed_with_duration_and_extent_makes_a_level(band, days, share, level):
    assert risk_level(band, timedelta(days=days), share) == level


def test_exactly_a_day_is_not_over_a_day():
    assert risk_level(4, timedelta(days=1), 0) == LOCAL_LEVELS[4][0]
    assert risk_level(4, timedelta(days=1, seconds=1), 0) == LOCAL_LEVELS[4][1]
    assert risk_level(4, timedelta(days=1), WIDE) == WIDE_LEVELS[4][0]


@given(bands, spells, shares, st.integers(0, 4), spells, shares)
def test_more_longer_or_wider_rain_is_never_a_lower_risk(band, lasting, share, more, longer, wider):
    low = risk_level(band, lasting, share)
    assert low <= risk_level(max(band, more), max(lasting, longer), max(share, wider)) <= 4


def test_a_spell_lasts_as_long_as_its_hours_are_heavy_without_a_break():
    hours = [(NOON + n * HOUR, 10.0) for n in range(48)]
    gauge = Gauge(hours)
    assert gauge.lasting(NOON + 47 * HOUR) == 44 * HOUR  # the first four hours had not brought 50 mm yet
    assert gauge.lasting(NOON + HOUR) == timedelta(0)
    assert Gauge([(NOON + n * HOUR, 10.0) for n in range(300)]).lasting(NOON + 299 * HOUR) == timedelta(days=5)

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.environment.science.rain import Gauge, band

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "short, long, expected",
    [
        (49.9, 49.9, 0),
        (50, 50, 1),
        (10, 99.9, 0),
        (99, 99.9, 1),
        (0, 100, 2),
        (0, 199.9, 2),
        (0, 200, 3),
        (0, 400, 3),
        (0, 400.1, 4),
        (736.6, 736.6, 4),
        (742.7, 742.7, 4),
        (810, 810, 4),
    ],
)
def test_bands_begin_at_their_limits(short, long, expected):
    assert band(short, long) == expected


@given(st.floats(0, 1000), st.floats(0, 1000), st.floats(0, 100))
def test_more_rain_is_never_a_lower_band(short, long, more):
    assert band(short, long) <= band(short + more, long + more)


def test_a_window_ends_with_its_instant_and_leaves_out_its_own_beginning():
    gauge = Gauge([(NOON + n * HOUR, 1.0) for n in range(30)])
    amounts = gauge.amounts(NOON + 29 * HOUR)
    assert (amounts.short, amounts.long, amounts.readings) == (12.0, 24.0, 12)
    assert gauge.amounts(NOON + 0.5 * HOUR).long == 1.0
    assert gauge.amounts(NOON - HOUR).readings == 0


@given(st.lists(st.floats(0, 100), max_size=60))
def test_twelve_hours_are_never_more_than_twenty_four(rain):
    gauge = Gauge([(NOON + n * HOUR, mm) for n, mm in enumerate(rain)])
    for n in range(len(rain)):
        amounts = gauge.amounts(NOON + n * HOUR)
        assert amounts.short <= amounts.long + 1e-6
        assert amounts.long == pytest.approx(sum(rain[max(0, n - 23) : n + 1]), abs=1e-2)

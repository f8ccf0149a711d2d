"""What a curve tells, on worked examples: a river's heights in the flood of 19 November 2025 and invented ones."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.contract import Curve, CurveLine, message
from services.reports.incident import course

SEVEN = datetime.fromisoformat("2025-11-19T07:00:00+07:00")
HOUR = timedelta(hours=1)
ALARMS = [CurveLine(message("one"), 29.5), CurveLine(message("two"), 32.0), CurveLine(message("three"), 34.5)]
HEIGHTS = [33.10, 33.70, 34.35, 35.10, 36.20, 37.15, 38.00, 38.70, 39.30, 39.85, 40.30, 40.60, 40.69]


def curve(*heights: float | None, change: timedelta | None = HOUR) -> Curve:
    points = [(SEVEN + n * HOUR, height) for n, height in enumerate(heights)]
    return Curve(message("river"), points, decimals=2, lines=ALARMS, change=change)


def test_the_change_is_measured_from_an_hour_before():
    assert course.change(curve(*HEIGHTS)) == (0.09, HOUR)
    assert course.change(curve(40.69, 40.60)) == (-0.09, HOUR)


def test_without_a_reading_an_hour_before_no_change_is_told():
    assert course.change(curve(40.69)) is None
    assert course.change(curve(40.0, None, 40.69)) is None
    assert course.change(curve(40.0, 40.69, change=None)) is None
    assert course.change(curve()) is None


def test_above_alarm_three_since_the_first_reading_of_the_last_run():
    river = curve(*HEIGHTS)
    assert course.highest_line(river) == ALARMS[2]
    assert course.above_since(river, ALARMS[2]) == SEVEN + 3 * HOUR
    fallen_and_back = curve(33.0, 35.0, 34.0, 34.5, 36.0)
    assert course.above_since(fallen_and_back, ALARMS[2]) == SEVEN + 3 * HOUR


def test_a_run_that_began_before_the_curve_has_no_beginning_here():
    assert course.above_since(curve(*HEIGHTS), ALARMS[1]) is None


def test_below_every_level_there_is_nothing_above():
    low = curve(20.0, 21.0)
    assert course.highest_line(low) is None
    assert course.above_since(low, ALARMS[0]) is None
    assert course.highest_line(curve()) is None


def test_a_level_is_reached_at_its_very_value_and_each_one_is_told():
    found = list(course.crossings(curve(29.0, 34.5, 28.0, 30.0)))
    told = [(one.at, one.line.value) for one in found]
    assert told == [(SEVEN + n * HOUR, value) for n, value in ((1, 29.5), (1, 32.0), (1, 34.5), (3, 29.5))]


def test_of_two_equal_peaks_the_first_is_the_highest():
    points = course.known(curve(1.0, 5.0, None, 5.0))
    assert course.highest(points) == (SEVEN + HOUR, 5.0)
    assert course.highest([]) is None


@given(st.lists(st.one_of(st.none(), st.floats(20, 45)), max_size=30))
def test_since_then_no_reading_lies_below_the_level(heights):
    river = curve(*heights)
    for line in ALARMS:
        since = course.above_since(river, line)
        if since is None:
            continue
        assert all(value >= line.value for at, value in course.known(river) if at >= since)
        before = [value for at, value in course.known(river) if at < since]
        assert before[-1] < line.value

"""What must hold for every calendar, instant and amount."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.worktime.calendar import (
    VIETNAM,
    WorkCalendar,
    add_days,
    add_minutes,
    days_between,
    is_working,
    minutes_between,
    next_opening,
    time_between,
)

FIRST, LAST = date(2024, 1, 1), date(2028, 12, 31)
"""A short span, so that examples fall on special days often enough; deadlines reach beyond the generated starts."""

days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
instants = st.builds(
    lambda day, clock: datetime.combine(day, clock, VIETNAM), st.dates(date(2024, 1, 2), date(2026, 12, 31)), st.times()
)
minutes = st.integers(0, 200 * 450)
hours = st.sampled_from(
    [
        ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))),
        ((time(8, 0), time(17, 0)),),
        ((time(0, 0), time(0, 1)), (time(6, 0), time(9, 15, 30)), (time(22, 0), time(23, 59, 59))),
    ]
)


@st.composite
def calendars(draw):
    """Return calendars with dates off (whole weeks too) and swapped days."""
    off = draw(st.sets(days, max_size=20))
    for start in draw(st.lists(days, max_size=3)):
        off |= {start + timedelta(n) for n in range(9)}
    working = draw(st.sets(days, max_size=10))
    return WorkCalendar(
        off=frozenset(off),
        working=frozenset(working),
        intervals=draw(hours),
        first_day=FIRST,
        last_day=date(2050, 1, 1),
    )


@given(calendars(), instants, minutes)
def test_measuring_what_was_added_gives_it_back(calendar, start, amount):
    end = add_minutes(calendar, start, amount)
    assert minutes_between(calendar, start, end) == amount
    assert time_between(calendar, start, end) == timedelta(minutes=amount)


@given(calendars(), instants, instants, minutes)
def test_a_later_start_never_ends_earlier(calendar, one, other, amount):
    early, late = sorted((one, other))
    assert add_minutes(calendar, early, amount) <= add_minutes(calendar, late, amount)
    assert add_days(calendar, early, amount // 450) <= add_days(calendar, late, amount // 450)


@given(calendars(), instants, minutes, minutes)
def test_more_minutes_never_end_earlier(calendar, start, one, other):
    less, more = sorted((one, other))
    assert add_minutes(calendar, start, less) <= add_minutes(calendar, start, more)


@given(calendars(), instants, minutes)
def test_a_deadline_never_lands_outside_working_time(calendar, start, amount):
    end = add_minutes(calendar, start, amount)
    just_before = end - timedelta(microseconds=1)
    assert is_working(calendar, end) or (is_working(calendar, just_before) and amount > 0)
    assert end >= start


@given(calendars(), instants, minutes, minutes)
def test_adding_in_two_steps_is_adding_at_once(calendar, start, first, second):
    between = add_minutes(calendar, start, first)
    assert minutes_between(calendar, start, add_minutes(calendar, between, second)) == first + second


@given(calendars(), instants, instants, instants)
def test_measured_time_adds_up_and_never_exceeds_the_clock(calendar, a, b, c):
    assert time_between(calendar, a, c) == time_between(calendar, a, b) + time_between(calendar, b, c)
    assert minutes_between(calendar, a, b) == -minutes_between(calendar, b, a)
    assert abs(time_between(calendar, a, b)) <= abs(b - a)


@given(calendars(), instants)
def test_the_next_opening_is_working_time_with_no_working_time_before_it(calendar, moment):
    opening = next_opening(calendar, moment)
    assert is_working(calendar, opening)
    assert time_between(calendar, moment, opening) == timedelta(0)
    assert (opening == moment) is is_working(calendar, moment)


@given(calendars(), instants, st.integers(0, 100))
def test_n_days_end_at_the_close_of_the_nth_working_day(calendar, start, n):
    end = add_days(calendar, start, n)
    receipt = next_opening(calendar, start).date()
    assert end.time() == calendar.intervals[-1][1]
    assert calendar.is_working_day(end.date())
    assert days_between(calendar, receipt, end.date()) == n


@given(calendars(), instants, instants)
def test_measuring_agrees_with_walking_day_by_day(calendar, one, other):
    start, end = sorted((one, other))
    total = timedelta(0)
    day = start.date()
    while day <= end.date():
        if calendar.is_working_day(day):
            for opens, closes in calendar.intervals:
                begin = max(datetime.combine(day, opens, VIETNAM), start)
                finish = min(datetime.combine(day, closes, VIETNAM), end)
                total += max(finish - begin, timedelta(0))
        day += timedelta(1)
    assert time_between(calendar, start, end) == total


def test_the_properties_were_tried_on_calendars_with_swapped_days():
    saturday = date(2026, 8, 22)
    calendar = WorkCalendar(working=frozenset({saturday}), off=frozenset({saturday}))
    assert calendar.is_working_day(saturday), "a swapped day wins over a day off"
    with pytest.raises(AttributeError):
        calendar.off = frozenset()  # type: ignore[misc]

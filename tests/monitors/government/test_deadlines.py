"""How late a task is: days of the calendar, lateness in working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.government.deadlines import days_late, due_soon, severity
from monitors.government.standing import misses_target, ranks
from services.worktime.calendar import WorkCalendar

CALENDAR = WorkCalendar(off=frozenset({date(2026, 9, 2)}))
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    "due, today, late",
    [
        (date(2026, 8, 28), date(2026, 8, 28), 0),  # a Friday, on its day
        (date(2026, 8, 28), date(2026, 8, 29), 0),  # the Saturday after: nobody could have worked
        (date(2026, 8, 28), date(2026, 8, 31), 1),
        (date(2026, 8, 28), date(2026, 9, 3), 3),  # National Day in between
        (date(2026, 8, 28), date(2026, 8, 1), 0),
    ],
)
def test_lateness_is_counted_in_working_days(due, today, late):
    assert days_late(due, today, CALENDAR) == late


@pytest.mark.parametrize(
    "due, soon",
    [
        (date(2026, 8, 27), False),
        (date(2026, 8, 28), True),
        (date(2026, 9, 1), True),  # Monday and Tuesday
        (date(2026, 9, 3), False),
    ],
)
def test_soon_is_within_two_working_days(due, soon):
    assert due_soon(due, date(2026, 8, 28), CALENDAR) is soon


@pytest.mark.parametrize("late, expected", [([0], "medium"), ([5, 1], "medium"), ([6], "high"), ([2, 21], "critical")])
def test_severity_grows_with_the_latest(late, expected):
    assert severity(late) == expected


@given(due=DAYS, today=DAYS)
def test_a_task_is_never_late_and_due_soon_at_once(due, today):
    assert not (days_late(due, today, CALENDAR) and due_soon(due, today, CALENDAR))
    assert days_late(due, today + timedelta(days=1), CALENDAR) >= days_late(due, today, CALENDAR)


@pytest.mark.parametrize(
    "on_time, total, misses",
    [(95, 100, False), (91, 100, False), (90, 100, True), (17, 20, False), (16, 20, True), (0, 0, False)],
)
def test_only_what_chance_does_not_explain_misses_the_target(on_time, total, misses):
    assert misses_target(on_time, total) is misses


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_whoever_meets_the_target_misses_nothing(late, total):
    if late <= 0.05 * total:
        assert not misses_target(total - late, total)


def test_equal_rates_share_a_rank():
    assert ranks({"a": 98.0, "b": 99.5, "c": 98.0, "d": 40.0}) == {"b": 1, "a": 2, "c": 2, "d": 4}
    assert ranks({}) == {}

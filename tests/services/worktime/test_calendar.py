"""Worked examples of deadlines: lunch, weekends, Tết 2026, compensatory days, swapped Saturdays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.worktime.calendar import (
    VIETNAM,
    CalendarRangeError,
    NaiveInstantError,
    WorkCalendar,
    add_days,
    add_minutes,
    days_between,
    is_working,
    minutes_between,
    next_opening,
    time_between,
    working_days,
)
from services.worktime.selectors import public_holidays

OFF, SWAPPED = public_holidays()
CALENDAR = WorkCalendar(off=OFF, working=SWAPPED)


def at(text: str) -> datetime:
    """Return ``2026-11-20 16:30`` as an instant in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "start, minutes, end",
    [
        ("2026-11-20 08:00", 30, "2026-11-20 08:30"),
        ("2026-11-20 11:00", 30, "2026-11-20 11:30"),  # may end at the close of the morning
        ("2026-11-20 11:00", 31, "2026-11-20 13:31"),  # one minute more goes over lunch
        ("2026-11-20 12:15", 10, "2026-11-20 13:40"),  # a start at lunch moves to the afternoon
        ("2026-11-20 16:30", 30, "2026-11-20 17:00"),  # may end at the close of the day
        ("2026-11-20 16:30", 31, "2026-11-23 07:31"),  # Friday to Monday
        ("2026-11-21 09:00", 10, "2026-11-23 07:40"),  # a start on a Saturday
        ("2026-11-20 05:00", 10, "2026-11-20 07:40"),  # a start before the opening
        ("2026-11-20 17:00", 1, "2026-11-23 07:31"),  # the close is outside
        ("2026-11-20 08:00", 450, "2026-11-23 08:00"),  # one whole day further
        ("2026-11-20 07:30", 450, "2026-11-20 17:00"),  # a whole day ends at its close
        ("2026-02-13 16:00", 120, "2026-02-23 08:30"),  # Tết 2026: off from Saturday 14 to Sunday 22 February
        ("2026-02-18 10:00", 5, "2026-02-23 07:35"),  # a start in the middle of Tết
        ("2026-04-24 16:59", 2, "2026-04-28 07:31"),  # Hùng Kings' Day on a Sunday: the Monday is off instead
        ("2026-08-21 16:59", 2, "2026-08-22 07:31"),  # a Saturday worked for Monday 31 August
        ("2026-08-28 16:59", 2, "2026-09-03 07:31"),  # and that Monday, with National Day behind it
        ("2026-11-20 16:45", 0, "2026-11-20 16:45"),
        ("2026-11-21 09:00", 0, "2026-11-23 07:30"),
    ],
)
def test_working_minutes_run_inside_working_hours(start, minutes, end):
    assert add_minutes(CALENDAR, at(start), minutes) == at(end)


@pytest.mark.parametrize(
    "start, days, end",
    [
        ("2026-11-17 09:00", 3, "2026-11-20 17:00"),
        ("2026-11-17 16:59", 3, "2026-11-20 17:00"),
        ("2026-11-17 17:00", 3, "2026-11-23 17:00"),  # after the close: received on Wednesday
        ("2026-11-19 09:00", 3, "2026-11-25 17:00"),  # 24 November is a holiday from 2026 on
        ("2026-11-21 09:00", 1, "2026-11-25 17:00"),  # Saturday: received on Monday, Tuesday is the holiday
        ("2026-11-17 09:00", 0, "2026-11-17 17:00"),
        ("2026-02-11 09:00", 5, "2026-02-25 17:00"),  # 12 and 13 February, then 23 to 25
        ("2026-08-19 09:00", 3, "2026-08-22 17:00"),  # the swapped Saturday counts
    ],
)
def test_working_days_end_at_the_close_of_the_nth_day_after_receipt(start, days, end):
    assert add_days(CALENDAR, at(start), days) == at(end)


@pytest.mark.parametrize(
    "moment, inside, opening",
    [
        ("2026-11-20 07:29", False, "2026-11-20 07:30"),
        ("2026-11-20 07:30", True, "2026-11-20 07:30"),
        ("2026-11-20 11:29", True, "2026-11-20 11:29"),
        ("2026-11-20 11:30", False, "2026-11-20 13:30"),
        ("2026-11-20 17:00", False, "2026-11-23 07:30"),
        ("2026-02-17 09:00", False, "2026-02-23 07:30"),
        ("2026-08-22 09:00", True, "2026-08-22 09:00"),
    ],
)
def test_openings_are_inside_and_closes_outside(moment, inside, opening):
    assert is_working(CALENDAR, at(moment)) is inside
    assert next_opening(CALENDAR, at(moment)) == at(opening)


def test_time_between_skips_lunch_nights_and_tet():
    assert minutes_between(CALENDAR, at("2026-11-20 11:00"), at("2026-11-20 14:00")) == 60
    assert minutes_between(CALENDAR, at("2026-02-13 16:00"), at("2026-02-23 08:30")) == 120
    assert minutes_between(CALENDAR, at("2026-02-14 00:00"), at("2026-02-22 23:59")) == 0
    assert minutes_between(CALENDAR, at("2026-11-20 14:00"), at("2026-11-20 11:00")) == -60
    assert time_between(CALENDAR, at("2026-11-20 08:00"), at("2026-11-20 08:00:30")) == timedelta(seconds=30)


def test_partial_minutes_do_not_count_in_either_direction():
    early, late = at("2026-11-20 08:00:00"), at("2026-11-20 08:01:30")
    assert minutes_between(CALENDAR, early, late) == 1
    assert minutes_between(CALENDAR, late, early) == -1


def test_days_are_counted_after_the_first_and_with_the_last():
    assert days_between(CALENDAR, date(2026, 2, 13), date(2026, 2, 23)) == 1
    assert days_between(CALENDAR, date(2026, 2, 23), date(2026, 2, 13)) == -1
    assert list(working_days(CALENDAR, date(2026, 2, 12), date(2026, 2, 23))) == [
        date(2026, 2, 12),
        date(2026, 2, 13),
        date(2026, 2, 23),
    ]


def test_an_instant_counts_whatever_zone_it_is_written_in():
    in_utc = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 11:00 in Vietnam
    assert add_minutes(CALENDAR, in_utc, 31) == at("2026-11-20 13:31")
    assert add_minutes(CALENDAR, in_utc, 31).utcoffset() == timedelta(hours=7)


def test_a_zone_with_summer_time_works_by_its_own_clock():
    berlin = WorkCalendar(timezone=ZoneInfo("Europe/Berlin"))
    friday = datetime(2026, 3, 27, 16, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert add_minutes(berlin, friday, 90).astimezone(UTC) == datetime(2026, 3, 30, 6, 0, tzinfo=UTC)


def test_an_instant_without_a_zone_is_refused():
    naive = datetime(2026, 11, 20, 8, 0)  # noqa: DTZ001 - what is tested
    for call in (is_working, next_opening):
        with pytest.raises(NaiveInstantError, match="no time zone"):
            call(CALENDAR, naive)
    with pytest.raises(NaiveInstantError, match="no time zone"):
        add_minutes(CALENDAR, naive, 5)
    with pytest.raises(NaiveInstantError, match="no time zone"):
        add_days(CALENDAR, naive, 5)
    with pytest.raises(NaiveInstantError, match="no time zone"):
        minutes_between(CALENDAR, at("2026-11-20 08:00"), naive)


def test_a_deadline_behind_is_refused():
    with pytest.raises(ValueError, match="negative"):
        add_minutes(CALENDAR, at("2026-11-20 08:00"), -1)
    with pytest.raises(ValueError, match="negative"):
        add_days(CALENDAR, at("2026-11-20 08:00"), -1)


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31", "2009-12-31", "2051-01-01"])
def test_years_that_the_calendar_does_not_know_are_refused_not_guessed(moment):
    with pytest.raises(CalendarRangeError, match="outside"):
        add_minutes(CALENDAR, datetime.fromisoformat(f"{moment}T12:00Z"), 5)
    with pytest.raises(CalendarRangeError, match="ends on"):
        add_days(CALENDAR, at("2050-12-30 08:00"), 5)


@pytest.mark.parametrize(
    "intervals",
    [
        (),
        ((time(8), time(8)),),
        ((time(12), time(8)),),
        ((time(8), time(12)), (time(11), time(17))),
        ((time(13), time(17)), (time(8), time(12))),
    ],
)
def test_hours_that_make_no_day_are_refused(intervals):
    with pytest.raises(ValueError, match="follow each other"):
        WorkCalendar(intervals=intervals)


def test_hours_are_configurable():
    night = WorkCalendar(weekdays=frozenset({5, 6}), intervals=((time(0), time(1)), (time(22), time(23, 59))))
    assert add_minutes(night, at("2026-11-20 12:00"), 61) == at("2026-11-21 22:01")

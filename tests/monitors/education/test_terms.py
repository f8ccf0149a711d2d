"""School days: terms, breaks, holidays, Saturdays; and how many pupils a class may have."""

from datetime import date, datetime, time

import pytest

from monitors.education.science.classes import crowding, limit, per_class
from monitors.education.science.terms import SIX, SchoolDays, Span
from services.kernel.clock import LOCAL

NINE = time(9)
DAYS = SchoolDays(
    terms=(Span(date(2025, 9, 5), date(2026, 5, 31)), Span(date(2026, 9, 5), date(2027, 5, 31))),
    breaks=(Span(date(2027, 2, 2), date(2027, 2, 14)),),
    off=frozenset({date(2026, 12, 31)}),
    weekdays={"upper_secondary": SIX},
)


@pytest.mark.parametrize(
    "day, level, taught",
    [
        (date(2026, 11, 20), "primary", True),
        (date(2026, 11, 21), "primary", False),
        (date(2026, 11, 21), "upper_secondary", True),
        (date(2026, 11, 22), "upper_secondary", False),
        (date(2026, 12, 31), "primary", False),
        (date(2027, 2, 3), "primary", False),
        (date(2026, 7, 8), "primary", False),
        (date(2026, 9, 4), "primary", False),
        (date(2030, 10, 8), "primary", True),
        (date(2030, 7, 9), "primary", False),
        (date(2024, 10, 8), "primary", True),
    ],
)
def test_school_is_on_its_levels_weekdays_in_terms_and_on_no_holiday(day, level, taught):
    assert DAYS.is_school_day(day, level) is taught


def test_on_a_sunday_the_newest_school_day_is_the_levels_own():
    assert DAYS.latest(date(2026, 11, 22), "primary") == date(2026, 11, 20)
    assert DAYS.latest(date(2026, 11, 22), "upper_secondary") == date(2026, 11, 21)
    assert DAYS.latest(date(2026, 8, 20), "primary") == date(2026, 5, 29)


@pytest.mark.parametrize(
    "hour, minute, owed", [(8, 59, date(2026, 11, 18)), (9, 0, date(2026, 11, 19)), (23, 0, date(2026, 11, 19))]
)
def test_a_day_is_owed_from_its_hour_on(hour, minute, owed):
    assert DAYS.owed(datetime(2026, 11, 19, hour, minute, tzinfo=LOCAL), NINE, "primary", LOCAL) == owed


def test_thirty_eight_to_a_class_are_too_many_in_primary_and_not_in_secondary_school():
    day = date(2026, 11, 20)
    assert crowding("primary", 760, 20, day) == pytest.approx(1.0857, abs=1e-4)
    assert crowding("lower_secondary", 760, 20, day) == pytest.approx(0.844, abs=1e-3)
    assert crowding("primary", 700, 20, day) == 1


def test_what_is_not_known_is_not_judged():
    day = date(2026, 11, 20)
    assert crowding("primary", 0, 0, day) is None
    assert per_class(10, 0) is None
    assert limit("primary", date(2019, 1, 1)) is None
    assert limit("university", day) is None

"""When announced work happens: on the province's calendar, for ever or until its end."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.schedule import Plan, ScheduleError, at_or_after, check, upcoming
from services.kernel.clock import LOCAL


def local(year, month, day, hour):
    return datetime(year, month, day, hour, tzinfo=LOCAL)


NIGHT = Plan(local(2026, 11, 22, 23), local(2026, 11, 23, 1), "FREQ=WEEKLY;BYDAY=SU")
"""Every Sunday night from 23:00 to 1:00: in UTC another weekday than here would begin it."""


def test_a_sunday_night_is_sunday_here_whatever_day_it_is_in_utc():
    at = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)  # 00:30 on Monday here
    assert at_or_after(NIGHT, at) == (local(2026, 11, 29, 23), local(2026, 11, 30, 1))
    assert at_or_after(NIGHT, local(2026, 11, 30, 1)) == (local(2026, 12, 6, 23), local(2026, 12, 7, 1))


def test_once_is_over_when_it_is_over():
    once = Plan(local(2026, 11, 22, 8), local(2026, 11, 22, 9))
    assert at_or_after(once, local(2026, 11, 22, 7)) == (once.starts, once.ends)
    assert at_or_after(once, once.ends) is None


def test_an_end_that_is_a_day_holds_that_day():
    plan = Plan(local(2026, 11, 22, 8), local(2026, 11, 22, 9), "FREQ=DAILY;UNTIL=20261124")
    assert [start.day for start, _end in upcoming(plan, plan.starts)] == [22, 23, 24]


def test_the_last_day_of_a_month_that_has_no_31st_is_not_another_day():
    plan = Plan(local(2026, 1, 31, 8), local(2026, 1, 31, 9), "FREQ=MONTHLY;BYMONTHDAY=31")
    assert [start.month for start, _end in islice(upcoming(plan, plan.starts), 4)] == [1, 3, 5, 7]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=MINUTELY", "FREQ=DAILY;BYHOUR=3", "FREQ=DAILY;BYDAY=MO", "RRULE:FREQ=DAILY", "FREQ=DAILY\nEXDATE:20261122",
     "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;UNTIL=20261201T000000Z", "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;", "BYDAY=MO",
     "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"],
)  # fmt: skip
def test_what_is_no_repetition_of_work_is_refused(rule):
    with pytest.raises(ScheduleError):
        check(Plan(local(2026, 11, 22, 8), local(2026, 11, 22, 9), rule))


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - a zone is given below
    minutes=st.integers(1, 23 * 60),
    rule=st.sampled_from(["FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYDAY=-1SU"]),
    later=st.integers(0, 400 * 24 * 60),
)
def test_what_comes_next_is_not_over_lasts_as_long_and_comes_in_order(start, minutes, rule, later):
    begin = start.replace(microsecond=0, tzinfo=LOCAL)  # a calendar counts whole seconds
    plan, at = Plan(begin, begin + timedelta(minutes=minutes), rule), begin + timedelta(minutes=later)
    found = list(islice(upcoming(plan, at), 4))
    assert all(end > at and end - first == plan.lasts and first >= begin for first, end in found)
    assert all(first[0] < second[0] for first, second in pairwise(found))

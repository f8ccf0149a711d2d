"""The rules of DOMAIN.md, section 2, by example and by property: no clock, no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.public_services import deadlines
from monitors.public_services.deadlines import Course, Supplement
from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar, is_working

CALENDAR = WorkCalendar()
MONDAY = datetime(2025, 3, 3, tzinfo=LOCAL)
FRIDAY = MONDAY + timedelta(days=4)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of the week that begins on Monday, 3 March 2025 (day 0)."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


def course(**known) -> Course:
    values = {"channel": 1, "status": 4, "submitted": at(0, 8), "accepted": at(0, 9), **known}
    return Course(**values)


# --- when the clock starts (Decree 61/2018 art. 19; Decree 309/2026 arts. 8-9) ---------------------------------------


def test_the_clock_starts_when_the_dossier_is_accepted():
    assert deadlines.clock_start(course(), CALENDAR) == at(0, 9)


def test_what_is_accepted_after_three_o_clock_is_passed_on_the_next_morning():
    assert deadlines.clock_start(course(accepted=at(0, 15, 1)), CALENDAR) == at(1, 7, 30)
    assert deadlines.clock_start(course(accepted=at(0, 15)), CALENDAR) == at(0, 15)


def test_what_is_accepted_late_on_friday_starts_on_monday():
    assert deadlines.clock_start(course(accepted=at(4, 16)), CALENDAR) == at(7, 7, 30)


def test_no_clock_runs_before_acceptance():
    assert deadlines.clock_start(course(accepted=None), CALENDAR) is None


def test_an_inadequate_dossier_starts_again_with_the_answer():
    asked_in_time = course(supplements=[Supplement(at(3, 10), at(7, 10))])
    assert deadlines.clock_start(asked_in_time, CALENDAR) == at(7, 10)
    asked_too_late = course(supplements=[Supplement(at(7, 10), at(8, 10))])
    assert deadlines.clock_start(asked_too_late, CALENDAR) == at(0, 9)


# --- by when --------------------------------------------------------------------------------------------------------


def test_the_appointment_counts():
    assert deadlines.due(course(appointment=at(4, 17)), CALENDAR) == at(4, 17)


def test_an_apology_a_day_before_expiry_moves_the_day_once():
    in_time = course(appointment=at(4, 17), apology=(at(3, 16), at(9, 17)))
    assert deadlines.due(in_time, CALENDAR) == at(9, 17)
    too_late = course(appointment=at(4, 17), apology=(at(4, 8), at(9, 17)))
    assert deadlines.due(too_late, CALENDAR) == at(4, 17)


def test_the_citizens_time_is_not_the_offices():
    waited = course(appointment=at(11, 17), supplements=[Supplement(at(7, 8), at(9, 8))])
    assert deadlines.due(waited, CALENDAR) == at(13, 17)


def test_without_an_appointment_the_law_gives_the_longest_time():
    assert deadlines.due(course(statutory_days=3), CALENDAR) == at(3, 17)
    assert deadlines.due(course(statutory_days=3, accepted=at(0, 16)), CALENDAR) == at(4, 17)
    assert deadlines.due(course(), CALENDAR) is None


# --- on time or not --------------------------------------------------------------------------------------------------


def test_finished_is_the_end_before_returned_before_stopped():
    ends = course(finished=at(1, 8), returned=at(2, 8), stopped=at(3, 8))
    assert deadlines.end(ends) == at(1, 8)
    assert deadlines.end(replace(ends, finished=None)) == at(2, 8)
    assert deadlines.end(replace(ends, finished=None, returned=None)) == at(3, 8)
    assert deadlines.end(course()) is None


def test_a_lone_request_for_papers_is_the_end_until_it_is_answered():
    lone = course(supplements=[Supplement(at(1, 9))])
    assert deadlines.end(lone) == at(1, 9)
    assert deadlines.end(course(supplements=[Supplement(at(1, 9), at(2, 9))])) is None


@pytest.mark.parametrize("finished, expected", [(at(4, 17), True), (at(4, 17, 1), False), (at(0, 10), True)])
def test_on_time_is_up_to_the_appointment(finished, expected):
    assert deadlines.on_time(course(appointment=at(4, 17), finished=finished), CALENDAR) is expected


def test_a_second_request_for_papers_is_overdue_at_once():
    twice = course(
        appointment=at(20, 17), finished=at(10, 8), supplements=[Supplement(at(1, 9), at(2, 9)), Supplement(at(3, 9))]
    )
    assert deadlines.overdue_at(twice, CALENDAR) == at(3, 9)
    assert deadlines.on_time(twice, CALENDAR) is False


def test_an_open_dossier_and_one_without_a_deadline_are_neither():
    assert deadlines.on_time(course(appointment=at(4, 17)), CALENDAR) is None
    assert deadlines.on_time(course(finished=at(4, 17)), CALENDAR) is None


# --- received in time -----------------------------------------------------------------------------------------------


def test_an_online_dossier_is_to_be_received_within_eight_working_hours():
    online = course(channel=2, status=1, submitted=at(0, 8))
    assert deadlines.receive_by(online, CALENDAR) == at(1, 8, 30)  # 420 minutes are left of Monday
    assert deadlines.receive_by(replace(online, submitted=at(5, 12)), CALENDAR) == at(8, 8)
    assert deadlines.receive_by(replace(online, channel=1), CALENDAR) is None


# --- the traffic light -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "now, expected",
    [
        (at(0, 9), "green"),
        (at(11, 10), "green"),
        (at(14, 10), "green"),
        (at(15, 10), "yellow"),
        (at(17, 8), "yellow"),
        (at(18, 8), "red"),
    ],
)
def test_the_light_turns_with_what_is_left(now, expected):
    light = deadlines.light(at(0, 8), at(17, 17), now, CALENDAR, deadlines.rules_on(date(2025, 3, 3)))
    assert light == expected


# --- rules are dated -------------------------------------------------------------------------------------------------


def test_a_dossier_is_judged_by_the_rules_of_its_own_day():
    assert deadlines.rules_on(date(2025, 6, 30)).basis.startswith("Decree 61/2018")
    assert deadlines.rules_on(date(2025, 7, 1)).basis.startswith("Decree 118/2025")
    assert deadlines.rules_on(date(2001, 1, 1)) is deadlines.RULE_SETS[0]
    assert course(submitted=datetime(2025, 6, 30, 18, tzinfo=UTC)).rules.effective_from == date(2025, 7, 1)


# --- properties ------------------------------------------------------------------------------------------------------

NAIVE_FROM, NAIVE_UNTIL = datetime(2024, 1, 1), datetime(2026, 12, 31)  # noqa: DTZ001 - hypothesis adds the zone
instants = st.datetimes(NAIVE_FROM, NAIVE_UNTIL, timezones=st.just(LOCAL))


@given(instants, st.integers(0, 60))
def test_the_longest_time_never_ends_before_it_starts_nor_outside_working_days(accepted, days):
    one = course(submitted=accepted, accepted=accepted, statutory_days=days)
    due, start = deadlines.due(one, CALENDAR), deadlines.clock_start(one, CALENDAR)
    assert due is not None
    assert start is not None
    assert accepted <= start <= due
    assert is_working(CALENDAR, start)
    assert CALENDAR.is_working_day(due.astimezone(LOCAL).date())


@given(instants, st.timedeltas(timedelta(0), timedelta(days=40)), st.timedeltas(timedelta(0), timedelta(days=40)))
def test_more_time_of_the_citizen_never_makes_an_office_late(asked, first, second):
    short, long = sorted((first, second))
    early = course(appointment=asked + timedelta(days=1), supplements=[Supplement(asked, asked + short)])
    late = replace(early, supplements=[Supplement(asked, asked + long)])
    finished = asked + timedelta(days=2)
    if deadlines.on_time(replace(early, finished=finished), CALENDAR):
        assert deadlines.on_time(replace(late, finished=finished), CALENDAR)


@given(instants, instants, instants)
def test_ending_earlier_is_never_worse(appointment, one, other):
    sooner, later = sorted((one, other))
    late = deadlines.on_time(course(appointment=appointment, finished=later), CALENDAR)
    soon = deadlines.on_time(course(appointment=appointment, finished=sooner), CALENDAR)
    assert soon or not late

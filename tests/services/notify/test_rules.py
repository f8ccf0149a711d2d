"""When a message goes out: worked examples around a Vietnamese calendar, and what holds for every wish."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.rules import (
    DAY_OFF,
    DIGEST,
    LOCAL,
    NOW,
    OPENING,
    QUIET,
    RATE,
    Limit,
    Wishes,
    decide,
    free_at,
    quiet_end,
    window_end,
)

NIGHT = Wishes(quiet_from=time(22), quiet_to=time(6))
RESTFUL = Wishes(quiet_from=time(22), quiet_to=time(7), days_off=True)
TET = {date(2027, 2, 5) + timedelta(days=n) for n in range(7)}
"""Tết Đinh Mùi (6 February 2027 is its first day): the eve and the days after it, as the state announces them."""


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in TET


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


def decided(text, wishes, *, severity="medium", held="", **more):
    return decide(severity=severity, held=held, now=local(text), wishes=wishes, works=works, **more)


@pytest.mark.parametrize(
    "at, until",
    [
        ("2026-11-23 21:59", None),
        ("2026-11-23 22:00", "2026-11-24 06:00"),
        ("2026-11-23 23:59", "2026-11-24 06:00"),
        ("2026-11-24 00:00", "2026-11-24 06:00"),
        ("2026-11-24 05:59", "2026-11-24 06:00"),
        ("2026-11-24 06:00", None),
    ],
)
def test_quiet_hours_cross_midnight_and_end_to_the_minute(at, until):
    decision = decided(at, NIGHT)
    assert decision == NOW if until is None else (decision.until, decision.reason) == (local(until), QUIET)


def test_a_critical_message_is_never_held_by_anything():
    many = [local("2027-02-06 23:00")] * 50
    assert decided("2027-02-06 23:30", RESTFUL, severity="critical", sent=many, limit=Limit(1)) == NOW


def test_over_tet_a_normal_message_waits_for_the_first_working_morning():
    """Thursday 4 February 2027, 22:30: the eve is off, then the holiday, then a weekend; work begins on Friday 12th."""
    decision = decided("2027-02-04 22:30", RESTFUL)
    assert decision.until == local("2027-02-12 07:00")
    assert decision.reason == DAY_OFF


def test_a_day_off_without_quiet_hours_ends_at_the_opening():
    decision = decided("2026-11-22 10:00", Wishes(days_off=True))
    assert (decision.until, decision.reason) == (local("2026-11-23 07:30"), DAY_OFF)


def test_a_noon_rest_does_not_make_a_day_off_longer():
    wishes = Wishes(quiet_from=time(12), quiet_to=time(13, 30), days_off=True)
    assert decided("2026-11-22 10:00", wishes).until == local("2026-11-23 07:30")
    assert decided("2026-11-23 12:15", wishes).until == local("2026-11-23 13:30")


def test_a_calendar_on_which_nobody_ever_works_again_silences_nobody_for_ever():
    ends, why = quiet_end(local("2026-11-23 10:00"), Wishes(days_off=True), lambda _day: False)
    assert (why, ends - local("2026-11-23 10:00") < timedelta(days=32)) == (DAY_OFF, True)


@pytest.mark.parametrize(
    "minutes, at, end",
    [
        (15, "2026-11-23 09:00", "2026-11-23 09:15"),
        (15, "2026-11-23 09:14", "2026-11-23 09:15"),
        (60, "2026-11-23 23:59", "2026-11-24 00:00"),
        (240, "2026-11-23 09:00", "2026-11-23 12:00"),
        (1440, "2026-11-23 09:00", "2026-11-24 07:30"),
        (1440, "2026-11-23 07:29", "2026-11-23 07:30"),
    ],
)
def test_digests_come_at_the_end_of_their_window(minutes, at, end):
    assert window_end(local(at), timedelta(minutes=minutes)) == local(end)


def test_a_new_message_waits_for_its_window_and_one_that_has_waited_does_not():
    wishes = Wishes(digest=timedelta(hours=1))
    first = decided("2026-11-23 09:20", wishes)
    assert (first.until, first.reason) == (local("2026-11-23 10:00"), DIGEST)
    assert decided("2026-11-23 10:00", wishes, held=DIGEST) == NOW


def test_a_digest_that_would_come_at_night_comes_in_the_morning():
    wishes = Wishes(quiet_from=time(22), quiet_to=time(6), digest=timedelta(hours=4))
    decision = decided("2026-11-23 21:00", wishes)
    assert (decision.until, decision.reason) == (local("2026-11-24 06:00"), QUIET)


def test_the_seventh_of_six_allowed_waits_until_the_first_is_a_quarter_of_an_hour_old():
    sent = [local("2026-11-23 09:00") + timedelta(minutes=n) for n in range(6)]
    decision = decided("2026-11-23 09:06", Wishes(), sent=sent, limit=Limit(6, timedelta(minutes=15)))
    assert (decision.until, decision.reason) == (local("2026-11-23 09:15"), RATE)
    later = decided("2026-11-23 09:15", Wishes(), held=RATE, sent=sent, limit=Limit(6, timedelta(minutes=15)))
    assert later == NOW


MOMENTS = st.datetimes(
    datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2028-12-01"), timezones=st.just(UTC)
)
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
WISHES = st.builds(
    Wishes,
    quiet_from=TIMES | st.none(),
    quiet_to=TIMES | st.none(),
    days_off=st.booleans(),
    digest=st.sampled_from([0, 15, 60, 240, 1440]).map(lambda minutes: timedelta(minutes=minutes)),
)
LIMITS = st.builds(Limit, st.integers(0, 5), st.sampled_from([1, 15, 60]).map(lambda n: timedelta(minutes=n)))


@given(MOMENTS, WISHES, LIMITS, st.lists(st.integers(0, 3600), max_size=12))
def test_whatever_is_held_goes_out_at_some_instant_ahead_and_never_in_quiet(now, wishes, limit, ages):
    """Following the decisions from one instant to the next always ends in sending, within days."""
    sent = [now - timedelta(seconds=age) for age in ages]
    at, held = now, ""
    for _turn in range(20):
        decision = decide(severity="low", held=held, now=at, wishes=wishes, works=works, sent=sent, limit=limit)
        if decision.until is None:
            break
        assert decision.until > at
        assert decision.until - at <= timedelta(days=33)
        assert decision.reason
        at, held = decision.until, decision.reason
    else:
        pytest.fail("held for ever")
    assert quiet_end(at, wishes, works)[0] == at
    assert sum(instant > at - limit.per for instant in sent) < (limit.count or 10**6)


@given(MOMENTS, WISHES)
def test_quiet_ends_at_an_hour_that_was_named(now, wishes):
    ends, why = quiet_end(now, wishes, works)
    assert (ends == now) == (not why)
    if why:
        assert ends.astimezone(LOCAL).time() in {wishes.quiet_to, OPENING}


@given(MOMENTS, LIMITS, st.lists(st.integers(0, 7200), max_size=12))
def test_sending_when_told_keeps_the_limit(now, limit, ages):
    sent = [now - timedelta(seconds=age) for age in ages]
    free = free_at(now, sent, limit)
    if limit.count:
        assert sum(free - limit.per < at for at in sent if at <= now) < limit.count or free == now

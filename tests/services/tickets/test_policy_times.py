"""Worked examples of a ladder's times: repeats, Tết 2026 and 2027, a swapped Saturday; and what holds for all of them.

Days off and swaps are those of ``services.worktime``: Tết 2026 from Saturday 14 to Sunday 22 February, Tết 2027 from
Thursday 4 to Wednesday 10 February, and Saturday 22 August 2026, on which the administration works for Monday the 31st.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tickets.ladder import rows
from services.tickets.ladder.dryrun import run
from services.worktime.calendar import VIETNAM, WorkCalendar
from services.worktime.selectors import public_holidays

OFF, WORKING = public_holidays()
CALENDAR = WorkCalendar(off=OFF, working=WORKING)
FIVE_DAYS = {"working_days": 5}
REPORT = [
    {"target": {"rung": 1}},
    {"target": {"rung": 2}, "after": {"working_minutes": 120}, "until": "acknowledged"},
    {"target": {"rung": 3}, "after": {"working_days": 2}, "until": "acknowledged"},
    {"target": {"rung": 3}, "from": "deadline"},
]


def at(text: str) -> datetime:
    """Return a time in Vietnam: ``2026-02-13 16:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def played(steps, start, deadline=None, holders=lambda target, at: ["somebody"]):
    return run(start=at(start), deadline=deadline or FIVE_DAYS, steps=steps, calendar=CALENDAR, holders=holders)


def told(result):
    return [one.at.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") for one in result.tellings]


@pytest.mark.parametrize(
    "start, expected, due",
    [
        # the Friday before Tết 2026, one hour before the close: the other hour is on Monday the 23rd
        ("2026-02-13 16:00", ["2026-02-13 16:00", "2026-02-23 08:30", "2026-02-24 17:00"], "2026-02-27 17:00"),
        # on the first day of the year of the Horse: received when the offices open again
        ("2026-02-17 09:00", ["2026-02-17 09:00", "2026-02-23 09:30", "2026-02-25 17:00"], "2026-03-02 17:00"),
        # the Wednesday before Tết 2027
        ("2027-02-03 16:00", ["2027-02-03 16:00", "2027-02-11 08:30", "2027-02-12 17:00"], "2027-02-17 17:00"),
        # a Friday before a Saturday that works
        ("2026-08-21 16:00", ["2026-08-21 16:00", "2026-08-22 08:30", "2026-08-24 17:00"], "2026-08-27 17:00"),
    ],
)
def test_a_field_reports_ladder_over_holidays_and_swapped_days(start, expected, due):
    result = played(REPORT, start)
    assert told(result) == [*expected, due]
    assert result.due_at == at(due)


def test_a_dry_run_over_tet_shows_the_quiet_days_and_which_of_them_are_off():
    quiet = played(REPORT, "2026-02-13 16:00").quiet
    assert [(one.start, one.end) for one in quiet] == [
        (at("2026-02-13 16:00"), at("2026-02-23 08:30")),
        (at("2026-02-23 08:30"), at("2026-02-24 17:00")),
        (at("2026-02-24 17:00"), at("2026-02-27 17:00")),
    ]
    assert [day.day for day in quiet[0].off] == list(range(14, 23))
    assert quiet[1].off == ()


def test_a_repeat_is_a_row_each_time_and_higher_steps_come_in_between():
    steps = [
        {"target": {"rung": 1}, "repeat": {"every": {"minutes": 10}, "times": 3}},
        {"target": {"rung": 2}, "after": {"minutes": 15}},
    ]
    result = played(steps, "2026-02-17 09:00", {"minutes": 60})
    seen = [(one.step, one.turn, (one.at - result.start).total_seconds() / 60) for one in result.tellings]
    assert seen == [(0, 0, 0), (0, 1, 10), (1, 0, 15), (0, 2, 20), (0, 3, 30)]


def test_a_repeat_in_working_time_waits_for_the_offices():
    steps = [{"target": {"rung": 1}, "repeat": {"every": {"working_minutes": 60}, "times": 2}}]
    assert told(played(steps, "2026-02-13 16:00")) == ["2026-02-13 16:00", "2026-02-13 17:00", "2026-02-23 08:30"]


def test_where_nobody_holds_a_step_the_next_one_follows_at_once():
    steps = [{"target": {"rung": n}, "after": {"minutes": 30 * (n - 1)}} for n in (1, 2, 3, 4)]
    result = played(steps, "2026-02-17 09:00", holders=lambda target, at: [] if target["rung"] in {2, 4} else ["x"])
    assert told(result) == ["2026-02-17 09:00", "2026-02-17 09:30", "2026-02-17 09:30", "2026-02-17 10:30"]
    assert [one.nobody for one in result.tellings] == [False, True, False, True]
    assert [one.early for one in result.tellings] == [False, False, True, False]


def test_people_are_asked_for_at_the_instant_at_which_their_step_comes():
    asked = []

    def holders(target, at):
        asked.append((target["rung"], at))
        return ["x"]

    played(REPORT, "2027-02-03 16:00", holders=holders)
    assert asked[1] == (2, at("2027-02-11 08:30"))


def test_an_extension_moves_what_is_counted_from_the_deadline_and_no_row_passes_another():
    again = {"every": {"minutes": 40}, "times": 2}
    steps: list[dict[str, Any]] = [
        {"target": {"rung": 1}, "repeat": again},
        {"target": {"rung": 2}, "from": "deadline"},
    ]
    start, deadline = at("2026-02-17 09:00"), {"minutes": 60}
    order = rows.order(start, deadline, steps, CALENDAR)
    assert order == [(0, 0), (0, 1), (1, 0), (0, 2)]
    due, times = rows.dates(
        order, start=start, deadline=deadline, steps=steps, calendar=CALENDAR, extended=timedelta(hours=1)
    )
    assert due == at("2026-02-17 11:00")
    assert times == [start, at("2026-02-17 09:40"), due, due]


periods = st.one_of(
    st.builds(lambda n: {"minutes": n}, st.integers(1, 20_000)),
    st.builds(lambda n: {"working_minutes": n}, st.integers(1, 5_000)),
    st.builds(lambda n: {"working_days": n}, st.integers(1, 30)),
)
repeats = st.builds(lambda every, times: {"every": every, "times": times}, periods, st.integers(1, 5))
a_step = st.fixed_dictionaries(
    {"target": st.builds(lambda n: {"rung": n}, st.integers(1, 6))},
    optional={
        "after": periods,
        "from": st.sampled_from(["opened", "deadline"]),
        "until": st.sampled_from(["acknowledged", "resolved"]),
        "repeat": repeats,
    },
)
ladders = st.lists(a_step, min_size=1, max_size=6)
starts = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(VIETNAM))  # noqa: DTZ001


@given(ladders, periods, starts)
def test_there_is_a_row_for_every_time_and_no_time_comes_before_the_one_before(steps, deadline, start):
    order = rows.order(start, deadline, steps, CALENDAR)
    due, times = rows.dates(order, start=start, deadline=deadline, steps=steps, calendar=CALENDAR)
    assert sorted(order) == sorted(set(rows.keys(steps)))
    assert len(order) == sum(1 + step.get("repeat", {}).get("times", 0) for step in steps)
    assert times == sorted(times)
    assert min(times) >= start
    assert due >= start
    first = [moment for (_step, turn), moment in sorted(zip(order, times, strict=True)) if turn == 0]
    assert first == sorted(first), "a step never comes before the one below it"


@given(ladders, periods, starts, st.integers(0, 10_000), st.integers(0, 10_000))
def test_waiting_and_extensions_never_turn_the_order_round(steps, deadline, start, moved, extended):
    order = rows.order(start, deadline, steps, CALENDAR)
    shifts = {"moved": timedelta(minutes=moved), "extended": timedelta(minutes=extended)}
    due, times = rows.dates(order, start=start, deadline=deadline, steps=steps, calendar=CALENDAR, **shifts)
    plain, unmoved = rows.dates(order, start=start, deadline=deadline, steps=steps, calendar=CALENDAR)
    assert times == sorted(times)
    assert due == plain + shifts["moved"] + shifts["extended"]
    assert all(late >= early + shifts["moved"] for late, early in zip(times, unmoved, strict=True))


@given(ladders, periods, starts, st.sets(st.integers(1, 6)))
def test_a_dry_run_tells_everybody_in_order_and_never_later_than_planned(steps, deadline, start, vacant):
    def holders(target, at):
        del at
        return [] if target["rung"] in vacant else ["x"]

    result = run(start=start, deadline=deadline, steps=steps, calendar=CALENDAR, holders=holders)
    assert [one.at for one in result.tellings] == sorted(one.at for one in result.tellings)
    assert all(one.at <= one.planned for one in result.tellings)
    assert all(before.nobody for before, one in zip(result.tellings, result.tellings[1:], strict=False) if one.early)
    assert all(one.end - one.start >= timedelta(hours=24) for one in result.quiet)

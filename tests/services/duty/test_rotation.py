"""Rotations as arithmetic: worked examples by a wall calendar, and what holds for every rotation."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from services.duty import rules
from services.duty.rotation import WEEK, Layer, Window, instant, shifts
from services.duty.spans import Span, clip, gaps, layered, merged, without
from services.worktime.selectors import public_holidays

OFF, SWAPPED = public_holidays()
MONDAY = date(2026, 11, 23)


def is_working(day):
    return day in SWAPPED or (day.weekday() < 5 and day not in OFF)


def local(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def of(layer, since, until):
    return shifts(layer, since, until, is_working)


# --- worked examples -------------------------------------------------------------------------------------------------


def test_people_change_every_day_at_seven_in_the_morning_of_the_province():
    layer = Layer((1, 2, 3), "days", 1, time(7), MONDAY)
    found = of(layer, local(23, 7), local(27, 7))
    assert [one.person for one in found] == [1, 2, 3, 1]
    assert found[0] == Span(datetime(2026, 11, 23, 0, tzinfo=UTC), datetime(2026, 11, 24, 0, tzinfo=UTC), 1)


def test_twelve_hours_each_give_a_day_and_a_night():
    layer = Layer((1, 2, 3), "hours", 12, time(7), MONDAY)
    found = of(layer, local(23, 7), local(25, 7))
    assert [(one.person, one.starts) for one in found] == [
        *((1, local(23, 7)), (2, local(23, 19)), (3, local(24, 7)), (1, local(24, 19)))
    ]


def test_nights_of_a_weekly_turn_run_over_midnight_and_belong_to_the_day_they_begin():
    nights = Window(opens=time(19), closes=time(7))
    found = of(Layer((1, 2), "weeks", 1, time(7), MONDAY, windows=(nights,)), local(23, 0), local(25, 12))
    assert found == [Span(local(23, 19), local(24, 7), 1), Span(local(24, 19), local(25, 7), 1)]


def test_days_off_are_those_of_the_working_calendar_tet_included():
    """Tết Bính Ngọ: 17 February 2026 is its first day; the government gave the whole week off."""
    days_off = Window(frozenset({"off"}), time(7), time(19))
    layer = Layer((1,), "days", 1, time(7), date(2026, 2, 9), windows=(days_off,))
    found = of(layer, instant(date(2026, 2, 9), time(0)), instant(date(2026, 2, 21), time(0)))
    days = [one.starts.astimezone(UTC).date().day for one in found]
    assert 17 in days
    assert 18 in days
    assert 11 not in days
    assert {14, 15} <= set(days), "the weekend before"


def test_counted_in_openings_the_sundays_go_round_too():
    sundays = Window(frozenset({"sun"}), time(7), time(19))
    by_day = Layer(tuple(range(7)), "days", 1, time(7), MONDAY, windows=(sundays,))
    by_opening = Layer(tuple(range(7)), "shifts", 1, time(7), MONDAY, windows=(sundays,))
    until = local(23, 7) + timedelta(weeks=7)
    assert {one.person for one in of(by_day, local(23, 7), until)} == {6}, "always the same one"
    assert [one.person for one in of(by_opening, local(23, 7), until)] == [0, 1, 2, 3, 4, 5, 6]


def test_it_ends_at_the_hand_over_after_its_last_day():
    layer = Layer((1, 2), "days", 1, time(7), MONDAY, ends_on=date(2026, 11, 24))
    found = of(layer, local(23, 0), local(30, 0))
    assert (found[0].starts, found[-1].ends) == (local(23, 7), local(25, 7))


def test_a_higher_layer_is_heard_first_and_the_lower_one_fills_the_rest():
    base = [Span(local(23, 7), local(24, 7), 1)]
    night = [Span(local(23, 19), local(24, 3), 2)]
    assert layered([base, night]) == [
        Span(local(23, 7), local(23, 19), 1), Span(local(23, 19), local(24, 3), 2), Span(local(24, 3), local(24, 7), 1)
    ]  # fmt: skip


def test_what_nobody_holds_is_a_gap():
    held = [Span(local(23, 7), local(23, 12), 1), Span(local(23, 14), local(23, 19), 2)]
    assert gaps(held, local(23, 0), local(23, 19)) == [(local(23, 0), local(23, 7)), (local(23, 12), local(23, 14))]
    assert gaps([], local(23, 0), local(24, 0)) == [(local(23, 0), local(24, 0))]


# --- for every rotation ----------------------------------------------------------------------------------------------

CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from((0, 30)))
WINDOWS = st.lists(
    st.builds(Window, st.frozensets(st.sampled_from((*WEEK, "working", "off")), max_size=3), CLOCK, CLOCK), max_size=3
).map(tuple)
UNITS = st.sampled_from((("hours", 5), ("hours", 12), ("days", 1), ("days", 3), ("weeks", 1), ("shifts", 1)))
SINCE = instant(date(2026, 12, 1), time(3))


@st.composite
def layers(draw, windows=WINDOWS, units=UNITS):
    unit, length = draw(units)
    people = tuple(range(draw(st.integers(1, 6))))
    start = date(2026, 11, 1) + timedelta(days=draw(st.integers(0, 50)))
    ends_on = draw(st.none() | st.integers(0, 60).map(lambda days: start + timedelta(days=days)))
    return Layer(people, unit, length, draw(CLOCK), start, ends_on, draw(windows))


@given(layers(), st.integers(1, 40))
def test_no_two_shifts_of_a_layer_overlap(layer, days):
    found = of(layer, SINCE, SINCE + timedelta(days=days))
    assert all(one.starts < one.ends for one in found)
    assert all(one.ends <= other.starts for one, other in pairwise(found))


@given(layers(windows=st.just(())), st.integers(1, 40))
def test_a_layer_without_windows_has_no_hole(layer, days):
    until = SINCE + timedelta(days=days)
    since, until = max(SINCE, layer.begins), min(until, layer.ends) if layer.ends else until
    if since < until:
        assert gaps(of(layer, since, until), since, until) == []


@given(layers(units=st.sampled_from((("days", 1), ("weeks", 1), ("hours", 5)))), st.integers(1, 40))
def test_inside_its_windows_a_layer_has_no_hole_and_nothing_stands_outside(layer, days):
    until = SINCE + timedelta(days=days)
    until = min(until, layer.ends) if layer.ends else until
    since = max(SINCE, layer.begins)
    if since >= until or not layer.windows:
        return
    days = [SINCE.date() + timedelta(days=n) for n in range(-60, 60)]
    opened = merged(filter(None, (window.on(day, is_working) for window in layer.windows for day in days)))
    wanted = clip([Span(a, b, 0) for a, b in opened], since, until)
    assert merged(clip(of(layer, since, until), since, until)) == merged(wanted)


@given(layers(), st.integers(1, 20), st.integers(1, 20))
def test_a_shift_is_the_same_whatever_interval_is_asked(layer, first, second):
    middle, end = SINCE + timedelta(days=first, hours=5), SINCE + timedelta(days=first + second)
    whole = of(layer, SINCE, end)
    assert sorted({*of(layer, SINCE, middle), *of(layer, middle, end)}) == whole


@given(layers(units=st.sampled_from((("days", 1), ("shifts", 1), ("hours", 12)))))
def test_turns_are_fair_nobody_has_two_more_than_another(layer):
    layer = Layer(layer.participants, layer.unit, 1 if layer.unit == "shifts" else layer.length, layer.hand_over,
                  layer.starts_on, None, layer.windows if layer.unit == "shifts" else ())  # fmt: skip
    found = of(layer, layer.begins, layer.begins + timedelta(days=45))
    if found:
        had = Counter(one.person for one in found)
        assert max(had.values()) - min(had.get(person, 0) for person in layer.participants) <= 1


PIECES = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 40), st.integers(1, 5)), max_size=12)


def spans_of(pieces):
    """Turn pieces into spans that do not overlap."""
    found: list[Span] = []
    for start, hours, person in sorted(pieces):
        new = [Span(SINCE + timedelta(hours=start), SINCE + timedelta(hours=start + hours), person)]
        found += without(new, found)
    return sorted(found)


@given(st.lists(PIECES, max_size=4))
def test_layers_together_cover_what_each_covers_and_never_overlap(pieces):
    given_layers = [spans_of(one) for one in pieces]
    found = layered(given_layers)
    assert all(one.ends <= other.starts for one, other in pairwise(found))
    assert merged(found) == merged(span for layer in given_layers for span in layer)
    if given_layers:
        assert without(given_layers[-1], found) == []
        assert {*without(found, given_layers[-1])}.isdisjoint(given_layers[-1])


# --- stand-ins -------------------------------------------------------------------------------------------------------


def said(person, stand_in, links):
    with override("en"):
        return rules.chain_error(person, stand_in, links)


def test_a_chain_of_three_stand_ins_is_the_longest():
    assert said(1, 2, [(2, 3), (3, 4)]) == ""
    assert "chain" in said(1, 2, [(2, 3), (3, 4), (4, 5)])
    assert "chain" in said(4, 5, [(1, 2), (2, 3), (3, 4)])


def test_nobody_stands_in_for_themselves_over_any_detour():
    assert "circle" in said(1, 1, [])
    assert "circle" in said(2, 1, [(1, 2)])
    assert "circle" in said(3, 1, [(1, 2), (2, 3)])

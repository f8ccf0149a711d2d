from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.environment.science.quality import (
    BAD,
    FLAT,
    GOOD,
    RANGE,
    SPIKE,
    SUSPECT,
    Limits,
    Track,
    has_gap,
    in_range,
    judge,
)

NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
RIVER = Limits(390.0, 440.0, change=3.0, always=1.0, flat_after=timedelta(hours=24))


def run(*values: float, step: timedelta = HOUR, limits: Limits = RIVER) -> list[tuple[str, str]]:
    """Return quality and flaw of values that come one after the other."""
    track, said = Track(), []
    for n, value in enumerate(values):
        verdict, track = judge(track, value, NOON + n * step, limits)
        said.append((verdict.quality, verdict.flaw))
    return said


def test_a_river_that_falls_400_metres_is_out_of_range_and_the_next_value_is_good_again():
    assert run(420.7, 20.7, 420.9) == [(GOOD, ""), (BAD, RANGE), (GOOD, "")]


def test_a_jump_within_the_range_is_a_spike_and_is_not_compared_with():
    assert run(420.0, 430.0, 420.2) == [(GOOD, ""), (BAD, SPIKE), (GOOD, "")]


def test_a_flood_is_no_spike():
    assert {quality for quality, _flaw in run(420.0, 421.5, 424.0, 426.9)} == {GOOD}


def test_a_change_that_stays_is_believed_in_the_end():
    said = run(*[420.0, *[429.0] * 4])
    assert said == [(GOOD, ""), (BAD, SPIKE), (BAD, SPIKE), (GOOD, ""), (GOOD, "")]


def test_standing_still_too_long_is_suspect_until_it_moves():
    said = run(*[420.0] * 26, 420.01)
    assert [quality for quality, _flaw in said[:24]] == [GOOD] * 24
    assert said[24:] == [(SUSPECT, FLAT), (SUSPECT, FLAT), (GOOD, "")]


def test_two_equal_readings_a_day_apart_are_no_flat_line():
    assert run(420.0, 420.0, step=timedelta(days=2)) == [(GOOD, ""), (GOOD, "")]


def test_dry_weeks_are_no_flat_line():
    rain = Limits(0.0, 400.0, change=400.0, always=400.0)
    assert {quality for quality, _flaw in run(*[0.0] * 200, limits=rain)} == {GOOD}


def test_bad_values_in_a_row_are_counted():
    track = Track()
    for n, value in enumerate([420.0, 20.0, 20.0, 20.0]):
        _verdict, track = judge(track, value, NOON + n * HOUR, RIVER)
    assert track.bad_count == 3
    _verdict, track = judge(track, 420.1, NOON + 4 * HOUR, RIVER)
    assert track.bad_count == 0


@given(st.lists(st.floats(-1000, 1000), max_size=50))
def test_what_is_out_of_range_is_never_compared_with_later(values):
    track = Track()
    for n, value in enumerate(values):
        verdict, track = judge(track, value, NOON + n * HOUR, RIVER)
        assert verdict.quality == BAD or in_range(value, RIVER).quality == GOOD
        assert track.value is None or RIVER.low <= track.value <= RIVER.high


@pytest.mark.parametrize("minutes, silent", [(60, False), (180, False), (181, True)])
def test_three_missed_turns_are_a_gap(minutes, silent):
    assert has_gap(NOON, NOON + timedelta(minutes=minutes), HOUR) is silent


@pytest.mark.parametrize(
    "back, silent",
    [
        (0, False),  # the source is still silent: who spoke an hour before that is not missed
        (
            2,
            False,
        ),  # an hour before the silence and two after it: three turns were not missed yet
        (3, True),
    ],
)
def test_what_nobody_could_hear_was_not_missed(back, silent):
    silence = NOON + HOUR, NOON + 9 * HOUR
    assert has_gap(NOON, NOON + (9 + back) * HOUR, HOUR, silence) is silent


def test_who_was_silent_before_its_source_stays_silent():
    assert has_gap(NOON, NOON + 9 * HOUR, HOUR, (NOON + 4 * HOUR, NOON + 9 * HOUR))


def test_a_silence_before_the_last_word_counts_for_nothing():
    assert has_gap(NOON, NOON + 4 * HOUR, HOUR, (NOON - 9 * HOUR, NOON - HOUR))

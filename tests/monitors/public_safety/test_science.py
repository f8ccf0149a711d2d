"""Pure rules: pictures, same period, usual traffic, black spots, outages."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.public_safety.science import comparison, congestion, outages, pictures, spots
from monitors.public_safety.science.comparison import Change
from monitors.public_safety.science.congestion import Window
from services.kernel.clock import LOCAL

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def grid(level: float, noise: float = 0.0, seed: int = 0) -> bytes:
    values = level + np.random.default_rng(seed).normal(0, noise, 36 * 64)
    return values.clip(0, 255).round().astype(np.uint8).tobytes()


# --- pictures --------------------------------------------------------------------------------------------------------


def test_a_black_picture_is_dark_and_a_night_with_lamps_is_not():
    lamps = bytearray(grid(5))
    lamps[:200] = b"\xf0" * 200
    assert pictures.is_dark(grid(5, 2))
    assert not pictures.is_dark(bytes(lamps))
    assert not pictures.is_dark(grid(40, 2))


@given(st.floats(30, 220), st.floats(1, 6), st.integers(0, 1000))
def test_the_noise_of_a_sensor_tells_two_pictures_apart(level, noise, seed):
    one, two = grid(level, noise, seed), grid(level, noise, seed + 1)
    assert not pictures.is_same(one, two)
    assert pictures.is_same(one, one)


def test_pictures_of_another_size_are_not_compared():
    assert pictures.difference(grid(5), b"\x05" * 12) is None
    assert pictures.difference(b"", grid(5)) is None
    assert not pictures.is_same(b"", grid(5))


@pytest.mark.parametrize(
    "at, night", [("17:44", False), ("17:45", True), ("00:00", True), ("05:44", True), ("05:45", False)]
)
def test_the_night_begins_and_ends(at, night):
    assert pictures.is_night(datetime.fromisoformat(f"2026-11-16T{at}")) is night


# --- the same period -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "now, before, percent",
    [(12, 10, 20.0), (8, 10, -20.0), (10, 10, 0.0), (5, 0, None), (0, 0, None), (0, 4, -100.0), (1, 3, -66.7)],
)
def test_a_change_is_told_in_percent_of_the_year_before_and_not_at_all_when_that_was_nothing(now, before, percent):
    assert Change(now, before).percent == percent


def test_a_period_so_far_is_compared_with_the_same_stretch_of_the_year_before():
    now = datetime(2026, 11, 16, 9, 30, tzinfo=LOCAL)
    assert comparison.periods(now, "month", LOCAL) == (
        (datetime(2026, 11, 1, tzinfo=LOCAL), now),
        (datetime(2025, 11, 1, tzinfo=LOCAL), datetime(2025, 11, 16, 9, 30, tzinfo=LOCAL)),
    )
    assert comparison.periods(now, "year", LOCAL)[1][0] == datetime(2025, 1, 1, tzinfo=LOCAL)


def test_the_29th_of_february_is_compared_with_the_28th():
    now = datetime(2028, 2, 29, 12, tzinfo=LOCAL)
    assert comparison.periods(now, "month", LOCAL)[1][1] == datetime(2027, 2, 28, 12, tzinfo=LOCAL)


def test_a_share_of_nothing_is_none():
    assert comparison.share(0, 0) is None
    assert comparison.share(3, 4) == 75.0


# --- traffic ---------------------------------------------------------------------------------------------------------


def windows(*speeds: float | None, vehicles: int = 50) -> list[Window]:
    return [Window(NOW + n * QUARTER, QUARTER, vehicles, speed) for n, speed in enumerate(speeds)]


def judged(*speeds: float | None, usual: float | None = 40.0, **more: int) -> bool | None:
    return congestion.congested([(w, congestion.share_of_usual(w, usual)) for w in windows(*speeds, **more)])


def test_the_usual_speed_is_the_median_of_weeks_and_a_week_counts_once():
    assert congestion.usual([[40.0], [36.0], [44.0]]) == 40.0
    assert congestion.usual([[10.0, 10.0, 10.0, 10.0], [40.0], [44.0]]) == 40.0
    assert congestion.usual([[40.0], [36.0]]) is None
    assert congestion.usual([[40.0], [], [36.0]]) is None


@pytest.mark.parametrize(
    "speeds, verdict",
    [((40, 19), None), ((19, 19), True), ((19, 20), False), ((19, 40, 19), None), ((19, None), None), ((), None)],
)
def test_a_road_is_congested_from_the_second_slow_window_in_a_row(speeds, verdict):
    assert judged(*speeds) is verdict


def test_two_cars_and_an_unusual_hour_say_nothing_of_a_road():
    assert judged(5, 5, vehicles=2) is None
    assert judged(5, 5, usual=None) is None
    assert judged(5, 5, usual=0.0) is None


def test_windows_with_an_hour_between_them_are_not_in_a_row():
    first, second = Window(NOW, QUARTER, 50, 10.0), Window(NOW + timedelta(hours=1), QUARTER, 50, 10.0)
    assert congestion.congested([(first, 0.25), (second, 0.25)]) is None


@given(st.lists(st.lists(st.floats(1, 120), max_size=4), max_size=8))
def test_the_usual_speed_lies_between_the_slowest_and_the_fastest_week(weeks):
    found = congestion.usual(weeks)
    means = [sum(week) / len(week) for week in weeks if week]
    assert (found is None) == (len(means) < congestion.LEAST_WEEKS)
    if found is not None:
        assert min(means) <= found <= max(means)


# --- black spots -----------------------------------------------------------------------------------------------------


def crash(pk: int, days_ago: float, east: float = 0.0) -> spots.Accident:
    """An accident some metres east of one place."""
    return spots.Accident(
        pk, NOW - timedelta(days=days_ago), 108.0 + east / (111_195 * math.cos(math.radians(12))), 12.0
    )


def test_distances_are_those_of_the_globe():
    assert spots.metres(crash(1, 0), crash(2, 0, east=500)) == pytest.approx(500, rel=0.01)


def test_three_accidents_within_500_metres_in_30_days_make_a_black_spot():
    near = [crash(1, 20), crash(2, 10, east=400), crash(3, 1, east=-450)]
    assert list(spots.black(spots.spots(near, NOW), NOW)) == ["12.000,108.000"]
    assert not spots.black(spots.spots(near[:2], NOW), NOW)
    assert not spots.black(spots.spots([*near[:2], crash(3, 1, east=700)], NOW), NOW)
    assert not spots.black(spots.spots([crash(1, 31), *near[1:]], NOW), NOW)


def test_a_spot_keeps_its_name_while_it_goes_on():
    known = [crash(1, 45), crash(2, 20, east=300), crash(3, 10, east=300), crash(4, 1, east=350)]
    (name,) = spots.black(spots.spots(known, NOW), NOW)
    assert name == spots.key_of(known[0])


@given(st.permutations([crash(n, n * 3, east=n * 180) for n in range(8)]))
def test_the_order_of_arrival_makes_no_other_spots(shuffled):
    named = {spot.key: [one.pk for one in spot.members] for spot in spots.spots(shuffled, NOW)}
    expected = {
        spot.key: [o.pk for o in spot.members] for spot in spots.spots(sorted(shuffled, key=lambda o: o.pk), NOW)
    }
    assert named == expected
    assert sum(map(len, named.values())) == 8


# --- outages ---------------------------------------------------------------------------------------------------------


def down(name: str, unit: str = "a", owner: str = "x") -> outages.Down:
    return outages.Down(name, unit, owner, NOW)


def test_few_cameras_are_told_one_by_one_and_many_of_a_commune_as_one():
    assert [o.key for o in outages.outages([down("1"), down("2", unit="b")])] == ["camera:1", "camera:2"]
    found = outages.outages([*(down(str(n)) for n in range(20)), down("z", unit="b", owner="y")])
    assert [(o.key, len(o.cameras)) for o in found] == [("unit:a", 20), ("camera:z", 1)]


def test_cameras_of_one_owner_in_many_communes_are_one_outage_too():
    found = outages.outages([down(str(n), unit=str(n)) for n in range(5)])
    assert [(o.key, len(o.cameras)) for o in found] == [("owner:x", 5)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy")), max_size=30))
def test_every_camera_is_told_of_exactly_once(places):
    known = [down(str(n), unit, owner) for n, (unit, owner) in enumerate(places)]
    told = [one.camera for outage in outages.outages(known) for one in outage.cameras]
    assert sorted(told) == sorted(one.camera for one in known)

"""Nesterov's index, worked by hand, and the finding that follows from a dry spell."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.environment.science.fire import WETTING, Day, dew_point, level, nesterov
from tests.monitors.environment.kit import observation
from tests.monitors.kit import clears, detected, findings, moment, send

RULE, STATION = "environment.forest_fire", "thoi-tiet-chau"
NOON = datetime.fromisoformat("2026-03-20T13:00:00+07:00")
degrees, percent = st.floats(1, 45), st.floats(1, 100)


@pytest.mark.parametrize(
    "temperature, humidity, point", [(30, 50, 18.4), (20, 100, 20.0), (35, 40, 19.4), (25, 60, 16.7)]
)
def test_the_dew_point_is_that_of_the_tables(temperature, humidity, point):
    assert dew_point(temperature, humidity) == pytest.approx(point, abs=0.1)


@given(degrees, percent)
def test_the_dew_point_is_never_above_the_temperature(temperature, humidity):
    assert dew_point(temperature, humidity) <= temperature


def test_dry_days_add_up_and_rain_begins_anew():
    dry = Day(30.0, 50.0)
    of_a_day = 30 * (30 - dew_point(30, 50))
    assert nesterov([dry] * 3) == pytest.approx(3 * of_a_day)
    assert nesterov([dry, dry, Day(30.0, 50.0, WETTING), dry]) == pytest.approx(of_a_day)
    assert nesterov([dry, Day(None, 50.0), Day(30.0, None), dry, Day(30.0, 50.0, 2.9)]) == pytest.approx(3 * of_a_day)


@pytest.mark.parametrize(
    "index, expected", [(0, 1), (5000, 1), (5001, 2), (10_000, 2), (15_000, 3), (15_001, 4), (20_000, 4), (20_001, 5)]
)
def test_levels_begin_above_their_thresholds(index, expected):
    assert level(index) == expected


@given(st.lists(st.tuples(degrees, percent), max_size=40), st.tuples(degrees, percent))
def test_another_dry_day_is_never_less_danger(days, more):
    before = [Day(*day) for day in days]
    assert nesterov([*before, Day(*more)]) >= nesterov(before)


def spell(days, *, end=NOON):
    """Return the weather of so many hot days without rain."""
    return [
        observation(STATION, prop, value, end - timedelta(days=days - 1 - n))
        for n in range(days)
        for prop, value in (("temperature", 35.0 + n % 3), ("humidity", 35.0 + n % 5))
    ]


def judged(items):
    receipt = send("environment", *items)
    assert receipt.rejected == []
    return detected(RULE, list(receipt.records.values()))


@pytest.mark.django_db
@pytest.mark.usefixtures("province")
def test_a_long_dry_spell_is_found_gets_worse_and_ends_with_the_rain():
    found = findings(judged(spell(26)))[f"{RULE}:{STATION}"]
    assert (found.severity, found.title["params"]["level"], found.unit) == ("medium", "IV", "99003")
    found = findings(judged(spell(10, end=NOON + timedelta(days=10))))[f"{RULE}:{STATION}"]
    assert (found.severity, found.title["params"]["level"]) == ("high", "V")
    next_day = NOON + timedelta(days=11)
    wet = [observation(STATION, "rain", 5.0, next_day - timedelta(hours=1)), *spell(1, end=next_day)]
    assert clears(judged(wet)) == {f"{RULE}:{STATION}"}


@pytest.mark.django_db
@pytest.mark.usefixtures("province")
def test_only_the_values_of_13_oclock_ask_anything(django_assert_num_queries):
    items = [observation(STATION, "temperature", 35.0, NOON + timedelta(hours=3))]
    ids = list(send("environment", *items).records.values())
    now = moment()
    with django_assert_num_queries(1):
        assert detected(RULE, ids, now) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("province")
@pytest.mark.parametrize("prop, value, unit, kept", [("temperature", "31,5", "°C", 31.5), ("humidity", 80, "%", 80.0)])
def test_weather_has_its_units_and_fahrenheit_is_refused(prop, value, unit, kept):
    assert send("environment", observation(STATION, prop, value, NOON, unit=unit)).accepted == 1
    (refused,) = send("environment", observation(STATION, prop, value, NOON, unit="°F")).rejected
    assert set(refused.errors) == {"unit"}

"""The sums of rain are what a recount of the values says, whatever happened to the values in which order."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitors.environment import panels
from monitors.environment.models import Observation, RainDay
from monitors.environment.selectors import rain_sums, sound
from services.contract import Scope
from services.kernel import clock
from services.kernel.clock import ensure_realm
from tests.monitors.environment.kit import level, rain
from tests.monitors.kit import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
HOUR = timedelta(hours=1)
BEGIN = datetime(2026, 3, 1, 22, tzinfo=UTC)
DECIMALS = 9
MIGRATION = import_module("monitors.environment.migrations.0003_rain_by_the_hour")


def recounted(realm):
    """Return what the table must say, from nothing but the values."""
    sums: defaultdict[Any, list[float]] = defaultdict(lambda: [0.0] * 24)
    heard: defaultdict[Any, int] = defaultdict(int)
    for row in Observation.objects.filter(realm=realm, prop="rain", quality="good"):
        at = row.occurred_at.astimezone(UTC)
        key = (at.date(), row.station, row.unit, row.department)
        heard[key] |= 1 << at.hour
        for hour in range(at.hour, 24):
            sums[key][hour] += row.value
    return {key: (heard[key], [round(mm, DECIMALS) for mm in sums[key]]) for key in sums}


def kept(realm):
    return {
        (row.day, row.station, row.unit, row.department): (row.heard, [round(mm, DECIMALS) for mm in row.mm])
        for row in RainDay.objects.filter(realm=realm)
    }


def plain_sum(realm, since, until):
    sums: defaultdict[str, float] = defaultdict(float)
    rows = sound(Observation.objects.filter(realm=realm, prop="rain", occurred_at__gt=since, occurred_at__lte=until))
    for station, value in rows.values_list("station", "value"):
        sums[station] += value
    return {station: round(mm, DECIMALS) for station, mm in sums.items()}


def quick_sum(realm, since, until):
    sums = rain_sums(Observation.objects.filter(realm=realm), RainDay.objects.filter(realm=realm), (since, until))
    return {station: round(mm, DECIMALS) for station, mm in sums.items()}


MINUTES = st.integers(0, 30 * 60) | st.integers(0, 30).map(lambda hours: 60 * hours)
AMOUNTS = st.sampled_from([0.0, 0.1, 0.2, 7.3, -3.0, 5000.0])
"""The last two are beyond what a gauge can measure: kept as bad."""
VALUES = st.tuples(st.just("send"), st.lists(st.tuples(MINUTES, AMOUNTS), min_size=1, max_size=5))
CHANGES = st.tuples(
    st.sampled_from(["value", "quality", "occurred_at", "unit", "prop", "realm", "delete"]), st.integers(0, 20)
)
CHANGED: dict[str, dict[str, Any]] = {
    "value": {"value": 1.7},
    "quality": {"quality": "bad"},
    "occurred_at": {"occurred_at": BEGIN + timedelta(hours=5, minutes=1)},
    "unit": {"unit": "99001"},
    "prop": {"prop": "humidity"},
    "realm": {"realm": "demo"},
}


def happen(step, what):
    """Store values, some of them twice; or correct, flag, move or remove one by hand."""
    if step == "send":
        send("environment", *(rain(mm, BEGIN + timedelta(minutes=n)) for n, mm in what))
        return
    known = list(Observation.objects.order_by("pk").values_list("pk", flat=True))
    chosen = Observation.objects.filter(pk=known[what % len(known)]) if known else Observation.objects.none()
    if step == "delete":
        chosen.delete()
    else:
        chosen.update(**CHANGED[step])


@pytest.mark.slow
@given(st.lists(VALUES | CHANGES, min_size=1, max_size=6), MINUTES, MINUTES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_to_values_the_sums_are_those_of_a_recount(steps, one, other):
    Observation.objects.all().delete()
    assert not RainDay.objects.exists()
    for step, what in steps:
        happen(step, what)
    since, until = (BEGIN + timedelta(minutes=n) for n in sorted((one, other)))
    for realm in ("live", "demo"):
        assert kept(realm) == recounted(realm)
        assert quick_sum(realm, since, until) == plain_sum(realm, since, until)


@pytest.mark.parametrize("minutes", [0, 1, 59, 60, 61, 119, 120, 121, 24 * 60, 25 * 60 + 30])
@pytest.mark.parametrize("begin", [0, 30])
def test_a_span_ends_where_it_says_however_short_it_is(begin, minutes):
    send("environment", *(rain(0.1 * (n % 7), BEGIN + timedelta(minutes=10 * n)) for n in range(200)))
    since = BEGIN + timedelta(minutes=begin)
    until = since + timedelta(minutes=minutes)
    assert quick_sum("live", since, until) == plain_sum("live", since, until)


def test_a_day_starts_after_the_same_instant_of_the_day_before_and_ends_now():
    now = datetime(2026, 3, 3, 7, tzinfo=UTC)
    days = timedelta(days=1)
    instants = (now - days, now - days + timedelta(seconds=1), now, now + timedelta(seconds=1))
    send("environment", *(rain(mm, at) for mm, at in zip((1, 2, 4, 8), instants, strict=True)), historical=True)
    for moment, mm in ((now, 6.0), (now + timedelta(seconds=1), 12.0), (now - timedelta(seconds=1), 3.0)):
        figure = panels.rain_by_commune(Scope("live", moment))
        assert figure.value == mm == sum(row.value for row in figure.query.rows(Scope("live", moment)))


def test_no_rain_is_not_silence():
    now = clock.now()
    send("environment", rain(0, now - 5 * HOUR), rain(-4, now - 3 * HOUR))
    assert panels.rain_by_commune(Scope("live", now)).values == {"99002": 0.0}
    assert panels.rain_by_commune(Scope("live", now + 20 * HOUR)).values == {}


def test_the_rain_of_one_realm_is_not_that_of_another():
    now = clock.now()
    send("environment", *(rain(3, now - n * HOUR) for n in range(5)), realm="demo")
    assert panels.rain_by_commune(Scope("live", now)).value is None
    assert panels.rain_by_commune(Scope("demo", now)).value == 15.0
    assert panels.rain_by_commune(Scope("demo", now, department="so-y-te")).value is None
    assert panels.rain_by_commune(Scope("demo", now, unit="99002")).value == 15.0
    assert panels.rain_by_commune(Scope("demo", now, unit="99003")).value is None


def test_a_wiped_realm_leaves_no_sums():
    ensure_realm("drill-7")
    send("environment", *(rain(3, clock.now() - n * HOUR) for n in range(5)), realm="drill-7")
    send("environment", rain(2, clock.now()))
    assert RainDay.objects.filter(realm="drill-7").exists()
    call_command("wipe_realm", "drill-7", verbosity=0)
    assert set(RainDay.objects.values_list("realm", flat=True)) == {"live"}


def test_values_that_were_there_before_the_sums_are_counted_by_the_migration():
    now = clock.now()
    send("environment", *(rain(0.3, now - n * HOUR / 3) for n in range(100)), level(8.4, now), rain(-1, now))
    before = kept("live")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM environment_rainday")
        cursor.execute(MIGRATION.counted("environment_observation"))
    assert kept("live") == before == recounted("live")

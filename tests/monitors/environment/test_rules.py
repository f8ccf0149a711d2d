"""Alarms of rivers, rain, air and sensors: raised by what arrives, cleared by what arrives, never by silence."""

from datetime import datetime, timedelta

import pytest

from services.alerts.models import Alert
from services.contract import Moment
from services.kernel import clock
from tests.monitors.environment.kit import AIR, GAUGE, RIVER, dust, level, rain
from tests.monitors.kit import clears, detected, findings, judge, send, swept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
HOUR = timedelta(hours=1)
LEVEL, RISE, RAIN, BAD_AIR, FINE_DUST, SENSOR, GAP = (
    f"environment.{name}"
    for name in ("river_level", "river_rise", "heavy_rain", "air_quality", "fine_dust", "sensor", "gap")
)


def said(rule, *items):
    receipt = send("environment", *items)
    assert receipt.rejected == []
    return detected(rule, list(receipt.records.values()))


def hourly(make, *values, end: datetime):
    return [make(value, end - (len(values) - 1 - n) * HOUR) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    "height, severity, alarm, margin",
    [(10.0, "medium", "I", 0), (12.42, "high", "II", 0.42), (15, "critical", "III", 1)],
)
def test_an_alarm_has_the_severity_of_its_level_and_says_by_how_much(height, severity, alarm, margin):
    found = findings(said(LEVEL, level(height, clock.now())))
    mine = found[f"{LEVEL}:{RIVER}"]
    assert (mine.severity, mine.unit, mine.place) == (severity, "99001", (110.10, 10.10))
    assert mine.title["params"] == {
        "station": {"vi": "Cầu Mẫu", "en": "Sample Bridge"},
        "alarm": alarm,
        "margin": margin,
        "level": height,
    }


def test_from_alarm_two_on_the_communes_downstream_are_told():
    now = clock.now()
    below = said(LEVEL, level(11.99, now - HOUR))
    assert set(findings(below)) == {f"{LEVEL}:{RIVER}"}
    assert clears(below) == {f"{LEVEL}:{RIVER}:99002", f"{LEVEL}:{RIVER}:99003"}
    above = findings(said(LEVEL, level(12.0, now)))
    assert {one.unit for one in above.values()} == {"99001", "99002", "99003"}
    assert {one.severity for one in above.values()} == {"high"}


def test_below_alarm_one_all_is_clear():
    result = said(LEVEL, level(9.99, clock.now()))
    assert (findings(result), len(clears(result))) == ({}, 3)


def test_the_levels_of_the_day_count():
    long_ago = datetime.fromisoformat("2020-03-01T00:00:00+07:00")
    assert findings(said(LEVEL, level(9.5, long_ago)))
    assert not findings(said(LEVEL, level(9.5, clock.now())))


def test_a_peak_inside_a_batch_is_raised_and_cleared():
    now = clock.now()
    send("environment", level(9.0, now - 4 * HOUR), level(12.5, now - 2 * HOUR), level(9.0, now))
    judge()
    assert (
        dict(Alert.objects.values_list("fingerprint", "state"))
        == dict.fromkeys(
            [f"{LEVEL}:{RIVER}", f"{LEVEL}:{RIVER}:99002", f"{LEVEL}:{RIVER}:99003", f"{RISE}:{RIVER}"], "cleared"
        )
        | {}
    )


def test_a_peak_that_comes_late_is_over_already():
    now = clock.now()
    send("environment", level(9.0, now))
    judge()
    send("environment", level(10.5, now - 2 * HOUR))
    judge()
    assert set(Alert.objects.filter(rule=LEVEL).values_list("state", flat=True)) == {"cleared"}


def test_a_bad_value_is_work_for_a_technician_and_no_alarm():
    now = clock.now()
    send("environment", level(9.0, now - HOUR))
    send("environment", level(408.0, now))
    judge()
    alert = Alert.objects.get()
    assert (alert.rule, alert.severity) == (SENSOR, 1)
    send("environment", level(9.1, now + timedelta(minutes=1)))
    judge()
    alert.refresh_from_db()
    assert alert.state == "cleared"


def test_a_sensor_that_stays_bad_is_worse():
    now = clock.now()
    found = said(SENSOR, *hourly(level, 9.0, 409.0, 409.0, 409.0, end=now))
    assert findings(found)[f"{SENSOR}:{RIVER}:water_level"].severity == "medium"


@pytest.mark.parametrize("heights, severity", [((8.0, 8.4), None), ((8.0, 8.5), "medium"), ((8.0, 9.0), "high")])
def test_a_river_that_rises_fast_is_a_warning(heights, severity):
    found = findings(said(RISE, *hourly(level, *heights, end=clock.now())))
    assert (found[f"{RISE}:{RIVER}"].severity if found else None) == severity


def test_the_rate_is_measured_from_what_was_there_before():
    now = clock.now()
    send("environment", level(8.0, now - HOUR))
    found = findings(said(RISE, level(8.6, now)))
    assert found[f"{RISE}:{RIVER}"].title["params"]["rate"] == 0.6


@pytest.mark.parametrize(
    "amounts, severity",
    [([4.0] * 12, None), ([5.0] * 12, "low"), ([5.0] * 20, "medium"), ([10.0] * 20, "high"), ([30.0] * 15, "critical")],
)
def test_rain_is_judged_by_its_band(amounts, severity):
    found = findings(said(RAIN, *hourly(rain, *amounts, end=clock.now())))
    assert (found[f"{RAIN}:{GAUGE}"].severity if found else None) == severity


def test_dry_hours_clear_only_when_they_were_heard():
    now = clock.now()
    send("environment", *hourly(rain, *[10.0] * 8, end=now - 30 * HOUR))
    judge()
    silent_since = said(RAIN, rain(0.0, now - 12 * HOUR))
    assert (findings(silent_since), clears(silent_since)) == ({}, set())
    heard = said(RAIN, *hourly(rain, *[0.0] * 10, end=now))
    assert clears(heard) == {f"{RAIN}:{GAUGE}"}


@pytest.mark.parametrize("amount, severity", [(60.0, None), (100.0, "medium"), (200.0, "high"), (300.0, "critical")])
def test_bad_air_is_an_alarm_by_its_band(amount, severity):
    found = findings(said(BAD_AIR, *hourly(dust, *[amount] * 6, end=clock.now())))
    assert (found[f"{BAD_AIR}:{AIR}"].severity if found else None) == severity


def dusty(amount, end):
    """Send a day of dust and return what the last value makes the rule say."""
    items = hourly(dust, *(amount + (n % 2) / 100 for n in range(20)), end=end)
    receipt = send("environment", *items, historical=True)
    return detected(FINE_DUST, [max(receipt.records.values())])


def test_a_day_of_fine_dust_is_judged_by_the_limit_of_its_own_day():
    old, new = (datetime.fromisoformat(f"{day}T20:00:00+07:00") for day in ("2025-12-31", "2026-01-02"))
    assert clears(dusty(48.0, old)) == {f"{FINE_DUST}:{AIR}"}
    found = findings(dusty(48.0, new))[f"{FINE_DUST}:{AIR}"]
    assert (found.severity, found.title["params"]["amount"], found.title["params"]["limit"]) == ("low", 48.0, 45.0)


def test_fewer_than_eighteen_hours_are_no_day():
    assert said(FINE_DUST, *hourly(dust, *(90.0 + n % 2 for n in range(17)), end=clock.now())) == []


def test_rain_that_lasts_and_spreads_is_a_higher_risk():
    now = clock.now()
    short = findings(said(RAIN, *hourly(rain, *[30.0] * 10, end=now - 8 * 24 * HOUR)))
    last = list(short.values())[-1]
    assert (last.severity, last.title["params"]["risk"]) == ("high", 2), "one gauge, and it is all there are"
    long = findings(said(RAIN, *hourly(rain, *[12.0] * 80, end=now)))
    last = list(long.values())[-1]
    assert (last.severity, last.title["params"]["risk"]) == ("high", 3)


def test_bad_values_are_never_averaged_in():
    now = clock.now()
    items = [*hourly(dust, *[20.0] * 6, end=now - HOUR), dust(5000.0, now)]
    assert not findings(said(BAD_AIR, *items))


def test_a_silent_station_is_a_gap_and_clears_no_flood():
    now = clock.now()
    send("environment", level(12.5, now - 7 * HOUR))
    judge()
    found = findings(swept(GAP))
    assert found[f"{GAP}:{RIVER}"].severity == "low"
    week = Moment("live", now + timedelta(days=7))
    assert f"{GAP}:{RIVER}" not in clears(swept(GAP, week))
    assert set(Alert.objects.filter(rule=LEVEL).values_list("state", flat=True)) == {"active"}
    assert clears(said(GAP, level(12.4, clock.now()))) == {f"{GAP}:{RIVER}"}


def test_other_realms_are_not_heard():
    send("environment", level(12.5, clock.now() - 7 * HOUR), realm="demo")
    assert not findings(swept(GAP))

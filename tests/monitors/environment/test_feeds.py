"""Observations become records with a quality; the latest of each sensor is at hand, whatever order they come in."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitors.environment.actions import Newest, remember
from monitors.environment.models import LatestValue, Observation
from monitors.environment.science.quality import Track
from monitors.environment.stations import stations
from services.intake import bodies, receive
from services.intake.models import Quarantined
from services.kernel import clock, partitions
from tests.monitors.environment.kit import AIR, RIVER, dust, level, observation, rain
from tests.monitors.kit import judge, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
HOUR = timedelta(hours=1)


def qualities() -> list[tuple[str, str]]:
    return list(Observation.objects.order_by("occurred_at").values_list("quality", "flaw"))


def latest(prop: str = "water_level") -> LatestValue:
    return LatestValue.objects.get(prop=prop)


def refused(item: dict[str, object]) -> set[str]:
    receipt = send("environment", item)
    (rejection,) = receipt.rejected
    assert Quarantined.objects.exists()
    return set(rejection.errors)


def test_a_value_is_kept_with_its_station_and_as_it_was_sent():
    now = clock.now()
    receipt = send("environment", level("8,42", now, unit="m"))
    record = Observation.objects.get(pk=receipt.records[0])
    assert (record.station, record.prop, record.value, record.measure, record.quality) == (
        RIVER,
        "water_level",
        8.42,
        "m",
        "good",
    )
    assert (record.unit, record.department, record.raw["value"]) == ("99001", "so-nong-nghiep-moi-truong", "8,42")


@pytest.mark.parametrize(
    "station, prop, value, unit, kept", [(RIVER, "water_level", 812, "cm", 8.12), (AIR, "co", 0.7, "mg/m3", 700.0)]
)
def test_known_wrong_units_become_ours(station, prop, value, unit, kept):
    send("environment", observation(station, prop, value, clock.now(), unit=unit))
    assert Observation.objects.get().value == pytest.approx(kept)


def test_the_same_value_again_is_a_duplicate_without_an_id_of_its_own():
    now = clock.now()
    assert send("environment", level(8.4, now)).accepted == 1
    assert send("environment", level(8.4, now), level("8,4", now)).duplicate == 2
    assert Observation.objects.count() == 1


@pytest.mark.parametrize(
    "change, field",
    [
        ({"value": "NaN"}, "value"),
        ({"value": "cao"}, "value"),
        ({"unit": "ppm"}, "unit"),
        ({"station": "khac"}, "station"),
        ({"property": "o3"}, "property"),
        ({"property": "x"}, "property"),
        ({"lon": 10.10, "lat": 89.9}, "lon"),
        ({"lon": 10.10, "lat": 110.10}, "lon"),
        ({"lon": 110.10}, "lat"),
        ({"occurred_at": "2999-01-01T00:00:00+07:00"}, "occurred_at"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "occurred_at"),
        ({"occurred_at": "1950-01-01T00:00:00+07:00"}, "occurred_at"),
    ],
)
def test_what_cannot_be_is_refused_by_field(change, field):
    assert refused({**level(8.4, clock.now()), **change}) == {field}


def test_bad_items_do_not_hold_up_good_ones():
    now = clock.now()
    receipt = send("environment", level("NaN", now), level(8.4, now), level(8.4, now, unit="ppm"))
    assert (receipt.accepted, [r.index for r in receipt.rejected]) == (1, [0, 2])


def test_a_river_that_falls_400_metres_is_stored_as_bad_and_the_sound_value_stays():
    now = clock.now()
    send("environment", level(8.4, now - HOUR))
    send("environment", level(-391.6, now))
    assert qualities() == [("good", ""), ("bad", "range")]
    row = latest()
    assert (row.value, row.quality, row.sound_value, row.bad_count) == (-391.6, "bad", 8.4, 1)


def test_values_that_come_late_are_kept_and_change_nothing_of_the_latest():
    now = clock.now()
    send("environment", level(8.4, now))
    send("environment", level(8.1, now - 2 * HOUR), level(-400, now - HOUR))
    assert qualities() == [("good", ""), ("bad", "range"), ("good", "")]
    assert (latest().value, latest().occurred_at) == (8.4, now)


def test_of_a_batch_in_any_order_the_newest_is_the_latest():
    now = clock.now()
    send("environment", level(8.6, now), level(8.4, now - 2 * HOUR), level(8.5, now - HOUR))
    assert (latest().value, latest().sound_id) == (8.6, Observation.objects.get(value=8.6).pk)


def test_csv_with_semicolons_and_commas_is_read():
    at = clock.now().isoformat()
    body = f"station;property;value;unit;phenomenon_time\n{RIVER};water_level;8,42;m;{at}\n".encode()
    receipt = receive(source="environment/observations", realm="live", items=bodies.read(body, "text/csv"))
    assert (receipt.accepted, receipt.rejected) == (1, [])
    assert Observation.objects.get().value == 8.42


def test_a_sensorthings_observation_names_its_datastream_in_itself_or_by_its_topic():
    now = clock.now()
    stream = f"{RIVER}:water_level"
    inside = {"Datastream": {"@iot.id": stream}, "result": 8.4, "phenomenonTime": (now - HOUR).isoformat()}
    span = f"{(now - HOUR).isoformat()}/{now.isoformat()}"
    by_topic = {"topic": f"v1.1/Datastreams({stream})/Observations", "result": 8.5, "phenomenonTime": span}
    assert send("environment", inside, by_topic).accepted == 2
    assert list(Observation.objects.order_by("pk").values_list("value", "occurred_at")) == [
        (8.4, now - HOUR),
        (8.5, now),
    ]


def test_statements_do_not_grow_with_a_batch():
    now = clock.now()

    def statements(count: int, back: int) -> int:
        items = [
            make(1.0 + n / 1000, now - back * HOUR - n * HOUR) for n in range(count) for make in (level, rain, dust)
        ]
        with CaptureQueriesContext(connection) as captured:
            send("environment", *items)
            judge()
        return len(captured)

    few = statements(2, 0)
    assert statements(60, 10) <= few


def test_its_months_are_partitions():
    assert ("environment_observation", "occurred_at") in partitions.partitioned_models()
    send("environment", level(8.4, clock.now()))
    partitions.ensure_all()
    assert Observation.objects.count() == 1


def test_a_late_value_is_judged_by_itself_and_not_as_a_jump_from_the_future():
    now = clock.now()
    send("environment", level(8.4, now))
    send("environment", level(11.9, now - 2 * HOUR))
    assert set(qualities()) == {("good", "")}


def test_of_two_batches_that_race_the_newer_value_stays():
    """Both looked before either wrote: the statement itself lets only newer values in."""
    now = clock.now()
    send("environment", level(8.4, now))
    older = Observation.objects.get()
    older.value, older.occurred_at = 8.1, now - HOUR
    remember([[Newest(older, Track(8.1, older.occurred_at, 8.1, older.occurred_at, 1))]], stations())
    assert (latest().value, latest().occurred_at) == (8.4, now)

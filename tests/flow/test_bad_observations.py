"""Bad observations over HTTP, into a running centre: each is refused by field or marked, and the rest goes through."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitors.environment.stations import Station, stations
from tests.flow.kit import Source, settle
from tests.harness.processes import IocProcesses

OBSERVATIONS = "environment/observations"


@pytest.fixture
def river(centre: IocProcesses) -> Station:
    return next(station for station in stations().values() if station.kind == "water_level")


def reading(station: Station, value: Any, *, ago: float = 1, **more: Any) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(minutes=ago)
    return {
        "station": station.slug,
        "property": "water_level",
        "value": value,
        "occurred_at": at.isoformat(),
        "external_id": f"bad-{value}-{ago}",
        **more,
    }


def stored(centre: IocProcesses) -> dict[str, tuple[float, str, str]]:
    rows = centre.query(
        "SELECT external_id, value, quality, flaw FROM environment_observation WHERE external_id LIKE 'bad-%%'"
    )
    return {name: (value, quality, flaw) for name, value, quality, flaw in rows}


def test_what_cannot_be_is_refused_by_field_marked_or_counted_and_the_rest_goes_through(centre, river):
    known = "FROM environment_latestvalue WHERE realm = 'demo' AND prop = 'water_level' AND station = %s"
    ((last,),) = centre.query(f"SELECT sound_value {known}", river.slug)
    sound = round(last + 0.01, 2)
    comma = f"{sound + 0.01:.2f}".replace(".", ",")
    late = reading(river, sound, ago=30)
    sent = [
        reading(river, "NaN"),
        reading(river, "cao"),
        reading(river, sound, unit="ppm"),
        reading(river, sound, lon=river.lat, lat=river.lon),
        reading(river, sound, lon=river.lon + 1, lat=river.lat),
        reading(river, sound, ago=-60),
        reading(river, sound) | {"station": "nowhere"},
        reading(river, sound, property="o3"),
        reading(river, comma, ago=3, unit="m"),
        reading(river, last - 400, ago=2),
        late,
        late,
        reading(river, sound, ago=1),
    ]
    answer = Source(centre, OBSERVATIONS).post(sent)
    told = answer.json()
    assert (answer.status_code, told["accepted"], told["duplicate"]) == (202, 4, 1)
    fields = {one["index"]: set(one["errors"]) for one in told["rejected"]}
    assert fields == {
        0: {"value"},
        1: {"value"},
        2: {"unit"},
        3: {"lon"},
        4: {"lon"},
        5: {"occurred_at"},
        6: {"station"},
        7: {"property"},
    }
    assert stored(centre) == {
        f"bad-{comma}-3": (pytest.approx(sound + 0.01), "good", ""),
        f"bad-{last - 400}-2": (pytest.approx(last - 400), "bad", "range"),
        f"bad-{sound}-30": (sound, "good", ""),
        f"bad-{sound}-1": (sound, "good", ""),
    }
    settle(centre)
    kept = centre.query("SELECT count(*) FROM intake_quarantined WHERE source = %s", OBSERVATIONS)
    assert kept == [(8,)]
    alarms = "SELECT rule, severity FROM alerts_alert WHERE fingerprint LIKE %s AND rule <> 'environment.gap'"
    raised = centre.query(alarms, f"%:{river.slug}%")
    assert [rule for rule, _severity in raised if rule in {"environment.river_level", "environment.river_rise"}] == []
    assert centre.query(f"SELECT value, quality, sound_value {known}", river.slug) == [(sound, "good", sound)]
    assert centre.status("/healthz") == 200

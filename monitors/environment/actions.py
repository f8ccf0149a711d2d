"""Writing the latest values: judged as they come, one upsert a batch, newer wins; what comes late changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from monitors.environment.models import LatestValue, Observation
from monitors.environment.science.quality import BAD, Limits, Track, in_range, judge
from monitors.environment.stations import Station

Key = tuple[str, str]
"""Station and property."""


@dataclass(frozen=True, slots=True)
class Newest:
    """A value that is newer than what was known before it, and what to remember after it."""

    record: Observation
    track: Track


@dataclass(slots=True)
class _Known:
    track: Track
    at: datetime | None


def judge_all(realm: str, records: Iterable[Observation], stations: Mapping[str, Station]) -> dict[Key, list[Newest]]:
    """Set quality and flaw of every record, oldest first; return those that are newer than before: 1 statement."""
    ordered = sorted(records, key=lambda one: (one.station, one.prop, one.occurred_at))
    known = _known(realm, {(one.station, one.prop) for one in ordered})
    newer: dict[Key, list[Newest]] = {}
    for record in ordered:
        key = (record.station, record.prop)
        state = known.setdefault(key, _Known(Track(), None))
        limits = stations[record.station].limits(record.prop)
        if state.at is not None and record.occurred_at <= state.at:
            _mark_late(record, limits)
            continue
        verdict, state.track = judge(state.track, record.value, record.occurred_at, limits)
        state.at = record.occurred_at
        record.quality, record.flaw = verdict.quality, verdict.flaw
        newer.setdefault(key, []).append(Newest(record, state.track))
    return newer


def _mark_late(record: Observation, limits: Limits) -> None:
    verdict = in_range(record.value, limits)
    record.quality, record.flaw = verdict.quality, verdict.flaw


def _known(realm: str, keys: set[Key]) -> dict[Key, _Known]:
    rows = LatestValue.objects.filter(realm=realm, station__in={s for s, _p in keys}, prop__in={p for _s, p in keys})
    return {
        (row.station, row.prop): _Known(
            Track(row.sound_value, row.sound_at, row.same_value, row.same_since, row.same_count, row.bad_count),
            row.occurred_at,
        )
        for row in rows
    }


_COLUMNS = (
    "realm, station, prop, value, measure, quality, flaw, occurred_at, received_at, observation, unit, department, "
    "place, sound_value, sound_at, sound_id, same_value, same_since, same_count, bad_count"
)
_ROW = "(" + ", ".join(["%s"] * 12) + ", ST_SetSRID(ST_MakePoint(%s, %s), 4326), " + ", ".join(["%s"] * 7) + ")"
_SET = ", ".join(
    f"{name} = COALESCE(EXCLUDED.{name}, t.{name})" if name == "sound_id" else f"{name} = EXCLUDED.{name}"
    for name in _COLUMNS.split(", ")[3:]
)


def remember(fresh: Sequence[Sequence[Newest]], stations: Mapping[str, Station]) -> None:
    """Write the newest of each series of new values, sorted (no deadlock): 1 statement."""
    newest = sorted(filter(None, fresh), key=lambda values: (values[-1].record.station, values[-1].record.prop))
    if not newest:
        return
    params: list[Any] = []
    for values in newest:
        record, track = values[-1].record, values[-1].track
        station = stations[record.station]
        sound = next((one.record.pk for one in reversed(values) if one.record.quality != BAD), None)
        params += [record.realm, record.station, record.prop, record.value, record.measure, record.quality]
        params += [record.flaw, record.occurred_at, record.received_at, record.pk, record.unit, record.department]
        params += [station.lon, station.lat, track.value, track.at, sound, track.same_value, track.same_since]
        params += [track.same_count, track.bad_count]
    statement = (
        f"INSERT INTO environment_latestvalue AS t ({_COLUMNS}) VALUES {', '.join([_ROW] * len(newest))} "  # noqa: S608
        f"ON CONFLICT (realm, station, prop) DO UPDATE SET {_SET} WHERE t.occurred_at < EXCLUDED.occurred_at"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, params)

"""Writing the latest values: judged as they come, one upsert a batch, newer wins; what comes late changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.gis.geos import Point

from monitors.environment.models import LatestValue, Observation
from monitors.environment.science.quality import BAD, Limits, Track, in_range, judge
from monitors.environment.stations import Station
from services.kernel import bulk

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


_WRITTEN = [
    f.column for f in LatestValue._meta.local_concrete_fields if f.name not in {"id", "realm", "station", "prop"}
]
_SET = ", ".join(
    f"{name} = COALESCE(EXCLUDED.{name}, t.{name})" if name == "sound_id" else f"{name} = EXCLUDED.{name}"
    for name in _WRITTEN
)
_NEWER = f"(realm, station, prop) DO UPDATE SET {_SET} WHERE t.occurred_at < EXCLUDED.occurred_at"


def remember(fresh: Sequence[Sequence[Newest]], stations: Mapping[str, Station]) -> None:
    """Write the newest of each series of new values, sorted (no deadlock): 1 statement."""
    newest = sorted(filter(None, fresh), key=lambda values: (values[-1].record.station, values[-1].record.prop))
    bulk.insert([_latest(values, stations) for values in newest], conflict=_NEWER)


def _latest(values: Sequence[Newest], stations: Mapping[str, Station]) -> LatestValue:
    record, track = values[-1].record, values[-1].track
    station = stations[record.station]
    return LatestValue(
        realm=record.realm,
        station=record.station,
        prop=record.prop,
        value=record.value,
        measure=record.measure,
        quality=record.quality,
        flaw=record.flaw,
        occurred_at=record.occurred_at,
        received_at=record.received_at,
        observation=record.pk,
        unit=record.unit,
        department=record.department,
        place=Point(station.lon, station.lat, srid=4326),
        sound_value=track.value,
        sound_at=track.at,
        sound_id=next((one.record.pk for one in reversed(values) if one.record.quality != BAD), None),
        same_value=record.value if track.same_value is None else track.same_value,
        same_since=track.same_since or record.occurred_at,
        same_count=track.same_count,
        bad_count=track.bad_count,
    )

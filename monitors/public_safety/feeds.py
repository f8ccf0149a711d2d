"""What cameras' AI, agencies, road counters and camera checks send becomes records."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from monitors.public_safety.actions import keep_pictures, note_checks
from monitors.public_safety.cameras import OWNER, Camera, cameras, roads
from monitors.public_safety.models import (
    CameraCheck,
    CameraEvent,
    CameraEventVersion,
    Health,
    Incident,
    IncidentVersion,
    Kind,
    TrafficCount,
)
from monitors.public_safety.watching.reading import REASONS
from monitors.public_safety.watching.snapshots import BadPictureError, checked_jpeg
from services.contract import Batch, Item, Stored
from services.directory.models import Unit
from services.directory.selectors import units_at, units_by_code
from services.kernel.clock import LOCAL
from services.kernel.records import insert_events, upsert_states, without

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


# --- camera events ---------------------------------------------------------------------------------------------------


class CameraEventPayload(msgspec.Struct):
    """What a camera's AI believes to see. ``confidence`` is 0 to 1; ``snapshot`` a base64 JPEG or PNG up to 300 kB.

    The same ``external_id`` again with a newer ``as_of`` (then ``version``) brings the event up to date.
    """

    external_id: Id
    camera: Name
    kind: Literal[
        "no_helmet",
        "red_light",
        "wrong_way",
        "lane",
        "speed",
        "illegal_parking",
        "congestion",
        "crowd",
        "fight",
        "encroachment",
        "fire_smoke",
        "object",
    ]
    confidence: Annotated[float, msgspec.Meta(ge=0, le=1)]
    occurred_at: Instant
    as_of: Instant | None = None
    ended_at: Instant | None = None
    version: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    label: Annotated[str, msgspec.Meta(max_length=60)] = ""
    zones: Annotated[list[Name], msgspec.Meta(max_length=20)] = []
    snapshot: Annotated[str, msgspec.Meta(max_length=420_000)] | None = None


_LABELS = {
    "fire": Kind.FIRE_SMOKE,
    "smoke": Kind.FIRE_SMOKE,
    "fighting": Kind.FIGHT,
    "violence": Kind.FIGHT,
    "helmetless": Kind.NO_HELMET,
    "wrong_lane": Kind.LANE,
    "speeding": Kind.SPEED,
    "parking": Kind.ILLEGAL_PARKING,
    "traffic_jam": Kind.CONGESTION,
    **{str(kind): kind for kind in Kind},
}
"""What models and zones are called, as kinds; anything else is an object that was seen."""
_TURNS = {"new": 0, "update": 1, "end": 2}


def adapt_event(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a Frigate message (``type``, ``before``, ``after``) in the payload's shape, anything else unchanged.

    Its kind is its label, else its sub-label, else a zone it is in that is called like a kind (a zone ``wrong_way``).
    An end whose instant is missing, and an order of arrival that is not that of the events, do no harm: the newest
    instant wins, of the same instant the later turn.
    """
    after = raw.get("after")
    if not isinstance(after, Mapping) or raw.get("type") not in _TURNS:
        return raw
    start, end = after.get("start_time"), after.get("end_time")
    latest = max((at for at in (start, end, after.get("frame_time")) if isinstance(at, int | float)), default=start)
    score = after.get("top_score")
    item = {
        "external_id": after.get("id"),
        "camera": after.get("camera"),
        "label": str(after.get("label") or "")[:60],
        "kind": _kind_of(after),
        "confidence": after.get("score") if score is None else score,
        "occurred_at": _instant(start),
        "as_of": _instant(latest),
        "ended_at": _instant(end),
        "version": _TURNS[raw["type"]],
        "zones": _zones(after),
        "snapshot": raw.get("snapshot"),
    }
    return {name: value for name, value in item.items() if value is not None}


def _kind_of(after: Mapping[str, Any]) -> str:
    sub = after.get("sub_label")
    first = sub[0] if isinstance(sub, list | tuple) and sub else sub
    for name in (after.get("label"), first, *_zones(after)):
        kind = _LABELS.get(str(name).lower())
        if kind and kind != Kind.OBJECT:
            return str(kind)
    return str(Kind.OBJECT)


def _zones(after: Mapping[str, Any]) -> list[str]:
    found: dict[str, None] = {}
    for name in ("current_zones", "entered_zones"):
        zones = after.get(name)
        found |= dict.fromkeys(str(zone)[:60] for zone in zones if zone) if isinstance(zones, list | tuple) else {}
    return list(found)[:20]


def _instant(seconds: object) -> str | None:
    """Return Unix seconds as ISO text; ValueError for what no calendar has."""
    if seconds is None or isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    if not math.isfinite(seconds):
        raise ValueError(_("is not a number"))
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, OSError) as error:
        raise ValueError(_("the date is out of range")) from error


def store_events(batch: Batch) -> list[Stored]:
    """Store events, newest version wins, and their pictures apart: 3 statements a batch, 3 more with pictures."""
    known = cameras()
    answers: list[Stored] = []
    prepared: list[tuple[Item, CameraEvent]] = []
    pictures: dict[int, bytes] = {}
    for item in batch.items:
        payload: CameraEventPayload = item.payload
        errors = _event_errors(payload, known)
        try:
            picture = checked_jpeg(payload.snapshot) if payload.snapshot and not errors else None
        except BadPictureError as error:
            errors["snapshot"], picture = str(error), None
        if errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
            continue
        if picture is not None:
            pictures[item.index] = picture
        prepared.append((_without_pictures(item), _event(batch, payload, known[payload.camera])))
    stored = upsert_states(batch, prepared, CameraEventVersion)
    keep_pictures(
        batch, {one.record_id: pictures[one.index] for one in stored if one.record_id and one.index in pictures}
    )
    return answers + stored


def _without_pictures(item: Item) -> Item:
    """Return the item as its record keeps it: a picture is kept apart, for as long as its camera may keep one."""
    bare = without(item, "snapshot")
    for turn in ("before", "after"):
        told = bare.raw.get(turn)
        if isinstance(told, Mapping) and isinstance(told.get("thumbnail"), str):
            kept = {name: value for name, value in told.items() if name != "thumbnail"}
            bare = without(replace(bare, raw={**bare.raw, turn: kept}))
    return bare


def _event_errors(payload: CameraEventPayload, known: Mapping[str, Camera]) -> dict[str, str]:
    errors = {}
    if payload.camera not in known:
        errors["camera"] = _("there is no camera of that name")
    if payload.occurred_at < EARLIEST:
        errors["occurred_at"] = _("the date is out of range")
    if payload.ended_at and payload.ended_at < payload.occurred_at:
        errors["ended_at"] = _("ends before it began")
    return errors


def _event(batch: Batch, payload: CameraEventPayload, camera: Camera) -> CameraEvent:
    return CameraEvent(
        public_id=CameraEvent.public_id_of(batch.realm, batch.source, payload.external_id),
        external_id=payload.external_id,
        occurred_at=payload.occurred_at,
        as_of=payload.as_of or payload.ended_at or payload.occurred_at,
        version=payload.version,
        camera=camera.slug,
        kind=payload.kind,
        label=payload.label,
        confidence=round(payload.confidence, 4),
        zones=payload.zones,
        ended_at=payload.ended_at,
        unit=camera.unit,
        department=camera.owner,
        place=Point(camera.lon, camera.lat, srid=4326),
    )


# --- accidents, crimes, fires ----------------------------------------------------------------------------------------


class IncidentPayload(msgspec.Struct, forbid_unknown_fields=False):
    """An accident, a crime or a fire. Persons have no field here and do not enter. ``as_of`` says how new it is.

    ``unit`` (a commune's code) or ``lon`` and ``lat`` say where; ``category`` is the agency's own word for it.
    """

    external_id: Id
    kind: Literal["accident", "crime", "fire"]
    occurred_at: Instant
    unit: Annotated[str, msgspec.Meta(max_length=5)] | None = None
    lon: float | None = None
    lat: float | None = None
    road: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    category: Annotated[str, msgspec.Meta(max_length=60)] = ""
    deaths: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    injuries: Annotated[int, msgspec.Meta(ge=0, le=5000)] = 0
    cleared: bool = False
    as_of: Instant | None = None
    version: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


KEPT = frozenset((*IncidentPayload.__struct_fields__, "simulated"))
"""What of an incident is kept as sent: a name or a number plate that a sender adds goes no further than this."""


def store_incidents(batch: Batch) -> list[Stored]:
    """Store incidents, newest version wins: two statements for places, one for units named, two for records."""
    today = batch.now.astimezone(LOCAL).date()
    named = sorted({item.payload.unit for item in batch.items if item.payload.unit})
    units = units_by_code(named, today) if named else {}
    placed = {
        item.index: (item.payload.lon, item.payload.lat)
        for item in batch.items
        if item.payload.lon is not None and item.payload.lat is not None
    }
    located = dict(zip(placed, units_at(list(placed.values()), today), strict=True)) if placed else {}
    answers: list[Stored] = []
    prepared: list[tuple[Item, Incident]] = []
    for item in batch.items:
        errors, unit = _where(item, units, located)
        errors |= _incident_errors(item.payload)
        if errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
        else:
            persons = [name for name in item.raw if name not in KEPT]
            prepared.append((without(item, *persons), _incident(batch, item.payload, unit)))
    return answers + upsert_states(batch, prepared, IncidentVersion)


def _where(
    item: Item, units: Mapping[str, Unit], located: Mapping[int, Unit | None]
) -> tuple[dict[str, str], Unit | None]:
    payload: IncidentPayload = item.payload
    unit = units.get(payload.unit or "")
    errors = {}
    if payload.unit and (unit is None or unit.level != Unit.Level.COMMUNE):
        errors["unit"] = _("no such commune or ward today")
    if item.index in located:
        if located[item.index] is None:
            errors["lon"] = _("the place lies outside the province")
        unit = unit or located[item.index]
    elif not payload.unit:
        errors["unit"] = _("say where: a commune or ward, or a place")
    return errors, unit


def _incident_errors(payload: IncidentPayload) -> dict[str, str]:
    errors = {}
    if payload.occurred_at < EARLIEST:
        errors["occurred_at"] = _("the date is out of range")
    if payload.as_of and payload.as_of < payload.occurred_at:
        errors["as_of"] = _("is known before it happened")
    if payload.road and payload.road not in roads():
        errors["road"] = _("there is no road section of that name")
    return errors


def _incident(batch: Batch, payload: IncidentPayload, unit: Unit | None) -> Incident:
    place = None
    if payload.lon is not None and payload.lat is not None:
        place = Point(payload.lon, payload.lat, srid=4326)
    return Incident(
        public_id=CameraEvent.public_id_of(batch.realm, batch.source, payload.external_id),
        external_id=payload.external_id,
        occurred_at=payload.occurred_at,
        as_of=payload.as_of or payload.occurred_at,
        version=payload.version,
        kind=payload.kind,
        category=payload.category.strip(),
        deaths=payload.deaths,
        injuries=payload.injuries,
        cleared=payload.cleared,
        road=payload.road or "",
        unit=unit.code if unit else "",
        department=OWNER,
        place=place,
    )


# --- traffic ---------------------------------------------------------------------------------------------------------


class TrafficPayload(msgspec.Struct):
    """Vehicles on a road section in ``minutes`` from ``occurred_at``, and their mean ``speed`` in km/h."""

    road: Name
    occurred_at: Instant
    vehicles: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    speed: Annotated[float, msgspec.Meta(ge=0, le=250)] | None = None
    minutes: Annotated[int, msgspec.Meta(ge=1, le=60)] = 15
    external_id: Id | None = None


def store_traffic(batch: Batch) -> list[Stored]:
    """Store counts: 2 statements a batch."""
    known = roads()
    answers: list[Stored] = []
    prepared: list[tuple[Item, TrafficCount]] = []
    for item in batch.items:
        payload: TrafficPayload = item.payload
        errors = {}
        road = known.get(payload.road)
        if road is None:
            errors["road"] = _("there is no road section of that name")
        if payload.occurred_at < EARLIEST:
            errors["occurred_at"] = _("the date is out of range")
        if payload.vehicles and payload.speed is None:
            errors["speed"] = _("vehicles were counted but none was measured")
        if road is None or errors:
            answers.append(Stored(item.index, "rejected", errors=errors))
            continue
        count = TrafficCount(
            external_id=payload.external_id or _name(payload.road, payload.occurred_at),
            occurred_at=payload.occurred_at,
            road=road.slug,
            minutes=payload.minutes,
            vehicles=payload.vehicles,
            speed=payload.speed if payload.vehicles else None,
            unit=road.unit,
            department=OWNER,
        )
        prepared.append((item, count))
    return answers + insert_events(batch, prepared)


def _name(thing: str, at: datetime) -> str:
    return f"{thing}:{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


# --- checks of cameras -----------------------------------------------------------------------------------------------


class CheckPayload(msgspec.Struct):
    """How a camera was found at ``occurred_at``: by this centre's own look, or told by whoever runs the cameras.

    ``reason`` (of no picture) is refused, not_found, forbidden, http_error, timeout, not_video, broken, too_large,
    unreachable. ``luma`` is 0 to 255, ``difference`` how far the picture is from the one before, in levels.
    """

    camera: Name
    occurred_at: Instant
    state: Literal["ok", "no_picture", "frozen", "dark"]
    reason: Annotated[str, msgspec.Meta(max_length=20)] = ""
    luma: Annotated[float, msgspec.Meta(ge=0, le=255)] | None = None
    difference: Annotated[float, msgspec.Meta(ge=0, le=255)] | None = None
    seen: bool = False
    external_id: Id | None = None


@dataclass(frozen=True, slots=True)
class _Checked:
    errors: dict[str, str]
    camera: Camera | None


def store_checks(batch: Batch) -> list[Stored]:
    """Store checks and how the cameras stand by them, newest first: 5 statements a batch."""
    answers: list[Stored] = []
    prepared: list[tuple[Item, CameraCheck]] = []
    for item in batch.items:
        found = _checked(item.payload)
        if found.camera is None or found.errors:
            answers.append(Stored(item.index, "rejected", errors=found.errors))
        else:
            prepared.append((item, _check(item.payload, found.camera)))
    stored = insert_events(batch, prepared)
    fresh = {one.record_id for one in stored if one.outcome == "accepted"}
    note_checks(batch.realm, [record for _item, record in prepared if record.pk in fresh])
    return answers + stored


def _checked(payload: CheckPayload) -> _Checked:
    errors = {}
    camera = cameras().get(payload.camera)
    if camera is None:
        errors["camera"] = _("there is no camera of that name")
    if payload.reason and payload.reason not in REASONS:
        errors["reason"] = _("is none of {known}").format(known=", ".join(REASONS))
    if payload.occurred_at < EARLIEST:
        errors["occurred_at"] = _("the date is out of range")
    return _Checked(errors, camera)


def _check(payload: CheckPayload, camera: Camera) -> CameraCheck:
    return CameraCheck(
        external_id=payload.external_id or _name(payload.camera, payload.occurred_at),
        occurred_at=payload.occurred_at,
        camera=camera.slug,
        state=payload.state,
        reason=payload.reason if payload.state == Health.NO_PICTURE.value else "",
        luma=payload.luma,
        difference=payload.difference,
        seen=payload.seen,
        unit=camera.unit,
        department=camera.owner,
    )

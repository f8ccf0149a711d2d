"""What cameras' AI believes to see becomes camera events, their pictures kept apart."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

import msgspec
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from monitors.public_safety.actions import keep_pictures
from monitors.public_safety.cameras import Camera, cameras
from monitors.public_safety.incoming.fields import EARLIEST, Id, Instant, Name
from monitors.public_safety.models import CameraEvent, CameraEventVersion
from monitors.public_safety.watching.snapshots import BadPictureError, checked_jpeg
from services.contract import Batch, Item, Stored
from services.kernel.records import upsert_states, without


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

"""Accidents, crimes and fires that agencies send become incidents; persons do not enter."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from django.contrib.gis.geos import Point
from django.utils.translation import gettext as _

from monitors.public_safety.cameras import OWNER, roads
from monitors.public_safety.incoming.fields import EARLIEST, Id, Instant
from monitors.public_safety.models import CameraEvent, Incident, IncidentVersion
from services.contract import Batch, Item, Stored
from services.directory.models import Unit
from services.directory.selectors import units_at, units_by_code
from services.kernel.clock import LOCAL
from services.kernel.records import upsert_states, without


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

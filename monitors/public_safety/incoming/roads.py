"""What road counters count becomes traffic counts."""

from typing import Annotated

import msgspec
from django.utils.translation import gettext as _

from monitors.public_safety.cameras import OWNER, roads
from monitors.public_safety.incoming.fields import EARLIEST, Id, Instant, Name, name_at
from monitors.public_safety.models import TrafficCount
from services.contract import Batch, Item, Stored
from services.kernel.records import insert_events


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
            external_id=payload.external_id or name_at(payload.road, payload.occurred_at),
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

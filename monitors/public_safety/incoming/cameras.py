"""How cameras were found, by an own look or told by whoever runs them, becomes checks."""

from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext as _

from monitors.public_safety.actions import note_checks
from monitors.public_safety.cameras import Camera, cameras
from monitors.public_safety.incoming.fields import EARLIEST, Id, Instant, Name, name_at
from monitors.public_safety.models import CameraCheck, Health
from monitors.public_safety.watching.reading import REASONS
from services.contract import Batch, Item, Stored
from services.kernel.records import insert_events


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
        external_id=payload.external_id or name_at(payload.camera, payload.occurred_at),
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

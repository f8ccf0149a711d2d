"""One round: claim the cameras whose turn it is, look at them side by side, and send what was seen through intake."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from monitors.public_safety.actions import keep_check_picture, know_cameras
from monitors.public_safety.cameras import Camera, cameras, stream_of
from monitors.public_safety.models import CameraState, Health
from monitors.public_safety.science import pictures
from monitors.public_safety.watching.reading import AT_ONCE, NoPicture, Picture, read_pictures
from services.intake import receive
from services.kernel import clock
from services.kernel.claim import claim_due

log = logging.getLogger(__name__)
SOURCE = "public_safety/camera_checks"
CLAIMED_FOR = timedelta(minutes=2)
"""A worker that dies gives its cameras back after so long."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look says. ``same_count``: pictures in a row that are one; ``grid``: what the next look compares with."""

    state: Health
    reason: str = ""
    luma: float | None = None
    difference: float | None = None
    same_count: int = 0
    grid: bytes = b""


def judge(found: Picture | NoPicture, *, before: bytes, same_count: int, night: bool) -> Verdict:
    """Return how a camera stands. ``night``: it cannot see now, so that dark is no fault and neither is "the same"."""
    if isinstance(found, NoPicture):
        return Verdict(Health.NO_PICTURE, reason=found.reason, grid=before, same_count=same_count)
    dark = pictures.is_dark(found.grid)
    apart = pictures.difference(before, found.grid)
    same = same_count + 1 if apart is not None and pictures.is_same(before, found.grid) else 1
    state = Health.OK
    if dark and not night:
        state = Health.DARK
    elif same >= pictures.FROZEN_AFTER and not (dark and night):
        state = Health.FROZEN
    luma = round(pictures.brightness(found.grid), 2)
    return Verdict(state, "", luma, None if apart is None else round(apart, 3), same, found.grid)


def check_cameras(realm: str | None = None, *, seconds: float | None = None) -> int:
    """Look at the cameras whose turn it is, at most ``AT_ONCE``; return how many. Without a stream nobody looks.

    Nothing is locked while it looks: a claim is a ``due_at`` that lies ``CLAIMED_FOR`` ahead.
    """
    realm = realm or settings.IOC_REALM
    claimed = _claim(realm)
    known = cameras()
    addresses = [stream_of(known[state.camera]) for state in claimed]
    found = read_pictures(addresses, seconds=seconds) if seconds else read_pictures(addresses)
    for state, one in zip(claimed, found, strict=True):
        _note(state, known[state.camera], one)
    return len(claimed)


def follow_pack(realm: str | None = None) -> None:
    """Have a state for every camera of the pack, due where it has a stream, and not watched where it has none."""
    realm = realm or settings.IOC_REALM
    know_cameras(realm)
    watched = [slug for slug, camera in cameras().items() if stream_of(camera)]
    states = CameraState.objects.filter(realm=realm)
    states.filter(camera__in=watched, due_at=None).update(due_at=clock.now(realm))
    states.exclude(camera__in=watched).exclude(due_at=None).update(due_at=None)


@transaction.atomic
def _claim(realm: str) -> list[CameraState]:
    claimed = claim_due(CameraState.objects.filter(realm=realm, camera__in=list(cameras())), limit=AT_ONCE)
    until = clock.now(realm) + CLAIMED_FOR
    CameraState.objects.filter(pk__in=[state.pk for state in claimed]).update(due_at=until)
    return claimed


def _note(state: CameraState, camera: Camera, found: Picture | NoPicture) -> None:
    """Write one camera's look: record, state and picture in one transaction."""
    now = clock.now(state.realm)
    blind = not camera.infrared and pictures.is_night(now.astimezone(clock.LOCAL))
    verdict = judge(found, before=bytes(state.grid), same_count=state.same_count, night=blind)
    with transaction.atomic():
        receive(source=SOURCE, realm=state.realm, items=[_item(camera, now, verdict)])
        kept = {"grid": verdict.grid, "same_count": verdict.same_count, "due_at": now + camera.pace}
        CameraState.objects.filter(pk=state.pk).update(**kept)
        if isinstance(found, Picture):
            keep_check_picture(state, camera, now, found.jpeg)


def _item(camera: Camera, now: datetime, verdict: Verdict) -> dict[str, Any]:
    item = {"camera": camera.slug, "occurred_at": now.isoformat(), "state": str(verdict.state), "seen": True}
    if verdict.state == Health.NO_PICTURE:
        return {**item, "reason": verdict.reason}
    return {**item, "luma": verdict.luma, "difference": verdict.difference}

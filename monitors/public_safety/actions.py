"""What changes beside the records: how cameras stand, pictures and their end, and what people say of an event."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from monitors.public_safety.cameras import Camera, cameras
from monitors.public_safety.models import (
    CameraCheck,
    CameraEvent,
    CameraState,
    EventReview,
    Health,
    Picture,
    Review,
)
from monitors.public_safety.selectors import reviewable
from services.audit.actions import record
from services.contract import Batch
from services.directory.models import User
from services.intake import judge_again
from services.kernel import clock
from services.kernel.problems import IllegalVerbError

EVENTS = "public_safety/camera_events"
VERBS: dict[str, tuple[str, tuple[str, ...]]] = {
    "confirm": (Review.CONFIRMED, (Review.UNCONFIRMED, Review.REJECTED)),
    "reject": (Review.REJECTED, (Review.UNCONFIRMED, Review.CONFIRMED)),
}
"""Verb → the verdict it gives, and the verdicts it may replace: a person may be wrong, too."""
PURGED_AT_ONCE = 500
CHECKS_KEPT = timedelta(days=90)

# --- people ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def review(*, verb: str, public_id: UUID, acting_user: User, note: str = "") -> CameraEvent:
    """Confirm or reject an event and have the rules judge it again; Http404 out of reach.

    IllegalVerbError when it has that verdict already.
    """
    event = reviewable(acting_user, public_id)
    CameraEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    before = EventReview.objects.filter(event=event).first()
    state = before.state if before else str(Review.UNCONFIRMED)
    verdict, allowed = VERBS[verb]
    if state not in allowed:
        raise IllegalVerbError(verb, state, [name for name, (_to, earlier) in VERBS.items() if state in earlier])
    given = {"realm": event.realm, "state": verdict, "by": acting_user, "at": clock.now(event.realm), "note": note}
    EventReview.objects.update_or_create(event=event, defaults=given)
    detail = {"camera": event.camera, "kind": event.kind, "from": state, "to": str(verdict)}
    record(verb=f"camera_event.{verb}", target=event, acting_user=acting_user, realm=event.realm, detail=detail)
    judge_again(source=event.source, realm=event.realm, ids=[event.pk])
    return CameraEvent.objects.select_related("review").get(pk=event.pk)


# --- pictures --------------------------------------------------------------------------------------------------------


def keep_pictures(batch: Batch, of_event: Mapping[int, bytes]) -> None:
    """Keep the first picture of each event for as long as its camera keeps any; what is overdue is not kept at all."""
    if not of_event:
        return
    events = CameraEvent.objects.filter(pk__in=of_event, picture=None).order_by("pk")
    known, made = cameras(), []
    for event in events:
        expires = event.occurred_at + known[event.camera].retention
        if expires > batch.now:
            made.append(_picture(event.realm, event.camera, event.occurred_at, expires, of_event[event.pk], event))
    Picture.objects.bulk_create(made)


def _picture(
    realm: str, camera: str, at: datetime, expires: datetime, content: bytes, event: CameraEvent | None = None
) -> Picture:
    """Write the file and return its row, unsaved."""
    picture = Picture(realm=realm, camera=camera, taken_at=at, expires_at=expires, event=event)
    name = picture.file.field.generate_filename(picture, "")
    picture.file.name = picture.file.storage.save(name, ContentFile(content))
    return picture


def purge() -> int:
    """Delete pictures whose retention is over, and checks nobody asks about any more; return how many pictures."""
    gone = 0
    for realm, now in clock.realms().items():
        CameraCheck.objects.filter(realm=realm, occurred_at__lt=now - CHECKS_KEPT).delete()
        while batch := list(Picture.objects.filter(realm=realm, expires_at__lte=now)[:PURGED_AT_ONCE]):
            gone += len(batch)
            _forget(batch)
    return gone


def _forget(pictures: Iterable[Picture]) -> None:
    """Delete files first: a row without a file can be deleted again, a file without a row is never found."""
    found = list(pictures)
    for picture in found:
        picture.file.storage.delete(str(picture.file.name))
    Picture.objects.filter(pk__in=[picture.pk for picture in found]).delete()


def keep_check_picture(state: CameraState, camera: Camera, at: datetime, content: bytes) -> None:
    """Keep the picture of the latest check in place of the one before."""
    earlier = list(Picture.objects.filter(realm=state.realm, camera=state.camera, event=None))
    picture = _picture(state.realm, state.camera, at, at + camera.retention, content)
    picture.save()
    state.picture = picture
    state.save(update_fields=["picture"])
    _forget(earlier)


# --- how cameras stand -----------------------------------------------------------------------------------------------


def know_cameras(realm: str, wanted: Iterable[str] | None = None) -> None:
    """Have a row for each camera (``None``: every one of the pack, and none besides) at its place of today."""
    known = cameras()
    slugs = set(known) if wanted is None else set(wanted) & set(known)
    rows = [
        CameraState(
            realm=realm,
            camera=slug,
            unit=known[slug].unit,
            department=known[slug].owner,
            place=Point(known[slug].lon, known[slug].lat, srid=4326),
        )
        for slug in sorted(slugs)
    ]
    CameraState.objects.bulk_create(
        rows,
        update_conflicts=wanted is None,
        ignore_conflicts=wanted is not None,
        unique_fields=["realm", "camera"] if wanted is None else None,
        update_fields=["unit", "department", "place"] if wanted is None else None,
    )
    if wanted is None:
        CameraState.objects.filter(~Q(camera__in=slugs), realm=realm).delete()


def note_checks(realm: str, checks: Iterable[CameraCheck]) -> None:
    """Bring the cameras' states up to date with checks that just arrived; what comes late changes nothing."""
    ordered = sorted(checks, key=lambda one: (one.camera, one.occurred_at))
    if not ordered:
        return
    slugs = sorted({one.camera for one in ordered})
    know_cameras(realm, slugs)
    rows = CameraState.objects.filter(realm=realm, camera__in=slugs).order_by("camera").select_for_update()
    states = {row.camera: row for row in rows.defer("grid")}
    for check in ordered:
        state = states[check.camera]
        if state.checked_at is None or state.checked_at < check.occurred_at:
            _take(state, check)
    CameraState.objects.bulk_update(
        states.values(),
        ["state", "reason", "since", "checked_at", "frame_at", "seen", "luma", "difference", "bad_count"],
    )


def _take(state: CameraState, check: CameraCheck) -> None:
    if state.state != check.state:
        state.since = check.occurred_at
    state.bad_count = 0 if check.state == Health.OK else state.bad_count + 1
    state.frame_at = state.frame_at if check.state == Health.NO_PICTURE else check.occurred_at
    state.state, state.reason, state.seen = check.state, check.reason, check.seen
    state.checked_at, state.luma, state.difference = check.occurred_at, check.luma, check.difference

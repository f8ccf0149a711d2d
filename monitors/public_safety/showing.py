"""What cameras near a place show, for whoever looks at that place. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from monitors.public_safety.cameras import cameras
from monitors.public_safety.models import DOWN, CameraState, Picture
from monitors.public_safety.panels import standing, stands_so
from services.contract import View, message


def views(rows: Sequence[CameraState], now: datetime) -> list[View]:
    """Return what each camera shows, and where its last picture is while that may be kept: 1 statement."""
    known = Picture.objects.filter(pk__in=[row.picture_id for row in rows], expires_at__gt=now)
    kept = set(known.values_list("pk", flat=True))
    return [_view(row, now, pictured=row.picture_id in kept) for row in rows]


def _view(row: CameraState, now: datetime, *, pictured: bool) -> View:
    stands, camera = standing(row, now), cameras().get(row.camera)
    return View(
        name=message("{name}", name=camera.label if camera else {"vi": row.camera, "en": row.camera}),
        state=stands_so(row, stands),
        at=row.frame_at,
        lost=stands in DOWN,
        picture=reverse("camera-snapshot", args=[row.camera]) if pictured else "",
    )

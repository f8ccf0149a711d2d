"""What tests of the map share: reports at places, readers with roles, and the tiles over a place."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.gis.geos import Point
from django.test import Client

from monitors.field_reports.models import Report
from monitors.public_safety.models import CameraState, Health
from services.kernel import clock
from tests.province import Province
from tests.services.maps import mvt

REALM = "demo"
REPORTS = "field_reports.reports"
CAMERAS = "public_safety.cameras"
AN = (110.05, 10.10)
"""Inside the commune 99001 of the sample province."""


def tile_over(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """Return the tile that holds a place."""
    side = 1 << z
    south = 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
    return z, math.floor((lon + 180) / 360 * side), math.floor(south * side)


def reports(places: Sequence[tuple[float, float]], **more: Any) -> list[Report]:
    """Write a report of now at each place, as intake would have left it."""
    now = clock.now(REALM)
    values = {
        "realm": REALM,
        "source": "field_reports/portal",
        "raw": {},
        "occurred_at": now,
        "received_at": now,
        "status_at": now,
    }
    values |= {"category": "giao-thong", "unit": "99001", "department": "so-xay-dung", "description": "Hỏng"}
    rows = [
        Report(**{**values, **more}, external_id=uuid4().hex, digest=uuid4().bytes, place=Point(lon, lat, srid=4326))
        for lon, lat in places
    ]
    return Report.objects.bulk_create(rows)


def camera(slug: str, unit: str, place: tuple[float, float], state: Health = Health.OK) -> CameraState:
    """Write a camera's state."""
    return CameraState.objects.create(
        realm=REALM, camera=slug, unit=unit, department="cong-an", place=Point(*place, srid=4326), state=state
    )


def browser(province: Province, role: str = "", **place: str) -> Client:
    """Return the browser of somebody with a role, or of nobody."""
    client = Client()
    if role:
        user = province.user(f"a-{role}-{uuid4().hex[:6]}", role, **place)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def drawn(client: Client, layer: str, z: int, x: int, y: int) -> list[mvt.Feature]:
    """Return the features of a tile that is there."""
    response = client.get(f"/tiles/{layer}/{z}/{x}/{y}.pbf")
    assert response.status_code == 200
    return mvt.read(response.content, z, x, y)


def days_ago(days: int) -> Any:
    """Return an instant of the realm."""
    return clock.now(REALM) - timedelta(days=days)

"""The little map of a ticket: its commune's outline, the place, and open alerts near it, drawn by the server as SVG.

It needs no script and no tiles; the place also stands below it in words and numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any, Final, cast

from django.contrib.gis.geos import Point, Polygon

from services.alerts import selectors as alerts
from services.alerts import workflow
from services.directory.models import User
from services.tickets.models import Ticket

WIDTH: Final = 390
HEIGHT: Final = 190
MARGIN: Final = 12
NEAR_METRES: Final = 500
SHOWN: Final = 12
POINTS: Final = 240
"""Corners of an outline that are drawn at most: a picture of this size shows no more."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A place in the picture, in its own units as written."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The map: the outline as an SVG path, the pin, dots of open alerts near it, and the place in degrees."""

    path: str
    pin: Dot | None
    dots: Sequence[Dot]
    near: int
    place: str
    box: str = f"0 0 {WIDTH} {HEIGHT}"


def picture_of(ticket: Ticket, reader: User) -> Picture | None:
    """Return the ticket's map, None when neither its unit's outline nor its place is known; one statement at most."""
    place = ticket.alert.place if ticket.alert is not None else None
    shape = (ticket.unit.outline or ticket.unit.geometry) if ticket.unit is not None else None
    if place is None or shape is None:
        return None
    project = _projection(shape.extent, place)
    near = _near(ticket, place, reader)
    path = "".join(_path(polygon, project) for polygon in cast("Iterable[Polygon]", shape))
    return Picture(
        path=path,
        pin=project(place.x, place.y),
        dots=[project(x, y) for x, y in near],
        near=len(near),
        place=f"{place.y:.4f}, {place.x:.4f}",
    )


def _near(ticket: Ticket, place: Point, reader: User) -> list[tuple[float, float]]:
    """Return other open alerts within about 500 m that the reader may see: near enough in degrees for a picture."""
    degrees = NEAR_METRES / 110_000
    rows = alerts.visible(reader, ticket.realm).filter(state__in=workflow.OPEN, place__dwithin=(place, degrees))
    found = rows.exclude(pk=ticket.alert_id or 0).order_by("pk").values_list("place", flat=True)[:SHOWN]
    return [(one.x, one.y) for one in found if one is not None]


def _projection(extent: tuple[float, float, float, float], place: Point) -> Any:
    west, south, east, north = extent
    west, east = min(west, place.x), max(east, place.x)
    south, north = min(south, place.y), max(north, place.y)
    shrink = cos(radians((south + north) / 2))
    wide, high = max((east - west) * shrink, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2

    def project(x: float, y: float) -> Dot:
        return Dot(f"{left + (x - west) * shrink * scale:.1f}", f"{top + (north - y) * scale:.1f}")

    return project


def _path(polygon: Polygon, project: Any) -> str:
    ring = polygon.exterior_ring.coords
    step = max(1, len(ring) // POINTS)
    dots = [project(point[0], point[1]) for point in ring[::step]]
    return "M" + "L".join(f"{dot.x} {dot.y}" for dot in dots) + "Z"

"""The cameras nearest to a place, from whichever monitor has a layer of cameras."""

from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.http import Http404

from services import registry
from services.alerts.models import Alert
from services.contract import Layer, Scope
from services.directory.access import may, streams_of
from services.directory.models import User
from services.kernel.text import render
from services.reports.scopes import scope_for

NEAREST = 3
FAR_KM = 30
"""A camera further away shows another place (configuration)."""
PICTURES = "camera_pictures.read"


def place_of(alert: Alert) -> Point | None:
    """Return where the alert is: its own place, else its unit's."""
    return alert.place or (alert.unit.point if alert.unit else None)


def nearest(user: User, alert: Alert) -> list[dict[str, Any]]:
    """Return the cameras next to an alert within the reader's scope, the nearest first: 3 statements at most.

    A picture's address is given only to those who may look; the address asks them again.
    """
    place, layer = place_of(alert), _layer()
    scope = _scope(user, alert.realm)
    if place is None or layer is None or layer.views is None or scope is None:
        return []
    rows = layer.query.rows(scope).annotate(away=Distance(layer.geometry, place)).order_by("away", "pk")
    near = [row for row in rows[:NEAREST] if row.away.km <= FAR_KM]
    shows = layer.views(near, scope.now) if near else []
    allowed = may(user, PICTURES)
    return [
        {
            "name": render(one.name),
            "state": render(one.state),
            "at": one.at.isoformat() if one.at else None,
            "lost": one.lost,
            "km": round(row.away.km, 1),
            "picture": one.picture if allowed and one.picture else None,
        }
        for row, one in zip(near, shows, strict=True)
    ]


def _layer() -> Layer | None:
    return next((layer for monitor in registry.monitors() for layer in monitor.layers if layer.views), None)


def _scope(user: User, realm: str) -> Scope | None:
    streams = streams_of(user)
    try:
        return scope_for(user, streams[0], realm) if streams else None
    except Http404:
        return None

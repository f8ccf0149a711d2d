"""An alert as the wall shows it."""

from typing import Any, Final

from services.alerts.chatter import rhythm
from services.alerts.models import Alert
from services.contract import SEVERITIES
from services.directory.models import User
from services.kernel.models import LIVE
from services.kernel.text import capital
from services.wall.actions import TileSpec

SHOWN_ON_TILE: Final = ("unit", "department", "acknowledged_by__person", "shelved_by__person")
"""What is read with an alert for its tile."""


def audience_of(alert: Any) -> list[str]:
    """Return the streams that may see something of this unit and department."""
    streams = ["province"]
    if alert.unit is not None:
        streams.append(f"unit:{alert.unit.code}")
    if alert.department is not None:
        streams.append(f"department:{alert.department.slug}")
    return streams


def place_of(row: Any) -> dict[str, Any]:
    """Return unit and department as payloads name them."""
    unit, department = row.unit, row.department
    return {
        "unit": {"code": unit.code, "name": _capitalised(unit.label)} if unit else None,
        "department": {"slug": department.slug, "name": department.label} if department else None,
    }


def _capitalised(label: dict[str, str]) -> dict[str, str]:
    return {language: capital(name) for language, name in label.items()}


def name_of(user: User | None) -> str:
    """Return how colleagues read an account: the person's name, else the account's."""
    if user is None:
        return ""
    person = getattr(user, "person", None)
    return person.full_name if person else (user.get_full_name() or user.username)


def _point(alert: Alert) -> dict[str, float | None]:
    point = alert.place or (alert.unit.point if alert.unit else None)
    return {"lon": round(point.x, 5), "lat": round(point.y, 5)} if point else {"lon": None, "lat": None}


def flapping(alert: Alert) -> dict[str, Any] | None:
    """Return how a latched alert comes and goes, as of its newest coming; None for a steady one."""
    if alert.latched_at is None or not alert.swings:
        return None
    found = rhythm(alert.swings, max(alert.swings))
    return {"kind": found.kind or "flapping", "count": found.count}


def alert_tile(alert: Alert, *, hides: int = 0) -> TileSpec:
    """Return the tile of an open alert; the address of "Why?" comes with it.

    ``hides`` is how many others are suppressed because of it; ``flapping`` how often it came within the hour before it
    was latched or came again, null while it is steady.
    """
    payload = {
        "kind": "alert",
        "id": str(alert.public_id),
        "monitor": alert.monitor,
        "rule": alert.rule,
        "severity": SEVERITIES[alert.severity],
        "state": alert.state,
        "title": alert.title,
        **place_of(alert),
        **_point(alert),
        "opened_at": alert.opened_at.isoformat(),
        "last_seen": alert.last_seen.isoformat(),
        "count": alert.count,
        "holder": {"name": name_of(alert.acknowledged_by)} if alert.acknowledged_by else None,
        "shelved_until": alert.shelved_until.isoformat() if alert.shelved_until else None,
        "shelved_by": {"name": name_of(alert.shelved_by)} if alert.shelved_by else None,
        "suppressed": bool(alert.suppressed_by),
        "hides": hides,
        "flapping": flapping(alert),
        "generation": alert.generation,
        "why": f"/api/alerts/{alert.public_id}/why/",
        "simulated": alert.realm != LIVE,
    }
    return TileSpec(
        realm=alert.realm,
        key=f"alert:{alert.public_id}",
        kind="alert",
        monitor=alert.monitor,
        payload=payload,
        audience=audience_of(alert),
        rank=alert.severity,
        since=alert.opened_at,
    )

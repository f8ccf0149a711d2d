"""Items of the synthetic province's cameras, roads and police."""

from datetime import datetime
from typing import Any

from monitors.public_safety.models import CameraEvent
from services.directory.actions import grant_role
from services.directory.models import Department, Unit, User
from tests.monitors.kit import send

EVENTS, INCIDENTS = "public_safety/camera_events", "public_safety/incidents"
TRAFFIC, CHECKS = "public_safety/traffic_counts", "public_safety/camera_checks"
CAMERA, ROAD = "cho-an", "duong-an"


def event(key: str, kind: str, at: datetime, confidence: float = 0.8, **more: Any) -> dict[str, Any]:
    """Return what a camera's AI sends."""
    item = {"external_id": key, "camera": CAMERA, "kind": kind, "confidence": confidence}
    return {**item, "occurred_at": at.isoformat(), **more}


def frigate(key: str, turn: str, start: datetime, *, score: float = 0.7, **more: Any) -> dict[str, Any]:
    """Return a message as Frigate publishes it."""
    after = {"id": key, "camera": CAMERA, "label": "smoke", "score": score, "top_score": score}
    after |= {"start_time": start.timestamp(), "end_time": None, "current_zones": [], "entered_zones": [], **more}
    return {"type": turn, "before": dict(after), "after": after}


def accident(key: str, at: datetime, **more: Any) -> dict[str, Any]:
    """Return an accident as the police send it."""
    return {"external_id": key, "kind": "accident", "occurred_at": at.isoformat(), "unit": "99001", **more}


def count(at: datetime, speed: float | None, vehicles: int = 100, **more: Any) -> dict[str, Any]:
    """Return what a counter sends."""
    return {"road": ROAD, "occurred_at": at.isoformat(), "vehicles": vehicles, "speed": speed, **more}


def check(camera: str, at: datetime, state: str, **more: Any) -> dict[str, Any]:
    """Return how a camera was found."""
    return {"camera": camera, "occurred_at": at.isoformat(), "state": state, **more}


def stored_event(kind: str, at: datetime, key: str = "e1", **more: Any) -> CameraEvent:
    """Store an event and return its record."""
    receipt = send(EVENTS, event(key, kind, at, **more))
    return CameraEvent.objects.get(pk=receipt.records[0])


def account(name: str, role: str, *, unit: str = "", department: str = "") -> User:
    """Return a fresh account with one role."""
    user = User.objects.create_user(name)
    grant_role(
        user=user,
        role=role,
        unit=Unit.objects.get(code=unit, valid_to=None) if unit else None,
        department=Department.objects.get(slug=department) if department else None,
        acting_user=None,
    )
    return user

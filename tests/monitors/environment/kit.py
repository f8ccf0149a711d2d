"""Observations of the synthetic province's stations."""

from datetime import datetime
from typing import Any

RIVER, GAUGE, AIR = "cau-mau", "mua-binh", "khi-an"


def level(height: float | str, at: datetime, **more: Any) -> dict[str, Any]:
    """Return a river's height in metres."""
    return observation(RIVER, "water_level", height, at, **more)


def rain(mm: float | str, at: datetime, **more: Any) -> dict[str, Any]:
    """Return what fell since the reading before, in millimetres."""
    return observation(GAUGE, "rain", mm, at, **more)


def dust(amount: float | str, at: datetime, **more: Any) -> dict[str, Any]:
    """Return the finest particles in µg/m³."""
    return observation(AIR, "pm2_5", amount, at, **more)


def observation(station: str, prop: str, value: float | str, at: datetime, **more: Any) -> dict[str, Any]:
    """Return one value as a station sends it."""
    return {"station": station, "property": prop, "value": value, "occurred_at": at.isoformat(), **more}

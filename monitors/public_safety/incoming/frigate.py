"""What the recorder Frigate says about an event, in the shape of this monitor's own payload."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from monitors.public_safety.models import Kind

_LABELS = {
    "fire": Kind.FIRE_SMOKE,
    "smoke": Kind.FIRE_SMOKE,
    "fighting": Kind.FIGHT,
    "violence": Kind.FIGHT,
    "helmetless": Kind.NO_HELMET,
    "wrong_lane": Kind.LANE,
    "speeding": Kind.SPEED,
    "parking": Kind.ILLEGAL_PARKING,
    "traffic_jam": Kind.CONGESTION,
    **{str(kind): kind for kind in Kind},
}
"""What models and zones are called, as kinds; anything else is an object that was seen."""
_TURNS = {"new": 0, "update": 1, "end": 2}


def adapt_event(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a Frigate message (``type``, ``before``, ``after``) in the payload's shape, anything else unchanged.

    Its kind is its label, else its sub-label, else a zone it is in that is called like a kind (a zone ``wrong_way``).
    An end whose instant is missing, and an order of arrival that is not that of the events, do no harm: the newest
    instant wins, of the same instant the later turn.
    """
    after = raw.get("after")
    if not isinstance(after, Mapping) or raw.get("type") not in _TURNS:
        return raw
    start, end = after.get("start_time"), after.get("end_time")
    latest = max((at for at in (start, end, after.get("frame_time")) if isinstance(at, int | float)), default=start)
    score = after.get("top_score")
    item = {
        "external_id": after.get("id"),
        "camera": after.get("camera"),
        "label": str(after.get("label") or "")[:60],
        "kind": _kind_of(after),
        "confidence": after.get("score") if score is None else score,
        "occurred_at": _instant(start),
        "as_of": _instant(latest),
        "ended_at": _instant(end),
        "version": _TURNS[raw["type"]],
        "zones": _zones(after),
        "snapshot": raw.get("snapshot"),
    }
    return {name: value for name, value in item.items() if value is not None}


def _kind_of(after: Mapping[str, Any]) -> str:
    sub = after.get("sub_label")
    first = sub[0] if isinstance(sub, list | tuple) and sub else sub
    for name in (after.get("label"), first, *_zones(after)):
        kind = _LABELS.get(str(name).lower())
        if kind and kind != Kind.OBJECT:
            return str(kind)
    return str(Kind.OBJECT)


def _zones(after: Mapping[str, Any]) -> list[str]:
    found: dict[str, None] = {}
    for name in ("current_zones", "entered_zones"):
        zones = after.get(name)
        found |= dict.fromkeys(str(zone)[:60] for zone in zones if zone) if isinstance(zones, list | tuple) else {}
    return list(found)[:20]


def _instant(seconds: object) -> str | None:
    """Return Unix seconds as ISO text; ValueError for what no calendar has."""
    if seconds is None or isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    if not math.isfinite(seconds):
        raise ValueError(_("is not a number"))
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, OSError) as error:
        raise ValueError(_("the date is out of range")) from error

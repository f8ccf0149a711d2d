"""What a panel's tile says: figure, age and trend, whether somebody has its alarm in hand, and its source."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Min

from services.contract import Figure, Monitor, Panel, Scope, message
from services.directory.selectors import units_by_code
from services.kernel.clock import LOCAL
from services.kernel.models import LIVE
from services.wall.models import PanelState, SourceSilence

TREND = 24
"""Values of a trend that is kept here because the figure brings none."""

_HELD = """
SELECT count(*) > 0
   AND count(*) FILTER (
           WHERE payload->>'state' = 'active'
             AND NOT COALESCE((payload->>'suppressed')::boolean, false)
             AND COALESCE((payload->>'shelved_until')::timestamptz <= %(now)s, true)) = 0
  FROM wall_tile
 WHERE realm = %(realm)s AND kind = 'alert' AND NOT gone AND monitor = %(monitor)s
   AND %(stream)s = ANY(audience) AND payload->>'severity' = %(severity)s
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A payload, and the digest of what it says but for its age."""

    payload: dict[str, Any]
    digest: bytes


def scope_of(realm: str, stream: str, now: datetime) -> Scope:
    """Return the scope behind ``province``, ``unit:<code>`` or ``department:<slug>``."""
    kind, _, name = stream.partition(":")
    unit = name if kind == "unit" else None
    return Scope(realm=realm, now=now, unit=unit, department=name if kind == "department" else None)


def keep_history(state: PanelState, figure: Figure, now: datetime, every: timedelta) -> None:
    """Remember the last value that was not empty, and at most one value per refresh for the trend."""
    if figure.value is None:
        return
    state.last_value, state.last_at = float(figure.value), figure.as_of or now
    if state.history_at is None or not state.history_at <= now < state.history_at + every:
        state.history = [*state.history, float(figure.value)][-TREND:]
        state.history_at = now


def shown(monitor: Monitor, panel: Panel, state: PanelState, figure: Figure, now: datetime) -> Shown:
    """Return the tile of a figure; ValueError or TypeError when it holds what JSON cannot say."""
    said = {
        "kind": "panel",
        "monitor": monitor.slug,
        "panel": panel.slug,
        "title": message(panel.title),
        "monitor_title": message(monitor.title),
        "chart": panel.kind,
        "severity": figure.severity,
        "held": _held(state, figure, now),
        "figure": _figure(figure, state.history),
        "values": dict(figure.values),
        "elsewhere": figure.elsewhere,
        "rows": _placed(figure.rows, now),
        "columns": [
            {"key": one.path, "title": message(one.title), "decimals": one.decimals, "goal": one.goal}
            for one in figure.columns
        ],
        "fresh_for": int(panel.fresh_for.total_seconds()),
        "silent_since": _silent_since(state.realm, monitor.slug, panel.sources),
        "why": f"/api/panels/{monitor.slug}/{panel.slug}/why/?stream={state.stream}",
        "simulated": state.realm != LIVE,
        "last": None if state.last_value is None else {"value": state.last_value},
    }
    text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True, allow_nan=False)
    payload: dict[str, Any] = json.loads(text)
    payload["figure"]["as_of"] = figure.as_of.isoformat() if figure.as_of else None
    if payload["last"] is not None and state.last_at is not None:
        payload["last"]["at"] = state.last_at.isoformat()
    return Shown(payload, hashlib.sha256(text.encode()).digest())


def _placed(rows: Sequence[Mapping[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """Return the rows, those of a unit with the name of their ``place``: 1 statement where there is a unit."""
    codes = {row["unit"] for row in rows if row.get("unit")}
    units = units_by_code(codes, now.astimezone(LOCAL).date()) if codes else {}
    labels = {code: unit.label for code, unit in units.items()}
    return [{**row, "place": labels[row["unit"]]} if row.get("unit") in labels else dict(row) for row in rows]


def _figure(figure: Figure, history: Sequence[float]) -> dict[str, Any]:
    return {
        "value": figure.value,
        "decimals": figure.decimals,
        "unit": figure.unit,
        "short": figure.short,
        "target": figure.target,
        "target_text": figure.target_text,
        "trend": list(figure.trend or history),
        "running": figure.running,
    }


def _held(state: PanelState, figure: Figure, now: datetime) -> bool:
    """Tell whether somebody has every open alert of the figure's severity in hand."""
    if figure.severity is None:
        return False
    params = {
        "now": now,
        "realm": state.realm,
        "monitor": state.monitor,
        "stream": state.stream,
        "severity": figure.severity,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HELD, params)
        held: bool = cursor.fetchone()[0]
    return held


def _silent_since(realm: str, monitor: str, sources: Sequence[str]) -> datetime | None:
    """Return since when a source of the panel is silent: a figure that lacks one of its sources is not whole."""
    names = [f"{monitor}/{source}" for source in sources]
    silent = SourceSilence.objects.filter(realm=realm, source__in=names)
    since: datetime | None = silent.aggregate(since=Min("since"))["since"]
    return since

"""Panels are computed here, never in the action that changed their records: at most once a second each, where watched.

An action leaves a note (``PanelDirty``); ``refresh_due`` turns notes into due rows, claims what is due and computes. A
claim is a short transaction and a name on the row: a slow figure holds no lock, a worker that dies is replaced after a
minute, and only the newest claim's result counts.
"""

import logging
import time
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from services import registry
from services.contract import Figure, Panel, rank_of
from services.kernel import clock, lease
from services.kernel.claim import claim_due
from services.kernel.nudge import TURN, nudge
from services.wall import payloads, watching
from services.wall.actions import REFRESH_TASK, put_tile
from services.wall.boards import tile_key
from services.wall.models import Kind, PanelState

log = logging.getLogger(__name__)

LEASE = "panels"
LASTING = timedelta(seconds=10)
BUDGET = TURN
"""Seconds one call may go on: the worker has others to serve, too."""
TOGETHER = 2
"""Panels claimed at once."""
PATIENCE = timedelta(seconds=60)
"""After so long a claimed panel is taken to be abandoned."""
PACE = timedelta(seconds=1)
"""Least time between two computations of a panel and stream."""
LONGEST_PACE = 60.0
STATEMENT_LIMIT_MS = 20_000
MARKS = 5_000

_DRAIN = """
DELETE FROM wall_paneldirty
 WHERE id IN (SELECT id FROM wall_paneldirty ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING realm, monitor, sources
"""
_MAKE_DUE = """
UPDATE wall_panelstate AS s
   SET dirty_at = clock_timestamp(), due_at = LEAST(s.due_at, ioc_now(s.realm))
  FROM (SELECT state.id
          FROM wall_panelstate AS state
          JOIN unnest(%s::varchar[], %s::varchar[], %s::varchar[]) AS named (realm, monitor, panel)
         USING (realm, monitor, panel)
         ORDER BY state.id FOR UPDATE OF state) AS found
 WHERE s.id = found.id
"""
_ENSURE = """
INSERT INTO wall_panelstate AS s (realm, monitor, panel, stream, due_at, error, failures, history)
SELECT %(realm)s, named.monitor, named.panel, stream, ioc_now(%(realm)s), '', 0, '[]'
  FROM unnest(%(monitors)s::varchar[], %(panels)s::varchar[]) AS named (monitor, panel),
       unnest(%(streams)s::varchar[]) AS stream
 WHERE NOT EXISTS (SELECT FROM wall_panelstate AS known
                    WHERE known.realm = %(realm)s AND known.monitor = named.monitor
                      AND known.panel = named.panel AND known.stream = stream)
    ON CONFLICT DO NOTHING
"""


def refresh(*, holder: str = "") -> int:
    """Compute what is due, for ``BUDGET`` seconds, unless another worker is at it; return how many were computed.

    What is left then comes up again behind others.
    """
    holder = holder or lease.holder_name()
    if lease.acquire(LEASE, holder, lasting=LASTING) is None:
        return 0
    try:
        started, done = time.monotonic(), 0
        while time.monotonic() - started < BUDGET:
            computed = refresh_due(TOGETHER)
            done += computed
            if computed < TOGETHER:
                return done
        nudge(REFRESH_TASK)
        return done
    finally:
        lease.release(LEASE, holder)


def refresh_due(limit: int) -> int:
    """Turn notes into due panels, compute up to ``limit`` of those due, and return how many that were."""
    _take_marks()
    streams = watching.watched_by_realm(settings.IOC_REALM)
    for realm, watched in streams.items():
        _ensure(realm, watched)
    claimed_at = clock.now()
    states = _claim(streams, limit)
    for state in states:
        _compute(state, claimed_at)
    return len(states)


@transaction.atomic
def _take_marks() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DRAIN, [MARKS])
        marks = cursor.fetchall()
        named = sorted({name for mark in marks for name in _fed_by(*mark)})
        if named:
            cursor.execute(_MAKE_DUE, [list(column) for column in zip(*named, strict=True)])


def _fed_by(realm: str, monitor: str, sources: list[str] | None) -> Iterable[tuple[str, str, str]]:
    """Return the panels that a note concerns; none when its monitor is not registered (any more)."""
    for owner in registry.monitors():
        if owner.slug == monitor:
            for panel in owner.panels:
                if sources is None or not set(sources).isdisjoint(panel.sources):
                    yield realm, monitor, panel.slug


def _ensure(realm: str, streams: list[str]) -> None:
    names = [(monitor.slug, panel.slug) for monitor in registry.monitors() for panel in monitor.panels]
    params: dict[str, Any] = {
        "realm": realm,
        "streams": streams,
        "monitors": [monitor for monitor, _ in names],
        "panels": [panel for _, panel in names],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENSURE, params)


@transaction.atomic
def _claim(streams: dict[str, list[str]], limit: int) -> list[PanelState]:
    wanted = Q(pk__in=())
    for realm, watched in streams.items():
        wanted |= Q(realm=realm, stream__in=watched)
    mine = uuid.uuid4()
    states = claim_due(PanelState.objects.filter(wanted, busy_until__lte=Now()), limit=limit)
    PanelState.objects.filter(pk__in=[s.pk for s in states]).update(claim=mine, busy_until=Now() + PATIENCE)
    for state in states:
        state.claim = mine
    return states


def _compute(state: PanelState, claimed_at: datetime) -> None:
    """Compute one figure and put its tile; an error is kept with the panel and stops nobody else."""
    now = clock.now(state.realm)
    try:
        _monitor, panel = registry.panel(state.monitor, state.panel)
    except registry.UnknownNameError:
        PanelState.objects.filter(pk=state.pk).delete()  # left over from an earlier version
        return
    try:
        figure = _figure(panel, state, now)
        with transaction.atomic():
            if _still_mine(state):
                _show(state, figure, now)
                _settle(state, panel, claimed_at, now)
                state.save()
    except Exception as error:
        if not state.failures:
            log.exception("panel %s/%s of %s cannot be computed", state.monitor, state.panel, state.stream)
        with transaction.atomic():
            if _still_mine(state):
                _settle(state, panel, claimed_at, now, error=repr(error))
                # Only these: what the failed try set on the row in memory was rolled back with its tile.
                state.save(update_fields=["failures", "error", "due_at", "busy_until", "claim"])


def _figure(panel: Panel, state: PanelState, now: datetime) -> Figure:
    """Compute the figure in a transaction of its own, with a limit to each statement."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_LIMIT_MS}")
        return panel.figure(payloads.scope_of(state.realm, state.stream, now))


def _still_mine(state: PanelState) -> bool:
    """Lock the row if nobody else claimed the panel meanwhile, and take over what was noted on it since."""
    current = PanelState.objects.select_for_update().filter(pk=state.pk, claim=state.claim).first()
    if current is None:
        return False
    state.dirty_at = current.dirty_at
    return True


def _show(state: PanelState, figure: Figure, now: datetime) -> None:
    """Put the tile if it says something new, or the same at a noticeably later time: its age must stay true."""
    monitor, panel = registry.panel(state.monitor, state.panel)
    payloads.keep_history(state, figure, now, panel.refresh)
    shown = payloads.shown(monitor, panel, state, figure, now)
    if _same(state, shown.digest, figure.as_of, panel.fresh_for):
        return
    state.shown, state.shown_as_of = shown.digest, figure.as_of
    put_tile(
        realm=state.realm,
        key=tile_key(f"{state.monitor}/{state.panel}", state.stream),
        kind=Kind.PANEL,
        monitor=state.monitor,
        payload=shown.payload,
        audience=[state.stream],
        rank=rank_of(figure.severity) if figure.severity else 0,
        since=figure.as_of or now,
    )


def _same(state: PanelState, digest: bytes, as_of: datetime | None, fresh_for: timedelta) -> bool:
    """Tell whether the tile already says this, with an age that is right to a twentieth of its limit (5 to 60 s)."""
    if state.shown is None or bytes(state.shown) != digest or (as_of is None) != (state.shown_as_of is None):
        return False
    if as_of is None or state.shown_as_of is None:
        return True
    step = min(max(fresh_for / 20, timedelta(seconds=5)), timedelta(seconds=60))
    return timedelta(0) <= as_of - state.shown_as_of < step


def _settle(state: PanelState, panel: Panel, claimed_at: datetime, now: datetime, *, error: str = "") -> None:
    """Set when the panel is due again: at once if its records changed since the claim, more slowly while it fails."""
    state.failures = state.failures + 1 if error else 0
    state.error = error[:2000]
    changed = state.dirty_at is not None and state.dirty_at > claimed_at
    state.due_at = now if changed else now + panel.refresh
    pace = timedelta(seconds=min(LONGEST_PACE, 2.0**state.failures)) if error else PACE
    state.busy_until, state.computed_at, state.claim = claimed_at + pace, now, None

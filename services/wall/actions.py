"""Everything that writes to the wall's tables from above: tiles in the action's own transaction, notes for panels.

A tile is upserted and marked dirty; the relay gives it its place in the stream of frames. No panel is ever written
here: its row would be the hottest of the database, so an action only appends a note and a worker computes.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction

from services.directory.models import User
from services.kernel import bulk
from services.kernel.nudge import nudge
from services.wall.models import (
    Annotation,
    Checkpoint,
    Frame,
    Head,
    Look,
    PanelDirty,
    PanelState,
    SourceSilence,
    Tile,
    WatchedScope,
)
from services.wall.wake import AUTH, publish, wake_relay

REFRESH_TASK = "services.wall.tasks.refresh_panels"
_AT_ONCE = 500
_NUDGE_EVERY = 0.25
_nudged_at = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSpec:
    """What a tile shall say. ``rank`` and ``since`` order a list: greater rank first, then the older one.

    ``key`` names the thing within its realm and always has the same kind and monitor; ``audience`` are the streams
    (``province``, ``unit:<code>``, ``department:<slug>``) that may see it. ``payload`` is JSON and carries ids, never a
    citizen's words or personal values.
    """

    realm: str
    key: str
    kind: str
    monitor: str
    payload: Mapping[str, Any]
    audience: Sequence[str]
    rank: int
    since: datetime


_UPSERT = """
INSERT INTO wall_tile AS t
       (realm, key, kind, monitor, audience, left_audience, payload, rank, since, version, dirty, gone, changed_at)
SELECT realm, key, kind, monitor, audience, '{}', payload, rank, since, 1, true, false, clock_timestamp()
  FROM jsonb_to_recordset(%s::jsonb) AS given (realm text, key text, kind text, monitor text, audience varchar[],
                                               payload jsonb, rank smallint, since timestamptz)
    ON CONFLICT (realm, key) DO UPDATE
   SET payload = EXCLUDED.payload,
       rank = EXCLUDED.rank,
       since = EXCLUDED.since,
       left_audience = CASE WHEN t.left_audience || t.audience <@ EXCLUDED.audience THEN '{}' ELSE ARRAY(
           SELECT unnest(t.left_audience || t.audience) EXCEPT SELECT unnest(EXCLUDED.audience) ORDER BY 1
       ) END,
       audience = EXCLUDED.audience,
       version = t.version + 1,
       changed_at = CASE WHEN t.dirty THEN t.changed_at ELSE clock_timestamp() END,
       dirty = true,
       gone = false
"""
_REMOVE = """
UPDATE wall_tile AS t
   SET gone = true,
       version = t.version + 1,
       changed_at = CASE WHEN t.dirty THEN t.changed_at ELSE clock_timestamp() END,
       dirty = true
  FROM (SELECT id FROM wall_tile WHERE realm = %s AND key = ANY(%s) AND NOT gone ORDER BY key FOR UPDATE) AS found
 WHERE t.id = found.id
"""


def put_tile(
    *,
    realm: str,
    key: str,
    kind: str,
    monitor: str,
    payload: Mapping[str, Any],
    audience: Sequence[str],
    rank: int,
    since: datetime,
) -> None:
    """Write one tile (see ``TileSpec``) in the caller's transaction and wake the relay after it."""
    put_tiles(
        [
            TileSpec(
                realm=realm,
                key=key,
                kind=kind,
                monitor=monitor,
                payload=payload,
                audience=audience,
                rank=rank,
                since=since,
            )
        ]
    )


def put_tiles(tiles: Iterable[TileSpec]) -> None:
    """Write many tiles, one statement for up to 500, keys sorted so that two writers cannot block each other for good.

    Of several with the same key the last one counts. Streams that the new audience no longer names get a tombstone.
    """
    latest = {(tile.realm, tile.key): tile for tile in tiles}
    ordered = [latest[name] for name in sorted(latest)]
    for start in range(0, len(ordered), _AT_ONCE):
        part = ordered[start : start + _AT_ONCE]
        with bulk.cursor() as cursor:
            cursor.execute(_UPSERT, [bulk.text([_row(tile) for tile in part])])
    if ordered:
        wake_relay()


def remove_tile(*, realm: str, key: str) -> None:
    """Take one tile off the wall: its audience gets a tombstone with the next frame. Unknown keys change nothing."""
    remove_tiles(realm=realm, keys=[key])


def remove_tiles(*, realm: str, keys: Iterable[str]) -> None:
    """Take many tiles off the wall, in one statement, locked in the order in which they are written."""
    wanted = sorted(set(keys))
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, [realm, wanted])
        if cursor.rowcount:
            wake_relay()


def mark_panels(*, realm: str, monitor: str, sources: Iterable[str] | None = None) -> None:
    """Note that a monitor's figures may have changed: those fed by ``sources`` (slugs), or all of them.

    Only inserts a row, so it waits for nobody; a worker computes after the commit, at most once a second a panel.
    """
    PanelDirty.objects.create(realm=realm, monitor=monitor, sources=None if sources is None else sorted(set(sources)))
    _nudge_refresh()


def set_source_silence(*, realm: str, source: str, since: datetime | None) -> None:
    """Note since when ``<monitor>/<source>`` says nothing (None: it speaks again) and have its panels say so."""
    if since is None:
        SourceSilence.objects.filter(realm=realm, source=source).delete()
    else:
        SourceSilence.objects.update_or_create(realm=realm, source=source, defaults={"since": since})
    monitor, _, slug = source.partition("/")
    mark_panels(realm=realm, monitor=monitor, sources=[slug])


def looked(*, realm: str, board: str, user: User, at: datetime) -> None:
    """Note that a person has seen what happened on a board until ``at``; only ever forward, on whatever screen.

    A mark that lies ahead is of a clock that was set back since: it gives way.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO wall_look AS l (realm, board, user_id, at) VALUES (%s, %s, %s, %s)
                ON CONFLICT (user_id, realm, board) DO UPDATE SET at =
                   CASE WHEN l.at > ioc_now(l.realm) THEN EXCLUDED.at ELSE GREATEST(l.at, EXCLUDED.at) END
            """,
            [realm, board, user.pk, at],
        )


def account_changed(user_id: int) -> None:
    """Have the hubs look at an account's walls now instead of within 30 s: it signed out or has other roles."""
    transaction.on_commit(partial(publish, f"{AUTH}{user_id}", b""), robust=True)


@transaction.atomic
def wipe(realm: str) -> None:
    """Remove everything the wall knows of a realm. Whoever watches it gets an empty snapshot: the epoch is gone."""
    Head.objects.filter(realm=realm).select_for_update().first()  # the relay must not frame tiles meanwhile
    for model in (Tile, Frame, Checkpoint, Annotation, PanelDirty, PanelState, WatchedScope, SourceSilence, Look, Head):
        model._default_manager.filter(realm=realm).delete()


def _nudge_refresh() -> None:
    """Nudge the worker, but not for every one of a burst: beat does it each second anyway."""
    global _nudged_at
    if time.monotonic() - _nudged_at >= _NUDGE_EVERY:
        _nudged_at = time.monotonic()
        nudge(REFRESH_TASK)


def _row(tile: TileSpec) -> dict[str, Any]:
    return {
        "realm": tile.realm,
        "key": tile.key,
        "kind": tile.kind,
        "monitor": tile.monitor,
        "audience": sorted(set(tile.audience)),
        "payload": tile.payload,
        "rank": tile.rank,
        "since": tile.since,
    }

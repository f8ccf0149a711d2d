"""What a board showed: state(t) is the last checkpoint at or before t and the frames after it, as far as t.

Whoever asks sees what today's roles may see: the last frame of each tile decides, so what had left a reader's streams
by then, or was gone, is not shown. Every function here is synchronous.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from services.contract import SEVERITIES
from services.wall.boards import Board, tile_key
from services.wall.history import COUNTED, ENTITIES, TILES, TOTALS, Snapshot
from services.wall.relay import FRAME_TILE, SentFrame

RANK = "CASE payload->>'severity' " + " ".join(f"WHEN '{n}' THEN {i}" for i, n in enumerate(SEVERITIES)) + " ELSE 0 END"
"""SQL for how bad a payload's severity is, from 0; what has none is taken for the mildest."""

# The newest row of each key is found on narrow rows; only those few fetch their payload.
LATEST = """
newest AS (
    SELECT DISTINCT ON (key) key, kept, at, id
      FROM (SELECT key, true AS kept, at, seq, id FROM wall_checkpoint
             WHERE realm = %(realm)s AND at = %(checkpoint)s
             UNION ALL
            SELECT key, false, at, seq, id FROM wall_frame
             WHERE realm = %(realm)s AND at > %(checkpoint)s AND at <= %(at)s) AS known
     ORDER BY key, at DESC, seq DESC
), latest AS (
    SELECT c.id, c.key, c.epoch, c.seq, c.version, c.kind, c.monitor, c.audience, c.payload
      FROM newest AS n JOIN wall_checkpoint AS c ON c.id = n.id AND c.at = n.at WHERE n.kept
     UNION ALL
    SELECT f.id, f.key, f.epoch, f.seq, f.version, f.kind, f.monitor, f.audience, f.payload
      FROM newest AS n JOIN wall_frame AS f ON f.id = n.id AND f.at = n.at WHERE NOT n.kept AND NOT f.gone
)"""
"""SQL for all tiles at ``at``, from the checkpoint of the instant ``checkpoint``."""

_STATE = f"""
WITH n AS (SELECT %(at)s::timestamptz AS now), {LATEST}, entities AS (
    SELECT id, key, kind, version, payload, {RANK} AS rank, (payload->>'opened_at')::timestamptz AS since
      FROM latest
     WHERE kind <> 'panel' AND audience && %(scopes)s::varchar[]
       AND (%(monitor)s::text IS NULL OR monitor = %(monitor)s)
), shown AS (
    (SELECT key, version, payload, rank, since, id FROM entities ORDER BY rank DESC, since, id LIMIT %(limit)s)
    UNION ALL
    (SELECT key, version, payload, 0, NULL, id FROM latest
      WHERE kind = 'panel' AND key = ANY(%(panels)s::varchar[]) AND audience && %(scopes)s::varchar[])
), counted AS ({COUNTED}), head AS (
    SELECT epoch, seq FROM wall_frame WHERE realm = %(realm)s AND at <= %(at)s ORDER BY at DESC, seq DESC LIMIT 1
)
SELECT COALESCE((SELECT epoch FROM head), (SELECT epoch FROM latest ORDER BY seq DESC LIMIT 1), ''),
       COALESCE((SELECT seq FROM head), (SELECT max(seq) FROM latest), 0),
       (SELECT now FROM n),
       (SELECT {TILES} FROM shown),
       {TOTALS},
       entities > %(limit)s
  FROM counted
"""  # noqa: S608 - constants

_CHECKPOINT = "SELECT COALESCE(max(at), '-infinity')::text FROM wall_checkpoint WHERE realm = %s AND at <= %s"

_BETWEEN = f"""
SELECT epoch, at, seq, kind, monitor, key, audience, left_audience, gone, version, ({FRAME_TILE})::text
  FROM wall_frame AS f
 WHERE realm = %(realm)s AND (at, seq) > (%(after)s, %(seq)s) AND at >= %(after)s AND at <= %(until)s
   AND (audience && %(scopes)s::varchar[] OR left_audience && %(scopes)s::varchar[])
 ORDER BY at, seq LIMIT %(limit)s
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class PastFrame:
    """A recorded frame, with the history it counts in and the realm's instant at which it was sent."""

    epoch: str
    at: datetime
    frame: SentFrame


def checkpoint_before(realm: str, at: datetime) -> str:
    """Return the instant of the last checkpoint at or before ``at``, ``-infinity`` when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_CHECKPOINT, [realm, at])
        return str(cursor.fetchone()[0])


def state_at(realm: str, board: Board, scopes: Collection[str], at: datetime, *, limit: int = ENTITIES) -> Snapshot:
    """Return the board as it was at ``at`` for somebody who may see ``scopes``; two statements."""
    params: dict[str, Any] = {
        "realm": realm,
        "at": at,
        "checkpoint": checkpoint_before(realm, at),
        "scopes": sorted(scopes),
        "monitor": board.monitor,
        "panels": [tile_key(name, scope) for name in sorted(board.panels) for scope in sorted(scopes)],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATE, params)
        return Snapshot(*cursor.fetchone())


def frames_between(
    realm: str, scopes: Collection[str], after: tuple[datetime, int], until: datetime, *, limit: int
) -> Sequence[PastFrame]:
    """Return the frames that concern ``scopes`` after the position ``after`` (instant, number), up to ``until``."""
    params: dict[str, Any] = {
        "realm": realm,
        "scopes": sorted(scopes),
        "after": after[0],
        "seq": after[1],
        "until": until,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BETWEEN, params)
        return [PastFrame(row[0], row[1], SentFrame(*row[2:])) for row in cursor.fetchall()]

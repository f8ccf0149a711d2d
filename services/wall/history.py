"""What the database knows of a realm's stream: where it stands, a snapshot of a board, and frames that were missed.

Every function here is synchronous; the hub calls them in threads of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from services.wall.boards import Board, tile_key
from services.wall.relay import FRAME_TILE, SentFrame

ENTITIES = 500
"""Alerts and tickets of one snapshot; the totals count all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a realm's frames stand: ``epoch`` is empty before the first one. ``waiting`` is how many seconds the oldest
    change has waited for the relay, ``now`` the realm's clock."""

    epoch: str
    seq: int
    now: datetime
    waiting: float


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A board as some scopes see it at ``seq``. ``tiles``, ``totals`` are JSON; ``more``: not all entities fit; then
    ``opened`` is JSON too: how many alerts were opened in each minute of the last hours, whether they fit or not."""

    epoch: str
    seq: int
    now: datetime
    tiles: str
    totals: str
    more: bool
    opened: str | None = None

    def message(self, now: str) -> str:
        """Return the protocol's message, with the realm's instant at which it is sent."""
        return (
            f'{{"type":"snapshot","epoch":"{self.epoch}","seq":{self.seq},"now":"{now}",'
            f'"tiles":{self.tiles},"totals":{self.totals}{self._opened}}}'
        )

    @property
    def _opened(self) -> str:
        return f',"opened":{self.opened}' if self.opened else ""


_STANDING = """
SELECT COALESCE(h.epoch, ''), COALESCE(h.seq, 0), ioc_now(r.realm),
       COALESCE((SELECT extract(epoch FROM clock_timestamp() - min(changed_at))
                   FROM wall_tile WHERE realm = r.realm AND dirty), 0)::float
  FROM (SELECT %s::text AS realm) AS r LEFT JOIN wall_head AS h ON h.realm = r.realm
"""

_OPEN = "kind = 'alert' AND payload->>'state' <> 'closed'"
_UNSEEN = """payload->>'state' = 'active' AND NOT COALESCE((payload->>'suppressed')::boolean, false)
       AND COALESCE((payload->>'shelved_until')::timestamptz <= n.now, true)"""
_AT_WORK = "kind = 'ticket' AND payload->>'state' NOT IN ('closed', 'cancelled', 'merged')"
_LATE = "(COALESCE((payload->>'overdue')::boolean, false) OR (payload->>'due_at')::timestamptz < n.now)"

COUNTED = f"""
    SELECT count(*) AS entities,
           count(*) FILTER (WHERE {_OPEN}) AS open,
           count(*) FILTER (WHERE {_OPEN} AND {_UNSEEN}) AS unseen,
           count(*) FILTER (WHERE {_AT_WORK}) AS at_work,
           count(*) FILTER (WHERE {_AT_WORK} AND {_LATE}) AS late
      FROM entities, n"""  # noqa: S608 - constants
"""SQL that counts ``entities`` (kind, payload) at the instant ``n.now``."""
TILES = """COALESCE(json_agg(json_build_object('key', key, 'version', version, 'payload', payload)
                                 ORDER BY rank DESC, since, id), '[]')::text"""
TOTALS = """json_build_object('alerts', json_build_object('open', open, 'unacknowledged', unseen),
                         'tickets', json_build_object('open', at_work, 'overdue', late))::text"""

# One statement sees one state of the database, head and tiles alike: no transaction level is needed for that.
_SNAPSHOT = f"""
WITH n AS (SELECT ioc_now(%(realm)s) AS now),
entities AS NOT MATERIALIZED (  -- the worst come from an index, without reading all the others' payloads
    SELECT id, key, kind, version, payload, rank, since FROM wall_tile
     WHERE realm = %(realm)s AND NOT gone AND kind <> 'panel' AND audience && %(scopes)s::varchar[]
       AND (%(monitor)s::text IS NULL OR monitor = %(monitor)s)
), shown AS (
    (SELECT key, version, payload, rank, since, id FROM entities ORDER BY rank DESC, since, id LIMIT %(limit)s)
    UNION ALL
    (SELECT key, version, payload, rank, since, id FROM wall_tile
      WHERE realm = %(realm)s AND key = ANY(%(panels)s::varchar[]) AND NOT gone AND audience && %(scopes)s::varchar[])
), counted AS ({COUNTED})
SELECT COALESCE((SELECT epoch FROM wall_head WHERE realm = %(realm)s), ''),
       COALESCE((SELECT seq FROM wall_head WHERE realm = %(realm)s), 0),
       (SELECT now FROM n),
       (SELECT {TILES} FROM shown),
       {TOTALS},
       entities > %(limit)s,
       CASE WHEN entities > %(limit)s THEN (  -- a flood is told by when alerts came, also by those that don't fit
           SELECT COALESCE(json_object_agg(minute, many), '{{}}')::text FROM (
               SELECT to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') AS minute, count(*) AS many
                 FROM entities, n
                WHERE kind = 'alert' AND {_OPEN} AND since > n.now - interval '6 hours' GROUP BY 1) AS lately) END
  FROM counted
"""  # noqa: S608 - constants

_FRAMES = f"""
SELECT seq, kind, monitor, key, audience, left_audience, gone, version, ({FRAME_TILE})::text
  FROM wall_frame AS f
 WHERE realm = %(realm)s AND epoch = %(epoch)s AND seq > %(seq)s
   AND (%(scopes)s::varchar[] IS NULL OR audience && %(scopes)s::varchar[] OR left_audience && %(scopes)s::varchar[])
 ORDER BY seq LIMIT %(limit)s
"""  # noqa: S608 - constants


def standing(realm: str) -> Standing:
    """Return where the realm's frames stand now."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [realm])
        return Standing(*cursor.fetchone())


def snapshot(realm: str, board: Board, scopes: Collection[str], *, limit: int = ENTITIES) -> Snapshot:
    """Return the board for somebody who may see ``scopes``: the worst entities first, all its panels, exact totals."""
    keys = [tile_key(name, scope) for name in sorted(board.panels) for scope in sorted(scopes)]
    params = {
        "realm": realm,
        "scopes": sorted(scopes),
        "monitor": board.monitor,
        "panels": keys,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOT, params)
        return Snapshot(*cursor.fetchone())


def frames_after(
    realm: str, epoch: str, seq: int, *, limit: int, scopes: Collection[str] | None = None
) -> Sequence[SentFrame]:
    """Return stored frames in their order: those that concern ``scopes``, or all."""
    wanted = sorted(scopes) if scopes is not None else None
    params: dict[str, Any] = {"realm": realm, "epoch": epoch, "seq": seq, "scopes": wanted, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(_FRAMES, params)
        return [SentFrame(*row) for row in cursor.fetchall()]

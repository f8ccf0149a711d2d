"""The relay gives every changed tile its number and its frame. One holder of a lease at a time; no cursor.

A cursor over ids or times skips rows that commit late. Here a tile is dirty until it was framed, so whatever commits
late is simply found later, and a relay that dies between any two statements leaves all of a round or nothing of it.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import connection, transaction

from services.kernel import lease
from services.wall.wake import frames_channel, publish

log = logging.getLogger(__name__)

LEASE = "relay"
LIMIT = 500
"""Tiles framed in one transaction: writers of these tiles wait for it, so it stays short."""


class LostLeaseError(Exception):
    """Somebody else is the relay now: this one must not write any more."""


class SentFrame(msgspec.Struct, frozen=True):
    """One frame as hubs get it. ``tile`` is ready JSON text: hubs pass it on without reading it."""

    seq: int
    kind: str
    monitor: str
    key: str
    audience: Sequence[str]
    left: Sequence[str]
    gone: bool
    version: int
    tile: str


class SentFrames(msgspec.Struct, frozen=True):
    """What is published after a round: frames ``prev + 1`` to the last one's ``seq``, without a hole."""

    realm: str
    epoch: str
    prev: int
    frames: Sequence[SentFrame]


_encode = msgspec.json.Encoder().encode

FRAME_TILE = """jsonb_build_object('key', f.key, 'version', f.version)
       || CASE WHEN f.gone THEN '{"gone": true}'::jsonb ELSE jsonb_build_object('payload', f.payload) END"""
"""SQL for what a frame ``f`` says about its tile."""

_ROUND = f"""
WITH claimed AS (
    SELECT id, key, version, kind, monitor, audience, left_audience, gone,
           CASE WHEN gone THEN NULL ELSE payload END AS payload, changed_at
      FROM wall_tile
     WHERE realm = %(realm)s AND dirty
     ORDER BY changed_at, id
     LIMIT %(limit)s
       FOR UPDATE SKIP LOCKED
), f AS (
    SELECT claimed.*, %(seq)s + row_number() OVER (ORDER BY changed_at, id) AS seq FROM claimed
), written AS (
    INSERT INTO wall_frame
           (realm, epoch, seq, at, key, version, kind, monitor, audience, left_audience, payload, gone)
    SELECT %(realm)s, %(epoch)s, seq, %(at)s, key, version, kind, monitor, audience, left_audience, payload, gone
      FROM f
), cleaned AS (
    UPDATE wall_tile AS t SET dirty = false, left_audience = '{{}}', seq = f.seq
      FROM f WHERE t.id = f.id AND NOT f.gone
), removed AS (
    DELETE FROM wall_tile AS t USING f WHERE t.id = f.id AND f.gone
)
SELECT seq, kind, monitor, key, audience, left_audience, gone, version, ({FRAME_TILE})::text
  FROM f ORDER BY seq
"""  # noqa: S608 - constants
_ORIGIN = """
    (SELECT system_identifier::text || ':' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
       FROM pg_control_system())"""
"""SQL for the name of the database's history: it changes when a replica is promoted or a backup is restored."""

_LOCK_HEAD = f"""
INSERT INTO wall_head AS h (realm, epoch, term, seq, origin) VALUES (%(realm)s, %(epoch)s, %(term)s, 0, {_ORIGIN})
    ON CONFLICT (realm) DO UPDATE SET term = EXCLUDED.term WHERE h.term <= EXCLUDED.term
RETURNING epoch, seq, origin, {_ORIGIN}, ioc_now(realm)
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Round:
    """What one transaction did; ``full`` when more may be waiting."""

    frames: int
    full: bool


def dirty_realms() -> list[str]:
    """Return the realms in which something waits to be framed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT realm FROM wall_tile WHERE dirty ORDER BY realm")
        return [row[0] for row in cursor.fetchall()]


def relay_realm(realm: str, *, term: int, limit: int = LIMIT) -> Round:
    """Frame a realm's changed tiles, oldest first, and publish them after the commit.

    LostLeaseError when ``term`` is no longer the lease's: nothing was written then.
    """
    with transaction.atomic():
        sent = _frame(realm, term=term, limit=limit)
    if sent is None:
        return Round(0, full=False)
    publish(frames_channel(realm), _encode(sent))
    return Round(len(sent.frames), full=len(sent.frames) == limit)


def _frame(realm: str, *, term: int, limit: int) -> SentFrames | None:
    if not lease.holds(LEASE, term):
        raise LostLeaseError(realm)
    epoch, seq, origin, at = _lock_head(realm, term)
    with connection.cursor() as cursor:
        cursor.execute(_ROUND, {"realm": realm, "epoch": epoch, "seq": seq, "at": at, "limit": limit})
        frames = [SentFrame(*row) for row in cursor.fetchall()]
        if not frames:
            return None
        cursor.execute(
            "UPDATE wall_head SET epoch = %s, seq = %s, origin = %s WHERE realm = %s",
            [epoch, frames[-1].seq, origin, realm],
        )
    return SentFrames(realm, epoch, seq, frames)


def _lock_head(realm: str, term: int) -> tuple[str, int, str, datetime]:
    """Lock where the realm's frames stand and return (epoch, seq, origin, the realm's instant)."""
    fresh = str(uuid.uuid4())
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_HEAD, {"realm": realm, "epoch": fresh, "term": term})
        head = cursor.fetchone()
    if head is None:
        raise LostLeaseError(realm)
    epoch, seq, origin, present, at = head
    if origin != present:
        log.warning("the database's history changed (%s to %s): %s begins a new epoch", origin, present, realm)
        epoch, seq = fresh, 0
    return epoch, seq, present, at

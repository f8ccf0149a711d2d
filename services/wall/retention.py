"""Lets the wall's past go after ninety days. What a later moment is made from stays: the checkpoint before it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from services.kernel import clock
from services.kernel.partitions import drop_months_before
from services.wall.moments import KEPT
from services.wall.replay import checkpoint_before

AT_ONCE = 20_000
"""Rows deleted in one statement."""
TABLES = ("wall_frame", "wall_checkpoint")

_DELETE = """
DELETE FROM {table} AS t
 USING (SELECT id, at FROM {table} WHERE realm = %(realm)s AND at {before} %(at)s LIMIT %(limit)s) AS old
 WHERE t.id = old.id AND t.at = old.at
"""


def forget_past(realm: str) -> int:
    """Delete the realm's frames and checkpoints that no moment of the last 90 days needs; return how many."""
    before = checkpoint_before(realm, clock.now(realm) - KEPT)
    if before == "-infinity":
        return 0
    params: dict[str, Any] = {"realm": realm, "at": before, "limit": AT_ONCE}
    return _delete("wall_frame", "<=", params) + _delete("wall_checkpoint", "<", params)


def drop_partitions() -> list[str]:
    """Drop the months that lie before every realm's past; return their names."""
    limits = [_needed_since(realm, now) for realm, now in clock.realms().items()]
    if not limits:
        return []
    return [name for table in TABLES for name in drop_months_before(table, min(limits))]


def _needed_since(realm: str, now: datetime) -> datetime:
    """Return the instant before which nothing of the realm is needed any more."""
    before = checkpoint_before(realm, now - KEPT)
    if before != "-infinity":
        return datetime.fromisoformat(before)
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(at) FROM wall_frame WHERE realm = %s", [realm])
        first: datetime | None = cursor.fetchone()[0]
    return min(first, now - KEPT) if first else now - KEPT - timedelta(days=1)


def _delete(table: str, before: str, params: dict[str, Any]) -> int:
    statement = _DELETE.format(table=table, before=before)
    done = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(statement, params)
            deleted = int(cursor.rowcount)
            done += deleted
            if deleted < AT_ONCE:
                return done

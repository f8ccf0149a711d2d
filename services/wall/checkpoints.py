"""Checkpoints: the whole wall of a realm as rows, every six hours or 20,000 frames, so that no moment is far from one.

A checkpoint is made like any other moment: from the one before it and the frames since. So it says nothing that the
frames did not, and outlives them.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from services.kernel import clock
from services.wall.replay import LATEST, checkpoint_before

EVERY = timedelta(hours=6)
FRAMES = 20_000
SETTLED = timedelta(minutes=1)
"""How long after its instant a frame is surely stored."""

_MAKE = f"""
WITH {LATEST}
INSERT INTO wall_checkpoint (realm, at, epoch, seq, key, version, kind, monitor, audience, payload)
SELECT %(realm)s, %(at)s, epoch, seq, key, version, kind, monitor, audience, payload
  FROM latest
    ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants

_WANTED = """
SELECT count(*), min(at) FROM (
    SELECT at FROM wall_frame WHERE realm = %(realm)s AND at > %(checkpoint)s AND at <= %(at)s
     ORDER BY at LIMIT %(frames)s) AS since
"""


def keep_up(realm: str) -> int:
    """Make the checkpoint that is due, if one is; return its rows."""
    at = clock.now(realm) - SETTLED
    before = checkpoint_before(realm, at)
    params: dict[str, Any] = {"realm": realm, "checkpoint": before, "at": at, "frames": FRAMES}
    with connection.cursor() as cursor:
        cursor.execute(_WANTED, params)
        frames, oldest = cursor.fetchone()
    if oldest is None:
        return 0
    begun = oldest if before == "-infinity" else datetime.fromisoformat(before)
    return make(realm, at) if frames >= FRAMES or at - begun >= EVERY else 0


def make(realm: str, at: datetime) -> int:
    """Write down the wall as it was at ``at``; return how many tiles that were."""
    params: dict[str, Any] = {"realm": realm, "at": at, "checkpoint": checkpoint_before(realm, at)}
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, params)
        return int(cursor.rowcount)

"""What is kept: every frame of alerts and tickets; of panels one a minute, charts one in five, the province's only.

Two kinds of panel frames are never thinned out: the last one of a tile, since a wall that resumes must still be told of
it however late it comes, and tombstones, after which a tile's versions begin anew.
"""

from datetime import timedelta

from django.db import connection

from services import registry
from services.kernel import clock
from services.wall import checkpoints, retention, watching
from services.wall.actions import remove_tiles
from services.wall.boards import tile_key
from services.wall.models import PanelState

WHOLE = timedelta(hours=1)
"""The newest frames are kept as they are: walls resume from them."""
LONG = ("chart", "table", "map")
"""Kinds of panels whose frames are large: one in five minutes."""
UNWATCHED = timedelta(hours=1)

_THIN = """
DELETE FROM wall_frame AS f
 USING (SELECT id, at,
               row_number() OVER (
                   PARTITION BY epoch, key,
                                date_bin(CASE WHEN payload->>'chart' = ANY(%(long)s) THEN interval '5 minutes'
                                              ELSE interval '1 minute' END, at, 'epoch')
                   ORDER BY seq DESC) AS newer
          FROM wall_frame
         WHERE realm = %(realm)s AND kind = 'panel' AND NOT gone AND at < %(until)s AND at >= %(since)s) AS old
 WHERE f.id = old.id AND f.at = old.at AND (old.newer > 1 OR NOT 'province' = ANY(f.audience))
   AND NOT EXISTS (SELECT FROM wall_tile AS t WHERE t.realm = f.realm AND t.key = f.key AND t.seq = f.seq)
"""


def tidy() -> None:
    """Do all of it, for every realm."""
    for realm in clock.realms():
        thin(realm)
        checkpoints.keep_up(realm)
        retention.forget_past(realm)
        forget(realm)
    retention.drop_partitions()


def thin(realm: str) -> int:
    """Thin out panel frames of the day before the last hour; return how many were removed."""
    now = clock.now(realm)
    span = {"until": now - WHOLE, "since": now - WHOLE - timedelta(days=1)}
    with connection.cursor() as cursor:
        cursor.execute(_THIN, {"realm": realm, "long": list(LONG), **span})
        return int(cursor.rowcount)


def forget(realm: str) -> int:
    """Take panels off the wall that nobody watched for an hour, or that no monitor has any more; return how many."""
    watched = watching.watched(realm)
    known = {(monitor.slug, panel.slug) for monitor in registry.monitors() for panel in monitor.panels}
    old = clock.now(realm) - UNWATCHED
    gone = [
        state
        for state in PanelState.objects.filter(realm=realm)
        if (state.monitor, state.panel) not in known
        or (state.stream not in watched and (state.computed_at is None or state.computed_at < old))
    ]
    remove_tiles(realm=realm, keys=[tile_key(f"{s.monitor}/{s.panel}", s.stream) for s in gone])
    PanelState.objects.filter(pk__in=[state.pk for state in gone]).delete()
    return len(gone)

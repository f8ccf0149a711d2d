"""Open alerts as a layer, from the wall's own tiles: what a reader may see there, shelved and suppressed ones left out.

An alert without a place stands at the point of its commune.
"""

from collections.abc import Sequence
from datetime import datetime

from services.contract import SEVERITIES
from services.kernel.clock import LOCAL
from services.maps.grid import TileAt
from services.maps.places import Places

NAME = "alerts"
STATES = ("active", "acknowledged", "cleared", "resolved")
_TOLD = ("id", "monitor", "rule", "severity", "state", "opened_at", "last_seen")
_WORST = len(SEVERITIES) - 1
_SQL = """
SELECT * FROM (
    SELECT t.id AS pk, coalesce((t.payload->>'lon')::float8, ST_X(u.point)) AS x,
           coalesce((t.payload->>'lat')::float8, ST_Y(u.point)) AS y, {worst} - t.rank AS look,
           t.payload->>'state' <> 'active' AS muted
      FROM wall_tile t
      LEFT JOIN directory_unit u ON t.payload->>'lon' IS NULL AND u.code = t.payload->'unit'->>'code'
           AND u.valid_from <= %s AND (u.valid_to IS NULL OR u.valid_to >= %s)
     WHERE t.realm = %s AND t.kind = 'alert' AND NOT t.gone AND t.audience && %s::varchar[]
       AND t.payload->>'state' = ANY(%s)
       AND NOT coalesce((t.payload->>'suppressed')::boolean, false)
       AND coalesce((t.payload->>'shelved_until')::timestamptz <= %s, true)
) a WHERE x BETWEEN %s AND %s AND y BETWEEN %s AND %s
"""


def places(realm: str, now: datetime, streams: Sequence[str], tile: TileAt) -> Places:
    """Return the open alerts of these streams that may lie in the tile; ``look`` 0 is critical, 4 information."""
    west, south, east, north = tile.bounds
    sql = _SQL.format(worst=_WORST)
    on = now.astimezone(LOCAL).date()
    params = (on, on, realm, list(streams), list(STATES), now, west, east, south, north)
    return Places(NAME, sql, params, "wall_tile", tuple((one, f"r.payload->>'{one}'") for one in _TOLD))

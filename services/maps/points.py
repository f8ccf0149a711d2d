"""Vector tiles of points, and what stands in one cell of them: one statement each, whatever the number of places."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from services.maps.grid import CELLS, EXTENT, Cell, TileAt
from services.maps.places import Places

# ``OFFSET 0`` keeps the planner from looking through: it would take every place for a cell of its own, and sort what it
# had better hash.
_SPOTS = """
WITH spots AS (
    SELECT pk, x, y, look, muted, east, south, floor(east)::bigint + floor(south)::bigint * {cells} AS cell
      FROM (SELECT pk, x, y, look, muted, (x + 180) / 360 * {cells} AS east,
                   (0.5 - ln(tan(pi() / 4 + radians(y) / 2)) / (2 * pi())) * {cells} AS south
              FROM ({found}) AS found(pk, x, y, look, muted)) AS placed
    OFFSET 0
)
"""
_TILE = """, grouped AS MATERIALIZED (
    SELECT cell %% {cells} AS column_, cell / {cells} AS row_, count(*) AS count, min(pk) AS pk, min(look) AS look,
           bool_and(muted) AS muted, avg(east) AS east, avg(south) AS south
      FROM spots GROUP BY cell
),
features AS (
    SELECT ST_MakePoint(least(floor((east - {west}) * {unit}), {extent} - 1),
                        least(floor((south - {north}) * {unit}), {extent} - 1)) AS geometry,
           g.count, g.look, g.muted, '{z}-' || column_ || '-' || row_ AS cell{columns}
      FROM grouped g LEFT JOIN {table} r ON g.count = 1 AND r.id = g.pk
     WHERE column_ BETWEEN {west} AND {west} + {side} AND row_ BETWEEN {north} AND {north} + {side}
     ORDER BY g.look DESC, g.count
)
SELECT ST_AsMVT(features, %s, {extent}, 'geometry') FROM features
"""
_CELL = """
SELECT s.x, s.y, s.look, s.muted, jsonb_build_object({columns}), count(*) OVER ()
  FROM spots s JOIN {table} r ON r.id = s.pk
 WHERE s.cell = {cell}
 ORDER BY s.look, s.muted, s.pk DESC LIMIT {limit}
"""
LISTED = 50
"""Objects told of one cell; of the others it is told how many there are."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing in a cell: where it is in degrees, the number of its look, whether it is old, and what it tells."""

    lon: float
    lat: float
    look: int
    muted: bool
    properties: dict[str, Any]


def tile(places: Places, at: TileAt, *, coarse: bool = False) -> bytes:
    """Return the tile: a feature for each cell, with the properties of what stands there alone.

    A ``coarse`` one has the larger cells of the zoom before, for screens with larger symbols.

    A feature has ``count``, ``look`` (the worst one's number), ``muted`` (all are old) and its ``cell``.
    """
    z = max(0, at.z - 1) if coarse else at.z
    side = CELLS >> (at.z - z)
    sql = _spots(places, z) + _TILE.format(
        west=at.x * side,
        north=at.y * side,
        side=side - 1,
        unit=EXTENT / side,
        extent=EXTENT,
        z=z,
        cells=CELLS << z,
        columns="".join(f', {expression} AS "{name}"' for name, expression in places.columns),
        table=places.table,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*places.params, places.name])
        return bytes(cursor.fetchone()[0])


def standing(places: Places, cell: Cell) -> tuple[int, list[Standing]]:
    """Return how many things stand in a cell and the first of them, worst look first, then the newest."""
    columns = ", ".join(f"'{name}', {expression}" for name, expression in places.columns)
    sql = _spots(places, cell.z) + _CELL.format(
        columns=columns, table=places.table, cell=cell.column + cell.row * (CELLS << cell.z), limit=LISTED
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, places.params)
        rows = cursor.fetchall()
    found = [Standing(x, y, look, muted, _decoded(told)) for x, y, look, muted, told, _total in rows]
    return (rows[0][-1] if rows else 0), found


def _decoded(told: Any) -> dict[str, Any]:
    return dict(told if isinstance(told, dict) else json.loads(told))


def _spots(places: Places, z: int) -> str:
    return _SPOTS.format(found=places.sql, cells=CELLS << z)

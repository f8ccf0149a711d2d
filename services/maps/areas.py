"""Vector tiles of areas: the communes, and any monitor's layer whose geometry is a polygon. One statement each."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

from services.directory.selectors import units_on
from services.maps.grid import EXTENT, TileAt
from services.maps.places import column

UNITS = "units"
UNIT_PROPERTIES = ("code", "name", "kind", "approximate")
_BUFFER = 64
"""Units around the tile that a line may run on in, so that it has no end at the edge."""
_TILE = """
WITH features AS (
    SELECT ST_AsMVTGeom(ST_Transform(r.{geometry}, 3857), ST_TileEnvelope(%s, %s, %s), {extent}, {buffer})
           AS geometry{columns}
      FROM {table} r WHERE r.id IN ({found})
)
SELECT ST_AsMVT(features, %s, {extent}, 'geometry') FROM features WHERE geometry IS NOT NULL
"""


def unit_rows(on: date) -> QuerySet[Any]:
    """Return the communes of a day."""
    return units_on(on)


def tile(name: str, rows: QuerySet[Any], geometry: str, properties: tuple[str, ...], at: TileAt) -> bytes:
    """Return the tile with the rows' polygons, cut to it, and their properties."""
    corner = Polygon.from_bbox(at.bounds)
    corner.srid = 4326
    found = rows.filter(**{f"{geometry}__bboverlaps": corner}).order_by().values(map_pk=F("pk"))
    try:
        inner, params = found.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return b""
    meta = rows.model._meta
    columns = "".join(f', {column(meta.get_field(one))} AS "{one}"' for one in properties)
    sql = _TILE.format(
        geometry=connection.ops.quote_name(meta.get_field(geometry).column),
        extent=EXTENT,
        buffer=_BUFFER,
        columns=columns,
        table=meta.db_table,
        found=inner,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [at.z, at.x, at.y, *params, name])
        return bytes(cursor.fetchone()[0])

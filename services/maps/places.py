"""Which places a layer has for a reader: one SELECT of point, look and age, and the columns of what is told of one.

A public layer is the same for everybody. A staff layer holds what the reader's streams of the wall hold: everything
for the centre, the own commune or department for others, nothing for the public.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    DecimalField,
    Expression,
    F,
    Field,
    FloatField,
    Func,
    IntegerField,
    Model,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)

from services.contract import Layer, Look, Scope
from services.maps.grid import TileAt
from services.wall.payloads import scope_of


@dataclass(frozen=True, slots=True)
class Places:
    """Places as SQL. ``sql`` selects ``pk, x, y, look, muted``: degrees, the number of its look, drawn as old.

    ``columns`` are names and expressions over ``r``, a row of ``table`` (its key is ``id``), of what is told of one.
    """

    name: str
    sql: str
    params: tuple[Any, ...]
    table: str
    columns: tuple[tuple[str, str], ...]


def rows_in_scope(layer: Layer, realm: str, now: datetime, streams: Sequence[str]) -> QuerySet[Any]:
    """Return the layer's rows for a reader who may watch these streams of the wall."""
    if layer.audience == "public" or "province" in streams:
        return layer.query.rows(Scope(realm, now))
    parts = [layer.query.rows(scope_of(realm, stream, now)) for stream in streams]
    if len(parts) == 1:
        return parts[0]
    within = Q(pk__in=())
    for part in parts:
        within |= Q(pk__in=part.order_by().values("pk"))
    model: type[Model] = layer.query.rows(Scope(realm, now)).model
    return model._default_manager.filter(within)


def places(name: str, layer: Layer, rows: QuerySet[Any], tile: TileAt, now: datetime) -> Places | None:
    """Return the rows that may lie in the tile; None when there can be none."""
    corner = Polygon.from_bbox(tile.bounds)
    corner.srid = 4326
    found = (
        rows.filter(**{f"{layer.geometry}__bboverlaps": corner})
        .order_by()
        .values(
            map_pk=F("pk"),
            map_x=_coordinate(layer, "ST_X"),
            map_y=_coordinate(layer, "ST_Y"),
            map_look=_look(layer),
            map_muted=_muted(layer, now),
        )
    )
    try:
        sql, params = found.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    model = rows.model
    columns = tuple((one, column(model._meta.get_field(one))) for one in layer.properties)
    return Places(name, sql, tuple(params), model._meta.db_table, columns)


def _coordinate(layer: Layer, function: str) -> Func:
    return Func(F(layer.geometry), function=function, output_field=FloatField())


def _look(layer: Layer) -> Expression:
    whens = [When(_is(layer.state, look), then=n) for n, look in enumerate(layer.looks)]
    return Case(*whens, default=Value(len(layer.looks)), output_field=IntegerField())


def _is(state: str, look: Look) -> Q:
    return Q(**{state: look.value}) if look.least is None else Q(**{f"{state}__gte": look.least})


def _muted(layer: Layer, now: datetime) -> Expression:
    if not (layer.at and layer.fresh_for):
        return Value(value=False, output_field=BooleanField())
    fresh = Q(**{f"{layer.at}__gte": now - layer.fresh_for})
    return Case(When(fresh, then=Value(value=False)), default=Value(value=True), output_field=BooleanField())


_TEXT: Final = "r.{name}::text"
_INSTANT: Final = """to_char(r.{name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
_KINDS: "Final[tuple[tuple[type[Field[Any, Any]], str], ...]]" = (
    (DateTimeField, _INSTANT),
    (DateField, _TEXT),
    (UUIDField, _TEXT),
    (DecimalField, "r.{name}::float8"),
)


def column(field: Any) -> str:
    """Return the SQL by which a vector tile can hold a field: instants as ISO 8601 in UTC, ids as text."""
    name = connection.ops.quote_name(field.column)
    template = next((template for kind, template in _KINDS if isinstance(field, kind)), "r.{name}")
    return template.format(name=name)

"""One tile or cell for one reader: finds the layer, keeps to the reader's scope and asks the database once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.contract import Scope
from services.kernel.clock import LOCAL
from services.maps import alerts, areas, catalog, points
from services.maps.grid import Cell, TileAt
from services.maps.places import Places, places, rows_in_scope


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, when: the realm, its instant, and the streams of the wall (none: the public)."""

    realm: str
    now: datetime
    streams: Sequence[str]


def is_public(name: str) -> bool:
    """Tell whether the layer is the same for everybody; UnknownLayerError when nobody has one of that name."""
    return name == areas.UNITS or (name != alerts.NAME and catalog.layer(name, ["province"]).audience == "public")


def tile(name: str, at: TileAt, reader: Reader, *, coarse: bool = False) -> bytes:
    """Return the vector tile (an empty one where nothing is); UnknownLayerError when the reader has no such layer.

    ``coarse`` makes larger cells of points; areas have none.
    """
    if name == areas.UNITS:
        rows = areas.unit_rows(reader.now.astimezone(LOCAL).date())
        return areas.tile(name, rows, "outline", areas.UNIT_PROPERTIES, at)
    if name != alerts.NAME:
        layer = catalog.layer(name, reader.streams)
        if catalog.is_area(layer, Scope(reader.realm, reader.now)):
            rows = rows_in_scope(layer, reader.realm, reader.now, reader.streams)
            return areas.tile(name, rows, layer.geometry, layer.properties, at)
    found = _places(name, at, reader)
    return points.tile(found, at, coarse=coarse) if found else b""


def standing(name: str, cell: Cell, reader: Reader) -> tuple[int, list[points.Standing]]:
    """Return how many things of a layer stand in a cell, and the first; none for areas."""
    if name == areas.UNITS:
        return 0, []
    if name != alerts.NAME and catalog.is_area(catalog.layer(name, reader.streams), Scope(reader.realm, reader.now)):
        return 0, []
    found = _places(name, cell.tile, reader)
    return points.standing(found, cell) if found else (0, [])


def _places(name: str, at: TileAt, reader: Reader) -> Places | None:
    if name == alerts.NAME:
        if not reader.streams:
            raise catalog.UnknownLayerError(name)
        return alerts.places(reader.realm, reader.now, reader.streams, at)
    layer = catalog.layer(name, reader.streams)
    rows = rows_in_scope(layer, reader.realm, reader.now, reader.streams)
    return places(name, layer, rows, at, reader.now)

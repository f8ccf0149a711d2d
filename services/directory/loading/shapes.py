"""Shapes of units: outlines read from GeoJSON, cells made from points, outlines simplified for screens.

Everything is EPSG:4326, longitude and latitude in degrees. Cells are Voronoi cells of the communes' points cut to the
province: an approximation that lets a map be drawn and a place be suggested before official boundaries are imported.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, WKBWriter
from shapely.geometry import MultiPoint, Point, shape
from shapely.geometry.base import BaseGeometry

from services.directory.pack import PackError

SCREEN_TOLERANCE = 0.002
"""Degrees (about 200 m): what a border may lose on a screen that shows a whole province."""
_GRID = 1e-6
"""Degrees (about 0.1 m) that corners are rounded to, so that neighbours share theirs exactly."""


def read_outlines(path: Path) -> dict[str, BaseGeometry]:
    """Return the outlines of a GeoJSON file by their ``code``; PackError when it cannot be used."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return {feature["properties"]["code"]: shape(feature["geometry"]) for feature in features}
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path}: {error!r}"
        raise PackError(message) from error


def cells(points: Mapping[str, tuple[float, float]], outline: BaseGeometry) -> dict[str, BaseGeometry]:
    """Return for each code the part of ``outline`` that is nearest to its point.

    Of several units at one point the first gets the cell and the others a circle of about 500 m: none is without a
    shape.
    """
    places: dict[tuple[float, float], str] = {}
    shapes: dict[str, BaseGeometry] = {}
    for code, place in points.items():
        if place in places:
            shapes[code] = Point(place).buffer(0.005)
        else:
            places[place] = code
    if len(places) == 1:
        return {**shapes, next(iter(places.values())): outline}
    diagram = shapely.voronoi_polygons(MultiPoint(list(places)), extend_to=outline)
    tree = shapely.STRtree(list(diagram.geoms))
    for place, code in places.items():
        cell = diagram.geoms[tree.nearest(Point(place))]
        shapes[code] = _polygonal(shapely.set_precision(cell.intersection(outline), _GRID))
    return shapes


def simplified(shapes: Sequence[BaseGeometry], tolerance: float = SCREEN_TOLERANCE) -> list[BaseGeometry]:
    """Return the shapes with fewer corners; what neighbours share stays shared, so no gap opens between them."""
    fewer = shapely.coverage_simplify(list(shapes), tolerance)
    return [_polygonal(shapely.set_precision(one, 1e-5)) for one in fewer]


def union(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return the shapes joined, without the slivers that lie between them."""
    joined = shapely.union_all(list(shapes), grid_size=_GRID)
    return _polygonal(joined)


def to_django(geometry: BaseGeometry) -> MultiPolygon:
    """Return a shapely polygon or multipolygon as a model field takes it."""
    found = GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=4326)
    return found if isinstance(found, MultiPolygon) else MultiPolygon(found, srid=4326)


def from_django(geometry: GEOSGeometry) -> BaseGeometry:
    """Return a model's geometry as shapely takes it."""
    return shapely.from_wkb(bytes(WKBWriter().write(geometry)))


def _polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """Return only the areas of a geometry: cutting leaves points and lines where borders touch."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(parts) if len(parts) != 1 else parts[0]

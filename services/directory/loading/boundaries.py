"""Official boundaries from GeoJSON: which feature is which unit, and whether its shape can be used at all."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from services.directory.models import Unit
from services.directory.text import fold

CODE_FIELDS = ("code", "ma_xa", "maxa", "ma", "ma_dvhc", "madvhc", "unit_code", "id")
NAME_FIELDS = ("full_name", "ten_day_du", "name", "ten_xa", "tenxa", "ten", "ten_dvhc")
"""Names of properties that published files use, tried in this order; case does not matter."""

_AREA_SHARE_LOST = 0.01
"""A repaired shape may lose at most this share of its area; more means that something else was drawn."""


class BoundaryFileError(ValueError):
    """The file is no GeoJSON FeatureCollection; nothing was read from it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A feature that was not taken over, by its number in the file (from 1) and what it calls itself."""

    number: int
    name: str
    text: str


@dataclass(slots=True)
class Matched:
    """What a file gave: a shape by unit id, features that are no unit or no usable shape, and units it lacks."""

    shapes: dict[int, BaseGeometry] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    missing: list[Unit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Names:
    """The units that features may mean, by code, by folded full name, and by folded name where only one has it."""

    by_code: Mapping[str, Unit]
    by_title: Mapping[str, Unit]
    by_name: Mapping[str, Unit]


def match_boundaries(path: Path, units: Sequence[Unit]) -> Matched:
    """Return the shapes of a file by unit: by code first, then by name with type, then by name where it is unique.

    BoundaryFileError when the file is no FeatureCollection. A single unusable feature is a problem, not an end.
    """
    names, matched = _names(units), Matched()
    for number, feature in enumerate(_features(path), start=1):
        properties = feature.get("properties") or {}
        called = _first(properties, NAME_FIELDS) or _first(properties, CODE_FIELDS)
        unit = _unit(properties, names)
        if unit is None:
            matched.problems.append(Problem(number, called, _("no such unit")))
        elif unit.pk in matched.shapes:
            matched.problems.append(Problem(number, called, _("the same unit again: {code}").format(code=unit.code)))
        else:
            _take(matched, Problem(number, called, ""), unit, feature.get("geometry"))
    matched.missing = [unit for unit in units if unit.pk not in matched.shapes]
    return matched


def _take(matched: Matched, origin: Problem, unit: Unit, geometry: object) -> None:
    try:
        matched.shapes[unit.pk] = usable(geometry)
    except ValueError as error:
        matched.problems.append(Problem(origin.number, origin.name, str(error)))


def usable(geometry: object) -> BaseGeometry:
    """Return a GeoJSON geometry as a valid polygon or multipolygon in degrees; ValueError saying why it cannot be."""
    try:
        found = shape(geometry) if isinstance(geometry, dict) else None
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise ValueError(_("no readable geometry")) from error
    if found is None or found.is_empty or found.geom_type not in {"Polygon", "MultiPolygon"}:
        raise ValueError(_("no polygon"))
    west, south, east, north = found.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError(_("not in longitude and latitude (EPSG:4326)"))
    found = shapely.force_2d(found)
    if found.is_valid:
        return found
    mended = [part for part in shapely.get_parts(shapely.make_valid(found)) if "Polygon" in part.geom_type]
    joined = shapely.union_all(mended)
    if joined.is_empty or abs(joined.area - found.area) > _AREA_SHARE_LOST * joined.area:
        raise ValueError(_("the border crosses itself"))
    return joined


def _features(path: Path) -> Iterator[dict[str, Any]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        features = content["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path.name}: no GeoJSON FeatureCollection ({error!r})"
        raise BoundaryFileError(message) from error
    if not isinstance(features, list):
        message = f"{path.name}: no list of features"
        raise BoundaryFileError(message)
    for feature in features:
        yield feature if isinstance(feature, dict) else {}


def _names(units: Sequence[Unit]) -> _Names:
    names = [fold(unit.name) for unit in units]
    return _Names(
        by_code={unit.code: unit for unit in units},
        by_title={fold(unit.full_name): unit for unit in units},
        by_name={fold(unit.name): unit for unit in units if names.count(fold(unit.name)) == 1},
    )


def _unit(properties: Mapping[str, Any], names: _Names) -> Unit | None:
    code = _first(properties, CODE_FIELDS)
    if code in names.by_code:
        return names.by_code[code]
    for called in _values(properties, NAME_FIELDS):
        unit = names.by_title.get(fold(called)) or names.by_name.get(fold(called))
        if unit:
            return unit
    return None


def _first(properties: Mapping[str, Any], fields: Sequence[str]) -> str:
    return next(_values(properties, fields), "")


def _values(properties: Mapping[str, Any], fields: Sequence[str]) -> Iterator[str]:
    lower = {str(key).lower(): value for key, value in properties.items()}
    for name in fields:
        value = lower.get(name)
        if isinstance(value, str | int) and str(value).strip():
            yield str(value).strip()

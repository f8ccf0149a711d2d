"""Fills the directory from a province pack. What is there already stays as administrators left it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Model
from shapely.geometry.base import BaseGeometry

from services.audit.actions import record
from services.directory.loading import shapes
from services.directory.loading.files import csv_units
from services.directory.loading.records import UnitRecord, UnitSet
from services.directory.loading.registry import registry_units
from services.directory.models import Department, DutyRoster, Position, Rung, Unit, UnitSuccessor
from services.directory.pack import Pack, PackError

Key = tuple[str, date]
M = TypeVar("M", bound=Model)

_SOURCES: Mapping[str, Callable[[Pack], UnitSet]] = {"registry": registry_units, "csv": csv_units}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a load added."""

    units: int
    departments: int
    positions: int
    rungs: int
    rosters: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.units + self.departments + self.positions + self.rungs + self.rosters


@transaction.atomic
def load(pack: Pack) -> Loaded:
    """Add what the pack has and the directory lacks; all or nothing. PackError when the pack is wrong."""
    found = _SOURCES[pack.units.source](pack)
    if strays := found.strays():
        message = f"{pack.folder}: no such unit: {', '.join(strays)}"
        raise PackError(message)
    loaded = Loaded(
        units=_load_units(pack, found),
        departments=_add_missing(Department, "slug", _departments(pack)),
        positions=_add_missing(Position, "slug", _positions(pack)),
        rungs=_load_rungs(pack),
        rosters=_add_missing(DutyRoster, "slug", _rosters(pack)),
    )
    if loaded.total:
        record(
            verb="load_province",
            target=f"pack:{pack.slug}",
            acting_user=None,
            detail={"units": loaded.units, "departments": loaded.departments, "rungs": loaded.rungs},
        )
    return loaded


# --- units -----------------------------------------------------------------------------------------------------------


def _load_units(pack: Pack, found: UnitSet) -> int:
    known = {(code, since): pk for pk, code, since in Unit.objects.values_list("pk", "code", "valid_from")}
    missing = [record for record in found.records if record.key not in known]
    if not missing:
        return 0
    geometries = _geometries(pack, found)
    outlines = _simplified_together(found, geometries)
    units = {record.key: _unit(pack, record, geometries[record.key], outlines[record.key]) for record in missing}
    for new, old in found.unchanged().items():
        if new in units:
            units[new].lineage = units[old].lineage if old in units else Unit.objects.get(pk=known[old]).lineage
    parents = {record.key: (record.parent, record.valid_from) for record in missing}
    for level in Unit.Level.values:  # province, district, commune: parents first
        rows = [units[record.key] for record in missing if record.level == level]
        for unit in rows:
            unit.parent_id = known.get(parents[unit.code, unit.valid_from])
        known.update({(unit.code, unit.valid_from): unit.pk for unit in Unit.objects.bulk_create(rows)})
    UnitSuccessor.objects.bulk_create(
        [
            UnitSuccessor(
                old_id=known[link.old],
                new_id=known[link.new],
                weight=link.weight,
                kind=UnitSuccessor.Kind.PARTIAL if link.partial else UnitSuccessor.Kind.FULL,
            )
            for link in found.links
        ],
        ignore_conflicts=True,
    )
    return len(units)


def _unit(pack: Pack, record: UnitRecord, geometry: BaseGeometry, outline: BaseGeometry) -> Unit:
    unit = Unit(
        code=record.code,
        level=record.level,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        point=Point(record.longitude, record.latitude, srid=4326),
        geometry=shapes.to_django(geometry),
        outline=shapes.to_django(outline),
        approximate=True,
    )
    in_force = record.valid_to is None
    aliases = list(pack.aliases.get(record.code, ())) if in_force else []
    name_en = record.name_en or (pack.name["en"] if in_force and record.code == pack.code else "")
    unit.set_names(kind=record.kind, name=record.name, name_en=name_en, aliases=aliases)
    return unit


def _geometries(pack: Pack, found: UnitSet) -> dict[Key, BaseGeometry]:
    """Return a shape for every unit: provinces from the outline file, communes as cells, districts as their sum."""
    outlines = shapes.read_outlines(pack.folder / "outline.geojson")
    whole = shapes.union(list(outlines.values()))
    made: dict[Key, BaseGeometry] = {}
    for province in (r for r in found.records if r.level == Unit.Level.PROVINCE):
        former = province.valid_to is not None
        made[province.key] = outlines.get(province.code, whole) if former else whole
        communes = list(_communes_below(found, province))
        cells = shapes.cells({c.code: (c.longitude, c.latitude) for c in communes}, made[province.key])
        made.update({commune.key: cells[commune.code] for commune in communes})
    for district in (r for r in found.records if r.level == Unit.Level.DISTRICT):
        made[district.key] = shapes.union([made[c.key] for c in _children(found, district)])
    return made


def _children(found: UnitSet, parent: UnitRecord) -> Iterable[UnitRecord]:
    return (r for r in found.records if (r.parent, r.valid_from) == parent.key)


def _communes_below(found: UnitSet, unit: UnitRecord) -> Iterable[UnitRecord]:
    for child in _children(found, unit):
        if child.level == Unit.Level.COMMUNE:
            yield child
        else:
            yield from _communes_below(found, child)


def _simplified_together(found: UnitSet, geometries: Mapping[Key, BaseGeometry]) -> dict[Key, BaseGeometry]:
    """Return simplified shapes, level by level and period by period, since only neighbours share borders."""
    groups: dict[tuple[str, date], list[Key]] = {}
    for one in found.records:
        groups.setdefault((one.level, one.valid_from), []).append(one.key)
    made: dict[Key, BaseGeometry] = {}
    for keys in groups.values():
        made.update(zip(keys, shapes.simplified([geometries[key] for key in keys]), strict=True))
    return made


# --- organisation ----------------------------------------------------------------------------------------------------


def _add_missing(model: type[M], key: str, rows: Iterable[M]) -> int:
    """Create the rows whose ``key`` the table does not have yet; return how many."""
    manager: Any = model._default_manager
    known = set(manager.values_list(key, flat=True))
    missing = [row for row in rows if getattr(row, key) not in known]
    return len(manager.bulk_create(missing))


def _departments(pack: Pack) -> Iterable[Department]:
    for order, department in enumerate(pack.departments, start=1):
        yield Department(
            slug=department.slug,
            name=department.name["vi"],
            name_en=department.name["en"],
            short_name=department.short_name["vi"],
            short_name_en=department.short_name["en"],
            agency_code=department.agency_code,
            valid_from=department.valid_from,
            valid_to=department.valid_to,
            order=order,
        )


def _positions(pack: Pack) -> Iterable[Position]:
    for position in pack.positions:
        yield Position(
            slug=position.slug,
            title=position.title["vi"],
            title_en=position.title["en"],
            scope=position.scope,
            unit_level=position.unit_level,
        )


def _load_rungs(pack: Pack) -> int:
    positions = dict(Position.objects.values_list("slug", "pk"))
    known = set(Rung.objects.values_list("position_id", "valid_from"))
    rungs = [
        Rung(order=order, position_id=positions[slug], valid_from=ladder.valid_from, valid_to=ladder.valid_to)
        for ladder in pack.ladders
        for order, step in enumerate(ladder.steps, start=1)
        for slug in step
        if (positions[slug], ladder.valid_from) not in known
    ]
    return len(Rung.objects.bulk_create(rungs))


def _rosters(pack: Pack) -> Iterable[DutyRoster]:
    departments = dict(Department.objects.values_list("slug", "pk"))
    for roster in pack.rosters:
        yield DutyRoster(
            slug=roster.slug,
            name=roster.name["vi"],
            name_en=roster.name["en"],
            department_id=departments.get(roster.department),
        )

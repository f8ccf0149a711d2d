"""Units change by law: a new name, a merger, official boundaries. History stays: what was, ends; what is, begins."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from services.audit.actions import record
from services.directory.loading import shapes
from services.directory.models import Unit, UnitSuccessor, User
from services.directory.models.validity import valid_on
from services.directory.rules import DirectoryError

_ONE_DAY = timedelta(days=1)


@transaction.atomic
def rename_unit(
    *, unit: Unit, name: str, kind: str = "", name_en: str = "", from_day: date, acting_user: User | None
) -> Unit:
    """Give a unit another name or type from a day on; return its new version, of the same lineage and code."""
    old = _lock([unit], from_day)[0]
    new = _copy(old, from_day)
    new.set_names(kind=kind or old.kind, name=name, name_en=name_en, aliases=[*old.aliases, old.name])
    _replace([old], new, from_day)
    record(verb="rename_unit", target=new, acting_user=acting_user, detail={"code": old.code, "from": str(from_day)})
    return new


@transaction.atomic
def merge_units(
    *, units: Sequence[Unit], code: str, kind: str, name: str, from_day: date, acting_user: User | None
) -> Unit:
    """Join units into one from a day on; return the new unit.

    Its boundary is theirs joined and its point that of the unit whose code it keeps, else of the first. It is of the
    lineage of a unit that it only enlarges (same code, type and name), else a lineage begins. Open tickets of the old
    units follow through ``UnitSuccessor``. DirectoryError when fewer than two units, or units of two levels, are given.
    """
    old = _lock(units, from_day)
    if len(old) < 2 or len({unit.level for unit in old}) > 1:
        message = "a merger joins at least two units of one level"
        raise DirectoryError(message)
    main = next((unit for unit in old if unit.code == code), old[0])
    new = _copy(main, from_day)
    new.code = code
    new.set_names(kind=kind, name=name, aliases=[])
    if (main.code, main.kind, main.name) != (new.code, new.kind, new.name):
        new.lineage = Unit._meta.get_field("lineage").get_default()
    new.approximate = any(unit.approximate for unit in old)
    drawn = [shapes.from_django(unit.geometry) for unit in old if unit.geometry]
    if drawn:
        new.geometry = shapes.to_django(shapes.union(drawn))
        new.outline = shapes.to_django(shapes.simplified([shapes.union(drawn)])[0])
    _replace(old, new, from_day)
    detail = {"code": code, "from": str(from_day), "joined": sorted(unit.code for unit in old)}
    record(verb="merge_units", target=new, acting_user=acting_user, detail=detail)
    return new


@transaction.atomic
def set_boundaries(*, boundaries: Mapping[int, BaseGeometry], on: date, acting_user: User | None) -> None:
    """Give units (by id) their official boundaries, EPSG:4326.

    Outlines for screens are drawn anew for the whole level, since neighbours share them. A province whose communes all
    have official boundaries gets theirs joined, unless ``boundaries`` has its own.
    """
    units = list(Unit.objects.select_for_update().filter(pk__in=boundaries).order_by("pk"))
    for unit in units:
        unit.geometry = shapes.to_django(boundaries[unit.pk])
        unit.approximate = False
    Unit.objects.bulk_update(units, ["geometry", "approximate"])
    levels = {unit.level for unit in units}
    if Unit.Level.COMMUNE in levels and Unit.Level.PROVINCE not in levels:
        _join_province(on)
        levels.add(Unit.Level.PROVINCE)
    for level in levels:
        _draw_outlines(level, on)
    codes = sorted(unit.code for unit in units)
    record(verb="set_boundaries", target="units", acting_user=acting_user, detail={"codes": codes})


def _lock(units: Sequence[Unit], from_day: date) -> list[Unit]:
    """Return the units locked, in a fixed order; DirectoryError unless each is valid just before ``from_day``."""
    wanted = {unit.pk for unit in units}
    rows = list(Unit.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    for unit in rows:
        if unit.valid_to is not None or unit.valid_from >= from_day:
            message = f"{unit.code} is not a unit that can end before {from_day}"
            raise DirectoryError(message)
    return rows


def _copy(unit: Unit, from_day: date) -> Unit:
    return Unit(
        code=unit.code,
        lineage=unit.lineage,
        level=unit.level,
        parent_id=unit.parent_id,
        point=unit.point,
        geometry=unit.geometry,
        outline=unit.outline,
        approximate=unit.approximate,
        valid_from=from_day,
    )


def _replace(old: Sequence[Unit], new: Unit, from_day: date) -> None:
    """End the old units the day before, begin the new one, hand over their children, and link them."""
    ids = [unit.pk for unit in old]
    Unit.objects.filter(pk__in=ids).update(valid_to=from_day - _ONE_DAY)
    new.save()
    Unit.objects.filter(Q(valid_to=None) | Q(valid_to__gte=from_day), parent__in=ids).update(parent=new)
    UnitSuccessor.objects.bulk_create([UnitSuccessor(old=unit, new=new) for unit in old])


def _join_province(on: date) -> None:
    for province in Unit.objects.filter(valid_on(on), level=Unit.Level.PROVINCE):
        communes = Unit.objects.filter(valid_on(on), level=Unit.Level.COMMUNE, parent=province)
        if communes and not any(commune.approximate for commune in communes):
            province.geometry = shapes.to_django(
                shapes.union([shapes.from_django(commune.geometry) for commune in communes if commune.geometry])
            )
            province.approximate = False
            province.save(update_fields=["geometry", "approximate"])


def _draw_outlines(level: str, on: date) -> None:
    units = list(Unit.objects.filter(valid_on(on), level=level, geometry__isnull=False))
    drawn = shapes.simplified([shapes.from_django(unit.geometry) for unit in units if unit.geometry])
    for unit, outline in zip(units, drawn, strict=True):
        unit.outline = shapes.to_django(outline)
    Unit.objects.bulk_update(units, ["outline"])

"""Questions to the directory. Days are those of the province's time zone; places are longitude and latitude in degrees.

Nothing here is scoped by the reader: units, departments and the ladder are public knowledge inside the house. The API
and pages scope persons through ``access``.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from services.directory.holders import RungAt, answering, heads_of, holders_of_rungs
from services.directory.models import (
    Appointment,
    Department,
    DutyShift,
    Person,
    Position,
    Rung,
    Unit,
    UnitSuccessor,
)
from services.directory.models.units import UnitLevel
from services.directory.models.validity import valid_on
from services.directory.text import fold, spellings
from services.kernel.clock import LOCAL
from services.kernel.models import LIVE

M = TypeVar("M", bound=Model)
NEAR_METRES: Final = 3_000
"""How far outside all communes a place may lie and still be given the nearest: coasts are drawn coarsely."""


# --- units -----------------------------------------------------------------------------------------------------------


def units_on(on: date, level: str = UnitLevel.COMMUNE) -> QuerySet[Unit]:
    """Return the units of a level that exist on a day, without their shapes."""
    return Unit.objects.filter(valid_on(on), level=level).defer("geometry", "outline")


def unit_by_code(code: str, on: date) -> Unit | None:
    """Return the unit that has ``code`` on that day, None when there is none."""
    return Unit.objects.filter(valid_on(on), code=code).defer("geometry", "outline").first()


def units_by_code(codes: Iterable[str], on: date) -> dict[str, Unit]:
    """Return code → unit for those codes that exist on that day, in one statement."""
    found = Unit.objects.filter(valid_on(on), code__in=set(codes)).defer("geometry", "outline")
    return {unit.code: unit for unit in found}


def unit_at(place: tuple[float, float], on: date, level: str = UnitLevel.COMMUNE) -> Unit | None:
    """Return the unit that contains the place on that day, else the nearest within 3 km, else None.

    ``place`` is (longitude, latitude). Look at the unit's ``approximate``: then it is a suggestion that somebody
    confirms.
    """
    return units_at([place], on, level)[0]


_UNITS_AT = """
    WITH unit AS NOT MATERIALIZED (
        SELECT id, geometry FROM directory_unit
        WHERE level = %(level)s AND valid_from <= %(on)s AND (valid_to IS NULL OR valid_to >= %(on)s)
    )
    SELECT place.n, COALESCE(
        (SELECT id FROM unit WHERE ST_Covers(geometry, place.at) ORDER BY id LIMIT 1),
        (SELECT id FROM unit WHERE ST_DWithin(geometry, place.at, %(degrees)s)
            AND ST_DWithin(geometry::geography, place.at::geography, %(metres)s)
         ORDER BY ST_Distance(geometry::geography, place.at::geography), id LIMIT 1))
    FROM (
        SELECT n, ST_SetSRID(ST_MakePoint(x, y), 4326) AS at
        FROM unnest(%(x)s::float8[], %(y)s::float8[]) WITH ORDINALITY AS given (x, y, n)
    ) AS place
"""
_NEAR_DEGREES = 0.04
"""Wider than ``NEAR_METRES`` anywhere between 45° north and south: a first sieve that the spatial index can use."""


def units_at(places: Sequence[tuple[float, float]], on: date, level: str = UnitLevel.COMMUNE) -> list[Unit | None]:
    """Return ``unit_at`` for many places with two statements in all, in the order of ``places``."""
    usable = [(n, place) for n, place in enumerate(places) if _on_earth(place)]
    if not usable:
        return [None] * len(places)
    arguments: dict[str, Any] = {
        "x": [place[0] for _, place in usable],
        "y": [place[1] for _, place in usable],
        "level": level,
        "on": on,
        "metres": NEAR_METRES,
        "degrees": _NEAR_DEGREES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNITS_AT, arguments)
        found = {usable[row - 1][0]: pk for row, pk in cursor.fetchall() if pk is not None}
    units = Unit.objects.defer("geometry", "outline").in_bulk(set(found.values()))
    return [units[found[n]] if n in found else None for n in range(len(places))]


def _on_earth(place: tuple[float, float]) -> bool:
    longitude, latitude = place
    return -180 <= longitude <= 180 and -90 <= latitude <= 90  # False for NaN too


def centre_of(unit: Unit) -> tuple[float, float]:
    """Return the longitude and latitude of the unit's own point."""
    point: Point = unit.point
    return point.x, point.y


def successors(unit: Unit) -> list[UnitSuccessor]:
    """Return what the unit became, the largest share first; empty while it exists."""
    links = UnitSuccessor.objects.filter(old=unit).select_related("new").order_by("-weight", "new__code")
    return list(links.defer("new__geometry", "new__outline"))


def predecessors(unit: Unit) -> list[UnitSuccessor]:
    """Return what the unit was made from, the largest share first."""
    links = UnitSuccessor.objects.filter(new=unit).select_related("old").order_by("-weight", "old__code")
    return list(links.defer("old__geometry", "old__outline"))


def current_shares(codes: Sequence[str], on: date, today: date) -> dict[str, dict[str, float]]:
    """Return for codes that were valid on ``on`` their shares in the units of ``today``: old code → {new code: weight}.

    A unit that still exists has share 1 in itself. Lets a series by old communes be laid over today's map.
    """
    units = Unit.objects.filter(valid_on(on), code__in=set(codes)).values_list("pk", "code", "valid_to")
    shares: dict[str, dict[str, float]] = {code: {} for _, code, _ in units}
    ended = {pk: code for pk, code, valid_to in units if valid_to is not None and valid_to < today}
    for pk, code, _ in units:
        if pk not in ended:
            shares[code][code] = 1.0
    links = UnitSuccessor.objects.filter(valid_on(today, "new__"), old__in=ended)
    for old, code, weight in links.values_list("old_id", "new__code", "weight"):
        shares[ended[old]][code] = float(weight)
    return shares


def search_units(text: str, on: date, level: str | None = None) -> QuerySet[Unit]:
    """Return units that exist on that day and whose name, type with name, or other spelling contains ``text``.

    Accents are optional; a name written exactly as typed ranks first, then names that begin with it.
    """
    folded, typed = fold(text), spellings(text)
    found = Unit.objects.filter(valid_on(on)).defer("geometry", "outline")
    if level:
        found = found.filter(level=level)
    if not folded:
        return found.none() if text.strip() else found.order_by("code")
    rank = Case(
        When(_any_of("name__iexact", typed) | _any_of("title__iexact", typed), then=Value(0)),
        When(_any_of("name__istartswith", typed) | _any_of("title__istartswith", typed), then=Value(1)),
        When(Q(search_name__startswith=folded) | Q(search_name__contains=f" {folded}"), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    matches = found.filter(Q(search_name__contains=folded) | Q(code=text.strip()))
    return matches.annotate(title=Concat("kind", Value(" "), "name"), rank=rank).order_by("rank", "name", "code")


def _any_of(lookup: str, values: Iterable[str]) -> Q:
    condition = Q()
    for value in sorted(values):
        condition |= Q(**{lookup: value})
    return condition


# --- people ----------------------------------------------------------------------------------------------------------


def ladder(on: date) -> list[int]:
    """Return the orders of the ladder's rungs on that day, lowest first."""
    return sorted(set(Rung.objects.filter(valid_on(on)).values_list("order", flat=True)))


def rung_positions(rung: int, on: date) -> list[Position]:
    """Return the positions that stand on a rung on that day."""
    return list(Position.objects.filter(valid_on(on, "rungs__"), rungs__order=rung).order_by("slug"))


def rung_holders(
    rung: int, *, unit: Unit | None = None, department: Department | None = None, at: datetime, realm: str = LIVE
) -> list[Person]:
    """Return who holds the rung's positions at that instant for a ticket of this unit and department; heads first.

    An empty list means that nobody does (the holder left, the office is vacant): the caller goes on to the next rung.
    In realm ``live`` only real persons answer; elsewhere invented ones do too.
    """
    one = RungAt.of(rung, unit, department)
    return holders_of_rungs([one], at, realm)[one]


def position_holders(
    position: str, *, unit: Unit | None = None, department: Department | None = None, at: datetime, realm: str = LIVE
) -> list[Person]:
    """Return who holds that position at that instant for a ticket of this unit and department; heads first."""
    on = at.astimezone(LOCAL).date()
    held = Appointment.objects.filter(valid_on(on), _around(unit, department), position__slug=position)
    held = answering(held, realm).select_related("person__user")
    held = held.order_by("-is_head", "person__sort_key", "person_id")
    return list(dict.fromkeys(appointment.person for appointment in held))


def person_in_office(public_id: str, at: datetime, realm: str = LIVE) -> Person | None:
    """Return the person while they hold any office at that instant; None for one who left or is not known."""
    held = Appointment.objects.filter(valid_on(at.astimezone(LOCAL).date()), person__public_id=public_id)
    first = answering(held, realm).select_related("person__user").first()
    return first.person if first else None


def _around(unit: Unit | None, department: Department | None) -> Q:
    """Return where a position's holders are looked for: the department, the unit or those above it, the province."""
    places = Q(position__scope=Position.Scope.PROVINCE)
    if department is not None:
        places |= Q(position__scope=Position.Scope.DEPARTMENT, department=department)
    if unit is not None:
        same = Q(unit__lineage=unit.lineage) | Q(unit__children__lineage=unit.lineage)
        places |= Q(position__scope=Position.Scope.UNIT) & same
    return places


def person_on_duty(roster: str, at: datetime, realm: str = LIVE) -> Person | None:
    """Return who has the duty of that roster at that instant; of two at once, the one who came last."""
    shifts = DutyShift.objects.filter(roster__slug=roster, starts__lte=at, ends__gt=at)
    shift = answering(shifts, realm).select_related("person__user").order_by("-starts", "-pk").first()
    return shift.person if shift else None


def head_of(place: Department | Unit, at: datetime, realm: str = LIVE) -> Person | None:
    """Return who leads the department or the unit at that instant, None while nobody does."""
    return heads_of([place], at, realm)[place]


def departments_on(on: date) -> QuerySet[Department]:
    """Return the departments that exist on a day, in their order of protocol."""
    return Department.objects.filter(valid_on(on))


def departments_by_slug(slugs: Iterable[str]) -> dict[str, Department]:
    """Return slug → department for those that there are or were, in one statement."""
    return {department.slug: department for department in Department.objects.filter(slug__in=set(slugs))}


def department_by_slug(slug: str) -> Department | None:
    """Return the department of that slug, whether or not it still exists."""
    return Department.objects.filter(slug=slug).first()

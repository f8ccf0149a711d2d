"""Who holds rungs and offices, for many places at once: a constant number of statements however many are asked.

``selectors`` answers the same questions for one place by these.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from services.directory.models import Appointment, Department, Person, Position, Unit
from services.directory.models.validity import valid_on
from services.kernel.clock import LOCAL
from services.kernel.models import LIVE

M = TypeVar("M", bound=Model)
Place = Department | Unit


@dataclass(frozen=True, slots=True)
class RungAt:
    """A rung as it is meant for a ticket of this unit and department (primary keys, with the unit's lineage)."""

    rung: int
    lineage: UUID | None = None
    department: int | None = None

    @classmethod
    def of(cls, rung: int, unit: Unit | None, department: Department | None) -> "RungAt":
        """Return the rung at these places."""
        return cls(rung, unit.lineage if unit else None, department.pk if department else None)


def answering(rows: QuerySet[M], realm: str) -> QuerySet[M]:
    """Return the rows whose person can answer: the account is not closed, and invented persons stay out of ``live``."""
    rows = rows.exclude(person__user__is_active=False)
    return rows.filter(person__realm=LIVE) if realm == LIVE else rows


def holders_of_rungs(asked: Collection[RungAt], at: datetime, realm: str = LIVE) -> dict[RungAt, list[Person]]:
    """Return who holds each rung's positions at that instant, heads first; an empty list where nobody does.

    Looked for in the department, in the unit or those above it, and in the province: 3 statements at most.
    """
    if not asked:
        return {}
    above = _above({one.lineage for one in asked if one.lineage})
    found = _by_place(asked, above, at.astimezone(LOCAL).date(), realm)
    people = _people(pk for places in found.values() for _order, pk in places)
    told = {}
    for one in asked:
        keys: list[Hashable] = [(one.rung, Position.Scope.PROVINCE)]
        keys += [(one.rung, Position.Scope.DEPARTMENT, one.department)] if one.department else []
        keys += [(one.rung, one.lineage), *((one.rung, pk) for pk in above[one.lineage])] if one.lineage else []
        ordered = sorted(pair for key in keys for pair in found.get(key, ()))
        told[one] = [people[pk] for pk in dict.fromkeys(pk for _order, pk in ordered)]
    return told


def _above(lineages: set[UUID]) -> dict[UUID, set[int]]:
    """Return for each unit, in whatever version, the ids of the units it lies in."""
    found: dict[UUID, set[int]] = defaultdict(set)
    if lineages:
        rows = Unit.objects.filter(lineage__in=lineages, parent__isnull=False)
        for lineage, parent in rows.values_list("lineage", "parent_id"):
            found[lineage].add(parent)
    return found


def _by_place(
    asked: Collection[RungAt], above: Mapping[UUID, set[int]], on: date, realm: str
) -> dict[Hashable, list[tuple[int, int]]]:
    """Return (order, person) of every appointment that may answer, by rung and place."""
    scope = Position.Scope
    units = Q(unit__lineage__in={one.lineage for one in asked}) | Q(unit__in=set().union(*above.values()))
    places = (
        Q(position__scope=scope.PROVINCE)
        | Q(position__scope=scope.DEPARTMENT, department__in={one.department for one in asked if one.department})
        | Q(position__scope=scope.UNIT) & units
    )
    held = Appointment.objects.filter(
        places, valid_on(on), valid_on(on, "position__rungs__"), position__rungs__order__in={one.rung for one in asked}
    )
    rows = answering(held, realm).order_by("-is_head", "person__sort_key", "person_id")
    found: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
    names = ("position__rungs__order", "position__scope", "department_id", "unit_id", "unit__lineage", "person_id")
    for order, (rung, kind, department, unit, lineage, person) in enumerate(rows.values_list(*names)):
        if kind == scope.PROVINCE:
            keys: tuple[Hashable, ...] = ((rung, scope.PROVINCE),)
        elif kind == scope.DEPARTMENT:
            keys = ((rung, scope.DEPARTMENT, department),)
        else:
            keys = ((rung, lineage), (rung, unit))
        for key in keys:
            found[key].append((order, person))
    return found


def heads_of(places: Iterable[Place], at: datetime, realm: str = LIVE) -> dict[Place, Person | None]:
    """Return who leads each department or unit at that instant, None while nobody does: 2 statements."""
    wanted = list(places)
    departments = {place.pk for place in wanted if isinstance(place, Department)}
    lineages = {place.lineage for place in wanted if isinstance(place, Unit)}
    where = Q(department__in=departments) | Q(unit__lineage__in=lineages)
    held = Appointment.objects.filter(where, valid_on(at.astimezone(LOCAL).date()), is_head=True)
    rows = answering(held, realm).order_by("-valid_from", "-pk")
    first: dict[Hashable, int] = {}
    for department, lineage, person in rows.values_list("department_id", "unit__lineage", "person_id"):
        first.setdefault(department or lineage, person)
    people = _people(first.values())
    found: dict[Place, Person | None] = {}
    for place in wanted:
        pk = first.get(place.pk if isinstance(place, Department) else place.lineage)
        found[place] = people[pk] if pk else None
    return found


def _people(ids: Iterable[int]) -> dict[int, Person]:
    wanted = set(ids)
    return Person.objects.select_related("user").in_bulk(wanted) if wanted else {}

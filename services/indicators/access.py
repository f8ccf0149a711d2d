"""How far a reader reaches among indicators: all of them, those of a department, or one unit's values of all."""

from dataclasses import dataclass

from django.http import Http404

from services.directory.access import Reader, scope_of
from services.directory.models import Department, Unit
from services.indicators.models import Definition
from services.indicators.territory import Territory


@dataclass(frozen=True, slots=True)
class Reach:
    """Departments' slugs and units' codes within reach; ``everything`` for those who see the province."""

    everything: bool
    departments: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    def covers(self, definition: Definition, unit: str) -> bool:
        """Tell whether a unit's values of an indicator may be read."""
        return self.everything or definition.owner in self.departments or unit in self.units | self.departments

    def sender(self, department: str = "") -> tuple[str, str]:
        """Return whose values a workbook of this sender may hold: a department's slug and a unit's code, empty = all.

        ``department`` is that of the duty it is sent for: a commune sends its own values of that department's
        indicators.
        """
        if self.everything:
            return department, ""
        if self.departments:
            return department if department in self.departments else min(self.departments), ""
        return department, min(self.units, default="")

    def check(self, definition: Definition, units: list[str]) -> None:
        """Raise Http404 unless there are units and each one's values may be read: out of scope is not there."""
        if not units or not all(self.covers(definition, unit) for unit in units):
            raise Http404


def reach_of(user: Reader, action: str = "indicators.read") -> Reach:
    """Return how far a reader reaches: two statements at most."""
    scope = scope_of(user, action)
    if scope is None:
        raise Http404
    if scope.everything:
        return Reach(everything=True)
    departments = Department.objects.filter(pk__in=scope.departments).values_list("slug", flat=True)
    units = Unit.objects.filter(pk__in=scope.units).values_list("code", flat=True)
    return Reach(
        everything=False,
        departments=frozenset(departments if scope.departments else ()),
        units=frozenset(units if scope.units else ()),
    )


def default_units(reach: Reach, definition: Definition, land: Territory, asked: str) -> list[str]:
    """Return the units a question is about: those asked for, else the province where it may be seen, else one's own."""
    if asked:
        return list(dict.fromkeys(part.strip() for part in asked.split(",") if part.strip()))
    if reach.covers(definition, land.province):
        return [land.province]
    return sorted(reach.units)

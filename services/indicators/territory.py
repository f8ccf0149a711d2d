"""Units as indicators need them: which codes were valid when, which are communes, when a code came to mean another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from services.directory.models import Unit, UnitSuccessor
from services.directory.models.units import UnitLevel
from services.directory.pack import pack
from services.indicators.periods import Period, of_slot


@dataclass(frozen=True, slots=True)
class Version:
    """One unit during one validity period."""

    pk: int
    code: str
    level: str
    lineage: UUID
    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """Tell whether it was there on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True)
class Territory:
    """Every version of every unit by code. ``province`` is today's own code: its series is on today's territory.

    ``departments`` are the slugs of those that have values of their own: part of no commune, and of any time.
    """

    province: str
    versions: Mapping[str, Sequence[Version]]
    departments: frozenset[str] = frozenset()

    def valid(self, code: str, period: Period) -> bool:
        """Tell whether a code meant a unit on the period's last day; the province and departments always do."""
        if code == self.province or code in self.departments:
            return True
        versions, end = self.versions.get(code, ()), period.end
        return any(one.holds(end) for one in versions)

    def version(self, code: str, on: date) -> Version | None:
        """Return the unit that had the code on that day."""
        return next((one for one in self.versions.get(code, ()) if one.holds(on)), None)

    @cached_property
    def communes(self) -> frozenset[str]:
        """The codes of all communes there are or were: what the province is rolled up from."""
        found = self.versions.items()
        return frozenset(code for code, all_of in found if any(one.level == UnitLevel.COMMUNE for one in all_of))

    def communes_on(self, on: date) -> list[str]:
        """Return the codes of the communes of that day."""
        return sorted(code for code in self.communes if self.version(code, on) is not None)

    def torn(self, code: str, year: int) -> frozenset[int]:
        """Return the places of that year's sheet during which the code came to mean another unit."""
        if code == self.province:
            return frozenset()
        changes = [one.valid_from for one in self.versions.get(code, ())[1:] if one.valid_from.year == year]
        lineages = {one.lineage for one in self.versions.get(code, ())}
        if not changes or len(lineages) == 1:
            return frozenset()
        spans = ((slot, of_slot(year, 0, slot)) for slot in range(17))
        return frozenset(slot for slot, span in spans if any(span.start < day <= span.end for day in changes))


def territory() -> Territory:
    """Return the units of the province in use: one statement."""
    found: dict[str, list[Version]] = {}
    rows = Unit.objects.order_by("code", "valid_from").values_list(
        "pk", "code", "level", "lineage", "valid_from", "valid_to"
    )
    for row in rows:
        version = Version(*row)
        found.setdefault(version.code, []).append(version)
    return Territory(pack().code, found, departments())


def departments() -> frozenset[str]:
    """Return the slugs of the departments of the province in use, also of those that ended."""
    return frozenset(department.slug for department in pack().departments)


def predecessors(unit_ids: Sequence[int]) -> dict[int, list[tuple[str, date, date | None, float]]]:
    """Return for units what they were made from: code, first and last day, and the share that went over."""
    found: dict[int, list[tuple[str, date, date | None, float]]] = {pk: [] for pk in unit_ids}
    links = UnitSuccessor.objects.filter(new__in=unit_ids).order_by("old__code")
    for pk, code, start, end, weight in links.values_list(
        "new_id", "old__code", "old__valid_from", "old__valid_to", "weight"
    ):
        found[pk].append((code, start, end, float(weight)))
    return found

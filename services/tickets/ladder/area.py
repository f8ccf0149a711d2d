"""Where a policy counts: the units it names by code, their later versions, their heirs, and what lies in them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.alerts.models import Alert
from services.directory.models import Unit, UnitSuccessor
from services.tickets.models import Policy


def attach(policies: Sequence[Policy]) -> None:
    """Find the lineages that the policies' units stand for and keep them on these objects; no statement without units.

    A code means the last unit that had it. Where all of that unit became another one, the other one is meant too.
    """
    codes = {code for policy in policies for code in policy.units}
    if not codes:
        return
    rows = Unit.objects.filter(code__in=codes).order_by("valid_from").values_list("code", "lineage")
    by_code = {code: _heirs({lineage}) for code, lineage in dict(rows).items()}
    for policy in policies:
        policy.reach = frozenset().union(*(by_code.get(code, frozenset()) for code in policy.units))


def _heirs(lineages: Iterable[UUID]) -> frozenset[UUID]:
    found, fresh = set(lineages), set(lineages)
    while fresh:
        links = UnitSuccessor.objects.filter(old__lineage__in=fresh, kind=UnitSuccessor.Kind.FULL)
        fresh = set(links.values_list("new__lineage", flat=True)) - found
        found |= fresh
    return frozenset(found)


def covers(policy: Policy, unit: Unit | None, department: str) -> bool:
    """Tell whether a policy counts for a unit and a department; one that names none counts everywhere."""
    if policy.departments and department not in policy.departments:
        return False
    if not policy.units:
        return True
    if unit is None:
        return False
    return unit.lineage in policy.reach or (unit.parent is not None and unit.parent.lineage in policy.reach)


def covers_alert(policy: Policy, alert: Alert) -> bool:
    """Tell whether a policy counts where an alert is."""
    return covers(policy, alert.unit, alert.department.slug if alert.department else "")

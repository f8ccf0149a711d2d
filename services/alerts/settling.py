"""Suppression by design, settled for alerts that changed: with what maintenance is under way, and what hides what.

At most three statements read (windows; the hiding alerts; those they may hide) and one writes, however many alerts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from services.alerts import suppression, workflow
from services.alerts.hygiene import Hygiene, hygiene
from services.alerts.models import Alert, AlertChange, MaintenanceWindow
from services.alerts.suppression import INHIBITED, MAINTENANCE, Facts, Window
from services.alerts.tiles import SHOWN_ON_TILE
from services.directory.models import Unit

CAME = frozenset({AlertChange.RAISED, AlertChange.REOPENED, AlertChange.LATCHED})


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to an alert; ``cause`` is what suppressed it, or did until now."""

    alert: Alert
    kind: str
    cause: str = ""


@dataclass(slots=True)
class Settled:
    """What settling changed, and the alerts besides the given ones whose tiles say something else now."""

    changes: list[Change] = field(default_factory=list)
    others: list[Alert] = field(default_factory=list)


def settle(realm: str, alerts: Sequence[Alert], changes: Mapping[int, str], now: datetime) -> Settled:
    """Suppress and release what the change of these alerts asks for, in the caller's transaction."""
    live = [alert for alert in alerts if not alert.historical]
    declared = hygiene()
    parents, children = _kin(realm, live, declared)
    to_judge = [alert for alert in [*live, *children] if alert.is_open]
    windows = _windows(realm, now) if any(_explainable(one, changes) for one in to_judge) else []
    lineages = _versions_of(windows)
    facts = {one.pk: _facts(one, changes, lineages) for one in {*to_judge, *parents}}
    hiding = [facts[one.pk] for one in parents]
    hiding += [facts[one.pk] for one in to_judge if one.rule in declared.hiding]
    found = Settled()
    changed: dict[int, Alert] = {}
    for alert in to_judge:
        before, cause = alert.suppressed_by, suppression.judge(facts[alert.pk], windows, declared.inhibit, hiding)
        if cause == before:
            continue
        alert.suppressed_by = cause
        changed[alert.pk] = alert
        if not (before and cause):  # from one cause to another nothing changes for anybody
            kind = AlertChange.SUPPRESSED if cause else AlertChange.RELEASED
            found.changes.append(Change(alert, kind, cause or before))
    Alert.objects.bulk_update(changed.values(), ["suppressed_by"])
    found.others = _others(alerts, [*children, *parents], changed)
    return found


def hidden_behind(realm: str, alerts: Iterable[Alert]) -> dict[int, int]:
    """Return how many open alerts each of these hides: 1 statement, none where no rule of theirs hides any."""
    declared = hygiene().hiding
    marks = {f"{INHIBITED}{alert.public_id}": alert.pk for alert in alerts if alert.rule in declared}
    if not marks:
        return {}
    rows = Alert.objects.filter(realm=realm, state__in=workflow.OPEN, suppressed_by__in=marks)
    counted = rows.order_by().values_list("suppressed_by").annotate(n=Count("pk"))
    return {marks[mark]: count for mark, count in counted}


def under_review(realm: str) -> QuerySet[Alert]:
    """Return the open alerts that are suppressed by design or may be: what a sweep judges again."""
    marked = Q(suppressed_by__startswith=MAINTENANCE) | Q(suppressed_by__startswith=INHIBITED)
    hidden = Q(rule__in=hygiene().hidden)
    return Alert.objects.filter(marked | hidden, realm=realm, state__in=workflow.OPEN).order_by("fingerprint")


def _explainable(alert: Alert, changes: Mapping[int, str]) -> bool:
    return changes.get(alert.pk) in CAME or suppression.by_design(alert.suppressed_by)


def _others(alerts: Sequence[Alert], kin: Sequence[Alert], changed: Mapping[int, Alert]) -> list[Alert]:
    """Return of the kin what changed, and those whose number of hidden ones may have."""
    given = {alert.pk for alert in alerts}
    moved = bool(changed) or any(one.suppressed_by.startswith(INHIBITED) and not one.is_open for one in alerts)
    greater = hygiene().hiding if moved else frozenset[str]()
    return [one for one in kin if one.pk not in given and (one.pk in changed or one.rule in greater)]


def _kin(realm: str, alerts: Sequence[Alert], declared: Hygiene) -> tuple[list[Alert], list[Alert]]:
    """Return the open alerts that may hide any of these, and the open ones that any of these may hide."""
    given = {alert.pk for alert in alerts}
    rows = Alert.objects.filter(realm=realm, state__in=workflow.OPEN, historical=False).exclude(pk__in=given)
    rows = rows.select_related(*SHOWN_ON_TILE)
    asked = {alert.rule for alert in alerts}
    greater, lesser = asked & declared.hiding, asked & declared.hidden
    children: list[Alert] = []
    if greater:
        hidden = {rule for one in declared.inhibit if one.rule in greater for rule in one.hides}
        children = list(rows.filter(rule__in=hidden).order_by("fingerprint").select_for_update(of=("self",)))
    parents: list[Alert] = []
    if greater or lesser:
        known = {one.pk for one in children}
        parents = [one for one in rows.filter(rule__in=declared.hiding) if one.pk not in known]
    return parents, children


def _windows(realm: str, now: datetime) -> list[Window]:
    rows = MaintenanceWindow.objects.filter(realm=realm, active_from__lte=now, active_until__gt=now, cancelled_at=None)
    return [window_of(one) for one in rows.order_by("pk")]


def window_of(row: MaintenanceWindow) -> Window:
    """Return what the matcher asks of a window."""
    return Window(
        mark=row.mark,
        monitor=row.monitor,
        rule=row.rule,
        category=row.category,
        prefix=row.fingerprint_prefix,
        unit=row.unit_id,
        place=(row.place.x, row.place.y) if row.place else None,
        metres=row.metres,
        critical_too=row.critical_too,
    )


def _versions_of(windows: Sequence[Window]) -> dict[int, set[int]]:
    """Return all versions of the windows' units by the id of each: renaming a unit changes nothing."""
    named = {one.unit for one in windows if one.unit}
    if not named:
        return {}
    lineages = Unit.objects.filter(pk__in=named).values("lineage")
    same: dict[object, set[int]] = defaultdict(set)
    for pk, lineage in Unit.objects.filter(lineage__in=lineages).values_list("pk", "lineage"):
        same[lineage].add(pk)
    return {pk: group for group in same.values() for pk in group}


def _facts(alert: Alert, changes: Mapping[int, str], lineages: Mapping[int, set[int]]) -> Facts:
    point = alert.place or (alert.unit.point if alert.unit else None)
    unit = alert.unit_id
    return Facts(
        public_id=str(alert.public_id),
        monitor=alert.monitor,
        rule=alert.rule,
        category=alert.category,
        fingerprint=alert.fingerprint,
        severity=alert.severity,
        state=alert.state,
        units=frozenset(lineages.get(unit, {unit})) if unit else frozenset(),
        department=alert.department_id,
        place=(point.x, point.y) if point else None,
        suppressed_by=alert.suppressed_by,
        fresh=changes.get(alert.pk) in CAME,
    )

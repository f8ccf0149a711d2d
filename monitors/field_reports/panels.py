"""What the wall shows of reports. Every figure is computed from the rows of one query. Reads, writes nothing.

These are counts of our own rows, true at the moment of counting: their ``as_of`` is now. Whether the portal still
speaks is the source's heartbeat, not the age of the last report.
"""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop

from monitors.field_reports.models import AWAITING, FINISHED, Report, Status
from monitors.field_reports.rules import (
    AWAITING_BACKLOG,
    DEPARTMENT_TARGET,
    NEW_REPORT,
    PROVINCE_TARGET,
    SURGE,
    categories,
    category_name,
)
from services.contract import Column, Figure, Panel, Query, Scope, Severity, message

DAY = timedelta(hours=24)
HOURS = 24
LATEST = 12
PUBLIC_DAYS = timedelta(days=30)

COLUMNS = (
    Column("public_id", gettext_noop("Report")),
    Column("occurred_at", gettext_noop("Time")),
    Column("category", gettext_noop("Category"), words=categories),
    Column("unit", gettext_noop("Commune or ward")),
    Column("department", gettext_noop("Department")),
    Column("status", gettext_noop("Status")),
    Column("due_at", gettext_noop("Deadline")),
)


def _of(scope: Scope) -> QuerySet[Report]:
    reports = Report.objects.filter(realm=scope.realm)
    if scope.unit:
        return reports.filter(unit=scope.unit)
    return reports.filter(department=scope.department) if scope.department else reports


def _awaiting(scope: Scope) -> QuerySet[Report]:
    return _of(scope).filter(AWAITING)


def _last_day(scope: Scope) -> QuerySet[Report]:
    return _of(scope).filter(occurred_at__gt=scope.now - DAY, occurred_at__lte=scope.now)


def _public(scope: Scope) -> QuerySet[Report]:
    recent = _of(scope).filter(occurred_at__gt=scope.now - PUBLIC_DAYS, occurred_at__lte=scope.now)
    return recent.filter(place__isnull=False)


RECORDS = Query("records", gettext_noop("Field reports"), _of, COLUMNS)
AWAITING_QUERY = Query("awaiting", gettext_noop("Reports that await an office"), _awaiting, COLUMNS)
LAST_DAY_QUERY = Query("last_day", gettext_noop("Reports of the last 24 hours"), _last_day, COLUMNS)
PUBLIC_QUERY = Query("map", gettext_noop("Reports of the last 30 days with a place"), _public, COLUMNS)


LATEST_COLUMNS = (
    Column("title", gettext_noop("Category")),
    Column("place", gettext_noop("Commune or ward")),
    Column("state", gettext_noop("State")),
    Column("at", gettext_noop("Time")),
)


def awaiting(scope: Scope) -> Figure:
    """Return how many reports no office has taken on, against the target, with the 24 hours before: 2 statements."""
    count = _awaiting(scope).count()
    target = DEPARTMENT_TARGET if scope.department else PROVINCE_TARGET
    return Figure(
        value=count,
        as_of=scope.now,
        query=AWAITING_QUERY,
        target=target,
        target_text=message(gettext_noop("await assignment, at most {target}"), target=target),
        severity=_severity(count, target),
        trend=[*_awaited(scope)[:-1], count],
        rules=(AWAITING_BACKLOG,),
    )


def _severity(count: int, target: int) -> Severity | None:
    if count <= target:
        return None
    return "high" if count > 2 * target else "medium"


def _awaited(scope: Scope) -> list[float]:
    """Return how many reports awaited an office at each of the last hours, oldest first, from their own instants."""
    since = scope.now - timedelta(hours=HOURS - 1)
    touched = _of(scope).filter(AWAITING | Q(assigned_at__gt=since) | Q(assigned_at=None, closed_at__gt=since))
    hours = {f"h{n}": _at(since + timedelta(hours=n)) for n in range(HOURS)}
    return list(touched.aggregate(**hours).values())


def _at(instant: datetime) -> Count:
    still = Q(assigned_at__gt=instant) | Q(assigned_at=None, closed_at__gt=instant) | AWAITING
    return Count("pk", filter=Q(occurred_at__lte=instant) & still)


def by_commune(scope: Scope) -> Figure:
    """Return the reports of the last 24 hours, and per commune what colours the map: 2 statements."""
    counts = _last_day(scope).exclude(unit="").order_by().values_list("unit").annotate(n=Count("pk"))
    return Figure(
        value=_last_day(scope).count(),
        as_of=scope.now,
        query=LAST_DAY_QUERY,
        unit=message(gettext_noop("reports in 24 hours")),
        values={unit: float(n) for unit, n in counts},
        elsewhere=None if scope.unit else 0.0,
        rules=(NEW_REPORT, SURGE),
    )


def latest(scope: Scope) -> Figure:
    """Return the newest reports of the last 24 hours as a list: 2 statements."""
    reports = list(_last_day(scope).order_by("-occurred_at", "-pk")[:LATEST])
    return Figure(
        value=_last_day(scope).count(),
        as_of=scope.now,
        query=LAST_DAY_QUERY,
        unit=message(gettext_noop("reports in 24 hours")),
        rows=[_row(report) for report in reports],
        columns=LATEST_COLUMNS,
        rules=(NEW_REPORT,),
    )


def _row(report: Report) -> dict[str, object]:
    return {
        "id": str(report.public_id),
        "at": report.occurred_at.isoformat(),
        "title": category_name(report.category),
        "unit": report.unit,
        "department": report.department,
        "state": message(_WORDS[report.status]),
        "open": report.status not in FINISHED,
        "severity": "high" if report.urgent else "low",
    }


_WORDS: dict[str, str] = {
    Status.RECEIVED: gettext_noop("received"),
    Status.ROUTED: gettext_noop("sent to the office in charge"),
    Status.IN_PROGRESS: gettext_noop("being worked on"),
    Status.DONE: gettext_noop("fixed"),
    Status.NOT_FIXED: gettext_noop("closed, not fixed"),
    Status.CLOSED: gettext_noop("closed without work"),
}

_PORTAL = ("portal",)
PANELS: tuple[Panel, ...] = (
    Panel("awaiting", gettext_noop("Field reports"), "number", awaiting, _PORTAL, key=True),
    Panel("by_commune", gettext_noop("Reports by commune, 24 hours"), "map", by_commune, _PORTAL),
    Panel("latest", gettext_noop("Latest reports"), "list", latest, _PORTAL),
)

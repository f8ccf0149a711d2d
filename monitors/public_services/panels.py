"""What the wall shows of dossiers. Every figure is computed from the rows of one query. Reads, writes nothing."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_noop

from monitors.public_services.models import Dossier
from monitors.public_services.rules import NOT_RECEIVED, OVERDUE
from monitors.public_services.selectors import not_received, overdue_open
from services.contract import Column, Figure, Layer, Panel, Query, Scope, Severity, message
from services.directory.selectors import departments_by_slug, units_by_code
from services.kernel.clock import LOCAL

TARGET = 95.0
"""Per cent of dossiers that end in time (configuration)."""
ALARMING = 80.0
"""Per cent below which the rate is high instead of medium (configuration)."""
PERIOD = timedelta(days=30)
TREND_DAYS = 14
AGENCIES = 12
LISTED = 12
FRESH = timedelta(hours=12)
"""Agencies send when they work: a night without a dossier is no stale figure."""

COLUMNS = (
    Column("code", gettext_noop("Dossier")),
    Column("procedure_name", gettext_noop("Procedure")),
    Column("agency", gettext_noop("Agency")),
    Column("status", gettext_noop("Status")),
    Column("channel", gettext_noop("Channel")),
    Column("submitted_at", gettext_noop("Submitted")),
    Column("due_at", gettext_noop("Deadline")),
    Column("ended_at", gettext_noop("Ended")),
    Column("on_time", gettext_noop("On time")),
)


def _of(dossiers: QuerySet[Dossier], scope: Scope) -> QuerySet[Dossier]:
    if scope.unit:
        return dossiers.filter(unit=scope.unit)
    return dossiers.filter(department=scope.department) if scope.department else dossiers


def _judged(scope: Scope) -> QuerySet[Dossier]:
    """Return what the rate counts: dossiers that ended in the period, and those open though overdue at its end."""
    ended, late = _halves(scope)
    return _of(Dossier.objects.filter(ended | late, realm=scope.realm), scope)


def _halves(scope: Scope) -> tuple[Q, Q]:
    ended = Q(ended_at__gt=scope.now - PERIOD, ended_at__lte=scope.now, on_time__isnull=False)
    return ended, Q(ended_at=None, overdue_at__lt=scope.now)


def _judged_apart(scope: Scope) -> tuple[QuerySet[Dossier], QuerySet[Dossier]]:
    """Return the same dossiers in two halves, ended and open: each is counted from an index of its own."""
    of_scope = _of(Dossier.objects.filter(realm=scope.realm), scope)
    ended, late = _halves(scope)
    return of_scope.filter(ended), of_scope.filter(late)


def _overdue(scope: Scope) -> QuerySet[Dossier]:
    return _of(overdue_open(scope.realm, scope.now), scope)


def _not_received(scope: Scope) -> QuerySet[Dossier]:
    return _of(not_received(scope.realm, scope.now), scope)


def _waiting_first(scope: Scope) -> QuerySet[Dossier]:
    return _of(Dossier.objects.filter(realm=scope.realm, ended_at=None, overdue_at__isnull=False), scope)


def _all(scope: Scope) -> QuerySet[Dossier]:
    return _of(Dossier.objects.filter(realm=scope.realm), scope)


RECORDS = Query("records", gettext_noop("Dossiers"), _all, COLUMNS)
JUDGED_QUERY = Query("judged", gettext_noop("Dossiers ended in 30 days or overdue now"), _judged, COLUMNS)
OVERDUE_QUERY = Query("overdue", gettext_noop("Overdue dossiers that are still open"), _overdue, COLUMNS)
OPEN_QUERY = Query("open", gettext_noop("Open dossiers with a deadline"), _waiting_first, COLUMNS)
NOT_RECEIVED_QUERY = Query("not_received", gettext_noop("Online dossiers not received in time"), _not_received, COLUMNS)


BY_DAY = (Column("at", gettext_noop("Day")), Column("rate", gettext_noop("% on time"), decimals=1))
BY_AGENCY = (
    Column("agency", gettext_noop("Agency")),
    Column("overdue", gettext_noop("Overdue")),
    Column("rate", gettext_noop("% on time"), decimals=1),
    Column("judged", gettext_noop("Dossiers")),
)
FIRST = (
    Column("code", gettext_noop("Code")),
    Column("procedure", gettext_noop("Procedure")),
    Column("agency", gettext_noop("Agency")),
    Column("due", gettext_noop("Due")),
    Column("state", gettext_noop("State")),
)


def on_time_rate(scope: Scope) -> Figure:
    """Return the per cent of dossiers that ended in time, None without any; before it day by day: 4 statements."""
    ended, late = _judged_apart(scope)
    total, good = ended.aggregate(total=Count("*"), good=Count("on_time", filter=Q(on_time=True))).values()
    rate = _rate(good, total + late.count())
    days = _daily(scope)
    return Figure(
        value=rate,
        as_of=_newest(scope),
        query=JUDGED_QUERY,
        unit=message("%"),
        decimals=1,
        target=TARGET,
        target_text=message(gettext_noop("on time, target {target} %"), target=TARGET),
        severity=_severity(rate),
        trend=[rate_of_day for _day, rate_of_day in days],
        rows=[{"at": day.isoformat(), "rate": rate_of_day} for day, rate_of_day in days],
        rules=(OVERDUE,),
        columns=BY_DAY,
    )


def _rate(good: int, total: int) -> float | None:
    return round(100 * good / total, 1) if total else None


def _severity(rate: float | None) -> Severity | None:
    if rate is None or rate >= TARGET:
        return None
    return "high" if rate < ALARMING else "medium"


def _daily(scope: Scope) -> list[tuple[date, float]]:
    """Return the last days on which dossiers ended, each with its rate, oldest first."""
    since = scope.now - timedelta(days=TREND_DAYS)
    ended = _judged_apart(scope)[0].filter(ended_at__gt=since).annotate(day=TruncDate("ended_at", tzinfo=LOCAL))
    days = (
        ended.order_by("day").values_list("day").annotate(n=Count("*"), good=Count("on_time", filter=Q(on_time=True)))
    )
    return [(day, round(100 * good / n, 1)) for day, n, good in days]


def _newest(scope: Scope) -> datetime | None:
    """Return when the newest news of any dossier of the realm came: how old these figures are."""
    news = Dossier.objects.filter(realm=scope.realm).order_by("-received_at")
    return news.values_list("received_at", flat=True).first()


def overdue_now(scope: Scope) -> Figure:
    """Return how many open dossiers are overdue: 2 statements."""
    count = _overdue(scope).count()
    return Figure(
        value=count,
        as_of=_newest(scope),
        query=OVERDUE_QUERY,
        unit=message(gettext_noop("dossiers")),
        target=0,
        target_text=message(gettext_noop("overdue and open, target {target}"), target=0),
        severity="medium" if count else None,
        rules=(OVERDUE,),
    )


def not_received_now(scope: Scope) -> Figure:
    """Return how many online dossiers nobody received in time: 2 statements."""
    count = _not_received(scope).count()
    return Figure(
        value=count,
        as_of=_newest(scope),
        query=NOT_RECEIVED_QUERY,
        unit=message(gettext_noop("dossiers")),
        target=0,
        target_text=message(gettext_noop("not received in 8 working hours, target {target}"), target=0),
        severity="low" if count else None,
        rules=(NOT_RECEIVED,),
    )


def handle_first(scope: Scope) -> Figure:
    """Return the open dossiers whose deadline is over or comes first: 5 statements."""
    waiting = OPEN_QUERY.rows(scope)
    found = list(waiting.order_by("overdue_at", "pk")[:LISTED])
    names = _names([(one.department, one.unit, 0, 0, 0) for one in found], scope)
    rows = [_waiting(one, names.get(one.agency, {"vi": one.agency, "en": one.agency}), scope.now) for one in found]
    return Figure(
        value=waiting.count(),
        as_of=_newest(scope),
        query=OPEN_QUERY,
        unit=message(gettext_noop("open dossiers with a deadline")),
        rows=rows,
        rules=(OVERDUE,),
        columns=FIRST,
    )


def _waiting(one: Dossier, agency: dict[str, str], now: datetime) -> dict[str, object]:
    over = one.overdue_at is not None and one.overdue_at < now
    due = one.due_at or one.overdue_at
    return {
        "id": str(one.public_id),
        "at": due.isoformat() if due else None,
        "title": one.code,
        "code": one.code,
        "procedure": one.procedure_name or one.procedure,
        "agency": agency,
        "due": due.isoformat() if due else None,
        "state": message(gettext_noop("overdue") if over else gettext_noop("open")),
        "open": over,
        "severity": "medium" if over else "info",
    }


def by_agency(scope: Scope) -> Figure:
    """Return the agencies with the most overdue dossiers, each with its rate: 5 statements."""
    worst = sorted(_agencies(scope), key=lambda row: (-row[4], row[3] / row[2], row[0], row[1]))[:AGENCIES]
    names = _names(worst, scope)
    rows = [
        {
            "agency": names.get(department or unit, department or unit),
            "department": department,
            "unit": unit,
            "judged": n,
            "overdue": late,
            "rate": _rate(good, n),
        }
        for department, unit, n, good, late in worst
    ]
    return Figure(
        value=sum(1 for row in rows if row["overdue"]),
        as_of=_newest(scope),
        query=JUDGED_QUERY,
        unit=message(gettext_noop("agencies with overdue dossiers")),
        target=0,
        rows=rows,
        rules=(OVERDUE,),
        columns=BY_AGENCY,
    )


def _agencies(scope: Scope) -> list[tuple[str, str, int, int, int]]:
    """Return (department, unit, judged, in time, late) of every agency that has something judged: 2 statements."""
    ended, late = (half.order_by().values_list("department", "unit") for half in _judged_apart(scope))
    open_late = {(department, unit): n for department, unit, n in late.annotate(n=Count("*"))}
    found = []
    for department, unit, n, good in ended.annotate(n=Count("*"), good=Count("on_time", filter=Q(on_time=True))):
        waiting = open_late.pop((department, unit), 0)
        found.append((department, unit, n + waiting, good, waiting))
    return found + [(department, unit, n, 0, n) for (department, unit), n in open_late.items()]


def _names(rows: Iterable[tuple[str, str, int, int, int]], scope: Scope) -> dict[str, dict[str, str]]:
    departments = departments_by_slug({row[0] for row in rows if row[0]})
    units = units_by_code({row[1] for row in rows if row[1]}, scope.now.astimezone(LOCAL).date())
    return {k: d.label for k, d in departments.items()} | {k: u.label for k, u in units.items()}


_DOSSIERS = ("dossiers",)
PANELS: tuple[Panel, ...] = (
    Panel("on_time", gettext_noop("Public services"), "number", on_time_rate, _DOSSIERS, fresh_for=FRESH, key=True),
    Panel("overdue", gettext_noop("Overdue dossiers"), "number", overdue_now, _DOSSIERS, fresh_for=FRESH),
    Panel("not_received", gettext_noop("Not received in time"), "number", not_received_now, _DOSSIERS, fresh_for=FRESH),
    Panel("by_agency", gettext_noop("Agencies, worst first"), "table", by_agency, _DOSSIERS, fresh_for=FRESH),
    Panel("first", gettext_noop("Dossiers to handle first"), "table", handle_first, _DOSSIERS, fresh_for=FRESH),
)
LAYERS: tuple[Layer, ...] = ()

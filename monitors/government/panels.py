"""What the wall shows of agencies' work. Every figure comes from the rows of one query. Reads, writes nothing.

Rates are indicators that other monitors published; "Why?" leads to their sheets, and from there to those monitors.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_noop

from monitors.government import deadlines, index766, standing
from monitors.government.lateness import LATE_TASK
from monitors.government.models import Task
from monitors.government.queries import LATE_QUERY, OPEN_QUERY, place_of, sheets_of
from monitors.government.rules import GRAVE, LATE, LOW_ON_TIME
from monitors.government.standing import COUNTED, PUBLISHERS, RATE, SATISFACTION, SHOWN, TARGET, Standing
from services.contract import Column, Figure, Panel, Scope, Severity, message
from services.directory.pack import pack
from services.directory.selectors import departments_by_slug, units_by_code
from services.indicators import figures, periods, selectors
from services.indicators.periods import Period
from services.indicators.publishing import published_at
from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar
from services.worktime.selectors import current_calendar

MONTHS = 12
"""Months of the trend and the chart."""
AGENCIES = 20
LISTED = 12
SATISFIED = 90.0
"""Per cent of satisfaction that Decision 766/QĐ-TTg gives all points for."""
FRESH = timedelta(hours=3)
"""Published every hour: older than this something is wrong."""
FRESH_TASKS = timedelta(hours=72)
"""Tasks change on working days: over a weekend they are no stale figure."""
FRESH_DELIVERED = timedelta(days=45)

RATE_CODES = (*COUNTED, RATE)


BY_MONTH = (Column("at", gettext_noop("Month")), Column("rate", gettext_noop("% on time"), decimals=1))
BY_AGENCY = (
    Column("agency", gettext_noop("Agency")),
    Column("rate", gettext_noop("% on time"), decimals=1),
    Column("judged", gettext_noop("Dossiers")),
    Column("satisfaction", gettext_noop("% satisfied"), decimals=1),
    Column("reports_rate", gettext_noop("% of reports on time"), decimals=1),
    Column("late_tasks", gettext_noop("Tasks late")),
)
TASKS = (
    Column("title", gettext_noop("Task")),
    Column("value", gettext_noop("% done")),
    Column("state", gettext_noop("State")),
)


def _month(scope: Scope) -> Period:
    return periods.containing(_today(scope), "month")


def _points(code: str, scope: Scope) -> list[tuple[Period, float]]:
    """Return the known months of a year, oldest first: 1 statement."""
    last = _month(scope)
    found = selectors.series(code, place_of(scope), realm=scope.realm, first=last.before(MONTHS - 1), last=last,
                             joined=False)  # fmt: skip
    return [(point.period, round(point.value, 2)) for point in found if point.value is not None]


# --- dossiers on time ------------------------------------------------------------------------------------------------


def on_time_rate(scope: Scope) -> Figure:
    """Return the share of the month's dossiers on time against the target, with the months before it: 3 statements."""
    points = _points(RATE, scope)
    if not points:
        return Figure(None, None, sheets_of(RATE_CODES), message("%"), 1, rules=(LOW_ON_TIME,))
    month, rate = points[-1]
    target = _target(scope, month)
    return Figure(
        value=round(rate, 1),
        as_of=_known(scope),
        query=sheets_of(RATE_CODES),
        unit=message("%"),
        short=message(gettext_noop("dossiers on time, {month}"), month=f"{month.start:%m/%Y}"),
        decimals=1,
        target=target,
        target_text=message(gettext_noop("dossiers on time, target {target} %"), target=target),
        severity=_severity(rate, target),
        trend=[one for _month, one in points],
        rules=(LOW_ON_TIME,),
    )


def _target(scope: Scope, month: Period) -> float:
    planned = selectors.target(RATE, pack().code, periods.containing(month.end, "year"), realm=scope.realm)
    return TARGET if planned is None else planned


def _severity(rate: float, target: float) -> Severity | None:
    if rate >= target:
        return None
    return "high" if rate < GRAVE else "medium"


def _known(scope: Scope) -> datetime:
    """Return since when published figures are true; before the first time, what was delivered is as new as now."""
    return published_at(scope.realm, PUBLISHERS) or scope.now


def by_month(scope: Scope) -> Figure:
    """Return the on-time rate of a year, month by month: 2 statements."""
    points = _points(RATE, scope)
    return Figure(
        value=round(points[-1][1], 1) if points else None,
        as_of=_known(scope) if points else None,
        query=sheets_of(RATE_CODES),
        unit=message("%"),
        decimals=1,
        target=TARGET,
        trend=[rate for _month, rate in points],
        rows=[{"at": month.start.isoformat(), "rate": rate} for month, rate in points],
        columns=BY_MONTH,
        rules=(LOW_ON_TIME,),
    )


def communes(scope: Scope) -> Figure:
    """Return the on-time rate of each commune, which colours the map, and how many are below: 5 statements."""
    month = standing.month_shown(scope.realm, scope.now)
    found = standing.standings(scope.realm, scope.now, month, [scope.unit] if scope.unit else None)
    known = [one for one in found if one.agency.kind == "commune" and RATE in one.values]
    return Figure(
        value=_below(known) if known else None,
        as_of=_known(scope) if known else None,
        query=sheets_of(RATE_CODES),
        unit=message(gettext_noop("communes below {target} % · {period}"), target=TARGET, period=month.label),
        target=0,
        values={one.agency.place: round(one.values[RATE], 1) for one in known},
        rules=(LOW_ON_TIME,),
    )


def _below(found: Iterable[Standing]) -> int:
    """Count those below the target, of those with enough dossiers to say so."""
    return sum(1 for one in found if one.rate is not None and one.rate < TARGET)


def agencies(scope: Scope) -> Figure:
    """Return the agencies with the lowest on-time rates, each with reports, satisfaction, late tasks: 6 statements.

    Those with few dossiers come behind, by their late tasks.
    """
    month = standing.month_shown(scope.realm, scope.now)
    places = [place_of(scope)] if scope.unit or scope.department else None
    found = standing.standings(scope.realm, scope.now, month, places)
    known = [one for one in found if one.values or one.late_tasks]
    known.sort(key=lambda one: (101.0 if one.rate is None else one.rate, -one.late_tasks, one.agency.place))
    return Figure(
        value=_below(known) if known else None,
        as_of=_known(scope) if known else None,
        query=sheets_of(SHOWN),
        unit=message(gettext_noop("agencies below {target} % · {period}"), target=TARGET, period=month.label),
        target=0,
        rows=[_row(one) for one in known[:AGENCIES]],
        columns=BY_AGENCY,
        rules=(LOW_ON_TIME, LATE_TASK),
    )


def _row(one: Standing) -> dict[str, object]:
    agency = one.agency
    return {
        "agency": agency.label,
        "department": agency.place if agency.kind == "department" else "",
        "unit": agency.place if agency.kind == "commune" else "",
        "judged": one.judged,
        "rate": _rounded(one, RATE),
        "reports": _rounded(one, standing.REPORTS, 0),
        "reports_rate": _rounded(one, standing.REPORTS_RATE),
        "satisfaction": _rounded(one, SATISFACTION),
        "late_tasks": one.late_tasks,
        "rank": one.rank,
    }


def _rounded(one: Standing, code: str, decimals: int = 1) -> float | None:
    value = one.values.get(code)
    return None if value is None else round(value, decimals)


# --- other rates, and what is delivered ------------------------------------------------------------------------------


def satisfaction(scope: Scope) -> Figure:
    """Return how satisfied citizens are, in the newest month that was delivered: 3 statements."""
    found = figures.figure_of(SATISFACTION, scope, rules=(LATE,))
    low = found.value is not None and found.value < SATISFIED
    told = message(gettext_noop("Decision 766/QĐ-TTg: at least {target} %"), target=SATISFIED)
    return replace(found, target=SATISFIED, target_text=told, severity="low" if low else None)


def app_accounts(scope: Scope) -> Figure:
    """Return how many accounts the citizens' app has: 3 statements. It is the province's, whoever looks."""
    return figures.figure_of("app_accounts", Scope(scope.realm, scope.now), rules=(LATE,))


def covered_index(scope: Scope) -> Figure:
    """Return the points of Decision 766's index that can be computed, of those that can be: 2 statements."""
    month = standing.month_shown(scope.realm, scope.now)
    place = place_of(scope)
    found = selectors.published(index766.CODES, [place], month, realm=scope.realm)
    result = index766.index({code: value for (code, _place), value in found.items() if value is not None})
    return Figure(
        value=round(result.reached, 1) if result.covered else None,
        as_of=_known(scope) if result.covered else None,
        query=sheets_of(index766.CODES),
        unit=message(gettext_noop("of {covered} points that can be computed, of 100 · {period}"),
                     covered=result.covered, period=month.label),
        decimals=1,
        target=result.covered or None,
        target_text=message(gettext_noop("{count} of {all} measures are not delivered yet"),
                            count=len(result.missing), all=len(index766.MEASURES)),
        rules=(LOW_ON_TIME,),
    )  # fmt: skip


# --- tasks -----------------------------------------------------------------------------------------------------------


def _today(scope: Scope) -> date:
    return scope.now.astimezone(LOCAL).date()


def late_tasks(scope: Scope) -> Figure:
    """Return how many assigned tasks are past their day: 2 statements."""
    count = LATE_QUERY.rows(scope).count()
    return Figure(
        value=count,
        as_of=_newest_task(scope),
        query=LATE_QUERY,
        unit=message(gettext_noop("assigned tasks late")),
        target=0,
        target_text=message(gettext_noop("past the day of their document, target {target}"), target=0),
        severity="medium" if count else None,
        rules=(LATE_TASK,),
    )


def _newest_task(scope: Scope) -> datetime | None:
    return Task.objects.filter(realm=scope.realm).order_by("-received_at").values_list("received_at", flat=True).first()


def task_list(scope: Scope) -> Figure:
    """Return the tasks that are late or due first: 6 statements."""
    tasks = list(OPEN_QUERY.rows(scope)[:LISTED])
    today, calendar = _today(scope), current_calendar()
    names: dict[str, Mapping[str, str]] = {
        slug: one.label for slug, one in departments_by_slug({one.department for one in tasks}).items()
    }
    names |= {code: one.label for code, one in units_by_code({one.unit for one in tasks}, today).items()}
    return Figure(
        value=OPEN_QUERY.rows(scope).count(),
        as_of=_newest_task(scope),
        query=OPEN_QUERY,
        unit=message(gettext_noop("tasks in progress")),
        rows=[_task_row(one, names, today, calendar) for one in tasks],
        columns=TASKS,
        rules=(LATE_TASK,),
    )


def _task_row(
    one: Task, names: Mapping[str, Mapping[str, str]], today: date, calendar: WorkCalendar
) -> dict[str, object]:  # fmt: skip
    is_late = one.due_on < today
    days = deadlines.days_late(one.due_on, today, calendar)
    return {
        "id": one.pk,
        "at": datetime.combine(one.due_on, time(), LOCAL).isoformat(),
        "title": {lang: f"{one.document} · {name}" for lang, name in names.get(one.agency, {}).items()},
        "unit": one.unit,
        "department": one.department,
        "value": one.progress,
        "state": message(gettext_noop("{days} working days late"), days=days)
        if is_late
        else message(gettext_noop("due on {day}"), day=f"{one.due_on:%d/%m/%Y}"),
        "open": is_late,
        "severity": deadlines.severity([days]) if is_late else "info",
    }


_SHEETS, _TASKS, _BOTH = ("workbook",), ("tasks",), ("workbook", "tasks")
PANELS: tuple[Panel, ...] = (
    Panel("on_time", gettext_noop("Government performance"), "number", on_time_rate, _SHEETS, fresh_for=FRESH,
          key=True),
    Panel("by_month", gettext_noop("Dossiers on time by month"), "chart", by_month, _SHEETS, fresh_for=FRESH),
    Panel("agencies", gettext_noop("Agencies by on-time rate"), "table", agencies, _BOTH, fresh_for=FRESH),
    Panel("communes", gettext_noop("Dossiers on time by commune"), "map", communes, _SHEETS, fresh_for=FRESH),
    Panel("late_tasks", gettext_noop("Assigned tasks late"), "number", late_tasks, _TASKS, fresh_for=FRESH_TASKS),
    Panel("tasks", gettext_noop("Assigned tasks, due first"), "list", task_list, _TASKS, fresh_for=FRESH_TASKS),
    Panel("satisfaction", gettext_noop("Citizens' satisfaction"), "number", satisfaction, _SHEETS,
          fresh_for=FRESH_DELIVERED),
    Panel("app", gettext_noop("Accounts of the citizens' app"), "number", app_accounts, _SHEETS,
          fresh_for=FRESH_DELIVERED),
    Panel("index766", gettext_noop("Index of Decision 766, as far as known"), "number", covered_index, _SHEETS,
          fresh_for=FRESH),
)  # fmt: skip

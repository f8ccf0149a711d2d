"""What the wall shows of diseases and beds. Every figure comes from the rows of one query. Reads, writes nothing.

A commune that was silent for a week has no value on the map: unknown is not zero.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext_noop

from monitors.health.diseases import OWNER, diseases, natures
from monitors.health.models import CaseReport, Grain
from monitors.health.queries import (
    BEDS_QUERY,
    CAPACITIES,
    CURVE_DAYS,
    CURVE_QUERY,
    DAYS,
    HEARD_DAYS,
    HEARD_QUERY,
    IN_TIME,
    IN_TIME_QUERY,
    WEEK_QUERY,
    of_days,
    tallies,
    today,
)
from monitors.health.rules import LATE, NEAR_FULL, OUTBREAK, UNUSUAL, WARNING
from monitors.health.science import beds, circular15, course
from monitors.health.science.circular15 import Level
from monitors.health.science.deadlines import WEEK, monday
from monitors.health.selectors import Standing, courses, standings
from services.contract import Column, Figure, Panel, Scope, Severity, message, rank_of
from services.directory.selectors import units_on

TREND_WEEKS = 12
LISTED = 10
"""Diseases in communes that the list judges: those with the most cases of the week."""
FRESH_CASES = timedelta(hours=36)
FRESH_BEDS = timedelta(hours=6)
TARGET_IN_TIME = 95.0
"""Share of case reports in time that is aimed at (configuration)."""


CURVE = (Column("at", gettext_noop("Day")), Column("cases", gettext_noop("cases")))
WATCHED = (
    Column("title", gettext_noop("Disease")),
    Column("place", gettext_noop("Commune or ward")),
    Column("value", gettext_noop("Cases")),
    Column("state", gettext_noop("State")),
)
FACILITIES = (
    Column("title", gettext_noop("Facility")),
    Column("value", gettext_noop("% of beds taken"), decimals=1),
    Column("free", gettext_noop("Free places")),
    Column("at", gettext_noop("Time")),
)


def _heard_at(scope: Scope) -> datetime | None:
    reports = CaseReport.objects.filter(realm=scope.realm)
    if scope.unit:
        reports = reports.filter(unit=scope.unit)
    newest: datetime | None = reports.aggregate(newest=Max("received_at"))["newest"]
    return newest


# --- cases -----------------------------------------------------------------------------------------------------------


def new_cases(scope: Scope) -> Figure:
    """Return the cases of seven days, beside what is usual for this week of the year: 4 statements."""
    reported = of_days(scope, HEARD_DAYS).aggregate(cases=Sum("cases", filter=_in_week(scope)), days=Count("*"))
    usual = _usual(scope)
    value = reported["cases"] or 0 if reported["days"] else None
    limit = usual.limit(circular15.OUTBREAK_SIGMAS) if usual else None
    return Figure(
        value=value,
        as_of=_heard_at(scope),
        query=WEEK_QUERY,
        unit=message(gettext_noop("new cases in 7 days")),
        short=message(gettext_noop("notifiable cases in 7 days")),
        target=round(usual.mean, 1) if usual else None,
        target_text=message(gettext_noop("usual for this week: {usual}"), usual=round(usual.mean, 1))
        if usual
        else message(gettext_noop("what is usual is not known")),
        severity="medium" if value is not None and limit is not None and value > limit else None,
        trend=_weeks(scope),
        running=True,
        rules=(OUTBREAK, WARNING, UNUSUAL),
    )


def _in_week(scope: Scope) -> Q:
    return Q(start__gt=today(scope) - timedelta(days=DAYS))


def _usual(scope: Scope) -> circular15.Baseline | None:
    """Return what is usual for this ISO week, from years in which the province reported."""
    weeks = course.same_weeks(monday(today(scope)))
    rows = tallies(scope, Grain.WEEK).filter(start__in=weeks, days__gt=0).order_by().values_list("start")
    sums: Mapping[date, int] = dict(rows.annotate(cases=Sum("cases")))
    return circular15.baseline(sums.get(week) for week in weeks)


def _weeks(scope: Scope) -> list[float]:
    """Return the cases of the last twelve weeks that were reported, oldest first."""
    since = monday(today(scope)) - TREND_WEEKS * WEEK
    rows = tallies(scope, Grain.WEEK).filter(start__gte=since, start__lte=today(scope), days__gt=0)
    return [float(cases) for _start, cases in rows.values_list("start").annotate(n=Sum("cases")).order_by("start")]


def curve(scope: Scope) -> Figure:
    """Return the commonest disease of eight weeks, day by day: the epidemic curve. 3 statements."""
    span = of_days(scope, CURVE_DAYS)
    common = span.filter(cases__gt=0).order_by().values_list("disease").annotate(n=Sum("cases"))
    code, total = next(iter(common.order_by("-n", "disease")[:1]), ("", 0))
    if not code:
        return Figure(value=None, as_of=_heard_at(scope), query=CURVE_QUERY, rules=(OUTBREAK, UNUSUAL))
    by_day = dict(span.filter(disease=code).order_by().values_list("start").annotate(n=Sum("cases")))
    last = today(scope)
    days = [last - timedelta(days=back) for back in reversed(range(CURVE_DAYS))]
    return Figure(
        value=total,
        as_of=_heard_at(scope),
        query=CURVE_QUERY,
        unit=message(gettext_noop("cases in 8 weeks")),
        target_text=message("{disease}", disease=diseases()[code].label),
        trend=[float(by_day.get(day, 0)) for day in days],
        running=last in by_day,
        # Before the first report of a day nothing is known of it: a gap, not a fall to nought.
        rows=[{"at": day.isoformat(), "cases": by_day.get(day, 0 if day < last else None)} for day in days],
        columns=CURVE,
        rules=(OUTBREAK, UNUSUAL),
    )


def by_commune(scope: Scope) -> Figure:
    """Return the cases of seven days by commune; who reported nothing has no value: 2 statements."""
    rows = of_days(scope, HEARD_DAYS).order_by().values_list("unit").annotate(n=Sum("cases", filter=_in_week(scope)))
    values = {unit: float(cases or 0) for unit, cases in rows}
    return Figure(
        value=max(values.values(), default=None),
        as_of=_heard_at(scope),
        query=WEEK_QUERY,
        unit=message(gettext_noop("cases in 7 days, at most")),
        values=values,
        rules=(OUTBREAK, WARNING),
    )


def silent_communes(scope: Scope) -> Figure:
    """Return how many communes are unknown: not a word in a week and what a report may take. 3 statements."""
    existing = units_on(today(scope))
    if scope.unit:
        existing = existing.filter(code=scope.unit)
    heard = set(of_days(scope, HEARD_DAYS).order_by().values_list("unit", flat=True).distinct())
    unknown = existing.exclude(code__in=heard).count() if not scope.department else None
    return Figure(
        value=unknown,
        as_of=_heard_at(scope),
        query=HEARD_QUERY,
        unit=message(gettext_noop("communes without a report")),
        target=0,
        target_text=message(gettext_noop("silence is not an all-clear")),
        severity="low" if unknown else None,
        rules=(LATE,),
    )


def in_time(scope: Scope) -> Figure:
    """Return the share of the week's case reports that came within their deadline: 2 statements."""
    counted = WEEK_QUERY.rows(scope).order_by().aggregate(all=Count("pk"), good=Count("pk", filter=IN_TIME))
    share = 100 * counted["good"] / counted["all"] if counted["all"] else None
    return Figure(
        value=round(share, 1) if share is not None else None,
        as_of=_heard_at(scope),
        query=IN_TIME_QUERY,
        unit=message("%"),
        decimals=1,
        target=TARGET_IN_TIME,
        target_text=message(gettext_noop("in time: 24 h, 48 h or weekly; at least {target} %"), target=95),
        severity="low" if share is not None and share < TARGET_IN_TIME else None,
        rules=(LATE,),
    )


def watch_list(scope: Scope) -> Figure:
    """Return the diseases in communes with the most cases of the week, and how each is judged: 4 statements.

    Where too few years are known it says so: no judgement is not an all-clear.
    """
    week = of_days(scope, DAYS).filter(cases__gt=0).order_by().values_list("disease", "unit")
    most = list(week.annotate(n=Sum("cases")).order_by("-n", "disease", "unit")[:LISTED])
    pairs = {(disease, unit): cases for disease, unit, cases in most}
    known = courses(scope.realm, pairs, today(scope)) if pairs else {}
    rows = [_row(scope, pair, cases, known[pair]) for pair, cases in pairs.items()]
    rows.sort(key=lambda row: (-rank_of(row["severity"]), -row["value"]))  # type: ignore[arg-type,operator]
    return Figure(
        value=len(rows),
        as_of=_heard_at(scope),
        query=WEEK_QUERY,
        unit=message(gettext_noop("diseases in communes")),
        rows=rows,
        rules=(OUTBREAK, WARNING, UNUSUAL),
        columns=WATCHED,
    )


_WORDS: Mapping[Level, str] = {
    Level.OUTBREAK: gettext_noop("outbreak"),
    Level.WARNING: gettext_noop("may become an outbreak"),
    Level.NONE: gettext_noop("as usual"),
    Level.UNKNOWN: gettext_noop("not judged: too few years are known"),
}
_OF_LEVEL: Mapping[Level, Severity] = {Level.OUTBREAK: "high", Level.WARNING: "medium"}


def _row(scope: Scope, pair: tuple[str, str], cases: int, known: course.Course) -> dict[str, object]:
    disease, unit = pair
    level = _level(known, natures()[disease])
    return {
        "id": f"{disease}:{unit}",
        "at": f"{known.last or today(scope)}T00:00:00+07:00",
        "title": diseases()[disease].label,
        "unit": unit,
        "value": cases,
        "state": message(_WORDS[level]),
        "open": level in _OF_LEVEL,
        "severity": _OF_LEVEL.get(level, "info"),
    }


def _level(known: course.Course, nature: course.Nature) -> Level:
    outbreak, warning = course.outbreak(known, nature).level, course.warning(known, nature).level
    return next((one for one in (Level.OUTBREAK, Level.WARNING, Level.UNKNOWN) if one in {outbreak, warning}), outbreak)


# --- beds ------------------------------------------------------------------------------------------------------------


def bed_occupancy(scope: Scope) -> Figure:
    """Return inpatient-days over bed-days of seven days: 2 statements."""
    rows = list(BEDS_QUERY.rows(scope).values_list("day", "inpatients", "beds", "as_of"))
    share = beds.occupancy((inpatients, made) for _day, inpatients, made, _at in rows)
    by_day = {day: beds.occupancy((i, b) for d, i, b, _at in rows if d == day) for day in sorted({r[0] for r in rows})}
    return Figure(
        value=round(100 * share, 1) if share is not None else None,
        as_of=max((at for *_rest, at in rows), default=None),
        query=BEDS_QUERY,
        unit=message(gettext_noop("% of beds taken, 7 days")),
        decimals=1,
        target=100 * beds.RELIEVED,
        target_text=message(gettext_noop("at most {target} %"), target=round(100 * beds.RELIEVED)),
        severity="medium" if share is not None and share >= beds.FULL else None,
        trend=[round(100 * one, 1) for one in by_day.values() if one is not None],
        rules=(NEAR_FULL,),
    )


def facility_list(scope: Scope) -> Figure:
    """Return every facility with its beds and free places, the fullest first; what is old is unknown: 1 statement."""
    found = [] if scope.department and scope.department != OWNER else standings(scope.realm, scope.now, scope.unit)
    found = [one for one in found if one.capacity is not None]
    found.sort(key=lambda one: (-(one.occupancy or 0.0), one.facility.slug))
    return Figure(
        value=len(found),
        as_of=max((one.capacity.as_of for one in found if one.capacity), default=None),
        query=CAPACITIES,
        unit=message(gettext_noop("facilities")),
        rows=[_facility(one) for one in found],
        columns=FACILITIES,
        rules=(NEAR_FULL,),
    )


def _facility(one: Standing) -> dict[str, object]:
    full = one.occupancy is not None and one.occupancy >= beds.FULL
    free = one.free
    return {
        "id": one.facility.slug,
        "at": one.capacity.as_of.isoformat() if one.capacity else None,
        "title": one.facility.label,
        "unit": one.facility.unit,
        "value": round(100 * one.occupancy, 1) if one.occupancy is not None else None,
        "free": free,
        "state": message(gettext_noop("free places unknown"))
        if free is None
        else message(gettext_noop("{count} places free"), count=free),
        "open": full,
        "severity": "medium" if full else "info",
    }


_CASES, _BEDS = ("cases",), ("capacity",)
PANELS: tuple[Panel, ...] = (
    Panel("cases", gettext_noop("Notifiable diseases"), "number", new_cases, _CASES, fresh_for=FRESH_CASES, key=True),
    Panel("curve", gettext_noop("The commonest disease, 8 weeks"), "chart", curve, _CASES, fresh_for=FRESH_CASES),
    Panel("communes", gettext_noop("Cases by commune, 7 days"), "map", by_commune, _CASES, fresh_for=FRESH_CASES),
    Panel("watch", gettext_noop("Diseases to watch"), "list", watch_list, _CASES, fresh_for=FRESH_CASES),
    Panel("silent", gettext_noop("Communes not heard"), "number", silent_communes, _CASES, fresh_for=FRESH_CASES),
    Panel("in_time", gettext_noop("Case reports in time"), "number", in_time, _CASES, fresh_for=FRESH_CASES),
    Panel("beds", gettext_noop("Beds taken"), "number", bed_occupancy, _BEDS, fresh_for=FRESH_BEDS),
    Panel("facilities", gettext_noop("Hospitals and clinics"), "list", facility_list, _BEDS, fresh_for=FRESH_BEDS),
)

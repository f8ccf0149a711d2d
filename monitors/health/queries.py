"""The rows behind every figure: each query knows its scope and its columns. Reads, writes nothing."""

from datetime import date, timedelta
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext_noop

from monitors.health.diseases import EVERY, OWNER, diseases
from monitors.health.facilities import facilities
from monitors.health.models import BedDay, Capacity, CaseReport, Grain, Tally
from monitors.health.selectors import STALE
from services.contract import Column, Query, Scope
from services.kernel.clock import LOCAL

DAYS = 7
"""How many days "this week" has: those up to today."""
IN_TIME = Q(heard_at__lte=F("due_at"))
HEARD_DAYS = 10
"""Who reported no day of so many is unknown: seven, and the three (until Tuesday) that a week's report may take."""
CURVE_DAYS = 56
PERIOD = 7
"""Days that bed occupancy is summed over (configuration)."""

M = TypeVar("M", bound=Model)


def today(scope: Scope) -> date:
    """Return the province's day at the scope's instant."""
    return scope.now.astimezone(LOCAL).date()


def tallies(scope: Scope, grain: str) -> QuerySet[Tally]:
    """Return the sums within scope; a department other than the one in charge has none."""
    found = Tally.objects.filter(realm=scope.realm, grain=grain)
    if scope.unit:
        found = found.filter(unit=scope.unit)
    return found.none() if scope.department and scope.department != OWNER else found


def of_days(scope: Scope, days: int) -> QuerySet[Tally]:
    """Return the sums of the last days that were reported, diseases and general reports alike."""
    last = today(scope)
    return tallies(scope, Grain.DAY).filter(start__gt=last - timedelta(days=days), start__lte=last, days__gt=0)


def _of(scope: Scope, rows: QuerySet[M]) -> QuerySet[M]:
    rows = rows.filter(realm=scope.realm)
    if scope.unit:
        rows = rows.filter(unit=scope.unit)
    return rows.filter(department=scope.department) if scope.department else rows


def _reports(scope: Scope) -> QuerySet[CaseReport]:
    return _of(scope, CaseReport.objects.all())


def _week(scope: Scope) -> QuerySet[CaseReport]:
    last = today(scope)
    return (
        _reports(scope).filter(day__gt=last - timedelta(days=DAYS), day__lte=last, cases__gt=0).order_by("-day", "pk")
    )


def _curve(scope: Scope) -> QuerySet[CaseReport]:
    last = today(scope)
    since = last - timedelta(days=CURVE_DAYS)
    return _reports(scope).filter(day__gt=since, day__lte=last, cases__gt=0).order_by("-day", "pk")


def _heard(scope: Scope) -> QuerySet[Tally]:
    return of_days(scope, HEARD_DAYS).filter(disease=EVERY).order_by("unit", "start")


def _in_time(scope: Scope) -> QuerySet[CaseReport]:
    return _week(scope).filter(IN_TIME)


def _capacities(scope: Scope) -> QuerySet[Capacity]:
    return _of(scope, Capacity.objects.all()).order_by("facility")


def _free(scope: Scope) -> QuerySet[Capacity]:
    """Return the facilities whose free places are known now."""
    return _capacities(scope).filter(as_of__gt=scope.now - STALE, as_of__lte=scope.now, free_slots__isnull=False)


def _bed_days(scope: Scope) -> QuerySet[BedDay]:
    last = today(scope)
    rows = BedDay.objects.filter(realm=scope.realm, day__gt=last - timedelta(days=PERIOD), day__lte=last)
    if scope.unit:
        rows = rows.filter(unit=scope.unit)
    if scope.department and scope.department != OWNER:
        rows = rows.none()
    return rows.order_by("facility", "day")


_FACILITY = Column(
    "facility", gettext_noop("Facility"), words=lambda: {slug: one.label for slug, one in facilities().items()}
)
REPORT_COLUMNS = (
    Column("disease", gettext_noop("Disease"), words=lambda: {code: one.label for code, one in diseases().items()}),
    Column("occurred_at", gettext_noop("Time")),
    Column("day", gettext_noop("Day")),
    Column("unit", gettext_noop("Commune or ward")),
    Column("suspected", gettext_noop("Suspected")),
    Column("probable", gettext_noop("Probable")),
    Column("confirmed", gettext_noop("Confirmed")),
    Column("deaths", gettext_noop("Deaths")),
    Column("reporter", gettext_noop("Reported by")),
)
CAPACITY_COLUMNS = (
    _FACILITY,
    Column("as_of", gettext_noop("Time")),
    Column("inpatients", gettext_noop("Inpatients")),
    Column("beds", gettext_noop("Beds")),
    Column("free_slots", gettext_noop("Free places")),
    Column("unit", gettext_noop("Commune or ward")),
)
TALLY_COLUMNS = (
    Column("unit", gettext_noop("Commune or ward")),
    Column("start", gettext_noop("Day")),
    Column("cases", gettext_noop("Cases")),
)
BED_COLUMNS = (
    _FACILITY,
    Column("day", gettext_noop("Day")),
    Column("inpatients", gettext_noop("Inpatients")),
    Column("beds", gettext_noop("Beds")),
)

RECORDS = Query("records", gettext_noop("Case reports"), _reports, REPORT_COLUMNS)
WEEK_QUERY = Query("week", gettext_noop("Reports of cases in seven days"), _week, REPORT_COLUMNS)
CURVE_QUERY = Query("curve", gettext_noop("Reports of cases in eight weeks"), _curve, REPORT_COLUMNS)
IN_TIME_QUERY = Query("in_time", gettext_noop("Reports of cases in time, seven days"), _in_time, REPORT_COLUMNS)
HEARD_QUERY = Query("heard", gettext_noop("Days that communes reported on, of ten"), _heard, TALLY_COLUMNS)
CAPACITIES = Query("capacities", gettext_noop("Beds of every facility"), _capacities, CAPACITY_COLUMNS)
FREE_QUERY = Query("free", gettext_noop("Facilities whose free places are known"), _free, CAPACITY_COLUMNS)
BEDS_QUERY = Query("beds", gettext_noop("Bed-days of seven days"), _bed_days, BED_COLUMNS)

"""The rows behind every figure: each query knows its scope and its columns. Reads, writes nothing.

"Today" in schools is the newest school day that was reported: on Sundays, in holidays and before the first report of
the morning that is an earlier day, never a day of nobody.
"""

from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext_noop

from monitors.education.models import Attendance, School, State
from monitors.education.schools import OWNER
from monitors.education.selectors import CONNECTED, RECENT, school_names
from services.contract import Column, Query, Scope
from services.indicators import figures
from services.kernel.clock import LOCAL

SPAN = timedelta(days=60)
"""Days in which thirty school days are found, Tết among them."""
DELIVERED = ("schools", "schools_standard", "classes", "pupils", "teachers")
"""The indicators of the topic that are delivered each year; the others follow from them or come when they come."""

M = TypeVar("M", bound=Model)


def today(scope: Scope) -> date:
    """Return the province's day at the scope's instant."""
    return scope.now.astimezone(LOCAL).date()


def _of(scope: Scope, rows: QuerySet[M]) -> QuerySet[M]:
    rows = rows.filter(realm=scope.realm)
    if scope.unit:
        rows = rows.filter(unit=scope.unit)
    return rows.none() if scope.department and scope.department != OWNER else rows


def taught(scope: Scope) -> QuerySet[Attendance]:
    """Return the attendance of school days within scope, up to today."""
    return _of(scope, Attendance.objects.filter(school_day=True, day__lte=today(scope)))


def newest_day(scope: Scope) -> date | None:
    """Return the newest school day that anybody in scope reported: 1 statement."""
    found: date | None = taught(scope).aggregate(newest=Max("day"))["newest"]
    return found


def _newest(scope: Scope) -> QuerySet[Attendance]:
    day = newest_day(scope)
    rows = taught(scope)
    return (rows.filter(day=day) if day else rows.none()).order_by("school")


def _span(scope: Scope) -> QuerySet[Attendance]:
    day = newest_day(scope)
    rows = taught(scope)
    return (rows.filter(day__gt=day - SPAN) if day else rows.none()).order_by("-day", "school")


def _records(scope: Scope) -> QuerySet[Attendance]:
    return _of(scope, Attendance.objects.all()).order_by("-day", "school")


def _schools(scope: Scope) -> QuerySet[School]:
    return _of(scope, School.objects.all()).order_by("code")


def _watched(scope: Scope) -> QuerySet[School]:
    """Return the schools that stand badly: crowded ones, and absence that is news."""
    rows = _schools(scope).filter(closed_on=None)
    fresh = rows.filter(state=State.ABSENT, heard_day__gt=today(scope) - RECENT)
    return (fresh | rows.filter(state=State.CROWDED)).order_by("state", "-absent", "code")


def _connected(scope: Scope) -> QuerySet[School]:
    return _schools(scope).filter(heard_at__gt=scope.now - CONNECTED)


ATTENDANCE_COLUMNS = (
    Column("school", gettext_noop("School"), words=school_names),
    Column("day", gettext_noop("Day")),
    Column("unit", gettext_noop("Commune or ward")),
    Column("expected", gettext_noop("Pupils expected")),
    Column("present", gettext_noop("Present")),
    Column("excused", gettext_noop("Absent with leave")),
    Column("session", gettext_noop("Session")),
    Column("as_of", gettext_noop("Time")),
)
SCHOOL_COLUMNS = (
    Column("code", gettext_noop("Code")),
    Column("name", gettext_noop("School")),
    Column("level", gettext_noop("Level")),
    Column("unit", gettext_noop("Commune or ward")),
    Column("classes", gettext_noop("Classes")),
    Column("pupils", gettext_noop("Pupils")),
    Column("teachers", gettext_noop("Teachers")),
    Column("standard", gettext_noop("National standard")),
    Column("heard_day", gettext_noop("Newest report of")),
    Column("state", gettext_noop("State")),
)

RECORDS = Query("records", gettext_noop("Attendance"), _records, ATTENDANCE_COLUMNS)
NEWEST_QUERY = Query("newest", gettext_noop("Attendance of the newest school day"), _newest, ATTENDANCE_COLUMNS)
SPAN_QUERY = Query("span", gettext_noop("Attendance of two months"), _span, ATTENDANCE_COLUMNS)
SCHOOLS = Query("schools", gettext_noop("Schools"), _schools, SCHOOL_COLUMNS)
WATCHED = Query("watched", gettext_noop("Schools to look at"), _watched, SCHOOL_COLUMNS)
CONNECTED_QUERY = Query("connected", gettext_noop("Schools that report attendance"), _connected, SCHOOL_COLUMNS)
SHEETS = figures.query_of(DELIVERED)

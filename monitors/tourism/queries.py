"""The rows behind every figure and finding of tourism: each query knows its scope and its columns. Writes nothing."""

from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_noop

from monitors.tourism.models import Complaint, Festival, LodgingDay, SiteCount, SiteState
from monitors.tourism.sites import lodgings, sites
from services.contract import Column, Query, Scope
from services.kernel.clock import LOCAL

DAYS = 30
"""Days of the curve of arrivals, and of complaints that are counted."""
DECLARED_WITHIN = timedelta(days=2)
"""A night is shown as the last one when it was declared for yesterday, or the day before while yesterday's come in."""
COMING = timedelta(days=60)
R = TypeVar("R", bound=Model)


def today(scope: Scope) -> date:
    """Return the province's day at the scope's instant."""
    return scope.now.astimezone(LOCAL).date()


def _of(scope: Scope, rows: QuerySet[R]) -> QuerySet[R]:
    rows = rows.filter(realm=scope.realm)
    if scope.unit:
        rows = rows.filter(unit=scope.unit)
    return rows.filter(department=scope.department) if scope.department else rows


def declarations(scope: Scope) -> QuerySet[LodgingDay]:
    """Return the lodging declarations of a scope."""
    return _of(scope, LodgingDay.objects.all()).order_by("-day", "establishment")


def declared_lately(scope: Scope) -> QuerySet[LodgingDay]:
    """Return the declarations of thirty days."""
    last = today(scope)
    return declarations(scope).filter(day__gt=last - timedelta(days=DAYS), day__lte=last)


def last_night(scope: Scope) -> QuerySet[LodgingDay]:
    """Return the newest declaration of each place of lodging, unless it is older than two nights."""
    last = today(scope)
    recent = _of(scope, LodgingDay.objects.all()).filter(day__gte=last - DECLARED_WITHIN, day__lte=last)
    newest = recent.order_by("establishment", "-day", "-pk").distinct("establishment").values("pk")
    return LodgingDay.objects.filter(pk__in=newest).order_by("establishment")


def states(scope: Scope) -> QuerySet[SiteState]:
    """Return how full the sites of a scope are."""
    return _of(scope, SiteState.objects.all()).order_by("site")


def counts(scope: Scope) -> QuerySet[SiteCount]:
    """Return the counts at sites of a scope."""
    return _of(scope, SiteCount.objects.all())


def complaints(scope: Scope) -> QuerySet[Complaint]:
    """Return the complaints of a scope."""
    return _of(scope, Complaint.objects.all())


def complaints_lately(scope: Scope) -> QuerySet[Complaint]:
    """Return the complaints of thirty days, and those before that still wait for an answer."""
    rows = complaints(scope).filter(occurred_at__lte=scope.now)
    recent = rows.filter(occurred_at__gt=scope.now - timedelta(days=DAYS))
    return (recent | rows.filter(settled_at=None)).order_by("-occurred_at", "-pk")


def coming(scope: Scope) -> QuerySet[Festival]:
    """Return the events that go on today or within sixty days, the next one first."""
    day = today(scope)
    rows = _of(scope, Festival.objects.all()).filter(ends__gte=day, starts__lte=day + COMING, cancelled=False)
    return rows.order_by("starts", "external_id")


def _lodgings() -> dict[str, dict[str, str]]:
    return {code: one.label for code, one in lodgings().items()}


def _sites() -> dict[str, dict[str, str]]:
    return {slug: one.label for slug, one in sites().items()}


_UNIT = Column("unit", gettext_noop("Commune or ward"))
_TIME = Column("occurred_at", gettext_noop("Time"))
LODGING_COLUMNS = (
    Column("establishment", gettext_noop("Place of lodging"), words=_lodgings),
    Column("day", gettext_noop("Day")),
    Column("rooms", gettext_noop("Rooms")),
    Column("occupied", gettext_noop("Rooms taken")),
    Column("guests", gettext_noop("Guests")),
    Column("arrivals", gettext_noop("Arrivals")),
    Column("foreign_arrivals", gettext_noop("From abroad")),
    _UNIT,
)
STATE_COLUMNS = (
    Column("site", gettext_noop("Site"), words=_sites),
    Column("counted_at", gettext_noop("Time")),
    Column("present", gettext_noop("Present")),
    Column("capacity", gettext_noop("Holds")),
    Column("load", gettext_noop("Load, %")),
    _UNIT,
)
COUNT_COLUMNS = (
    Column("site", gettext_noop("Site"), words=_sites),
    _TIME,
    Column("present", gettext_noop("Present")),
    Column("entered", gettext_noop("Came")),
    Column("left", gettext_noop("Went")),
    _UNIT,
)
COMPLAINT_COLUMNS = (
    Column("external_id", gettext_noop("Number")),
    Column("about", gettext_noop("About"), words=lambda: {**_sites(), **_lodgings()}),
    Column("kind", gettext_noop("Kind")),
    _TIME,
    Column("due_at", gettext_noop("Answer due")),
    Column("settled_at", gettext_noop("Answered")),
    _UNIT,
)
EVENT_COLUMNS = (
    Column("name", gettext_noop("Event")),
    Column("starts", gettext_noop("From")),
    Column("ends", gettext_noop("To")),
    Column("expected", gettext_noop("Visitors expected")),
    Column("site", gettext_noop("Site"), words=_sites),
    _UNIT,
)

DECLARATIONS = Query("lodgings", gettext_noop("Lodging declarations"), declarations, LODGING_COLUMNS)
LATELY = Query("lately", gettext_noop("Lodging declarations of 30 days"), declared_lately, LODGING_COLUMNS)
LAST_NIGHT = Query("last_night", gettext_noop("Last night's declarations"), last_night, LODGING_COLUMNS)
STATES = Query("sites", gettext_noop("Load of sites"), states, STATE_COLUMNS)
COUNTS = Query("counts", gettext_noop("Counts at sites"), counts, COUNT_COLUMNS)
COMPLAINTS = Query("complaints", gettext_noop("Complaints of visitors"), complaints, COMPLAINT_COLUMNS)
RECENT_COMPLAINTS = Query(
    "recent_complaints", gettext_noop("Complaints of 30 days and those that wait"), complaints_lately, COMPLAINT_COLUMNS
)
COMING_EVENTS = Query("coming", gettext_noop("Events of the coming 60 days"), coming, EVENT_COLUMNS)

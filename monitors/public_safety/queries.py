"""The rows behind every figure and finding, with their columns."""

from datetime import timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_noop

from monitors.public_safety.cameras import cameras, roads
from monitors.public_safety.models import (
    CameraCheck,
    CameraEvent,
    CameraState,
    Incident,
    IncidentKind,
    Review,
    TrafficCount,
)
from monitors.public_safety.science.comparison import periods
from monitors.public_safety.selectors import to_review
from monitors.public_safety.watching.reading import REASONS
from services.contract import Column, Query, Scope, message
from services.kernel.clock import LOCAL

DAY = timedelta(hours=24)
MONTH = timedelta(days=30)
_UNIT = Column("unit", gettext_noop("Commune or ward"))
_TIME = Column("occurred_at", gettext_noop("Time"))
_CAMERA = Column("camera", gettext_noop("Camera"), words=lambda: {slug: one.label for slug, one in cameras().items()})
_REASON = Column(
    "reason", gettext_noop("Reason"), words=lambda: {code: message(title) for code, title in REASONS.items()}
)

EVENT_COLUMNS = (
    Column("kind", gettext_noop("Kind")),
    _CAMERA,
    _TIME,
    Column("confidence", gettext_noop("Confidence")),
    Column("verdict", gettext_noop("Looked at"), words=lambda: {one.value: message(str(one.label)) for one in Review}),
    _UNIT,
)
INCIDENT_COLUMNS = (
    Column("external_id", gettext_noop("Number")),
    Column("kind", gettext_noop("Kind")),
    _TIME,
    Column("category", gettext_noop("Category")),
    Column("deaths", gettext_noop("Dead")),
    Column("injuries", gettext_noop("Injured")),
    Column("cleared", gettext_noop("Cleared up")),
    _UNIT,
)
TRAFFIC_COLUMNS = (
    Column("road", gettext_noop("Road section"), words=lambda: {slug: one.label for slug, one in roads().items()}),
    _TIME,
    Column("minutes", gettext_noop("Minutes")),
    Column("vehicles", gettext_noop("Vehicles")),
    Column("speed", gettext_noop("Speed, km/h")),
    _UNIT,
)
CHECK_COLUMNS = (
    _CAMERA,
    _TIME,
    Column("state", gettext_noop("State")),
    _REASON,
    Column("luma", gettext_noop("Brightness")),
    Column("difference", gettext_noop("Change")),
    _UNIT,
)
CAMERA_COLUMNS = (
    _CAMERA,
    Column("checked_at", gettext_noop("Time")),
    Column("state", gettext_noop("State")),
    Column("since", gettext_noop("Since")),
    _REASON,
    Column("department", gettext_noop("Owner")),
    _UNIT,
)


R = TypeVar("R", bound=Model)


def _within(rows: QuerySet[R], scope: Scope) -> QuerySet[R]:
    if scope.unit:
        rows = rows.filter(unit=scope.unit)
    return rows.filter(department=scope.department) if scope.department else rows


def events(scope: Scope) -> QuerySet[CameraEvent]:
    """Return the camera events of a scope."""
    return _within(CameraEvent.objects.filter(realm=scope.realm).select_related("review"), scope)


def incidents(scope: Scope) -> QuerySet[Incident]:
    """Return the incidents of a scope."""
    return _within(Incident.objects.filter(realm=scope.realm), scope)


def traffic(scope: Scope) -> QuerySet[TrafficCount]:
    """Return the traffic counts of a scope."""
    return _within(TrafficCount.objects.filter(realm=scope.realm), scope)


def checks(scope: Scope) -> QuerySet[CameraCheck]:
    """Return the checks of a scope's cameras."""
    return _within(CameraCheck.objects.filter(realm=scope.realm), scope)


def states(scope: Scope) -> QuerySet[CameraState]:
    """Return how a scope's cameras stand."""
    return _within(CameraState.objects.filter(realm=scope.realm).defer("grid"), scope).order_by("camera")


def accidents_of_month(scope: Scope) -> QuerySet[Incident]:
    """Return the accidents of this month so far."""
    (start, end), _before = periods(scope.now, "month", LOCAL)
    return incidents(scope).filter(kind=IncidentKind.ACCIDENT, occurred_at__gte=start, occurred_at__lte=end)


def accidents_of_year(scope: Scope) -> QuerySet[Incident]:
    """Return the accidents of this year so far."""
    (start, end), _before = periods(scope.now, "year", LOCAL)
    return incidents(scope).filter(kind=IncidentKind.ACCIDENT, occurred_at__gte=start, occurred_at__lte=end)


def crimes_of_year(scope: Scope) -> QuerySet[Incident]:
    """Return the crimes of this year so far."""
    (start, end), _before = periods(scope.now, "year", LOCAL)
    return incidents(scope).filter(kind=IncidentKind.CRIME, occurred_at__gte=start, occurred_at__lte=end)


def accidents_lately(scope: Scope) -> QuerySet[Incident]:
    """Return the accidents of thirty days."""
    span = {"occurred_at__gt": scope.now - MONTH, "occurred_at__lte": scope.now}
    return incidents(scope).filter(kind=IncidentKind.ACCIDENT, **span)


def incidents_lately(scope: Scope) -> QuerySet[Incident]:
    """Return accidents and fires of thirty days that have a place; of crimes the map tells nothing."""
    span = {"occurred_at__gt": scope.now - MONTH, "occurred_at__lte": scope.now}
    return incidents(scope).filter(place__isnull=False, **span).exclude(kind=IncidentKind.CRIME)


def traffic_of_day(scope: Scope) -> QuerySet[TrafficCount]:
    """Return the counts of 24 hours."""
    return traffic(scope).filter(occurred_at__gt=scope.now - DAY, occurred_at__lte=scope.now)


def events_waiting(scope: Scope) -> QuerySet[CameraEvent]:
    """Return the events that wait for somebody's look."""
    return to_review(events(scope), scope.now).order_by("-occurred_at", "-pk")


EVENTS = Query("events", gettext_noop("Camera events"), events, EVENT_COLUMNS)
INCIDENTS = Query("incidents", gettext_noop("Accidents, crimes and fires"), incidents, INCIDENT_COLUMNS)
TRAFFIC = Query("traffic", gettext_noop("Traffic counts"), traffic, TRAFFIC_COLUMNS)
CHECKS = Query("checks", gettext_noop("Camera checks"), checks, CHECK_COLUMNS)
CAMERAS = Query("cameras", gettext_noop("Cameras"), states, CAMERA_COLUMNS)
WAITING = Query("waiting", gettext_noop("Camera events to look at"), events_waiting, EVENT_COLUMNS)
MONTH_QUERY = Query("month", gettext_noop("Accidents of this month"), accidents_of_month, INCIDENT_COLUMNS)
YEAR_QUERY = Query("year", gettext_noop("Accidents of this year"), accidents_of_year, INCIDENT_COLUMNS)
CRIMES_QUERY = Query("crimes", gettext_noop("Crimes of this year"), crimes_of_year, INCIDENT_COLUMNS)
LATELY_QUERY = Query("lately", gettext_noop("Accidents of 30 days"), accidents_lately, INCIDENT_COLUMNS)
PLACES_QUERY = Query("places", gettext_noop("Accidents and fires of 30 days"), incidents_lately, INCIDENT_COLUMNS)
DAY_QUERY = Query("day", gettext_noop("Traffic of 24 hours"), traffic_of_day, TRAFFIC_COLUMNS)

"""Reading events, incidents, traffic and cameras: what rules and panels ask, and what staff see."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar, get_args
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from monitors.public_safety.cameras import cameras, roads
from monitors.public_safety.models import (
    CameraCheck,
    CameraEvent,
    CameraState,
    Incident,
    Kind,
    Picture,
    Review,
    TrafficCount,
)
from monitors.public_safety.science.congestion import WEEKS, Window, usual
from monitors.public_safety.watching.reading import REASONS
from services.contract import Fact
from services.directory.access import Reader
from services.directory.codes import limit_by_code
from services.kernel.clock import LOCAL
from services.kernel.records import Record

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
LOOKED_BACK = timedelta(hours=48)
"""Events that nobody looked at for longer ask for nobody's look any more."""

# --- what staff see --------------------------------------------------------------------------------------------------


def visible_events(user: Reader) -> QuerySet[CameraEvent]:
    """Return the camera events of the realm on show that the reader's roles reach, with what people said of them."""
    events = CameraEvent.objects.filter(realm=settings.IOC_REALM).select_related("review", "picture")
    return limit_by_code(events, user, "records.read")


def visible_incidents(user: Reader) -> QuerySet[Incident]:
    """Return the incidents of the realm on show that the reader's roles reach."""
    return limit_by_code(Incident.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def visible_traffic(user: Reader) -> QuerySet[TrafficCount]:
    """Return the traffic counts of the realm on show that the reader's roles reach."""
    return limit_by_code(TrafficCount.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def visible_cameras(user: Reader) -> QuerySet[CameraState]:
    """Return the cameras of the realm on show that the reader's roles reach."""
    states = CameraState.objects.filter(realm=settings.IOC_REALM).defer("grid")
    return limit_by_code(states, user, "records.read")


def reviewable(user: Reader, public_id: UUID) -> CameraEvent:
    """Return an event that the reader may confirm or reject; Http404 otherwise."""
    events = CameraEvent.objects.filter(realm=settings.IOC_REALM, public_id=public_id)
    event = limit_by_code(events, user, "camera_events.review").first()
    if event is None:
        raise Http404
    return event


def picture_of_event(user: Reader, public_id: UUID, now: datetime) -> Picture:
    """Return an event's picture within the reader's reach; Http404 without one or when its retention is over."""
    events = CameraEvent.objects.filter(realm=settings.IOC_REALM, public_id=public_id)
    reached = limit_by_code(events, user, "camera_pictures.read")
    picture = Picture.objects.filter(event__in=reached, expires_at__gt=now).first()
    if picture is None:
        raise Http404
    return picture


def picture_of_camera(user: Reader, slug: str, now: datetime) -> Picture:
    """Return the picture of a camera's latest check; Http404 as above."""
    states = limit_by_code(
        CameraState.objects.filter(realm=settings.IOC_REALM, camera=slug), user, "camera_pictures.read"
    )
    picture = Picture.objects.filter(pk__in=states.values("picture"), expires_at__gt=now).first()
    if picture is None:
        raise Http404
    return picture


# --- what rules and panels ask ---------------------------------------------------------------------------------------


def to_review(events: QuerySet[CameraEvent], now: datetime) -> QuerySet[CameraEvent]:
    """Return the events of the last days that nobody looked at; things merely seen ask for nobody's look."""
    recent = events.filter(occurred_at__gt=now - LOOKED_BACK, occurred_at__lte=now, historical=False)
    return recent.exclude(kind=Kind.OBJECT).filter(Q(review=None) | Q(review__state=Review.UNCONFIRMED))


def hour_of(at: datetime) -> datetime:
    """Return the hour that an instant lies in."""
    return at.replace(minute=0, second=0, microsecond=0)


_USUAL = """
SELECT wanted.road, wanted.hour, week.n, t.speed
  FROM unnest(%(roads)s::text[], %(hours)s::timestamptz[]) AS wanted (road, hour)
 CROSS JOIN generate_series(1, %(weeks)s) AS week (n)
 CROSS JOIN LATERAL (
       SELECT speed FROM public_safety_trafficcount
        WHERE realm = %(realm)s AND road = wanted.road AND speed IS NOT NULL
          AND occurred_at >= wanted.hour - week.n * interval '7 days'
          AND occurred_at < wanted.hour - week.n * interval '7 days' + interval '1 hour'
       OFFSET 0) AS t
"""
"""OFFSET 0 keeps it one look into the index for each hour: joined freely, a million counts were read as a whole."""


def usual_speeds(realm: str, wanted: Collection[tuple[str, datetime]]) -> dict[tuple[str, datetime], float | None]:
    """Return the usual speed of (section, hour) from the same hour of the weeks before: 1 statement, by index."""
    if not wanted:
        return {}
    pairs = sorted(set(wanted))
    asked, hours = [road for road, _at in pairs], [at for _road, at in pairs]
    params: dict[str, Any] = {"realm": realm, "weeks": WEEKS, "roads": asked, "hours": hours}
    weeks: dict[tuple[str, datetime], dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(_USUAL, params)
        for road, hour, week, speed in cursor.fetchall():
            weeks[road, hour][week].append(speed)
    return {key: usual(list(weeks[key].values())) if key in weeks else None for key in pairs}


def windows(realm: str, wanted: Iterable[str], since: datetime, until: datetime) -> dict[str, list[tuple[Window, int]]]:
    """Return the windows of road sections with their records' ids, oldest first: 1 statement."""
    rows = TrafficCount.objects.filter(
        realm=realm, road__in=list(wanted), occurred_at__gte=since, occurred_at__lte=until
    ).order_by("occurred_at", "pk")
    found: dict[str, list[tuple[Window, int]]] = defaultdict(list)
    for road, at, minutes, vehicles, speed, pk in rows.values_list(
        "road", "occurred_at", "minutes", "vehicles", "speed", "pk"
    ):
        found[road].append((Window(at, timedelta(minutes=minutes), vehicles, speed), pk))
    return found


# --- what a ticket tells ---------------------------------------------------------------------------------------------

FACTS_OF = 5
Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
R = TypeVar("R", bound=Record)


def event_facts(ids: Sequence[int]) -> list[Fact]:
    """Return what a camera's AI saw and what people made of it, newest first."""
    rows = CameraEvent.objects.filter(pk__in=list(ids)).select_related("review").order_by("-occurred_at", "-pk")
    return _facts(gettext_noop("Seen by a camera"), rows[:FACTS_OF], _event_words)


def check_facts(ids: Sequence[int]) -> list[Fact]:
    """Return how cameras were found, newest first."""
    rows = CameraCheck.objects.filter(pk__in=list(ids)).order_by("-occurred_at", "-pk")
    return _facts(gettext_noop("Check of a camera"), rows[:FACTS_OF], _check_words)


def incident_facts(ids: Sequence[int]) -> list[Fact]:
    """Return what agencies reported, newest first."""
    rows = Incident.objects.filter(pk__in=list(ids)).order_by("-occurred_at", "-pk")
    return _facts(gettext_noop("Reported by the agency"), rows[:FACTS_OF], _incident_words)


def traffic_facts(ids: Sequence[int]) -> list[Fact]:
    """Return what was counted, newest first."""
    rows = TrafficCount.objects.filter(pk__in=list(ids)).order_by("-occurred_at", "-pk")
    return _facts(gettext_noop("Counted on the road"), rows[:FACTS_OF], _traffic_words)


def _facts(title: str, rows: Iterable[R], words: Callable[[R, Language], Sequence[str]]) -> list[Fact]:
    found = []
    for row in rows:
        told: dict[str, str] = {}
        for language in LANGUAGES:
            with translation.override(language):
                at = f"{row.occurred_at.astimezone(LOCAL):%H:%M %d/%m/%Y}"
                told[language] = " · ".join(filter(None, (*words(row, language), at)))
        found.append(Fact(title, told))
    return found


def _event_words(row: CameraEvent, language: Language) -> Sequence[str]:
    verdict = str(Review(row.verdict).label)
    return names(row.camera)[language], str(row.get_kind_display()), f"{row.confidence:.0%}", verdict


def _check_words(row: CameraCheck, language: Language) -> Sequence[str]:
    reason = gettext(REASONS[row.reason]) if row.reason in REASONS else ""
    return names(row.camera)[language], str(row.get_state_display()), reason


def _incident_words(row: Incident, language: Language) -> Sequence[str]:
    del language
    harm = gettext("{deaths} dead, {injuries} injured").format(deaths=row.deaths, injuries=row.injuries)
    return str(row.get_kind_display()), row.category, harm


def _traffic_words(row: TrafficCount, language: Language) -> Sequence[str]:
    counted = gettext("{vehicles} vehicles").format(vehicles=row.vehicles)
    return names(row.road)[language], counted, "" if row.speed is None else f"{row.speed:.0f} km/h"


def names(slug: str) -> Mapping[Language, str]:
    """Return a camera's or road section's name as a localised pair."""
    place = cameras().get(slug) or roads().get(slug)
    return place.name if place else {"vi": slug, "en": slug}

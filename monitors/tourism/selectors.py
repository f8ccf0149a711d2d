"""Reading lodgings, sites, events and complaints: what rules and panels ask, what staff see, what a ticket tells."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Literal, TypeVar, get_args

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from monitors.tourism.models import Complaint, Festival, LodgingDay, SiteCount, SiteState
from monitors.tourism.science.grievances import Grievance
from monitors.tourism.sites import label_of, sites
from services.contract import Fact
from services.directory.access import Reader
from services.directory.codes import limit_by_code
from services.kernel.clock import LOCAL
from services.kernel.records import Record

NEW_DAY = time(4)
"""Counters of who comes and goes start anew at four in the morning: an error does not outlive its night."""
SILENT = timedelta(minutes=60)
"""A counter that said nothing for longer says nothing of now: neither crowded nor all clear (configuration)."""
REMEMBERED = timedelta(days=30)
"""Complaints that were answered longer ago are looked at no more; those that wait always are."""
FACTS_OF = 10


# --- how many are at a site ------------------------------------------------------------------------------------------

_PRESENT = """
SELECT w.site, GREATEST(0, COALESCE(b.present, 0) + COALESCE(d.net, 0))
  FROM unnest(%(sites)s::text[], %(since)s::timestamptz[], %(at)s::timestamptz[]) AS w (site, since, at)
  LEFT JOIN LATERAL (
       SELECT present, occurred_at FROM tourism_sitecount
        WHERE realm = %(realm)s AND site = w.site AND occurred_at >= w.since AND occurred_at <= w.at
          AND present IS NOT NULL
        ORDER BY occurred_at DESC, id DESC LIMIT 1) AS b ON true
  LEFT JOIN LATERAL (
       SELECT sum(entered - "left")::int AS net FROM tourism_sitecount
        WHERE realm = %(realm)s AND site = w.site AND occurred_at >= w.since AND occurred_at <= w.at
          AND (b.occurred_at IS NULL OR occurred_at > b.occurred_at)) AS d ON true
"""


def presences(realm: str, wanted: Mapping[str, datetime]) -> dict[str, int]:
    """Return how many were at each site at an instant: 1 statement.

    The last number that was told outright on that day, and who came and went since; so it does not matter in which
    order counts arrive, and one told number puts right whatever a gate missed.
    """
    pairs = sorted(wanted.items())
    params: dict[str, Any] = {
        "realm": realm,
        "sites": [site for site, _at in pairs],
        "since": [day_start(at) for _site, at in pairs],
        "at": [at for _site, at in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, params)
        return dict(cursor.fetchall())


def day_start(at: datetime) -> datetime:
    """Return when the counters' day began that an instant lies in."""
    local = at.astimezone(LOCAL)
    start = datetime.combine(local.date(), NEW_DAY, LOCAL)
    return start if local >= start else start - timedelta(days=1)


def newest_counts(realm: str, ids: Collection[int] | None, as_of: datetime) -> dict[str, tuple[datetime, int]]:
    """Return the newest count of each site, its instant and id: of these records, or (None) of all that are fresh.

    1 statement. A site whose counter has been silent is not among them.
    """
    rows = SiteCount.objects.filter(realm=realm, site__in=list(sites()))
    if ids is None:
        rows = rows.filter(occurred_at__gt=as_of - SILENT, occurred_at__lte=as_of)
    else:
        rows = rows.filter(pk__in=ids, historical=False)
    newest = rows.order_by("site", "-occurred_at", "-pk").distinct("site")
    return {site: (at, pk) for site, at, pk in newest.values_list("site", "occurred_at", "pk")}


def fresh(state: SiteState | None, now: datetime) -> bool:
    """Tell whether a site's load is that of now."""
    return state is not None and now - SILENT < state.counted_at


# --- complaints ------------------------------------------------------------------------------------------------------


def places_of(realm: str, ids: Collection[int]) -> set[str]:
    """Return the places that complaints which arrived are about: 1 statement."""
    rows = Complaint.objects.filter(realm=realm, pk__in=ids, historical=False)
    return set(rows.order_by().values_list("about", flat=True).distinct())


def grievances(realm: str, now: datetime, about: Collection[str] | None = None) -> dict[str, list[Grievance]]:
    """Return place → its complaints that wait or were received lately, of some places or all: 1 statement."""
    rows = Complaint.objects.filter(realm=realm, occurred_at__lte=now)
    rows = rows.filter(Q(occurred_at__gt=now - REMEMBERED) | Q(settled_at=None) | Q(settled_at__gt=now - REMEMBERED))
    if about is not None:
        rows = rows.filter(about__in=about)
    found: dict[str, list[Grievance]] = defaultdict(list)
    columns = ("about", "pk", "occurred_at", "due_at", "settled_at")
    for place, *rest in rows.order_by("occurred_at", "pk").values_list(*columns):
        found[place].append(Grievance(*rest))
    return found


# --- what staff see --------------------------------------------------------------------------------------------------


def visible_lodgings(user: Reader) -> QuerySet[LodgingDay]:
    """Return the lodging declarations of the realm on show that the reader's roles reach."""
    return limit_by_code(LodgingDay.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def visible_sites(user: Reader) -> QuerySet[SiteState]:
    """Return the loads of sites of the realm on show that the reader's roles reach."""
    return limit_by_code(SiteState.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def visible_counts(user: Reader) -> QuerySet[SiteCount]:
    """Return the counts at sites of the realm on show that the reader's roles reach."""
    return limit_by_code(SiteCount.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def visible_events(user: Reader) -> QuerySet[Festival]:
    """Return the events of the realm on show that the reader's roles reach."""
    return limit_by_code(Festival.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def visible_complaints(user: Reader) -> QuerySet[Complaint]:
    """Return the complaints of the realm on show that the reader's roles reach."""
    return limit_by_code(Complaint.objects.filter(realm=settings.IOC_REALM), user, "records.read")


# --- what a ticket tells ---------------------------------------------------------------------------------------------

Language = Literal["vi", "en"]
R = TypeVar("R", bound=Record)


def lodging_facts(ids: Sequence[int]) -> list[Fact]:
    """Return what places of lodging declared, newest first."""
    rows = LodgingDay.objects.filter(pk__in=list(ids)).order_by("-day", "-pk")[:FACTS_OF]
    return _facts(gettext_noop("Lodging declaration"), rows, _lodging_words)


def count_facts(ids: Sequence[int]) -> list[Fact]:
    """Return what counters said, newest first."""
    rows = SiteCount.objects.filter(pk__in=list(ids)).order_by("-occurred_at", "-pk")[:FACTS_OF]
    return _facts(gettext_noop("Count at a site"), rows, _count_words)


def complaint_facts(ids: Sequence[int]) -> list[Fact]:
    """Return which complaints there are, newest first."""
    rows = Complaint.objects.filter(pk__in=list(ids)).order_by("-occurred_at", "-pk")[:FACTS_OF]
    return _facts(gettext_noop("Complaint of a visitor"), rows, _complaint_words)


def _facts(title: str, rows: Iterable[R], words: Callable[[R, Language], Sequence[str]]) -> list[Fact]:
    found = []
    for row in rows:
        told: dict[str, str] = {}
        for language in get_args(Language):
            with translation.override(language):
                told[language] = " · ".join(words(row, language))
        found.append(Fact(title, told))
    return found


def _lodging_words(row: LodgingDay, language: Language) -> Sequence[str]:
    taken = gettext("{occupied} of {rooms} rooms, {guests} guests")
    numbers = taken.format(occupied=row.occupied, rooms=row.rooms, guests=row.guests)
    return label_of(row.establishment)[language], f"{row.day:%d/%m/%Y}", numbers


def _count_words(row: SiteCount, language: Language) -> Sequence[str]:
    told = (
        gettext("{entered} came, {left} left").format(entered=row.entered, left=row.left)
        if row.present is None
        else gettext("{present} present").format(present=row.present)
    )
    return label_of(row.site)[language], told, _at(row.occurred_at)


def _complaint_words(row: Complaint, language: Language) -> Sequence[str]:
    answered = gettext("answered {time}").format(time=_at(row.settled_at)) if row.settled_at else ""
    due = gettext("answer due {time}").format(time=_at(row.due_at))
    return label_of(row.about)[language], str(row.get_kind_display()), _at(row.occurred_at), answered or due


def _at(instant: datetime) -> str:
    return f"{instant.astimezone(LOCAL):%H:%M %d/%m/%Y}"

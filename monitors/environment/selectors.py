"""Reading observations: what rules and panels ask, and what staff see in lists."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db.models import Avg, Q, QuerySet
from django.db.models.functions import TruncHour
from django.utils import translation
from django.utils.translation import gettext_noop

from monitors.environment.models import Observation, Quality
from monitors.environment.science.aqi import NOWCAST_HOURS, POLLUTANTS, Aqi, hourly
from monitors.environment.stations import WATER_LEVEL, stations
from services.contract import Fact
from services.directory.access import Reader
from services.directory.codes import limit_by_code
from services.kernel.clock import LOCAL

FACTS_OF = 10
HOUR = timedelta(hours=1)


def sound(observations: QuerySet[Observation]) -> QuerySet[Observation]:
    """Return the values that means and alarms may use.

    Suspect heights are among them: a river that has stood at one height for a day may do so above its alarm.
    """
    usable = Q(quality=Quality.GOOD) | Q(quality=Quality.SUSPECT, prop=WATER_LEVEL)
    return observations.filter(usable)


def series(
    realm: str, slugs: Iterable[str], props: Collection[str], span: tuple[datetime, datetime]
) -> dict[tuple[str, str], list[tuple[datetime, float]]]:
    """Return the usable values of stations from one instant to another, oldest first, by station and property."""
    wanted = Observation.objects.filter(
        realm=realm, station__in=list(slugs), prop__in=list(props), occurred_at__gte=span[0], occurred_at__lte=span[1]
    )
    found: dict[tuple[str, str], list[tuple[datetime, float]]] = defaultdict(list)
    rows = sound(wanted).order_by("occurred_at", "pk").values_list("station", "prop", "occurred_at", "value")
    for slug, prop, at, value in rows:
        found[slug, prop].append((at, value))
    return found


def air_now(realm: str, newest: Mapping[str, datetime]) -> dict[str, Aqi | None]:
    """Return each station's hourly index at the instant of its newest value, None without enough particles."""
    if not newest:
        return {}
    ends = {slug: at.replace(minute=0, second=0, microsecond=0) for slug, at in newest.items()}
    wanted = Observation.objects.filter(
        realm=realm,
        station__in=list(newest),
        prop__in=POLLUTANTS,
        occurred_at__gte=min(ends.values()) - NOWCAST_HOURS * HOUR,
        occurred_at__lte=max(newest.values()),
    )
    hours = sound(wanted).annotate(hour=TruncHour("occurred_at")).order_by().values_list("station", "prop", "hour")
    means = {(slug, prop, hour): mean for slug, prop, hour, mean in hours.annotate(mean=Avg("value"))}
    return {slug: hourly(_hours(slug, end, means)) for slug, end in ends.items()}


def _hours(slug: str, end: datetime, means: Mapping[tuple[str, str, datetime], float]) -> dict[str, list[float | None]]:
    return {prop: [means.get((slug, prop, end - back * HOUR)) for back in range(NOWCAST_HOURS)] for prop in POLLUTANTS}


def visible_observations(user: Reader) -> QuerySet[Observation]:
    """Return the observations of the realm on show that the reader's roles reach."""
    return limit_by_code(Observation.objects.filter(realm=settings.IOC_REALM), user, "records.read")


def facts(ids: Sequence[int]) -> list[Fact]:
    """Return what the stations measured, newest first."""
    rows = Observation.objects.filter(pk__in=list(ids)).order_by("-occurred_at", "-pk")[:FACTS_OF]
    return [
        Fact(gettext_noop("Measured by a station"), {lang: _told(row, lang) for lang in ("vi", "en")}) for row in rows
    ]


def _told(row: Observation, language: Literal["vi", "en"]) -> str:
    station = stations().get(row.station)
    with translation.override(language):
        flaw = row.get_flaw_display() if row.flaw else ""
    name = station.name[language] if station else row.station
    at = f"{row.occurred_at.astimezone(LOCAL):%H:%M %d/%m/%Y}"
    return " · ".join(filter(None, (name, f"{row.value:g} {row.measure}", str(flaw), at)))

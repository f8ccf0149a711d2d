"""Reading observations: what rules and panels ask, and what staff see in lists."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import msgspec
from django.conf import settings
from django.db import connection
from django.db.models import Avg, F, Func, IntegerField, Q, QuerySet, Sum
from django.db.models.functions import ExtractHour, TruncDate, TruncHour
from django.utils import translation
from django.utils.translation import gettext_noop

from monitors.environment.models import Observation, Quality, RainDay
from monitors.environment.science import rain
from monitors.environment.science.aqi import (
    DAY_HOURS,
    NOWCAST_HOURS,
    POLLUTANTS,
    Aqi,
    daily,
    hourly,
    mean_of_a_day,
)
from monitors.environment.stations import HUMIDITY, RAIN, TEMPERATURE, WATER_LEVEL, stations
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


def rain_of_hours(
    realm: str, slugs: Iterable[str], span: tuple[datetime, datetime]
) -> dict[str, list[tuple[datetime, float]]]:
    """Return what fell at gauges hour by hour, each hour under the instant at which it ended: 1 statement."""
    fell = sound(_fell(realm, span)).filter(station__in=list(slugs))
    hours = fell.annotate(hour=TruncHour("occurred_at")).order_by("hour").values_list("station", "hour")
    found: dict[str, list[tuple[datetime, float]]] = defaultdict(list)
    for slug, hour, mm in hours.annotate(mm=Sum("value")):
        found[slug].append((min(hour + HOUR, span[1]), mm))
    return found


def rain_sums(
    values: QuerySet[Observation], days: QuerySet[RainDay], span: tuple[datetime, datetime]
) -> dict[str, float]:
    """Return what fell at each gauge after one instant and up to another: 1 statement.

    Whole hours come from ``days``, which are of the same realm and scope, the hours begun at both ends from ``values``.
    """
    first, last = (at.astimezone(UTC).replace(minute=0, second=0, microsecond=0) for at in span)
    first += HOUR
    fell = sound(values.filter(prop=RAIN, occurred_at__gt=span[0], occurred_at__lte=span[1])).order_by()
    begun = [fell.filter(occurred_at__lt=first), fell.filter(occurred_at__gte=max(first, last))]
    parts: list[QuerySet[Any]] = [part.values_list("station", "value") for part in begun]
    while first < last:
        midnight = first.replace(hour=0)
        end = min(last, midnight + timedelta(days=1))
        parts.append(_whole_hours(days, midnight.date(), first.hour, (end - midnight) // HOUR))
        first = end
    compiled = [part.query.sql_with_params() for part in parts]
    united = " UNION ALL ".join(f"({sql})" for sql, _params in compiled)
    # As one text: ten thousand rows cost the client more than the sums cost the server.
    statement = (
        f"WITH parts (station, mm) AS ({united}), "  # noqa: S608 - compiled by Django
        "gauges AS (SELECT station, sum(mm) AS mm FROM parts GROUP BY station) "
        "SELECT json_object_agg(station, mm)::text FROM gauges"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _sql, params in compiled for value in params])
        (text,) = cursor.fetchone()
    return msgspec.json.decode(text, type=dict[str, float]) if text else {}


def _whole_hours(days: QuerySet[RainDay], day: date, first: int, end: int) -> QuerySet[Any]:
    """Return station and millimetres of the gauges heard from one hour of a day to before another."""
    hours = sum(1 << hour for hour in range(first, end))
    heard = days.annotate(spoke=F("heard").bitand(hours)).filter(day=day, spoke__gt=0).order_by()
    fallen = F(f"mm__{end - 1}") - F(f"mm__{first - 1}") if first else F(f"mm__{end - 1}")
    return heard.values_list("station", fallen)


def wet_share(realm: str, at: datetime) -> float:
    """Return the share of the gauges heard in the day up to an instant that had heavy rain in it: 1 statement."""
    day = sound(_fell(realm, (at - rain.LONG, at))).order_by().values_list("station")
    short = Sum("value", filter=Q(occurred_at__gt=at - rain.SHORT), default=0.0)
    bands = [rain.band(lately, long) for _slug, lately, long in day.annotate(lately=short, long=Sum("value"))]
    return sum(band > 0 for band in bands) / len(bands) if bands else 0.0


def _fell(realm: str, span: tuple[datetime, datetime]) -> QuerySet[Observation]:
    return Observation.objects.filter(realm=realm, prop=RAIN, occurred_at__gt=span[0], occurred_at__lte=span[1])


def weather_by_day(
    realm: str, slugs: Iterable[str], since: datetime, until: datetime, *, hour: int
) -> dict[str, dict[date, dict[str, float]]]:
    """Return, by station and local day, temperature and humidity of an hour and the day's rain: 2 statements."""
    wanted = sound(
        Observation.objects.filter(realm=realm, station__in=list(slugs), occurred_at__gte=since, occurred_at__lte=until)
    ).annotate(day=TruncDate("occurred_at", tzinfo=LOCAL), hour=ExtractHour("occurred_at", tzinfo=LOCAL))
    found: dict[str, dict[date, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    midday = wanted.filter(prop__in=(TEMPERATURE, HUMIDITY), hour=hour).order_by().values_list("station", "day", "prop")
    for slug, day, prop, mean in midday.annotate(mean=Avg("value")):
        found[slug][day][prop] = mean
    rain_of_day = wanted.filter(prop=RAIN).order_by().values_list("station", "day")
    for slug, day, mm in rain_of_day.annotate(mm=Sum("value")):
        found[slug][day][RAIN] = mm
    return found


def air_now(realm: str, newest: Mapping[str, datetime]) -> dict[str, Aqi | None]:
    """Return each station's hourly index at the instant of its newest value, None without enough particles."""
    return {slug: hourly(hours) for slug, hours in _air_hours(realm, newest, NOWCAST_HOURS).items()}


def air_of_a_day(realm: str, newest: Mapping[str, datetime]) -> dict[str, Aqi | None]:
    """Return each station's index of the 24 hours up to its newest value, None without enough particles."""
    return {slug: daily(hours) for slug, hours in _air_hours(realm, newest, DAY_HOURS).items()}


def dust_of_a_day(realm: str, newest: Mapping[str, datetime]) -> dict[str, float | None]:
    """Return each station's mean of PM2.5 over the 24 hours up to its newest value, None with fewer than 18 of them."""
    hours = _air_hours(realm, newest, DAY_HOURS, ("pm2_5",))
    return {slug: mean_of_a_day(series["pm2_5"]) for slug, series in hours.items()}


def air_by_hour(
    realm: str, slug: str, until: datetime, count: int, props: Sequence[str]
) -> dict[str, list[float | None]]:
    """Return a station's usable means of the hours up to an instant, newest first, by pollutant: 1 statement."""
    return _air_hours(realm, {slug: until}, count, props)[slug]


def _air_hours(
    realm: str, newest: Mapping[str, datetime], count: int, props: Sequence[str] = POLLUTANTS
) -> dict[str, dict[str, list[float | None]]]:
    """Return each station's usable means of the last hours, newest first, by pollutant: 1 statement."""
    if not newest:
        return {}
    ends = {slug: int(at.timestamp()) // HOUR.seconds for slug, at in newest.items()}
    wanted = Observation.objects.filter(
        realm=realm,
        station__in=list(newest),
        prop__in=props,
        occurred_at__gte=datetime.fromtimestamp((min(ends.values()) - count) * HOUR.seconds, UTC),
        occurred_at__lte=max(newest.values()),
    )
    hours = sound(wanted).annotate(hour=HourNumber("occurred_at")).order_by().values_list("station", "prop", "hour")
    means = {(slug, prop, hour): mean for slug, prop, hour, mean in hours.annotate(mean=Avg("value"))}
    return {
        slug: {prop: [means.get((slug, prop, end - back)) for back in range(count)] for prop in props}
        for slug, end in ends.items()
    }


class HourNumber(Func):
    """The number of an instant's hour since 1970: read in a third of the time that instants of a time zone take."""

    template = "floor(date_part('epoch', %(expressions)s) / 3600)::integer"
    output_field = IntegerField()


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

"""What the wall shows of rivers, rain and air. Every figure comes from the rows of one query. Reads, writes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Avg, Case, Max, Model, Q, QuerySet, When
from django.db.models.functions import TruncHour
from django.utils.translation import gettext_noop

from monitors.environment.findings.air import AIR_QUALITY, FINE_DUST, OF_AIR
from monitors.environment.findings.gaps import GAP
from monitors.environment.models import LatestValue, Observation, Quality, RainDay
from monitors.environment.rules import (
    HEAVY_RAIN,
    LEVEL,
    OF_ALARM,
    OF_RAIN,
    RISE,
    SENSOR,
)
from monitors.environment.science import rain, rivers
from monitors.environment.science.aqi import Aqi
from monitors.environment.selectors import air_now, air_of_a_day, rain_sums, sound
from monitors.environment.stations import AIR, PROPERTY, RAIN, WATER_LEVEL, Station, seen_from, stations
from services.contract import Column, Figure, Panel, Query, Scope, Severity, message, rank_of
from services.kernel.clock import LOCAL

HOURS = 24
FRESH = timedelta(minutes=90)
"""Stations speak once an hour."""
STALE = timedelta(hours=6)
"""What a station said longer ago is not how its river stands now."""
LISTED = 200
"""Most sensors that the list on the wall has."""
AIR_TARGET = 100
"""Highest index that is still moderate."""

MM_DECIMALS = 6
"""As values are kept: sums of them have no more, and what binary fractions add to them is no rain."""

M = TypeVar("M", bound=Model)

COLUMNS = (
    Column("station", gettext_noop("Station"), words=lambda: {slug: one.label for slug, one in stations().items()}),
    Column("occurred_at", gettext_noop("Time")),
    Column("prop", gettext_noop("Property"), words=lambda: {code: message(name) for code, name in PROPERTY.items()}),
    Column("value", gettext_noop("Value")),
    Column("measure", gettext_noop("Measure")),
    Column("quality", gettext_noop("Quality")),
    Column("flaw", gettext_noop("Flaw")),
    Column("interpolated", gettext_noop("Interpolated")),
    Column("unit", gettext_noop("Commune or ward")),
)
HEIGHTS = (
    Column("at", gettext_noop("Time")),
    Column("height", gettext_noop("height"), decimals=2),
    Column("one", gettext_noop("alarm I"), goal=True),
    Column("two", gettext_noop("alarm II"), goal=True),
    Column("three", gettext_noop("alarm III"), goal=True),
)
SENSORS = (
    Column("title", gettext_noop("Station")),
    Column("property", gettext_noop("Property")),
    Column("value", gettext_noop("Value")),
    Column("measure", gettext_noop("Measure")),
    Column("state", gettext_noop("Quality")),
    Column("at", gettext_noop("Time")),
)
LATEST_COLUMNS = (*COLUMNS[:-2], COLUMNS[-1])


def _of(scope: Scope) -> QuerySet[Observation]:
    return _within(scope, Observation.objects.all())


def _within(scope: Scope, rows: QuerySet[M]) -> QuerySet[M]:
    rows = rows.filter(realm=scope.realm)
    if scope.unit:
        return rows.filter(Q(unit=scope.unit) | Q(station__in=seen_from(scope.unit)))
    return rows.filter(department=scope.department) if scope.department else rows


def _latest(scope: Scope) -> QuerySet[LatestValue]:
    values = LatestValue.objects.filter(realm=scope.realm)
    if scope.unit:
        values = values.filter(Q(unit=scope.unit) | Q(station__in=seen_from(scope.unit)))
    if scope.department:
        values = values.filter(department=scope.department)
    return values.order_by("station", "prop")


def _rivers(scope: Scope) -> QuerySet[Observation]:
    """Return of every river the record with its newest usable height."""
    newest = _latest(scope).order_by().filter(prop=WATER_LEVEL, sound_id__isnull=False)
    return Observation.objects.filter(pk__in=newest.values("sound_id")).order_by("station")


def _air(scope: Scope) -> QuerySet[LatestValue]:
    return _latest(scope).filter(prop__in=AIR)


def _day(scope: Scope) -> QuerySet[Observation]:
    return _of(scope).filter(occurred_at__gt=scope.now - timedelta(hours=HOURS), occurred_at__lte=scope.now)


def _heights(scope: Scope) -> QuerySet[Observation]:
    return _day(scope).filter(prop=WATER_LEVEL)


def _rainfall(scope: Scope) -> QuerySet[Observation]:
    return sound(_day(scope).filter(prop=RAIN))


RECORDS = Query("records", gettext_noop("Observations"), _of, COLUMNS)
RIVERS_QUERY = Query("rivers", gettext_noop("Latest height of every river"), _rivers, COLUMNS)
HEIGHTS_QUERY = Query("heights", gettext_noop("Heights of the last 24 hours"), _heights, COLUMNS)
RAIN_QUERY = Query("rain", gettext_noop("Rain of the last 24 hours"), _rainfall, COLUMNS)
AIR_QUERY = Query("air", gettext_noop("Latest values of the air"), _air, LATEST_COLUMNS)
LATEST_QUERY = Query("latest", gettext_noop("Latest value of every sensor"), _latest, LATEST_COLUMNS)


# --- rivers ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _River:
    """A river as it stands."""

    station: Station
    height: float
    at: datetime
    stands: rivers.Standing

    @property
    def severity(self) -> Severity | None:
        return OF_ALARM.get(self.stands.alarm)


def _heard(scope: Scope) -> list[Observation]:
    """Return the records of ``_rivers`` with what the panels look at: a thousand rivers' raw messages are no figure."""
    return list(_rivers(scope).only("station", "value", "occurred_at"))


def _standing(rows: Sequence[Observation], now: datetime) -> list[_River]:
    """Return the rivers whose height is known and not long ago, the worst first."""
    found = []
    for row in rows:
        station = stations().get(row.station)
        if station is None or row.occurred_at < now - STALE:
            continue
        levels = rivers.levels_on(station.alarm, row.occurred_at.astimezone(LOCAL).date())
        if levels:
            found.append(_River(station, row.value, row.occurred_at, rivers.standing(row.value, levels)))
    return sorted(found, key=lambda one: (-one.stands.alarm, -one.stands.margin, one.station.slug))


def worst_river(scope: Scope) -> Figure:
    """Return the height of the river that stands worst against its alarms, and the day before: 3 statements."""
    rows = _heard(scope)
    worst = next(iter(_standing(rows, scope.now)), None)
    if worst is None:
        return Figure(value=None, as_of=_newest(rows), query=RIVERS_QUERY, rules=(LEVEL, RISE))
    return Figure(
        value=round(worst.height, 2),
        as_of=worst.at,
        query=RIVERS_QUERY,
        unit=message("m"),
        decimals=2,
        target=worst.stands.reference,
        target_text=message(
            gettext_noop("{station}, alarm {alarm} at {target} m"),
            station=worst.station.label,
            alarm=worst.stands.name,
            target=worst.stands.reference,
        ),
        severity=worst.severity,
        short=message(
            gettext_noop("{station}, alarm {alarm} at {target} m"),
            station=worst.station.label,
            alarm=worst.stands.name,
            target=worst.stands.reference,
        ),
        trend=[height for _hour, height in _course(scope, worst.station.slug)],
        rules=(LEVEL, RISE),
    )


def _course(scope: Scope, slug: str) -> list[tuple[datetime, float]]:
    """Return the mean usable height of each of the last hours that has one, oldest first."""
    hours = sound(_heights(scope).filter(station=slug)).annotate(hour=TruncHour("occurred_at")).order_by("hour")
    return [(hour, round(mean, 2)) for hour, mean in hours.values_list("hour").annotate(mean=Avg("value"))]


def _newest(rows: Sequence[LatestValue] | Sequence[Observation]) -> datetime | None:
    return max((row.occurred_at for row in rows), default=None)


def height_chart(scope: Scope) -> Figure:
    """Return the worst river's height hour by hour with its alarm levels: 2 statements."""
    rows = _heard(scope)
    worst = next(iter(_standing(rows, scope.now)), None)
    if worst is None:
        return Figure(value=None, as_of=_newest(rows), query=HEIGHTS_QUERY, rules=(LEVEL, RISE))
    levels = rivers.levels_on(worst.station.alarm, worst.at.astimezone(LOCAL).date())
    course = _course(scope, worst.station.slug)
    lines = {"one": levels.one, "two": levels.two, "three": levels.three} if levels else {}
    return Figure(
        value=round(worst.height, 2),
        as_of=worst.at,
        query=HEIGHTS_QUERY,
        unit=message("m"),
        decimals=2,
        target=worst.stands.reference,
        target_text=message(gettext_noop("{station}, 24 hours"), station=worst.station.label),
        severity=worst.severity,
        trend=[height for _hour, height in course],
        rows=[{"at": hour.isoformat(), "height": height, **lines} for hour, height in course],
        rules=(LEVEL, RISE),
        columns=HEIGHTS,
    )


# --- rain and air ----------------------------------------------------------------------------------------------------


def rain_by_commune(scope: Scope) -> Figure:
    """Return the most rain of 24 hours at a station, and per commune what colours the map: 2 statements."""
    day = (scope.now - timedelta(hours=HOURS), scope.now)
    amounts = rain_sums(_of(scope), _within(scope, RainDay.objects.all()), day)
    known = stations()
    highest: dict[str, float] = {}
    for slug, mm in amounts.items():
        if slug in known:
            unit = known[slug].unit
            highest[unit] = max(highest.get(unit, 0.0), mm)
    values = {unit: round(round(mm, MM_DECIMALS), 1) for unit, mm in highest.items()}
    most = max(values.values(), default=None)
    return Figure(
        value=most,
        as_of=_rainfall(scope).order_by("-occurred_at").values_list("occurred_at", flat=True).first(),
        query=RAIN_QUERY,
        unit=message(gettext_noop("mm in 24 hours, at most")),
        decimals=1,
        severity=OF_RAIN.get(rain.band(0.0, most)) if most is not None else None,
        values=values,
        rules=(HEAVY_RAIN,),
    )


def worst_air(scope: Scope) -> Figure:
    """Return the highest hourly index of the stations that were heard lately: 2 statements."""
    return _worst_air(scope, air_now, (AIR_QUALITY,))


def worst_day(scope: Scope) -> Figure:
    """Return the highest index of 24 hours of the stations that were heard lately: 2 statements."""
    return _worst_air(scope, air_of_a_day, (FINE_DUST,))


def _worst_air(
    scope: Scope, judged: Callable[[str, Mapping[str, datetime]], dict[str, Aqi | None]], rules: tuple[str, ...]
) -> Figure:
    rows = list(_air(scope).order_by().only("station", "occurred_at", "sound_at"))
    newest: dict[str, datetime] = {}
    for row in rows:
        if row.sound_at and row.sound_at > scope.now - STALE:
            newest[row.station] = max(newest.get(row.station, row.sound_at), row.sound_at)
    known = {slug: index for slug, index in judged(scope.realm, newest).items() if index is not None}
    worst = max(known, key=lambda slug: (known[slug].value, slug), default=None)
    station = stations().get(worst) if worst else None
    if worst is None or station is None:
        return Figure(value=None, as_of=_newest(rows), query=AIR_QUERY, rules=rules)
    index = known[worst]
    return Figure(
        value=index.value,
        as_of=newest[worst],
        query=AIR_QUERY,
        target=AIR_TARGET,
        target_text=message(
            gettext_noop("{station}: {band}, by {pollutant}"),
            station=station.label,
            band=message(index.band.name),
            pollutant=message(PROPERTY[index.pollutant]),
        ),
        severity=next((severity for above, severity in OF_AIR if index.value > above), None),
        rules=rules,
    )


# --- stations --------------------------------------------------------------------------------------------------------


def station_list(scope: Scope) -> Figure:
    """Return sensors with their latest values, rivers above an alarm first, then broken ones: 4 statements.

    Up to ``LISTED`` rows: whoever wants all of ten thousand opens the query.
    """
    standing = {river.station.slug: river for river in _standing(_heard(scope), scope.now)}
    alarmed = [slug for slug, river in standing.items() if river.severity]
    known = _latest(scope).order_by()
    urgent = Case(When(station__in=alarmed, prop=WATER_LEVEL, then=0), When(~Q(flaw=""), then=1), default=2)
    rows = list(_latest(scope).order_by(urgent, "station", "prop")[:LISTED])
    listed = sorted(((_rank(row, standing), _row(row, standing)) for row in rows), key=lambda one: one[0])
    return Figure(
        value=known.values("station").distinct().count(),  # hashed; COUNT(DISTINCT …) would sort ten thousand names
        as_of=known.aggregate(newest=Max("occurred_at"))["newest"],
        query=LATEST_QUERY,
        unit=message(gettext_noop("stations")),
        rows=[row for _key, row in listed],
        rules=(LEVEL, SENSOR, GAP),
        columns=SENSORS,
    )


def _rank(row: LatestValue, standing: dict[str, _River]) -> tuple[int, str, str]:
    return -rank_of(_severity(row, standing) or "info"), row.station, row.prop


def _severity(row: LatestValue, standing: dict[str, _River]) -> Severity | None:
    river = standing.get(row.station) if row.prop == WATER_LEVEL else None
    return (river.severity if river else None) or ("low" if row.flaw else None)


def _row(row: LatestValue, standing: dict[str, _River]) -> dict[str, object]:
    station = stations().get(row.station)
    river = standing.get(row.station) if row.prop == WATER_LEVEL else None
    severity = _severity(row, standing)
    return {
        "id": f"{row.station}:{row.prop}",
        "at": row.occurred_at.isoformat(),
        "title": station.label if station else {"vi": row.station, "en": row.station},
        "unit": row.unit,
        "department": row.department,
        "property": message(PROPERTY.get(row.prop, row.prop)),
        "value": round(row.value, 2),
        "measure": row.measure,
        "quality": row.quality,
        "stands": str(river.stands) if river else "",
        "state": message(_WORDS[row.quality]),
        "open": severity is not None,
        "severity": severity or "info",
    }


_WORDS: dict[str, str] = {
    Quality.GOOD: gettext_noop("good"),
    Quality.SUSPECT: gettext_noop("suspect"),
    Quality.BAD: gettext_noop("bad"),
}

_SOURCES = ("observations",)
PANELS: tuple[Panel, ...] = (
    Panel("river", gettext_noop("Rivers"), "number", worst_river, _SOURCES, fresh_for=FRESH, key=True),
    Panel("heights", gettext_noop("River height, 24 hours"), "chart", height_chart, _SOURCES, fresh_for=FRESH),
    Panel("rain", gettext_noop("Rain by commune, 24 hours"), "map", rain_by_commune, _SOURCES, fresh_for=FRESH),
    Panel("air", gettext_noop("Air quality"), "number", worst_air, _SOURCES, fresh_for=FRESH),
    Panel("air_day", gettext_noop("Air quality, 24 hours"), "number", worst_day, _SOURCES, fresh_for=FRESH),
    Panel("stations", gettext_noop("Stations"), "list", station_list, _SOURCES, fresh_for=FRESH),
)

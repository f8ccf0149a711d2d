"""When rivers, rain, air and sensors need a person. Reads records, writes nothing.

Every rule looks at what just arrived and, for each station among it, at the little that its question needs; the number
of statements does not grow with the batch. Only a value that says so clears an alarm: a silent station never does.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from monitors.environment import curves
from monitors.environment.findings.air import AIR_QUALITY, FINE_DUST, air_quality, fine_dust
from monitors.environment.findings.common import arrived, by_station, finding
from monitors.environment.findings.fire import FOREST_FIRE, forest_fire
from monitors.environment.findings.gaps import GAP, gaps, gaps_over
from monitors.environment.models import LatestValue, Observation
from monitors.environment.science import rain, rain_risk, rivers
from monitors.environment.science.quality import FLAT, RANGE, SPIKE
from monitors.environment.selectors import rain_of_hours, series, wet_share
from monitors.environment.stations import PROPERTY, RAIN, WATER_LEVEL, Station, stations
from services.contract import Cleared, Finding, Moment, Result, Rule, Severity, message, rank_of
from services.kernel.clock import LOCAL

LEVEL = "environment.river_level"
RISE = "environment.river_rise"
HEAVY_RAIN = "environment.heavy_rain"
SENSOR = "environment.sensor"

OF_ALARM: dict[int, Severity] = {1: "medium", 2: "high", 3: "critical"}
OF_RAIN: dict[int, Severity] = {1: "low", 2: "medium", 3: "high", 4: "critical"}
OF_RISK: dict[int, Severity] = {1: "low", 2: "medium", 3: "high", 4: "critical"}
DOWNSTREAM_FROM = 2
"""Alarm from which the communes downstream have work of their own."""
COVERED = 0.5
"""Share of the readings of twelve hours without which "no heavy rain" is not said."""
STUBBORN = 3
"""Bad values in a row that make a bad sensor more than a hiccup."""


# --- rivers ----------------------------------------------------------------------------------------------------------


def river_levels(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield where each river stands: an alarm for the station, from alarm II on one for each commune downstream.

    A value that comes late is judged as it was, and then the newest one has the last word: 2 statements.
    """
    found = by_station(arrived(ids, moment, WATER_LEVEL))
    for slug, rows in sorted(found.items()):
        for row in rows:
            yield from _level(slug, row.value, row.occurred_at, [row.pk])
    newest = LatestValue.objects.filter(realm=moment.realm, prop=WATER_LEVEL, station__in=found).order_by("station")
    for slug, value, at in newest.values_list("station", "sound_value", "sound_at") if found else ():
        if value is not None and at is not None and at > found[slug][-1].occurred_at:
            yield from (one for one in _level(slug, value, at, []) if isinstance(one, Cleared))


def _level(slug: str, height: float, at: datetime, evidence: Sequence[int]) -> Iterator[Result]:
    station = stations().get(slug)
    levels = rivers.levels_on(station.alarm, at.astimezone(LOCAL).date()) if station else None
    if station is None or levels is None:
        return
    stands = rivers.standing(height, levels)
    told = {"station": station.label, "alarm": stands.name, "margin": stands.margin, "level": round(height, 2)}
    if stands.alarm:
        title = message(gettext_noop("{station} {level} m: above alarm {alarm} by {margin} m"), **told)
        yield finding(LEVEL, slug, station, OF_ALARM[stands.alarm], title, at, evidence)
    else:
        yield Cleared(rule=LEVEL, fingerprint=f"{LEVEL}:{slug}", seen=at)
    for unit in station.downstream:
        key = f"{LEVEL}:{slug}:{unit}"
        if stands.alarm < DOWNSTREAM_FROM:
            yield Cleared(rule=LEVEL, fingerprint=key, seen=at)
            continue
        yield Finding(
            rule=LEVEL,
            severity=OF_ALARM[stands.alarm],
            fingerprint=key,
            title=message(gettext_noop("Flood from {station}: above alarm {alarm} by {margin} m"), **told),
            seen=at,
            unit=unit,
            category="downstream",
            evidence=evidence,
        )


def river_rises(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a finding for each river that rises faster than its station warns of: 2 statements."""
    found = by_station(arrived(ids, moment, WATER_LEVEL))
    if not found:
        return
    known = series(moment.realm, found, (WATER_LEVEL,), _span(found, rivers.LONGEST_SPAN))
    for slug, rows in sorted(found.items()):
        station, readings = stations().get(slug), [(at, value) for at, value in known.get((slug, WATER_LEVEL), ())]
        for row in rows if station else ():
            rate = rivers.rate_of_rise([one for one in readings if one[0] <= row.occurred_at])
            if station and rate is not None:
                yield _rise(station, rate, row)


def _rise(station: Station, rate: float, row: Observation) -> Result:
    if rate < station.rise:
        return Cleared(rule=RISE, fingerprint=f"{RISE}:{station.slug}", seen=row.occurred_at)
    told = {"station": station.label, "rate": round(rate, 2), "level": round(row.value, 2)}
    title = message(gettext_noop("{station} rises {rate} m an hour, now {level} m"), **told)
    severity: Severity = "high" if rate >= 2 * station.rise else "medium"
    return finding(RISE, station.slug, station, severity, title, row.occurred_at, [row.pk])


def _span(found: dict[str, list[Observation]], before: timedelta) -> tuple[datetime, datetime]:
    """Return the instants between which values matter for what arrived."""
    instants = [row.occurred_at for rows in found.values() for row in rows]
    return min(instants) - before, max(instants)


# --- rain ------------------------------------------------------------------------------------------------------------


def heavy_rain(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield the band of what fell in 12 and 24 hours up to each new reading, and the risk it amounts to.

    2 statements, and 2 more where it rains heavily: how long it has done so, and how widely.
    """
    found = by_station(arrived(ids, moment, RAIN))
    if not found:
        return
    known = series(moment.realm, found, (RAIN,), _span(found, rain.LONG))
    gauges = {slug: rain.Gauge(known.get((slug, RAIN), ())) for slug in found if slug in stations()}
    amounts = {row.pk: gauges[slug].amounts(row.occurred_at) for slug in gauges for row in found[slug]}
    wet = {slug for slug in gauges if any(amounts[row.pk].band for row in found[slug])}
    spells, share = _spells(moment, {slug: found[slug] for slug in wet})
    for slug, gauge in sorted(gauges.items()):
        for row in found[slug]:
            fell = amounts[row.pk]
            lasting = spells.get(slug, gauge).lasting(row.occurred_at) if fell.band else timedelta(0)
            result = _rain(stations()[slug], fell, rain_risk.risk_level(fell.band, lasting, share), row)
            if result:
                yield result


def _spells(moment: Moment, wet: dict[str, list[Observation]]) -> tuple[dict[str, rain.Gauge], float]:
    """Return the last days of the gauges with heavy rain, and the share of all gauges that have it now."""
    if not wet:
        return {}, 0.0
    days = _span(wet, rain.LONG + timedelta(hours=rain.LONGEST_HOURS))
    spells = {slug: rain.Gauge(readings) for slug, readings in rain_of_hours(moment.realm, wet, days).items()}
    return spells, wet_share(moment.realm, days[1])


def _rain(station: Station, amounts: rain.Amounts, risk: int, row: Observation) -> Result | None:
    if amounts.band:
        told = {"station": station.label, "amount": round(max(amounts.long, amounts.short), 1)}
        told |= {"band": message(rain.NAMES[amounts.band])}
        severity = OF_RAIN[amounts.band]
        if risk:
            msgid = gettext_noop("Rain at {station}: {amount} mm in 24 hours ({band}), disaster risk level {risk}")
            title = message(msgid, risk=risk, **told)
            severity = max(severity, OF_RISK[risk], key=rank_of)
        else:
            title = message(gettext_noop("Rain at {station}: {amount} mm in 24 hours ({band})"), **told)
        return finding(HEAVY_RAIN, station.slug, station, severity, title, row.occurred_at, [row.pk])
    if amounts.readings < COVERED * (rain.SHORT / station.pace):
        return None  # too little was heard of these hours to say that they were dry
    return Cleared(rule=HEAVY_RAIN, fingerprint=f"{HEAVY_RAIN}:{station.slug}", seen=row.occurred_at)


# --- sensors ---------------------------------------------------------------------------------------------------------

_WHAT = {
    RANGE: gettext_noop("out of range"),
    SPIKE: gettext_noop("an impossible jump"),
    FLAT: gettext_noop("always the same"),
}


def sensors(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a maintenance finding for each sensor that says what cannot be, else a clear: 2 statements.

    It is work for a technician, never an alarm about the river.
    """
    rows = Observation.objects.filter(pk__in=ids, realm=moment.realm).order_by("occurred_at", "pk")
    found = list(rows.values_list("station", "prop", "value", "measure", "flaw", "occurred_at", "pk"))
    keys = {(row[0], row[1]) for row in found if row[4]}
    counts = LatestValue.objects.filter(realm=moment.realm, station__in={slug for slug, _prop in keys}, bad_count__gt=0)
    bad = {(slug, prop): n for slug, prop, n in counts.values_list("station", "prop", "bad_count")} if keys else {}
    for slug, prop, value, measure, flaw, at, pk in found:
        station, key = stations().get(slug), f"{slug}:{prop}"
        if not flaw:
            yield Cleared(rule=SENSOR, fingerprint=f"{SENSOR}:{key}", seen=at)
        elif station:
            told = {"station": station.label, "property": message(PROPERTY[prop]), "value": round(value, 2)}
            told |= {"measure": measure, "flaw": message(_WHAT[flaw])}
            title = message(gettext_noop("{station}: {property} reads {value} {measure}, {flaw}"), **told)
            severity: Severity = "medium" if bad.get((slug, prop), 0) >= STUBBORN else "low"
            yield finding(SENSOR, key, station, severity, title, at, [pk])


_SOURCES = ("observations",)
RULES = (
    Rule(
        id=LEVEL,
        version=1,
        severity="high",
        title=gettext_noop("River above an alarm level"),
        basis=gettext_noop("Decision 05/2020/QĐ-TTg: flood alarm levels I, II and III of each station"),
        sources=_SOURCES,
        detect=river_levels,
        curve=curves.river,
    ),
    Rule(
        id=RISE,
        version=1,
        severity="medium",
        title=gettext_noop("River rising fast"),
        basis=gettext_noop("practice: metres an hour of each station (configuration)"),
        sources=_SOURCES,
        detect=river_rises,
        curve=curves.river,
    ),
    Rule(
        id=HEAVY_RAIN,
        version=2,
        severity="medium",
        title=gettext_noop("Heavy rain"),
        basis=gettext_noop("Decision 18/2021/QĐ-TTg: bands of rain, crossed with duration and extent to risk levels"),
        sources=_SOURCES,
        detect=heavy_rain,
        curve=curves.rainfall,
    ),
    Rule(
        id=AIR_QUALITY,
        version=1,
        severity="medium",
        title=gettext_noop("Bad air"),
        basis=gettext_noop("Decision 1459/QĐ-TCMT: VN_AQI above 150"),
        sources=_SOURCES,
        detect=air_quality,
        curve=curves.air,
    ),
    Rule(
        id=FINE_DUST,
        version=1,
        severity="low",
        title=gettext_noop("Fine dust above the limit of a day"),
        basis=gettext_noop("QCVN 05:2023/BTNMT: PM2.5 over 24 hours, 50 µg/m³ and 45 from 1 January 2026"),
        sources=_SOURCES,
        detect=fine_dust,
        curve=curves.dust,
    ),
    Rule(
        id=FOREST_FIRE,
        version=1,
        severity="medium",
        title=gettext_noop("Forest-fire danger"),
        basis=gettext_noop("practice: Nesterov's index, levels IV and V of five (configuration)"),
        sources=_SOURCES,
        detect=forest_fire,
    ),
    Rule(
        id=SENSOR,
        version=1,
        severity="low",
        title=gettext_noop("Sensor in need of a technician"),
        basis=gettext_noop("range, spike and flat-line checks after WMO-No. 488; limits are configuration"),
        sources=_SOURCES,
        detect=sensors,
    ),
    Rule(
        id=GAP,
        version=2,
        severity="low",
        title=gettext_noop("Station silent"),
        basis=gettext_noop(
            "practice: three missed readings; where most stations are silent together it is one outage (configuration)"
        ),
        sources=_SOURCES,
        detect=gaps_over,
        sweep=gaps,
        every=timedelta(minutes=15),
    ),
)

CATEGORIES = {
    "water_level": gettext_noop("Water level of rivers"),
    "rain": gettext_noop("Heavy rain"),
    "air": gettext_noop("Air quality"),
    "weather": gettext_noop("Weather"),
    "downstream": gettext_noop("Flood from upstream"),
    "outage": gettext_noop("Stations that are silent"),
}
"""What the categories of findings are called: message ids by code."""

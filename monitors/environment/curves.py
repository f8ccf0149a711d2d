"""What a finding about rivers, rain or air rests on over time: one station's course against its levels. Reads only.

The station is that of the newest record behind the finding. Two statements each.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from monitors.environment.models import Observation
from monitors.environment.science import aqi, rain, rivers
from monitors.environment.science.limits import limit_on
from monitors.environment.selectors import air_by_hour, rain_of_hours, series
from monitors.environment.stations import WATER_LEVEL, Station, stations
from services.contract import Curve, CurveLine, Message, Moment, Severity, message
from services.kernel.clock import LOCAL

HOUR = timedelta(hours=1)
SPAN = timedelta(hours=24)
"""How far back a curve goes: the flood's rise and, of rain and air, the day that is judged."""
OF_ALARM: dict[int, Severity] = {1: "medium", 2: "high", 3: "critical"}
OF_RAIN: tuple[tuple[int, Severity], ...] = ((100, "medium"), (200, "high"), (400, "critical"))
"""Where the bands of 24 hours begin, in mm (Decision 18/2021/QĐ-TTg)."""
OF_INDEX: tuple[tuple[int, Severity], ...] = ((150, "medium"), (200, "high"), (300, "critical"))


def _station(ids: Sequence[int], moment: Moment) -> Station | None:
    slugs = Observation.objects.filter(pk__in=ids, realm=moment.realm).order_by("-occurred_at", "-pk")
    slug = slugs.values_list("station", flat=True).first()
    return stations().get(slug or "")


# --- rivers ----------------------------------------------------------------------------------------------------------


def river(ids: Sequence[int], moment: Moment) -> Curve | None:
    """Return a river's usable heights of the last day with alarms I to III; None without a station."""
    station = _station(ids, moment)
    if station is None:
        return None
    span = (moment.as_of - SPAN, moment.as_of)
    points = series(moment.realm, [station.slug], (WATER_LEVEL,), span)[station.slug, WATER_LEVEL]
    return Curve(
        title=message(gettext_noop("Height of the river at {station}"), station=station.label),
        points=[(at, round(value, 2)) for at, value in points],
        unit=message("m"),
        decimals=2,
        lines=_alarms(station, moment.as_of),
        change=HOUR,
    )


def _alarms(station: Station, at: datetime) -> list[CurveLine]:
    levels = rivers.levels_on(station.alarm, at.astimezone(LOCAL).date())
    if levels is None:
        return []
    heights = (levels.one, levels.two, levels.three)
    title = gettext_noop("Alarm {alarm}")
    return [
        CurveLine(message(title, alarm=rivers.NAMES[n]), height, OF_ALARM[n]) for n, height in enumerate(heights, 1)
    ]


# --- rain ------------------------------------------------------------------------------------------------------------


def rainfall(ids: Sequence[int], moment: Moment) -> Curve | None:
    """Return what had fallen in the 24 hours up to each hour of the last day; None without a station."""
    station = _station(ids, moment)
    if station is None:
        return None
    span = (moment.as_of - SPAN - rain.LONG, moment.as_of)
    fell = rain_of_hours(moment.realm, [station.slug], span).get(station.slug, [])
    gauge = rain.Gauge(fell)
    hours = [moment.as_of - n * HOUR for n in range(int(SPAN / HOUR), -1, -1)]
    title = gettext_noop("From {amount} mm")
    return Curve(
        title=message(gettext_noop("Rain of 24 hours at {station}"), station=station.label),
        points=[(at, round(gauge.amounts(at).long, 1) if _heard(fell, at) else None) for at in hours],
        unit=message("mm"),
        decimals=1,
        lines=[CurveLine(message(title, amount=mm), float(mm), severity) for mm, severity in OF_RAIN],
    )


def _heard(fell: Sequence[tuple[datetime, float]], at: datetime) -> bool:
    """Tell whether anything was heard in the 24 hours up to an instant: silence is not "no rain"."""
    times = [one for one, _mm in fell]
    return bisect_right(times, at) > bisect_right(times, at - rain.LONG)


# --- air -------------------------------------------------------------------------------------------------------------


def air(ids: Sequence[int], moment: Moment) -> Curve | None:
    """Return the hourly index of the last day; None without a station."""
    station = _station(ids, moment)
    if station is None:
        return None
    count = int(SPAN / HOUR)
    hours = air_by_hour(moment.realm, station.slug, moment.as_of, count + aqi.NOWCAST_HOURS, aqi.POLLUTANTS)
    found = [
        aqi.hourly({name: values[back : back + aqi.NOWCAST_HOURS] for name, values in hours.items()})
        for back in range(count)
    ]
    return Curve(
        title=message(gettext_noop("Air quality index at {station}"), station=station.label),
        points=_by_hour(moment.as_of, [None if one is None else float(one.value) for one in found]),
        unit=message("VN_AQI"),
        lines=[CurveLine(_above(index), float(index), severity) for index, severity in OF_INDEX],
    )


def dust(ids: Sequence[int], moment: Moment) -> Curve | None:
    """Return the mean of PM2.5 over the 24 hours up to each hour of the last day; None without a station."""
    station = _station(ids, moment)
    if station is None:
        return None
    count = int(SPAN / HOUR)
    wanted = air_by_hour(moment.realm, station.slug, moment.as_of, count + aqi.DAY_HOURS, ("pm2_5",))["pm2_5"]
    means = [aqi.mean_of_a_day(wanted[back : back + aqi.DAY_HOURS]) for back in range(count)]
    limit = limit_on(moment.as_of.astimezone(LOCAL).date()).pm2_5
    return Curve(
        title=message(gettext_noop("Fine dust over 24 hours at {station}"), station=station.label),
        points=_by_hour(moment.as_of, means),
        unit=message("µg/m³"),
        decimals=1,
        lines=[CurveLine(message(gettext_noop("limit {limit}"), limit=limit), limit, "low")],
    )


def _above(index: int) -> Message:
    return message(gettext_noop("Index {index}"), index=index)


def _by_hour(until: datetime, newest_first: Iterable[float | None]) -> list[tuple[datetime, float | None]]:
    """Return values of hours under the hours they belong to, oldest first; the present hour counts until now."""
    begun = until.replace(minute=0, second=0, microsecond=0)
    found = [(min(until, begun - (back - 1) * HOUR), value) for back, value in enumerate(newest_first)]
    return found[::-1]

"""When the forest is dry enough to burn. Reads records, writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_noop

from monitors.environment.findings.common import arrived, by_station, finding
from monitors.environment.models import Observation
from monitors.environment.science import fire
from monitors.environment.selectors import weather_by_day
from monitors.environment.stations import HUMIDITY, RAIN, TEMPERATURE, stations
from services.contract import Cleared, Moment, Result, Severity, message
from services.kernel.clock import LOCAL

FOREST_FIRE = "environment.forest_fire"
OF_FIRE: dict[int, Severity] = {4: "medium", 5: "high"}
"""Levels that are worth a finding: dangerous, extremely dangerous."""
HOUR = 13
"""The hour of the day, local time, whose values the index takes."""
SPELL_DAYS = 90
"""A dry spell is looked at no further back (configuration)."""


def forest_fire(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield the danger at each station whose temperature of 13:00 arrived: 3 statements, else 1."""
    midday = [row for row in arrived(ids, moment, TEMPERATURE) if row.occurred_at.astimezone(LOCAL).hour == HOUR]
    found = by_station(midday)
    if not found:
        return
    newest = max(row.occurred_at for row in midday)
    weather = weather_by_day(moment.realm, found, newest - timedelta(days=SPELL_DAYS), newest, hour=HOUR)
    for slug, rows in sorted(found.items()):
        if slug in stations():
            yield _danger(slug, weather.get(slug, {}), rows[-1])


def _danger(slug: str, weather: Mapping[date, Mapping[str, float]], row: Observation) -> Result:
    today = row.occurred_at.astimezone(LOCAL).date()
    days = [weather.get(today - timedelta(days=back), {}) for back in range(SPELL_DAYS, -1, -1)]
    index = fire.nesterov(fire.Day(day.get(TEMPERATURE), day.get(HUMIDITY), day.get(RAIN, 0.0)) for day in days)
    level = fire.level(index)
    if level not in OF_FIRE:
        return Cleared(rule=FOREST_FIRE, fingerprint=f"{FOREST_FIRE}:{slug}", seen=row.occurred_at)
    station = stations()[slug]
    title = message(
        gettext_noop("Forest-fire danger level {level} at {station} (index {index})"),
        level=fire.NAMES[level - 1],
        station=station.label,
        index=round(index),
    )
    return finding(FOREST_FIRE, slug, station, OF_FIRE[level], title, row.occurred_at, [row.pk])

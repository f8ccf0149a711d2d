"""When the air needs a person: the hourly index, and a day's mean of fine dust. Reads records, writes nothing."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_noop

from monitors.environment.findings.common import arrived, by_station, finding
from monitors.environment.science.aqi import POLLUTANTS
from monitors.environment.science.limits import limit_on
from monitors.environment.selectors import air_now, dust_of_a_day
from monitors.environment.stations import stations
from services.contract import Cleared, Moment, Result, Severity, message
from services.kernel.clock import LOCAL

AIR_QUALITY = "environment.air_quality"
FINE_DUST = "environment.fine_dust"
OF_AIR: tuple[tuple[int, Severity], ...] = ((300, "critical"), (200, "high"), (150, "medium"))
"""Index above which the air is an alarm: bad, very bad, hazardous."""


def air_quality(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a finding for each station whose hourly index is bad or worse: 2 statements."""
    found = by_station(arrived(ids, moment, *POLLUTANTS))
    if not found:
        return
    newest = {slug: rows[-1].occurred_at for slug, rows in found.items()}
    for slug, index in sorted(air_now(moment.realm, newest).items()):
        station, row = stations().get(slug), found[slug][-1]
        if station is None or index is None:
            continue
        severity = next((severity for above, severity in OF_AIR if index.value > above), None)
        if severity is None:
            yield Cleared(rule=AIR_QUALITY, fingerprint=f"{AIR_QUALITY}:{slug}", seen=row.occurred_at)
            continue
        title = message(
            gettext_noop("Air at {station}: index {index}, {band}"),
            station=station.label,
            index=index.value,
            band=message(index.band.name),
        )
        evidence = [one.pk for one in found[slug]]
        yield finding(AIR_QUALITY, slug, station, severity, title, row.occurred_at, evidence)


def fine_dust(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a finding for each station whose mean of 24 hours is above the limit of the day: 2 statements.

    Fewer than 18 hours with a usable value make no mean, and then nothing is said.
    """
    found = by_station(arrived(ids, moment, "pm2_5"))
    newest = {slug: rows[-1].occurred_at for slug, rows in found.items()}
    for slug, mean in sorted(dust_of_a_day(moment.realm, newest).items()):
        station, row = stations().get(slug), found[slug][-1]
        if station is None or mean is None:
            continue
        limit = limit_on(row.occurred_at.astimezone(LOCAL).date())
        if mean <= limit.pm2_5:
            yield Cleared(rule=FINE_DUST, fingerprint=f"{FINE_DUST}:{slug}", seen=row.occurred_at)
            continue
        title = message(
            gettext_noop("Fine dust at {station}: {amount} µg/m³ over 24 hours, limit {limit}"),
            station=station.label,
            amount=round(mean, 1),
            limit=limit.pm2_5,
        )
        evidence = [one.pk for one in found[slug]]
        yield finding(FINE_DUST, slug, station, "low", title, row.occurred_at, evidence)

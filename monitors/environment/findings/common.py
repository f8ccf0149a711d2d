"""What every rule about stations needs: what arrived, by station, and a finding at its place."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from monitors.environment.models import Observation
from monitors.environment.selectors import sound
from monitors.environment.stations import OWNER, Station
from services.contract import Finding, Message, Moment, Severity


def arrived(ids: Sequence[int], moment: Moment, *props: str) -> list[Observation]:
    """Return the usable values among what arrived, oldest first: 1 statement."""
    found = sound(Observation.objects.filter(pk__in=ids, realm=moment.realm, prop__in=props))
    return list(found.defer("raw", "digest").order_by("occurred_at", "pk"))


def by_station(rows: Iterable[Observation]) -> dict[str, list[Observation]]:
    """Return the rows by their station, in their order."""
    groups: dict[str, list[Observation]] = defaultdict(list)
    for row in rows:
        groups[row.station].append(row)
    return groups


def finding(
    rule: str, key: str, station: Station, severity: Severity, title: Message, seen: datetime, evidence: Sequence[int]
) -> Finding:
    """Return a finding where a station stands; ``key`` tells the conditions of one rule apart."""
    return Finding(
        rule=rule,
        severity=severity,
        fingerprint=f"{rule}:{key}",
        title=title,
        seen=seen,
        unit=station.unit,
        department=OWNER,
        place=(station.lon, station.lat),
        category=station.kind,
        evidence=evidence,
    )

"""Accidents and fires with many dead, and places where accidents gather."""

from collections.abc import Iterator, Sequence

from django.contrib.gis.geos import Point
from django.db.models import Max
from django.utils.translation import gettext_noop

from monitors.public_safety.cameras import OWNER
from monitors.public_safety.models import Incident, IncidentKind
from monitors.public_safety.science import spots
from services.contract import Cleared, Finding, Message, Moment, Result, message

SERIOUS = "public_safety.serious_incident"
BLACK_SPOT = "public_safety.black_spot"
DEAD = 3
"""Dead that make an incident a serious one (configuration)."""


def serious(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield a finding for each incident with three dead or more, a clear when it is corrected: 1 statement."""
    rows = Incident.objects.filter(pk__in=ids, realm=moment.realm).exclude(kind=IncidentKind.CRIME)
    for row in rows.defer("raw", "digest").order_by("occurred_at", "pk"):
        fingerprint = f"{SERIOUS}:{row.external_id}"
        if row.deaths < DEAD:
            yield Cleared(rule=SERIOUS, fingerprint=fingerprint, seen=row.as_of)
            continue
        yield Finding(
            rule=SERIOUS,
            severity="high",
            fingerprint=fingerprint,
            title=_serious_title(row),
            seen=max(row.occurred_at, row.as_of),
            unit=row.unit or None,
            department=OWNER,
            place=row.lon_lat,
            category=row.kind,
            evidence=[row.pk],
        )


def _serious_title(row: Incident) -> Message:
    harm = {"deaths": row.deaths, "injuries": row.injuries}
    if row.kind == IncidentKind.FIRE:
        return message(gettext_noop("Fire: {deaths} dead, {injuries} injured"), **harm)
    return message(gettext_noop("Traffic accident: {deaths} dead, {injuries} injured"), **harm)


def black_spots(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield the black spots that accidents which just arrived belong to: 2 statements."""
    arrived = Incident.objects.filter(pk__in=ids, kind=IncidentKind.ACCIDENT, place__isnull=False)
    newest = arrived.aggregate(at=Max("occurred_at"))["at"]
    if newest is not None:
        yield from (r for r in _spots(Moment(moment.realm, newest), set(ids)) if isinstance(r, Finding))


def black_spots_now(moment: Moment) -> Iterator[Result]:
    """Yield every black spot, and a clear for what was one within half a year: 1 statement."""
    yield from _spots(moment, None)


def _spots(moment: Moment, fresh: set[int] | None) -> Iterator[Result]:
    """``fresh``: only spots with one of these; None: all."""
    since = moment.as_of - 3 * spots.MEMORY
    rows = Incident.objects.filter(
        realm=moment.realm, kind=IncidentKind.ACCIDENT, place__isnull=False, occurred_at__gt=since
    )
    accidents = [
        spots.Accident(pk, at, place.x, place.y, unit)
        for pk, at, place, unit in rows.values_list("pk", "occurred_at", "place", "unit")
        if isinstance(place, Point)
    ]
    black = spots.black(spots.spots(accidents, moment.as_of), moment.as_of)
    for key, spot in sorted(black.items()):
        recent = spot.recent(moment.as_of)
        if fresh is None or fresh & {one.pk for one in recent}:
            yield _spot_finding(key, spot, recent)
    for key in sorted({spots.key_of(one) for one in accidents} - black.keys()):
        yield Cleared(rule=BLACK_SPOT, fingerprint=f"{BLACK_SPOT}:{key}", seen=moment.as_of)


def _spot_finding(key: str, spot: spots.Spot, recent: Sequence[spots.Accident]) -> Finding:
    text = gettext_noop("{count} accidents within {metres} m in {days} days")
    told = {"count": len(recent), "metres": int(spots.RADIUS), "days": spots.WINDOW.days}
    return Finding(
        rule=BLACK_SPOT,
        severity="medium",
        fingerprint=f"{BLACK_SPOT}:{key}",
        title=message(text, **told),
        seen=recent[-1].at,
        unit=spot.anchor.unit or None,
        department=OWNER,
        place=(spot.anchor.lon, spot.anchor.lat),
        category="black_spot",
        evidence=[one.pk for one in recent],
        count=len(recent),
    )

"""Road sections that are slower than they usually are at this hour of the week."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from monitors.public_safety.cameras import OWNER, roads
from monitors.public_safety.models import TrafficCount
from monitors.public_safety.science import congestion
from monitors.public_safety.selectors import hour_of, usual_speeds, windows
from services.contract import Cleared, Finding, Moment, Result, message

CONGESTION = "public_safety.congestion"
BEFORE = timedelta(hours=2)
"""How far before what arrived its neighbours are looked for."""


def congested_roads(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield each section that is slower than usual twice in a row, a clear when it runs again: 3 statements.

    Only what arrived and the window before it is looked at, against eight single hours of the weeks before.
    """
    rows = TrafficCount.objects.filter(pk__in=ids, realm=moment.realm).order_by("road", "occurred_at")
    arrived: dict[str, list[datetime]] = defaultdict(list)
    for road, at in rows.values_list("road", "occurred_at"):
        arrived[road].append(at)
    if not arrived:
        return
    instants = [at for times in arrived.values() for at in times]
    known = windows(moment.realm, arrived, min(instants) - BEFORE, max(instants))
    usual = usual_speeds(
        moment.realm, {(road, hour_of(window.start)) for road, found in known.items() for window, _pk in found}
    )
    for road, times in sorted(arrived.items()):
        found, fresh = known[road], set(times)
        shares = [(w, congestion.share_of_usual(w, usual[road, hour_of(w.start)])) for w, _pk in found]
        for number, (window, pk) in enumerate(found, 1):
            if window.start in fresh:
                yield from _road(road, shares[:number], usual[road, hour_of(window.start)], pk)


def _road(
    slug: str, shares: Sequence[tuple[congestion.Window, float | None]], usual: float | None, pk: int
) -> Iterable[Result]:
    road, (window, share) = roads().get(slug), shares[-1]
    verdict = congestion.congested(shares)
    seen = window.start + window.length
    if road is None or verdict is None or share is None:
        return
    if not verdict:
        yield Cleared(rule=CONGESTION, fingerprint=f"{CONGESTION}:{slug}", seen=seen)
        return
    told = {"road": road.label, "speed": round(window.speed or 0), "usual": round(usual or 0)}
    yield Finding(
        rule=CONGESTION,
        severity="medium" if share < congestion.JAMMED else "low",
        fingerprint=f"{CONGESTION}:{slug}",
        title=message(gettext_noop("{road}: {speed} km/h instead of the usual {usual}"), **told),
        seen=seen,
        unit=road.unit,
        department=OWNER,
        place=(road.lon, road.lat),
        category="congestion",
        evidence=[pk],
    )

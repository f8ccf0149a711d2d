"""When cameras, their AI, accidents and roads need a person. Reads records, writes nothing.

AI advises, it never decides (Decree 309/2026, article 12): what nobody confirmed is at most a request to look.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.contrib.gis.geos import Point
from django.db.models import Max, Q
from django.utils.translation import gettext_noop

from monitors.public_safety import queries
from monitors.public_safety.cameras import OWNER, cameras, roads
from monitors.public_safety.models import (
    DOWN,
    CameraCheck,
    CameraEvent,
    CameraState,
    Health,
    Incident,
    IncidentKind,
    Kind,
    Review,
    TrafficCount,
)
from monitors.public_safety.science import congestion, spots
from monitors.public_safety.science.outages import Down, Outage, outages
from monitors.public_safety.selectors import (
    check_facts,
    event_facts,
    hour_of,
    incident_facts,
    traffic_facts,
    usual_speeds,
    windows,
)
from services.contract import Cleared, Finding, Message, Moment, Result, Rule, Severity, message

CAMERA_DOWN = "public_safety.camera_down"
CAMERA_EVENT = "public_safety.camera_event"
SERIOUS = "public_safety.serious_incident"
BLACK_SPOT = "public_safety.black_spot"
CONGESTION = "public_safety.congestion"

EVIDENCE = 50
BAD_CHECKS = 2
"""Checks in a row without a good picture that make a camera down and not just slow to answer."""
LONG_DOWN = timedelta(hours=24)
TO_LOOK_AT: Mapping[str, Severity] = {
    Kind.FIRE_SMOKE: "medium",
    Kind.FIGHT: "medium",
    Kind.CROWD: "low",
    Kind.WRONG_WAY: "low",
}
"""What an event that nobody confirmed may ask for; of other kinds nobody is called."""
CONFIRMED: Mapping[str, Severity] = {
    **dict.fromkeys(TO_LOOK_AT, "high"),
    Kind.ENCROACHMENT: "medium",
    Kind.CONGESTION: "medium",
    Kind.ILLEGAL_PARKING: "low",
}
"""What a confirmed one is. Red lights, helmets, lanes and speed are fined case by case and need no alarm."""
SURE = 0.6
"""Confidence below which an unconfirmed event is "low" whatever its kind (configuration)."""
WINDOW = timedelta(hours=1)
"""Events of one camera and kind within an hour of the clock are one thing to look at."""
DEAD = 3
"""Dead that make an incident a serious one (configuration)."""

# --- cameras ---------------------------------------------------------------------------------------------------------


def cameras_checked(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield what is down and what is back of everything that the cameras just checked belong to: 2 statements."""
    touched = set(CameraCheck.objects.filter(pk__in=ids, realm=moment.realm).values_list("camera", flat=True))
    known = cameras()
    groups = {group for slug in touched & known.keys() for group in _groups_of(slug)}
    yield from _outages({slug for slug in known if groups.intersection(_groups_of(slug))}, moment)


def cameras_down(moment: Moment) -> Iterator[Result]:
    """Yield every outage that holds, and a clear for all others: 1 statement."""
    yield from _outages(set(cameras()), moment)


def _outages(touched: set[str], moment: Moment) -> Iterator[Result]:
    """A camera that is not looked at any more is neither down nor back: its outage stays until a picture says so."""
    known = cameras()
    if not touched & known.keys():
        return
    states = list(CameraState.objects.filter(realm=moment.realm).defer("grid").order_by("camera"))
    down = [
        Down(state.camera, known[state.camera].unit, known[state.camera].owner, state.since or moment.as_of)
        for state in states
        if state.camera in known and state.state in DOWN and state.bad_count >= BAD_CHECKS
    ]
    shaky = {state.camera for state in states if state.state in DOWN and state.bad_count < BAD_CHECKS}
    holding = {outage.key: outage for outage in outages(down)}
    bad = {one.camera for one in down}
    evidence = _latest_checks([state for state in states if state.camera in bad], moment)
    for key, outage in sorted(holding.items()):
        if any(one.camera in touched for one in outage.cameras):
            yield _outage_finding(key, outage, evidence, moment)
    good = {state.camera for state in states if state.state == Health.OK}
    over = {f"camera:{slug}" for slug in touched & (good | bad)}
    over |= {key for slug in touched & known.keys() - shaky for key in _groups_of(slug)}
    for key in sorted(over - holding.keys()):
        yield Cleared(rule=CAMERA_DOWN, fingerprint=f"{CAMERA_DOWN}:{key}", seen=moment.as_of)


def _groups_of(slug: str) -> tuple[str, str]:
    camera = cameras()[slug]
    return f"unit:{camera.unit}", f"owner:{camera.owner}"


def _latest_checks(states: Sequence[CameraState], moment: Moment) -> dict[str, int]:
    """Return the record behind each camera's state."""
    instants = [state.checked_at for state in states if state.checked_at]
    if not instants:
        return {}
    rows = CameraCheck.objects.filter(
        realm=moment.realm,
        camera__in=[state.camera for state in states],
        occurred_at__gte=min(instants),
        occurred_at__lte=max(instants),
    )
    return dict(rows.order_by("camera").values_list("camera").annotate(latest=Max("pk")))


def _outage_finding(key: str, outage: Outage, evidence: Mapping[str, int], moment: Moment) -> Finding:
    first = cameras()[outage.cameras[0].camera]
    if outage.kind == "camera":
        title = message(gettext_noop("Camera {camera} shows no usable picture"), camera=first.label)
        severity: Severity = "medium" if moment.as_of - outage.since >= LONG_DOWN else "low"
    else:
        text = gettext_noop("{count} cameras at once show no usable picture, first {camera}")
        title, severity = message(text, count=len(outage.cameras), camera=first.label), "medium"
    return Finding(
        rule=CAMERA_DOWN,
        severity=severity,
        fingerprint=f"{CAMERA_DOWN}:{key}",
        title=title,
        seen=moment.as_of,
        unit=first.unit if outage.kind != "owner" else None,
        department=first.owner,
        place=(first.lon, first.lat) if outage.kind == "camera" else None,
        category="camera",
        evidence=[evidence[one.camera] for one in outage.cameras if one.camera in evidence][-EVIDENCE:],
        count=len(outage.cameras),
    )


# --- what their AI sees ----------------------------------------------------------------------------------------------


def camera_events(ids: Sequence[int], moment: Moment) -> Iterator[Result]:
    """Yield one finding for all events of a camera and kind within an hour, a clear when all were rejected.

    3 statements: what arrived, its groups, and what people said of them.
    """
    arrived = CameraEvent.objects.filter(pk__in=ids, realm=moment.realm, kind__in=CONFIRMED)
    groups: dict[tuple[str, str, datetime], set[int]] = defaultdict(set)
    for pk, camera, kind, at in arrived.values_list("pk", "camera", "kind", "occurred_at"):
        groups[camera, kind, hour_of(at)].add(pk)
    if not groups:
        return
    condition = Q(pk__in=())
    for camera, kind, start in groups:
        condition |= Q(camera=camera, kind=kind, occurred_at__gte=start, occurred_at__lt=start + WINDOW)
    rows = CameraEvent.objects.filter(condition, realm=moment.realm).select_related("review").defer("raw", "digest")
    found: dict[tuple[str, str, datetime], list[CameraEvent]] = defaultdict(list)
    for event in rows.order_by("occurred_at", "pk"):
        found[event.camera, event.kind, hour_of(event.occurred_at)].append(event)
    for key, events in sorted(found.items()):
        yield from _event_finding(key, events, groups[key], moment)


def _event_finding(
    key: tuple[str, str, datetime], events: Sequence[CameraEvent], fresh: set[int], moment: Moment
) -> Iterator[Result]:
    slug, kind, start = key
    fingerprint = f"{CAMERA_EVENT}:{slug}:{kind}:{start.astimezone(UTC):%Y%m%dT%H}"
    confirmed = [event for event in events if event.verdict == Review.CONFIRMED]
    waiting = [event for event in events if event.verdict == Review.UNCONFIRMED]
    camera = cameras().get(slug)
    shown = confirmed or (waiting if kind in TO_LOOK_AT else [])
    if not shown or camera is None:
        yield Cleared(rule=CAMERA_EVENT, fingerprint=fingerprint, seen=moment.as_of)
        return
    best = max(event.confidence for event in shown)
    told = {"kind": message(KIND_NAMES[kind]), "camera": camera.label, "confidence": round(100 * best)}
    text = gettext_noop("{kind} at {camera}, confirmed by staff")
    if not confirmed:
        text = gettext_noop("Please look: perhaps {kind} at {camera} ({confidence} %)")
    yield Finding(
        rule=CAMERA_EVENT,
        severity=_event_severity(kind, best, confirmed=bool(confirmed)),
        fingerprint=fingerprint,
        title=message(text, **told),
        seen=events[-1].occurred_at,
        unit=camera.unit,
        department=OWNER,  # the police act on what is seen; the owner answers for the camera itself
        place=(camera.lon, camera.lat),
        category=kind,
        evidence=[event.pk for event in shown if event.pk in fresh][-EVIDENCE:] or [shown[-1].pk],
        count=max(1, len([event for event in shown if event.pk in fresh])),
    )


def _event_severity(kind: str, confidence: float, *, confirmed: bool) -> Severity:
    if confirmed:
        return CONFIRMED[kind]
    return TO_LOOK_AT[kind] if confidence >= SURE else "low"


KIND_NAMES: Mapping[str, str] = {
    Kind.NO_HELMET: gettext_noop("riding without a helmet"),
    Kind.RED_LIGHT: gettext_noop("running a red light"),
    Kind.WRONG_WAY: gettext_noop("driving the wrong way"),
    Kind.LANE: gettext_noop("driving in the wrong lane"),
    Kind.SPEED: gettext_noop("speeding"),
    Kind.ILLEGAL_PARKING: gettext_noop("illegal parking"),
    Kind.CONGESTION: gettext_noop("congestion"),
    Kind.CROWD: gettext_noop("a crowd"),
    Kind.FIGHT: gettext_noop("a fight"),
    Kind.ENCROACHMENT: gettext_noop("encroachment"),
    Kind.FIRE_SMOKE: gettext_noop("fire or smoke"),
    Kind.OBJECT: gettext_noop("something seen"),
}

# --- accidents -------------------------------------------------------------------------------------------------------


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


# --- roads -----------------------------------------------------------------------------------------------------------


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
    known = windows(moment.realm, arrived, min(instants) - 2 * WINDOW, max(instants))
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


RULES = (
    Rule(
        id=CAMERA_DOWN,
        version=1,
        severity="low",
        title=gettext_noop("Cameras without a usable picture"),
        basis=gettext_noop("practice: two checks in a row without a picture, frozen or dark (configuration)"),
        sources=("camera_checks",),
        detect=cameras_checked,
        sweep=cameras_down,
        every=timedelta(minutes=10),
        records=queries.CHECKS,
        facts=check_facts,
    ),
    Rule(
        id=CAMERA_EVENT,
        version=1,
        severity="medium",
        title=gettext_noop("Seen by a camera's AI"),
        basis=gettext_noop("Decree 309/2026, article 12: AI advises, people decide; levels are configuration"),
        sources=("camera_events",),
        detect=camera_events,
        clears=False,
        records=queries.EVENTS,
        facts=event_facts,
    ),
    Rule(
        id=SERIOUS,
        version=1,
        severity="high",
        title=gettext_noop("Serious accident or fire"),
        basis=gettext_noop("practice: three dead or more (configuration)"),
        sources=("incidents",),
        detect=serious,
        clears=False,
        records=queries.INCIDENTS,
        facts=incident_facts,
    ),
    Rule(
        id=BLACK_SPOT,
        version=1,
        severity="medium",
        title=gettext_noop("Accident black spot"),
        basis=gettext_noop("practice: three accidents within 500 m in 30 days (configuration)"),
        sources=("incidents",),
        detect=black_spots,
        sweep=black_spots_now,
        every=timedelta(hours=1),
        records=queries.INCIDENTS,
        facts=incident_facts,
    ),
    Rule(
        id=CONGESTION,
        version=1,
        severity="low",
        title=gettext_noop("Road slower than usual"),
        basis=gettext_noop("practice: below half of its usual speed of this hour of the week, twice (configuration)"),
        sources=("traffic_counts",),
        detect=congested_roads,
        records=queries.TRAFFIC,
        facts=traffic_facts,
    ),
)

"""What a camera's AI saw. It advises and never decides (Decree 309/2026, article 12).

What nobody confirmed is at most a request to look.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_noop

from monitors.public_safety.cameras import OWNER, cameras
from monitors.public_safety.models import CameraEvent, Kind, Review
from monitors.public_safety.selectors import hour_of
from services.contract import Cleared, Finding, Moment, Result, Severity, message

CAMERA_EVENT = "public_safety.camera_event"
EVIDENCE = 50
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

"""Cameras without a usable picture: one by one, or as one outage of a commune or an owner."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from django.db.models import Max
from django.utils.translation import gettext_noop

from monitors.public_safety.cameras import cameras
from monitors.public_safety.models import DOWN, CameraCheck, CameraState, Health
from monitors.public_safety.science.outages import Down, Outage, outages
from services.contract import Cleared, Finding, Moment, Result, Severity, message

CAMERA_DOWN = "public_safety.camera_down"
EVIDENCE = 50
BAD_CHECKS = 2
"""Checks in a row without a good picture that make a camera down and not just slow to answer."""
LONG_DOWN = timedelta(hours=24)


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

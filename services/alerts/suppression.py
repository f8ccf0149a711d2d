"""Pure: whether an alert is suppressed by design (ISA-18.2), and by what: announced maintenance or a greater alert.

A critical alert is never hidden by another one, and by maintenance only where the window says so. What a person
suppressed by hand stays with that person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Final

from services.alerts import workflow
from services.alerts.hygiene import Inhibition
from services.contract import rank_of

MAINTENANCE: Final = "maintenance:"
INHIBITED: Final = "inhibited:"
CRITICAL: Final = rank_of("critical")
EARTH: Final = 6_371_008.8
"""Mean radius of the earth in metres (IUGG)."""

Place = tuple[float, float]
"""Longitude and latitude."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is asked about an alert. ``fresh``: it was raised just now, or came back."""

    public_id: str
    monitor: str
    rule: str
    category: str
    fingerprint: str
    severity: int
    state: str
    units: frozenset[int]
    department: int | None
    place: Place | None
    suppressed_by: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A maintenance that is under way; ``mark`` is what its alerts are suppressed by."""

    mark: str
    monitor: str
    rule: str
    category: str
    prefix: str
    unit: int | None
    place: Place | None
    metres: int | None
    critical_too: bool


def by_design(cause: str) -> bool:
    """Tell whether a suppression was declared ahead, in contrast to one that a person set by hand."""
    return cause.startswith((MAINTENANCE, INHIBITED))


def judge(alert: Facts, windows: Sequence[Window], rules: Sequence[Inhibition], parents: Iterable[Facts]) -> str:
    """Return what the alert is to be suppressed by, empty when people are to see it.

    A window explains what is raised while it lasts; what was there before stays with those who have it. A greater alert
    hides what nobody has taken in hand yet.
    """
    if alert.suppressed_by and not by_design(alert.suppressed_by):
        return alert.suppressed_by
    explained = alert.fresh or by_design(alert.suppressed_by)
    for window in windows:
        if explained and explains(window, alert):
            return window.mark
    parent = hiding(alert, rules, parents)
    return f"{INHIBITED}{parent.public_id}" if parent else ""


def explains(window: Window, alert: Facts) -> bool:
    """Tell whether every criterion that the window gives fits the alert."""
    words = ((window.monitor, alert.monitor), (window.rule, alert.rule), (window.category, alert.category))
    return (
        (alert.severity < CRITICAL or window.critical_too)
        and all(wanted in ("", actual) for wanted, actual in words)
        and alert.fingerprint.startswith(window.prefix)
        and (window.unit is None or window.unit in alert.units)
        and _near(window, alert)
    )


def hiding(alert: Facts, rules: Sequence[Inhibition], parents: Iterable[Facts]) -> Facts | None:
    """Return the open alert that hides this one; of several the worst, then the one with the smallest id."""
    if alert.severity >= CRITICAL or alert.state != workflow.ACTIVE:
        return None
    greater = [
        parent
        for parent in parents
        if parent.state in workflow.OPEN and any(_hides(rule, parent, alert) for rule in rules)
    ]
    return min(greater, key=lambda one: (-one.severity, one.public_id), default=None)


def _hides(rule: Inhibition, parent: Facts, child: Facts) -> bool:
    return (
        parent.rule == rule.rule
        and child.rule in rule.hides
        and parent.public_id != child.public_id
        and parent.fingerprint.startswith(rule.prefix)
        and all(_same(name, parent, child) for name in rule.same)
    )


def _same(name: str, parent: Facts, child: Facts) -> bool:
    if name == "unit":
        return bool(parent.units & child.units)
    if name == "key":
        return _key(parent) == _key(child)
    if name == "department":
        return parent.department is not None and parent.department == child.department
    if name == "category":
        return parent.category == child.category
    return parent.monitor == child.monitor


def _key(alert: Facts) -> str:
    return alert.fingerprint.removeprefix(f"{alert.rule}:")


def _near(window: Window, alert: Facts) -> bool:
    if window.place is None or window.metres is None:
        return True
    return alert.place is not None and metres_between(window.place, alert.place) <= window.metres


def metres_between(one: Place, other: Place) -> float:
    """Return the distance along a great circle (haversine), in metres."""
    lon1, lat1, lon2, lat2 = (radians(value) for value in (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, half)))

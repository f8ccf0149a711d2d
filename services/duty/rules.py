"""What a rotation, an override and a leave may look like. Pure: values in, errors by field out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from services.duty.rotation import OFF, WEEK, WORKING, Unit

MOST_PEOPLE: Final = 60
MOST_WINDOWS: Final = 14
LONGEST: Final = {"hours": 24 * 14, "days": 62, "weeks": 8, "shifts": 60}
"""The longest turn, by its unit."""
LONGEST_LEAVE: Final = timedelta(days=400)
LONGEST_CHAIN: Final = 3
A_DAY: Final = timedelta(days=1)
DAYS: Final = (*WEEK, WORKING, OFF)

Errors = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A rotation as somebody wants it. ``people`` are public ids in order; windows are ``{days, from, to}``."""

    name: str
    people: Sequence[str]
    unit: Unit
    length: int
    hand_over: time
    starts_on: date
    ends_on: date | None = None
    order: int = 1
    windows: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def rotation_errors(given: Given, today: date) -> Errors:
    """Return what is wrong with a rotation, empty when nothing is."""
    errors: Errors = {}
    if not given.name.strip():
        errors["name"] = _("Give the rotation a name.")
    if not given.people:
        errors["people"] = _("Name at least one person.")
    elif len(given.people) > MOST_PEOPLE:
        errors["people"] = _("At most {number} people.").format(number=MOST_PEOPLE)
    longest = LONGEST.get(given.unit, 0)
    if not 1 <= given.length <= longest:
        errors["length"] = _("A number from 1 to {number}.").format(number=longest)
    if given.ends_on and given.ends_on < given.starts_on:
        errors["ends_on"] = _("The last day lies before the first one.")
    elif given.ends_on and given.ends_on < today:
        errors["ends_on"] = _("The rotation would be over already: its last day has passed.")
    if abs(given.starts_on - today) > timedelta(days=3660):
        errors["starts_on"] = _("The first day lies too far away.")
    wrong = _window_error(given.windows)
    return errors | ({"windows": wrong} if wrong else {})


def _window_error(windows: Sequence[Mapping[str, Any]]) -> str:
    if len(windows) > MOST_WINDOWS:
        return _("At most {number} windows.").format(number=MOST_WINDOWS)
    for window in windows:
        days = window.get("days", [])
        if not isinstance(days, list) or not set(map(str, days)) <= set(DAYS):
            return _("Days are mon, tue, wed, thu, fri, sat, sun, working, off.")
        if not (_is_time(window.get("from")) and _is_time(window.get("to"))):
            return _("A window has two times, such as 19:00 and 07:00.")
    return ""


def _is_time(value: object) -> bool:
    try:
        return time.fromisoformat(str(value)).tzinfo is None
    except ValueError:
        return False


def span_errors(starts: datetime, ends: datetime, now: datetime, longest: timedelta) -> Errors:
    """Return what is wrong with an interval ahead."""
    if ends <= starts:
        return {"ends": _("The end lies before the beginning.")}
    if ends <= now:
        return {"ends": _("It is over already: what has been is not changed.")}
    if ends - starts > longest:
        return {"ends": _("At most {number} days.").format(number=longest.days)}
    return {}


def chain_error(person: int, stand_in: int, links: Iterable[tuple[int, int]], longest: int = LONGEST_CHAIN) -> str:
    """Return why ``stand_in`` cannot stand in for ``person``, "" when it can.

    ``links`` are the other (person, stand-in) pairs of the same time. Refused are loops, and chains over ``longest``.
    """
    after: dict[int, set[int]] = {}
    for one, other in (*links, (person, stand_in)):
        after.setdefault(one, set()).add(other)
    if person == stand_in or person in _reached(stand_in, after):
        return _("That would go round in a circle: the stand-in is away and names this person in the end.")
    if max(_depth(start, after) for start in after) > longest:
        return _("That would be a chain of more than {number} stand-ins.").format(number=longest)
    return ""


def _reached(start: int, after: Mapping[int, set[int]]) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        new = after.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _depth(start: int, after: Mapping[int, set[int]]) -> int:
    """Return how many links the longest chain from ``start`` has; a loop counts as endless."""
    layer, depth = {start}, 0
    while layer := {other for one in layer for other in after.get(one, ())}:
        depth += 1
        if depth > len(after):
            break
    return depth

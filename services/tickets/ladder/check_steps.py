"""Pure checks of a policy's steps: whom they name, when they come, and that they end."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from services.tickets.ladder.check_values import period, whole
from services.tickets.ladder.findings import Found
from services.tickets.ladder.known import Known, uuid_of
from services.tickets.ladder.shapes import FROM, MOST_REPEATS, MOST_STEPS, STEP_FIELDS, TARGETS, UNTIL


def steps(draft: Mapping[str, Any], known: Known, *, staffed: bool) -> Iterator[Found]:
    """Check all steps. ``staffed`` False takes a roster or person without duty or office as a warning only."""
    given = draft.get("steps", [])
    if not isinstance(given, list):
        yield Found("steps", _("a list of steps"))
        return
    if draft.get("opens", True) is True and not given:
        yield Found("steps", _("nobody would hear of the ticket: at least one step is needed"))
    if draft.get("opens", True) is False and given:
        text = _("these steps are never reached: the policy opens no ticket")
        yield Found("steps", text, warning=True)
    if len(given) > MOST_STEPS:
        yield Found("steps", _("at most {count} steps").format(count=MOST_STEPS))
    wrong = [found for number, step in enumerate(given) for found in _step(number, step, known, staffed)]
    yield from wrong
    if not [found for found in wrong if not found.warning]:
        yield from _together(given)


def _step(number: int, step: object, known: Known, staffed: bool) -> Iterator[Found]:
    field = f"steps.{number}"
    if not isinstance(step, Mapping):
        yield Found(field, _("a step with a target"))
        return
    for name in step:
        if name not in STEP_FIELDS:
            yield Found(
                f"{field}.{str(name)[:40]}",
                _("there is no such field, only {names}").format(names=", ".join(STEP_FIELDS)),
            )
    yield from _target(step.get("target"), f"{field}.target", known, staffed)
    if "after" in step:
        yield from period(step["after"], f"{field}.after")
    for name, choices in (("from", FROM), ("until", UNTIL)):
        if name in step and step[name] not in choices:
            yield Found(f"{field}.{name}", _("one of {names}").format(names=", ".join(choices)))
    if "repeat" in step:
        yield from _repeat(step["repeat"], f"{field}.repeat")


def _target(target: object, field: str, known: Known, staffed: bool) -> Iterator[Found]:
    if not isinstance(target, Mapping) or len(target) != 1 or next(iter(target)) not in TARGETS:
        yield Found(field, _("one target of {names}").format(names=", ".join(TARGETS)))
        return
    kind, value = next(iter(target.items()))
    field = f"{field}.{kind}"
    if kind in {"head", "chair"}:
        if value is not True:
            yield Found(field, _("only true means something here"))
    elif kind == "person":
        yield from _person(value, field, known, staffed)
    elif kind == "roster":
        yield from _roster(value, field, known, staffed)
    elif kind == "rung":
        yield from _rung(value, field, known)
    else:
        yield from _position(value, field, known)


def _rung(value: object, field: str, known: Known) -> Iterator[Found]:
    if not (whole(value, 1, 99) and value in known.rungs):
        orders = ", ".join(map(str, sorted(known.rungs)))
        yield Found(field, _("there is no such rung today, only {names}").format(names=orders))
    elif value in known.vacant_rungs:
        yield Found(field, _("nobody stands on this rung today: the next step would follow at once"), warning=True)


def _position(value: object, field: str, known: Known) -> Iterator[Found]:
    if not (isinstance(value, str) and value in known.positions):
        yield Found(field, _("there is no position “{name}”").format(name=str(value)[:60]))
    elif value in known.vacant:
        yield Found(field, _("nobody holds this position today: the next step would follow at once"), warning=True)


def _person(value: object, field: str, known: Known, staffed: bool) -> Iterator[Found]:
    public_id = uuid_of(value)
    if public_id is None or str(public_id) not in known.people:
        yield Found(field, _("there is no such person"))
    elif not known.people[str(public_id)]:
        text = _("this person has left: no office is theirs today. Name a position instead")
        yield Found(field, text, warning=not staffed)


def _roster(value: object, field: str, known: Known, staffed: bool) -> Iterator[Found]:
    if not isinstance(value, str) or value not in known.rosters:
        yield Found(field, _("there is no duty roster “{name}”").format(name=str(value)[:60]))
    elif known.rosters[value] is None:
        text = _("nobody has a shift ahead in this roster. Plan its shifts first, or name somebody else")
        yield Found(field, text, warning=not staffed)


def _repeat(repeat: object, field: str) -> Iterator[Found]:
    if not isinstance(repeat, Mapping) or not set(repeat) <= {"every", "times"} or "every" not in repeat:
        yield Found(
            field, _("how often and how many times: {example}").format(example='{"every": {"minutes": 15}, "times": 3}')
        )
        return
    yield from period(repeat["every"], f"{field}.every", least=1)
    if "times" not in repeat:
        yield Found(f"{field}.times", _("a repeat without end: say how many times"))
    elif not whole(repeat["times"], 1, MOST_REPEATS):
        yield Found(f"{field}.times", _("a whole number from {least} to {most}").format(least=1, most=MOST_REPEATS))


def _together(given: Sequence[Mapping[str, Any]]) -> Iterator[Found]:
    """Check what only the steps together show: the same people told twice at once, waits that say nothing."""
    seen: dict[str, int] = {}
    for number, step in enumerate(given):
        moment = str((sorted(step["target"].items()), step.get("from", FROM[0]), _waits(step)))
        if moment in seen:
            text = _("the same people as in step {number}, at the same time: they would be told again and again")
            yield Found(f"steps.{number}", text.format(number=seen[moment] + 1))
        seen.setdefault(moment, number)
        if number and _sooner(step, given[:number]):
            text = _("sooner than a step above it: it waits until that one was told")
            yield Found(f"steps.{number}.after", text, warning=True)


def _waits(step: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(kind, amount) for kind, amount in step.get("after", {}).items() if amount]


def _sooner(step: Mapping[str, Any], above: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a step is written to come before one above it; kinds of period are not compared with each other."""
    origin = step.get("from", FROM[0])
    if origin == FROM[0] and any(one.get("from") == FROM[1] for one in above):
        return True
    own = dict(_waits(step))
    same = [dict(_waits(one)) for one in above if one.get("from", FROM[0]) == origin]
    return any(
        wait and (not own or (set(own) == set(wait) and min(own.values()) < min(wait.values()))) for wait in same
    )

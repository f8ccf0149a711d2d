"""Two people edited one policy: what each of them changed, side by side, and one draft that keeps both."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import msgspec
from django.utils.translation import gettext

from services.tickets.ladder import drawn, versions, words
from services.tickets.ladder.editing.fields import LABELS
from services.tickets.ladder.editing.typed import changed, draft_of, typed_of
from services.tickets.ladder.shapes import Content
from services.tickets.models import Policy
from services.tickets.page_words import SEVERITIES

Draft = Mapping[str, Any]
_NAMES: Final = {"title": "title_vi"}


def usual(policy: Policy) -> dict[str, Any]:
    """Return what a stored version says as the form would send it unchanged."""
    return draft_of(typed_of(versions.content_of(policy)), policy.slug)


def together(begun: Draft, mine: Draft, theirs: Draft) -> dict[str, Any]:
    """Return their version with what I changed since ``begun``; where both changed a field it is mine."""
    return {**theirs, **changed(begun, mine)}


def side_by_side(begun: Draft, mine: Draft, theirs: Draft, today: date) -> list[dict[str, Any]]:
    """Return each field that either of the two changed: what I wrote, what they saved, and whether both did."""
    my_changes, their_changes = changed(begun, mine), changed(begun, theirs)
    mine_drawn, theirs_drawn = (versions.unsaved(msgspec.convert(dict(one), Content)) for one in (mine, theirs))
    return [
        {
            "title": _title(name),
            "mine": _lines(mine_drawn, name, today) if name in my_changes else [],
            "theirs": _lines(theirs_drawn, name, today) if name in their_changes else [],
            "both": name in my_changes and name in their_changes,
        }
        for name in mine
        if name in my_changes or name in their_changes
    ]


def _title(name: str) -> str:
    return gettext("Name") if name == "title" else gettext(LABELS[_NAMES.get(name, name)])


def _lines(policy: Policy, name: str, today: date) -> list[str]:
    """Return what a version says in one field, in words."""
    if name == "steps":
        return [_step(number, step) for number, step in enumerate(drawn.steps_of(policy, today), start=1)]
    said: dict[str, Callable[[], list[str]]] = {
        "title": lambda: [policy.title["vi"], policy.title["en"]],
        "severity": lambda: [gettext(SEVERITIES[policy.severity_name])],
        "deadline": lambda: [words.period(policy.deadline)],
        "monitor": lambda: [drawn.monitor_of(policy.monitor) if policy.monitor else gettext("any")],
        "rule": lambda: [drawn.rule_of(policy.rule) if policy.rule else gettext("any")],
        "units": lambda: drawn.units_in(policy.units) or [gettext("everywhere")],
        "departments": lambda: drawn.departments_in(policy.departments) or [gettext("any")],
    }
    if name in said:
        return said[name]()
    value = getattr(policy, name)
    if isinstance(value, bool):
        return [gettext("yes") if value else gettext("no")]
    return [str(value) if value != "" else gettext("any")]


def _step(number: int, step: Mapping[str, Any]) -> str:
    again = f"; {step['again']}" if step["again"] else ""
    return f"{number}. {step['title']}: {step['when']}, {step['unless']}{again}"

"""Pure: a policy as a form holds it, flat texts only: read from what was posted, turned into a draft for the validator.

Whatever was typed comes back as it was typed: a number that is none goes into the draft as a text, and the validator
says what is wrong with it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import QueryDict

from services.tickets.ladder.shapes import FROM, KINDS, MOST_STEPS, UNTIL, Content

MOST_ROWS: Final = MOST_STEPS + 1
"""One more than a policy may have, so that the validator can say so."""
_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """One step as typed. ``target`` is ``rung:2``, ``roster:…``, ``person:``, ``head:``; empty while none is chosen."""

    target: str = ""
    person: str = ""
    wait: str = ""
    wait_kind: str = KINDS[0]
    origin: str = FROM[0]
    until: str = UNTIL[1]
    every: str = ""
    every_kind: str = KINDS[0]
    times: str = ""


_PARTS: Final = tuple(Row.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Typed:
    """A whole policy as typed."""

    order: str
    title_vi: str
    title_en: str
    monitor: str
    rule: str
    category: str
    severity: str
    units: tuple[str, ...]
    departments: tuple[str, ...]
    opens: bool
    auto_close: bool
    acknowledgements: str
    deadline: str
    deadline_kind: str
    steps: tuple[Row, ...]


_TEXTS: Final = ("order", "title_vi", "title_en", "monitor", "rule", "category", "severity", "acknowledgements",
                 "deadline", "deadline_kind")  # fmt: skip


def read(posted: QueryDict) -> Typed:
    """Return what a form sent; what is missing is empty."""
    texts = {name: str(posted.get(name, "")).strip() for name in _TEXTS}
    count = _number(str(posted.get("steps", "0")))
    rows = min(max(count, 0), MOST_ROWS) if isinstance(count, int) else 0
    return Typed(
        **texts,
        units=tuple(map(str, posted.getlist("units"))),
        departments=tuple(map(str, posted.getlist("departments"))),
        opens=bool(posted.get("opens", "")),
        auto_close=bool(posted.get("auto_close", "")),
        steps=tuple(_row(posted, number) for number in range(rows)),
    )


def _row(posted: QueryDict, number: int) -> Row:
    usual = Row()
    parts = {name: str(posted.get(f"s{number}_{name}", getattr(usual, name))).strip() for name in _PARTS}
    return Row(**parts)


def typed_of(content: Content) -> Typed:
    """Return a stored version as the form shows it."""
    kind, amount = next(iter(content.deadline.items()))
    return Typed(
        order=str(content.order),
        title_vi=content.title["vi"],
        title_en=content.title["en"],
        monitor=content.monitor,
        rule=content.rule,
        category=content.category,
        severity=content.severity,
        units=tuple(content.units),
        departments=tuple(content.departments),
        opens=content.opens,
        auto_close=content.auto_close,
        acknowledgements=str(content.acknowledgements),
        deadline=str(amount),
        deadline_kind=kind,
        steps=tuple(map(_row_of, content.steps)),
    )


def _row_of(step: Mapping[str, Any]) -> Row:
    kind, value = next(iter(step["target"].items()))
    wait_kind, wait = _period(step.get("after"))
    repeat = step.get("repeat") or {}
    every_kind, every = _period(repeat.get("every"))
    return Row(
        target=f"{kind}:" if kind in {"head", "chair", "person"} else f"{kind}:{value}",
        person=str(value) if kind == "person" else "",
        wait=wait if wait != "0" else "",
        wait_kind=wait_kind,
        origin=step.get("from", FROM[0]),
        until=step.get("until", UNTIL[1]),
        every=every,
        every_kind=every_kind,
        times=str(repeat.get("times", "")),
    )


def _period(value: Mapping[str, int] | None) -> tuple[str, str]:
    kind, amount = next(iter((value or {}).items()), (KINDS[0], ""))
    return kind, str(amount)


def draft_of(typed: Typed, slug: str) -> dict[str, Any]:
    """Return what was typed as the validator takes it, usual values left out of the steps."""
    return {
        "slug": slug,
        "order": _number(typed.order),
        "title": {"vi": typed.title_vi, "en": typed.title_en},
        "monitor": typed.monitor,
        "rule": typed.rule,
        "category": typed.category,
        "severity": typed.severity,
        "units": list(typed.units),
        "departments": list(typed.departments),
        "opens": typed.opens,
        "auto_close": typed.auto_close,
        "acknowledgements": _number(typed.acknowledgements),
        "deadline": {typed.deadline_kind: _number(typed.deadline)},
        "steps": [_step(row) for row in typed.steps],
    }


def _step(row: Row) -> dict[str, Any]:
    step: dict[str, Any] = {"target": _target(row)}
    if row.wait:
        step["after"] = {row.wait_kind: _number(row.wait)}
    if row.origin != FROM[0]:
        step["from"] = row.origin
    if row.until != UNTIL[1]:
        step["until"] = row.until
    if row.every or row.times:
        step["repeat"] = {"every": {row.every_kind: _number(row.every)}}
        if row.times:
            step["repeat"]["times"] = _number(row.times)
    return step


def _target(row: Row) -> dict[str, Any]:
    kind, _colon, value = row.target.partition(":")
    if not kind:
        return {}
    if kind == "person":
        return {kind: row.person}
    if kind in {"head", "chair"}:
        return {kind: True}
    return {kind: _number(value) if kind == "rung" else value}


def _number(text: str) -> int | str:
    return int(text) if _NUMBER.fullmatch(text) else text


def apply(typed: Typed, order: str) -> tuple[Typed, int | None]:
    """Return the policy with a step added, removed or moved (``add``, ``remove:2``, ``up:2``, ``down:2``).

    The second value is the row that the reader goes on with; both stay as they are for an order that means nothing.
    """
    rows = list(typed.steps)
    verb, _colon, text = order.partition(":")
    if verb == "add" and len(rows) < MOST_ROWS:
        return replace(typed, steps=(*rows, Row())), len(rows)
    number = _number(text)
    if not isinstance(number, int) or not 0 <= number < len(rows):
        return typed, None
    if verb == "remove":
        rows.pop(number)
        return replace(typed, steps=tuple(rows)), min(number, len(rows) - 1) if rows else None
    other = number + {"up": -1, "down": 1}.get(verb, 0)
    if other == number or not 0 <= other < len(rows):
        return typed, None
    rows[number], rows[other] = rows[other], rows[number]
    return replace(typed, steps=tuple(rows)), other


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of ``after`` that say something else than ``before``."""
    return {name: value for name, value in after.items() if value != before[name]}


def with_people(typed: Typed, ids: Mapping[str, str]) -> Typed:
    """Return the policy with persons that were written by name replaced by their public ids, where they are known."""
    rows: Sequence[Row] = [replace(row, person=ids.get(row.person, row.person)) for row in typed.steps]
    return replace(typed, steps=tuple(rows))

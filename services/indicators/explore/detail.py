"""One value explained: how it is made, what it was made of, and what was known when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404
from django.utils.translation import gettext as _

from services.indicators import selectors
from services.indicators.explore import words
from services.indicators.explore.asking import Question, names_of
from services.indicators.explore.choosing import GRAIN_NAMES
from services.indicators.explore.marks import is_laid_over
from services.indicators.models import Definition
from services.kernel.text import localised


@dataclass(frozen=True, slots=True)
class Step:
    """A value during the time it was taken as true."""

    text: str
    since: str
    until: str
    source: str
    reason: str
    after_close: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """A value's explanation; ``shares`` are units before the merger and the part of each that went over."""

    title: str
    value: str
    facts: Sequence[tuple[str, str]]
    shares: Sequence[tuple[str, str]]
    steps: Sequence[Step]


def detail_of(question: Question) -> Detail | None:
    """Return the explanation of the value that is asked for, None when none is; Http404 out of reach."""
    cell = question.state.cell
    known = question.known.by_code
    if cell is None or cell.code not in known:
        return None
    definition = known[cell.code]
    if cell.unit not in question.land.versions:
        raise Http404
    question.reach.check(definition, [cell.unit])
    point = selectors.series(
        cell.code, cell.unit, realm=question.realm, first=cell.period, last=cell.period,
        joined=question.state.joined, known_at=question.known_at,
    )[0]  # fmt: skip
    shares = point.shares if is_laid_over(cell.unit, point.shares) else {}
    history = selectors.history(cell.code, cell.unit, cell.period, realm=question.realm)
    names = names_of([cell.unit, *point.shares])
    shown = words.number(point.value, definition.decimals) if point.value is not None else _("no data")
    place = names.get(cell.unit, cell.unit)
    return Detail(
        title=f"{words.with_measure(definition)} · {place} · {localised(cell.period.label)}",
        value=shown,
        facts=_facts(definition, known, given=bool(history) and history[0].until is None),
        shares=[(names.get(code, code), f"{words.number(part * 100, 1)} %") for code, part in shares.items()],
        steps=[
            Step(
                words.number(one.value, definition.decimals) if one.value is not None else _("withdrawn"),
                words.instant(one.since), _until(one, question), one.source, one.reason,
                one.after_close,
            )
            for one in history
            if one.since <= question.as_of
        ],
    )  # fmt: skip


def _until(known: selectors.Known, question: Question) -> str:
    ended = known.until is not None and known.until <= question.as_of
    return words.instant(known.until) if ended and known.until else ""


def _facts(definition: Definition, known: Mapping[str, Definition], *, given: bool) -> list[tuple[str, str]]:
    found = [
        (_("How it came"), _("given as such") if given else _("computed from other figures")),
        (_("Over time"), definition.get_over_time_display()),
        (_("Over area"), definition.get_over_area_display()),
        (_("Delivered by"), _(GRAIN_NAMES[definition.frequency])),
    ]
    if definition.formula:
        found.append((_("Formula"), _in_names(definition.formula, known)))
    if definition.cumulative:
        found.append((_("Counted"), _("from the year's first day")))
    return found


def _in_names(formula: str, known: Mapping[str, Definition]) -> str:
    """Return a formula with the indicators' names in place of their codes."""

    def name(found: re.Match[str]) -> str:
        code = found.group()
        return words.name_of(known[code]) if code in known else code

    return re.sub(r"[a-z_][a-z0-9_]*", name, formula)

"""What the chart and the map of a view are drawn from: the same numbers and words as the table's, as plain JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from services.indicators.explore import words
from services.indicators.explore.classes import class_of, decimals_of, limits, tone_of
from services.indicators.explore.reading import Data
from services.indicators.explore.table import Table, without_marks
from services.indicators.models import Definition
from services.indicators.periods import Period

MOST_LINES = 12
"""Rows that a chart of lines or bars tells apart; more are drawn as a heat map unless asked otherwise."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw. ``left_out`` is how many rows of the table the chart does not show."""

    kind: str
    data: dict[str, Any]
    left_out: int


def chart_of(data: Data, table: Table) -> Chart:
    """Return the chart of the values of a table, row by row in the table's order."""
    state = data.question.state
    plain = without_marks(table)
    kind = state.chart or _best(plain)
    shown = plain.rows if kind == "heat" else plain.rows[:MOST_LINES]
    measures = [words.measure_of(one) for one in data.question.definitions]
    series = [
        {
            "name": " · ".join(part for part in row.heads if part) or table.title,
            "measure": row.measure or (measures[0] if len(measures) == 1 else ""),
            "values": [value.value for value in row.values],
            "texts": [value.whole for value in row.values],
        }
        for row in shown
    ]
    told = {
        "kind": kind,
        "columns": [head.title for head in plain.heads],
        "series": series,
        "title": table.title,
        "facts": list(table.facts),
        "signs": words.decimal_signs(),
        "decimals": max((one.decimals for one in data.question.definitions), default=0),
        "missing": _("no data"),
        "name": file_name(data),
    }
    return Chart(kind, told, len(plain.rows) - len(shown))


def _best(table: Table) -> str:
    if len(table.rows) > MOST_LINES:
        return "heat"
    return "bar" if len(table.heads) < 3 else "line"


@dataclass(frozen=True, slots=True)
class Step:
    """A class of the map: its tone of the ramp (0: no data), its limits in words and how many communes are in it."""

    tone: int
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Map:
    """One value of each commune: which one, the legend, and what is drawn."""

    definition: Definition
    period: Period
    title: str
    steps: Sequence[Step]
    data: dict[str, Any]


def map_of(data: Data, table: Table, communes: Sequence[str]) -> Map | None:
    """Return the map of the view's communes; None when there are fewer than two to compare."""
    question, state = data.question, data.question.state
    places = [one for one in question.places if one.code in set(communes)]
    if len(places) < 2:
        return None
    definition = next((one for one in question.definitions if one.code == state.map_code), question.definitions[0])

    def values_in(period: Period) -> dict[str, float]:
        found = ((place.code, data.value(definition, place.code, period)) for place in places)
        return {code: value for code, value in found if value is not None}

    filled = next((one for one in reversed(question.periods) if values_in(one)), question.periods[-1])
    period = state.map_at if state.map_at and state.map_at in question.periods else filled
    values = values_in(period)
    bounds = limits(list(values.values()))
    tones = {code: tone_of(class_of(value, bounds), bounds) for code, value in values.items()}
    steps = _steps(definition, bounds, tones, len(places) - len(values))
    title = f"{words.with_measure(definition)} · {words.side(period.label)}"
    told = {
        "title": title,
        "facts": list(table.facts),
        "tones": tones,
        "names": {place.code: place.name for place in places},
        "texts": {code: words.number(value, definition.decimals) for code, value in values.items()},
        "steps": [{"tone": step.tone, "text": step.text, "count": step.count} for step in steps],
        "missing": _("no data"),
        "name": f"{definition.code}-{period.text}",
    }
    return Map(definition, period, title, steps, told)


def _steps(definition: Definition, bounds: Sequence[float], tones: dict[str, int], missing: int) -> list[Step]:
    digits = decimals_of(bounds, definition.decimals)
    limit = [words.number(one, digits) for one in bounds]
    texts = [
        _("below {high}").format(high=limit[0]) if limit else _("all values"),
        *(_("{low} to below {high}").format(low=low, high=high) for low, high in pairwise(limit)),
        *([_("{low} and more").format(low=limit[-1])] if limit else []),
    ]
    numbered = [(tone_of(n, bounds), text) for n, text in enumerate(texts, start=1)]
    counts = list(tones.values())
    found = [Step(tone, text, counts.count(tone)) for tone, text in numbered]
    return [*found, *([Step(0, _("no data"), missing)] if missing else [])]


def file_name(data: Data) -> str:
    """Return what a file of the view is called, without its ending."""
    question = data.question
    what = question.definitions[0].code if len(question.definitions) == 1 else "indicators"
    return f"{what}-{question.periods[0].text}-{question.periods[-1].text}"

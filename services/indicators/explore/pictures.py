"""What the chart and the map of a view are drawn from: the same numbers and words as the table's, as plain JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from services.indicators.explore import words
from services.indicators.explore.classes import class_of, decimals_of, limits, tone_of
from services.indicators.explore.reading import Data
from services.indicators.explore.table import Row, Table, without_marks
from services.indicators.models import Definition
from services.indicators.periods import Period
from services.kernel.text import localised

MOST_LINES = 12
"""Rows that a chart of lines or bars tells apart; more are drawn as a heat map unless asked otherwise."""

MOST_COMPARED = 3
"""Rows up to which a chart of lines shows last year's beside this year's."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What to draw. ``left_out`` is how many rows of the table the chart does not show; ``empty``: nothing to draw."""

    kind: str
    data: dict[str, Any]
    left_out: int
    empty: bool


def chart_of(data: Data, table: Table) -> Chart:
    """Return the chart of the values of a table, row by row in the table's order."""
    state = data.question.state
    plain = without_marks(table)
    kind = state.chart or _best(plain)
    shown = plain.rows if kind == "heat" else plain.rows[:MOST_LINES]
    measures = [words.measure_of(one) for one in data.question.definitions]
    series = [_series(row, table.title, row.measure or (measures[0] if len(measures) == 1 else "")) for row in shown]
    if kind == "line" and len(series) <= MOST_COMPARED:
        series += _last_year(table, series)
    scales = _scales(series, data.question.definitions) if kind == "heat" else {}
    told = {
        "kind": kind,
        "columns": [head.title for head in plain.heads],
        "series": series,
        "scales": scales,
        "title": table.title,
        "facts": list(table.facts),
        "signs": words.decimal_signs(),
        "decimals": max((one.decimals for one in data.question.definitions), default=0),
        "missing": _("no data"),
        "name": file_name(data),
    }
    empty = all(value is None for one in series for value in one["values"])
    return Chart(kind, told, len(plain.rows) - len(shown), empty)


def _series(row: Row, title: str, measure: str) -> dict[str, Any]:
    return {
        "name": " · ".join(part for part in row.heads if part) or title,
        "measure": measure,
        "values": [value.value for value in row.values],
        "texts": [value.whole for value in row.values],
    }


def _last_year(table: Table, series: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the rows had a year before, where the table shows it; ``beside`` is the number of the row."""
    columns = [n for n, head in enumerate(table.heads) if head.key == "last_year"]
    rows = table.rows if columns else ()
    return [
        {
            "name": f"{one['name']} · {table.heads[columns[0]].kind}",
            "measure": one["measure"],
            "values": [row.values[n].value for n in columns],
            "texts": [row.values[n].text for n in columns],
            "beside": number,
        }
        for number, (row, one) in enumerate(zip(rows, series, strict=False))
    ]


def _scales(series: Sequence[dict[str, Any]], definitions: Sequence[Definition]) -> dict[str, Any]:
    """Give each value of a heat map its tone, and return the limits of the classes in words by unit of measurement."""
    found: dict[str, Any] = {}
    for measure in dict.fromkeys(one["measure"] for one in series):
        rows = [one for one in series if one["measure"] == measure]
        bounds = limits([value for one in rows for value in one["values"] if value is not None])
        for one in rows:
            one["tones"] = [
                None if value is None else tone_of(class_of(value, bounds), bounds) for value in one["values"]
            ]
        decimals = next((one.decimals for one in definitions if words.measure_of(one) == measure), 0)
        found[measure] = [{"tone": tone, "text": text} for tone, text in _classes(bounds, decimals)]
    return found


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
    title = f"{words.with_measure(definition)} · {localised(period.label)}"
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
    counts = list(tones.values())
    found = [Step(tone, text, counts.count(tone)) for tone, text in _classes(bounds, definition.decimals)]
    return [*found, *([Step(0, _("no data"), missing)] if missing else [])]


def _classes(bounds: Sequence[float], decimals: int) -> list[tuple[int, str]]:
    """Return tone and limits in words of each class, the lowest first."""
    digits = decimals_of(bounds, decimals)
    limit = [words.number(one, digits) for one in bounds]
    texts = [
        _("below {high}").format(high=limit[0]) if limit else _("all values"),
        *(_("{low} to below {high}").format(low=low, high=high) for low, high in pairwise(limit)),
        *([_("{low} and more").format(low=limit[-1])] if limit else []),
    ]
    return [(tone_of(n, bounds), text) for n, text in enumerate(texts, start=1)]


def file_name(data: Data) -> str:
    """Return what a file of the view is called, without its ending."""
    question = data.question
    what = question.definitions[0].code if len(question.definitions) == 1 else "indicators"
    return f"{what}-{question.periods[0].text}-{question.periods[-1].text}"

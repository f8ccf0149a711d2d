"""The table of a view, complete with words: page, CSV and XLSX all write this one, so they cannot differ."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services.directory.models import Department
from services.indicators.explore import words
from services.indicators.explore.asking import Place, Question
from services.indicators.explore.marks import MARKS
from services.indicators.explore.reading import Data
from services.indicators.explore.state import COMMUNES
from services.indicators.models import Definition
from services.indicators.periods import Period
from services.kernel.text import localised

Item = Definition | Place | Period
Triple = tuple[Definition, Place, Period]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of column under each heading; ``key`` names it, ``decimals`` None takes the indicator's own."""

    key: str
    title: str
    value: Callable[[Data, Definition, str, Period], float | None]
    decimals: int | None = None


VALUE = Kind("value", gettext_noop("Value"), Data.value)
LAST_YEAR = (
    Kind(
        "last_year", gettext_noop("Same period last year"), lambda d, one, unit, at: d.value(one, unit, at.last_year())
    ),
    Kind("change", gettext_noop("Change, %"), Data.change, 1),
)
PLAN = (
    Kind("plan", gettext_noop("Plan of the year"), Data.plan),
    Kind("of_plan", gettext_noop("Year so far, % of plan"), Data.of_plan, 1),
)


@dataclass(frozen=True, slots=True)
class Value:
    """A place of the table: number, decimals shown, text, marks, and the key its history is asked by."""

    value: float | None
    decimals: int
    text: str
    kind: str
    marks: str = ""
    key: str = ""

    @property
    def whole(self) -> str:
        """The text with its marks, as a file writes it."""
        return f"{self.text}{words.NO_BREAK}{self.marks}" if self.marks else self.text


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its headings and values. ``measure`` is the unit of measurement of all of them, where it is one."""

    heads: Sequence[str]
    values: Sequence[Value]
    measure: str
    unit: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its heading, what kind of figure it holds, its number, and the sorting that pressing it asks for."""

    title: str
    kind: str
    key: str
    number: int
    sort: int
    sorted: str = ""


@dataclass
class Table:
    """What is shown, in words. ``corner`` are the headings of the rows' own columns."""

    title: str
    facts: Sequence[str]
    corner: Sequence[str]
    heads: Sequence[Head]
    rows: Sequence[Row]
    notes: Sequence[str]
    groups: Sequence[tuple[str, int]] = field(default_factory=list)

    @property
    def lines(self) -> Iterator[Sequence[str | Value]]:
        """The lines of the table as it is shown: headings, then rows."""
        if self.groups:
            yield [*(("",) * len(self.corner)), *(title for title, width in self.groups for _n in range(width))]
            yield [*self.corner, *(head.kind for head in self.heads)]
        else:
            yield [*self.corner, *(head.title for head in self.heads)]
        for row in self.rows:
            yield [*row.heads, *row.values]


def kinds_of(question: Question) -> list[Kind]:
    """Return the kinds of columns that are asked for."""
    state = question.state
    return [VALUE, *(LAST_YEAR if state.last_year else ()), *(PLAN if state.plan else ())]


def table_of(data: Data) -> Table:
    """Return the table of what was read, sorted as asked; one statement for the departments' names."""
    question, state = data.question, data.question.state
    items: dict[str, Sequence[Any]] = {
        "indicator": question.definitions, "area": question.places, "time": question.periods,
    }  # fmt: skip
    down = [name for name in ("indicator", "area", "time") if name != state.across]
    kinds = kinds_of(question)
    across = items[state.across]
    rows = [_row(data, down, pair, state.across, across, kinds, items) for pair in product(*(items[n] for n in down))]
    heads = _heads(question, across, kinds)
    if 0 < abs(state.sort) <= len(heads):
        rows = _sorted(rows, state.sort)
    return Table(
        title=title_of(question),
        facts=_facts(question),
        corner=_corner(question, down, items),
        heads=heads,
        rows=rows,
        notes=_notes(rows),
        groups=[(_label(item, question), len(kinds)) for item in across] if len(kinds) > 1 else [],
    )


def _row(
    data: Data, down: Sequence[str], pair: Sequence[Item], across: str, columns: Sequence[Item],
    kinds: Sequence[Kind], items: dict[str, Sequence[Any]],
) -> Row:  # fmt: skip
    chosen: dict[str, Any] = dict(zip(down, pair, strict=True))
    values = [
        _value(data, kind, (found["indicator"], found["area"], found["time"]))
        for item in columns
        for found in [{**chosen, across: item}]
        for kind in kinds
    ]
    heads = [_label(chosen[name], data.question) for name in _heading(down, items)]
    definition = chosen.get("indicator")
    measure = words.measure_of(definition) if definition else ""
    if definition and len(items["indicator"]) > 1:
        heads.append(measure)
    return Row(heads, values, measure, chosen["area"].code if "area" in chosen else "")


def _value(data: Data, kind: Kind, at: Triple) -> Value:
    definition, place, period = at
    value = kind.value(data, definition, place.code, period)
    decimals = definition.decimals if kind.decimals is None else kind.decimals
    if value is None:
        return Value(None, decimals, "", kind.key)
    text = words.number(value, decimals)
    if kind is not VALUE:
        return Value(value, decimals, text, kind.key)
    marks = data.marks(definition, place.code, period)
    return Value(value, decimals, text, kind.key, marks, f"{definition.code}:{place.code}:{period.text}")


def _heading(down: Sequence[str], items: dict[str, Sequence[Any]]) -> list[str]:
    """Return what heads the rows: what differs between them, else the unit, else the indicator."""
    several = [name for name in down if len(items[name]) > 1]
    return several or [next(name for name in ("area", "indicator") if name in down)]


def _corner(question: Question, down: Sequence[str], items: dict[str, Sequence[Any]]) -> list[str]:
    titles = {"indicator": _("Indicator"), "area": _("Area"), "time": _("Period")}
    found = [titles[name] for name in _heading(down, items)]
    if "indicator" in down and len(question.definitions) > 1:
        found.append(_("Unit of measurement"))
    return found


def _label(item: Item, question: Question) -> str:
    if isinstance(item, Definition):
        return words.with_measure(item) if question.state.across == "indicator" else words.name_of(item)
    return item.name if isinstance(item, Place) else words.short_period(item)


def _heads(question: Question, columns: Sequence[Item], kinds: Sequence[Kind]) -> list[Head]:
    found, sort = [], question.state.sort
    for number, (item, kind) in enumerate(product(columns, kinds), start=1):
        order = {number: "ascending", -number: "descending"}.get(sort, "")
        wanted = number if sort == -number else -number
        found.append(Head(_label(item, question), _(kind.title), kind.key, number, wanted, order))
    return found


def _sorted(rows: Sequence[Row], sort: int) -> list[Row]:
    """Return the rows by a column; those without a value come last either way."""

    def value(row: Row) -> float | None:
        return row.values[abs(sort) - 1].value

    filled = sorted((row for row in rows if value(row) is not None), key=value, reverse=sort < 0)  # type: ignore[arg-type]
    return [*filled, *(row for row in rows if value(row) is None)]


def title_of(question: Question) -> str:
    """Return what is shown, in one line."""
    definitions, places = question.definitions, question.places
    if len(definitions) <= 2:
        what = ", ".join(words.with_measure(one) for one in definitions)
    else:
        what = _("{count} indicators").format(count=len(definitions))
    if len(places) == 1:
        where = places[0].name
    elif question.state.units == (COMMUNES,):
        where = _("{count} communes and wards").format(count=len(places))
    else:
        where = _("{count} units").format(count=len(places))
    return " · ".join((what, where, words.span(question.periods[0], question.periods[-1])))


def _facts(question: Question) -> list[str]:
    """Return what must stand with every figure: whether it is real, as of when, from where."""
    departments = Department.objects.filter(slug__in={one.owner for one in question.definitions})
    owners = {one.slug: localised(one.label) for one in departments}
    sources = dict.fromkeys(
        " – ".join(part for part in (one.source, owners.get(one.owner, "")) if part) for one in question.definitions
    )
    return [
        *([mark] if (mark := words.realm_mark(question.realm)) else []),
        _("As known at {instant}").format(instant=words.instant(question.as_of)),
        _("Source: {sources}").format(sources="; ".join(one for one in sources if one) or "–"),
    ]


def _notes(rows: Sequence[Row]) -> list[str]:
    used = {sign for row in rows for value in row.values for sign in value.marks}
    return [f"{sign}: {_(meaning)}" for sign, meaning in MARKS.items() if sign in used]


def without_marks(table: Table) -> Table:
    """Return the table as a chart takes it: the values alone."""
    keep = [n for n, head in enumerate(table.heads) if head.key == VALUE.key]
    rows = [replace(row, values=[row.values[n] for n in keep]) for row in table.rows]
    return replace(table, heads=[table.heads[n] for n in keep], rows=rows, groups=[])

"""The records behind a figure: as programs take them, with their codes, and as people read them, in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from services.contract import Column, Query
from services.directory.selectors import departments_by_slug, units_by_code
from services.kernel.clock import LOCAL
from services.kernel.text import localised, render

PLACES = frozenset({"unit", "place", "agency", "department", "investor"})
"""What every monitor calls a column that holds a unit's code or a department's slug."""
Word = Callable[[Any], str]


def cell(row: Model, column: Column) -> Any:
    """Return a column's value of a row; a missing link on the way is empty."""
    try:
        return attrgetter(column.path)(row)
    except AttributeError:
        return None


def text_cell(row: Model, column: Column) -> Any:
    """Return a column's value as JSON and CSV take it: instants in ISO form, ids as text."""
    value = cell(row, column)
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def headings(query: Query) -> list[str]:
    """Return a query's headings in the reader's language."""
    return [_(column.title) for column in query.columns]


def readable(rows: Iterable[Model], query: Query, now: datetime) -> list[list[str]]:
    """Return every row's cells in words, in the reader's language: 2 statements and those of the columns' own words."""
    rows = list(rows)
    words = [_word_of(rows, column, now) for column in query.columns]
    return [
        ["" if value in (None, "") else word(value) for word, value in zip(words, _values(row, query), strict=True)]
        for row in rows
    ]


def told(rows: Sequence[Model], query: Query, now: datetime) -> list[dict[str, Any]]:
    """Return each record as a line: its first column is its name, its first instant its time, the rest its words.

    A number says nothing without its heading, a word does; what is empty is left out.
    """
    titles = headings(query)
    return [
        _line(titles, _values(row, query), cells) for row, cells in zip(rows, readable(rows, query, now), strict=True)
    ]


def _values(row: Model, query: Query) -> list[Any]:
    return [cell(row, column) for column in query.columns]


def _line(titles: Sequence[str], values: Sequence[Any], cells: Sequence[str]) -> dict[str, Any]:
    moment = next((value for value in values if isinstance(value, datetime)), None)
    rest = list(zip(titles, values, cells, strict=True))[1:]
    words = [
        f"{title}: {text}" if isinstance(value, int | float) and text == _plain(value) else text
        for title, value, text in rest
        if text and not isinstance(value, datetime)
    ]
    return {
        "code": cells[0],
        "title": " · ".join(words),
        "at": moment.isoformat() if moment else None,
        "url": None,
    }


def _word_of(rows: Sequence[Model], column: Column, now: datetime) -> Word:
    """Return what puts a column's values into words."""
    known: Mapping[Any, str] = {}
    if column.words is not None:
        known = {code: _said(text) for code, text in column.words().items()}
    elif column.path in PLACES:
        known = _places({str(cell(row, column)) for row in rows} - {"", "None"}, now)
    elif rows:
        known = _choices(rows[0], column.path)
    return lambda value: known.get(value) or _plain(value)


def _said(text: Any) -> str:
    """Render a message, or a pair of languages."""
    return render(text) if "msgid" in text else localised(text)


def _places(names: set[str], now: datetime) -> dict[str, str]:
    if not names:
        return {}
    units, departments = units_by_code(names, now.astimezone(LOCAL).date()), departments_by_slug(names)
    labels = {code: unit.label for code, unit in units.items()} | {slug: one.label for slug, one in departments.items()}
    return {name: _said(label) for name, label in labels.items()}


def _choices(row: Model, path: str) -> dict[Any, str]:
    try:
        field = row._meta.get_field(path)
    except FieldDoesNotExist:
        return {}
    return {value: _(str(title)) for value, title in getattr(field, "flatchoices", ())}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        rounded = round(value, 2)
        return number_format(int(rounded) if rounded.is_integer() else rounded, use_l10n=True, force_grouping=True)
    if isinstance(value, datetime):
        return date_format(value.astimezone(LOCAL), "H:i d/m/Y")
    return date_format(value, "d/m/Y") if isinstance(value, date) else str(value)

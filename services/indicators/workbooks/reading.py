"""A workbook or CSV file as rows of cells, read as a stream: what it holds is never in memory as a whole.

pandas reads what this makes, but is not what reads it: it turns ``#REF!`` into an empty value, forgets which numbers
were text and which cells are percentages, and holds the whole sheet. Those are the mistakes that must be pointed at.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from services.directory.text import clean
from services.indicators.checking import Cells
from services.indicators.workbooks import legacy
from services.indicators.workbooks.headings import Fields, fields_of
from services.indicators.workbooks.legacy import Decode
from services.indicators.workbooks.opening import BROKEN, Hidden, UnreadableError, has_macros, opened, refuse_old

HEADING_WITHIN = 20
"""Rows in which the headings are looked for."""
GUIDE = "Hướng dẫn"
"""The template's sheet of explanations, which holds no rows."""
WIDEST = 200
"""Columns that are looked at: a sheet whose looks reach to its last column has sixteen thousand."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about the file itself."""

    cell: str
    text: str
    level: str = "warning"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row: its number in the sheet, what it says, and the raw values for the copy that goes back."""

    number: int
    cells: Cells
    raw: Sequence[Any]


@dataclass
class Table:
    """What a file holds: its rows as a stream, where each field stands, and remarks on the file itself."""

    sheet: str
    fields: Fields
    heading_row: int
    rows: Iterator[Row]
    total: int
    remarks: list[Remark] = field(default_factory=list)

    def place(self, name: str, row: int) -> str:
        """Return the cell in which a field of a row stands; the row's first cell for one without a column."""
        names = self.fields.names
        return f"{get_column_letter(names.index(name) + 1 if name in names else 1)}{row}"


def read(body: bytes) -> Table:
    """Open a file; UnreadableError when it holds no table with the headings that are needed."""
    refuse_old(body)
    if body.startswith(b"PK"):
        return _workbook(body)
    return _csv(body)


# --- XLSX ------------------------------------------------------------------------------------------------------------


def _workbook(body: bytes) -> Table:
    book = opened(body)
    try:
        sheet, row, fields, remarks = _picked(book)
        hidden = Hidden(body, sheet._worksheet_path)
    except UnreadableError:
        raise
    except BROKEN as error:
        raise UnreadableError(_("the workbook is damaged: open it in Excel and save it again")) from error
    across = [area for area in hidden.merged if _touches(area, row)]
    _check_fields(fields, row, across, sheet.title)
    below = [area for area in hidden.merged if area not in across and _first_row(area) > row]
    if has_macros(body):
        remarks.append(Remark("A1", _("the macros of the workbook were not read")))
    remarks += [Remark(_corner(area), _("the headings are merged cells ({area})").format(area=area)) for area in across]
    remarks += list(_wrong_cells(hidden, below))
    remarks += _encoded(fields.encoding, row)
    total = max((sheet.max_row or row) - row, 0)
    sheet.reset_dimensions()  # what a file says of its own size is a hint: rows beyond it are rows
    return Table(sheet.title, fields, row, _sheet_rows(sheet, row, fields), total, remarks)


def _wrong_cells(hidden: Hidden, merged: Sequence[str]) -> Iterator[Remark]:
    split = _("merged cells ({area}) hide values: split them")
    fill = _("Unmerge the cells and write a value into each row.")
    for area in merged:
        yield Remark(_corner(area), split.format(area=area), "error", fill)
    plain = _("Write the number itself in place of the formula.")
    never = _("this formula was never computed: open and save the file in Excel")
    for cell in hidden.uncomputed:
        yield Remark(cell, never, "error", plain)
    for cell in hidden.circular:
        if cell not in hidden.uncomputed:
            yield Remark(cell, _("this formula refers to itself, so its value means nothing"), "error", plain)


def _picked(book: Any) -> tuple[Any, int, Fields, list[Remark]]:
    """Return the first visible sheet with headings, and what to say of the others that have some."""
    found: tuple[Any, int, Fields] | None = None
    remarks: list[Remark] = []
    for sheet in book.worksheets:
        heading = _heading(sheet)
        if heading is None:
            continue
        if sheet.sheet_state != "visible":
            remarks.append(Remark("A1", _("the hidden sheet {name} was not read").format(name=sheet.title)))
        elif found is None:
            found = (sheet, *heading)
        else:
            text = _("only the first sheet with rows is read; {name} was not").format(name=sheet.title)
            remarks.append(Remark("A1", text))
    if found is None:
        told = [_("no visible sheet has the template's headings"), *(remark.text for remark in remarks)]
        raise UnreadableError("; ".join(told))
    return *found, remarks


def _encoded(encoding: str, row: int) -> list[Remark]:
    if encoding in {"Unicode", "UTF-8", "UTF-16", ""}:
        return []
    return [Remark(f"A{row}", _("the text is in {encoding}; it was read as such").format(encoding=encoding))]


def _corner(area: str) -> str:
    return area.partition(":")[0]


def _heading(sheet: Any) -> tuple[int, Fields] | None:
    lines = sheet.iter_rows(max_row=HEADING_WITHIN, max_col=WIDEST, values_only=True)
    for number, cells in enumerate(lines, 1):
        fields = fields_of(["" if cell is None else str(cell) for cell in cells])
        if fields is not None:
            return number, _trimmed(fields)
    return None


def _trimmed(fields: Fields) -> Fields:
    """Return the columns up to the last one that is known."""
    width = max(n for n, name in enumerate(fields.names, 1) if name)
    return replace(fields, names=fields.names[:width])


def _check_fields(fields: Fields, row: int, merged: Sequence[str], sheet: str = "") -> None:
    if fields.missing:
        text = _("there is no column {names}").format(names=", ".join(fields.missing))
        if merged:
            text += " " + _("merged cells in the headings ({areas}) may hide it").format(areas=", ".join(merged[:5]))
        raise UnreadableError(text, f"A{row}", sheet)
    if fields.repeated:
        text = _("two columns have the heading {names}").format(names=", ".join(fields.repeated))
        raise UnreadableError(text, f"A{row}", sheet)


def _sheet_rows(sheet: Any, heading: int, fields: Fields) -> Iterator[Row]:
    value_at = fields.names.index("value")
    number = heading
    try:
        for cells in sheet.iter_rows(min_row=heading + 1, max_col=len(fields.names)):
            number += 1
            raw = [cell.value for cell in cells]
            if all(value is None or value == "" for value in raw):
                continue
            shown = cells[value_at]
            percent = isinstance(shown.value, int | float) and "%" in (shown.number_format or "")
            yield Row(number, _cells(raw, fields, percent=percent), raw)
    except BROKEN as error:
        text = _("the workbook is damaged after row {row}: open it in Excel and save it again").format(row=number)
        raise UnreadableError(text, f"A{number}", sheet.title) from error


def _cells(raw: Sequence[Any], fields: Fields, *, percent: bool) -> Cells:
    given: dict[str, Any] = {}
    for name, value in zip(fields.names, raw, strict=False):
        if not name or name in {"note", "reason"}:
            continue
        if name in {"value", "period"}:
            given[name] = _read_text(fields.decode, value) if isinstance(value, str) else value
        else:
            given[name] = "" if value is None else _read_text(fields.decode, _text(value))
    if given.get("period") is None:
        given["period"] = ""
    return Cells(**given, percent=percent)


@lru_cache(maxsize=10_000)
def _read_text(decode: Decode, written: str) -> str:
    """Return a cell's text as it is compared; most cells of a long sheet say what others said."""
    return clean(decode(written))


def _text(value: Any) -> str:
    """Return a code that Excel turned into a number as it was written: 24133.0 is 24133."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _first_row(area: str) -> int:
    return int(re.sub(r"\D", "", area.partition(":")[0]))


def _touches(area: str, row: int) -> bool:
    return _first_row(area) <= row <= int(re.sub(r"\D", "", area.partition(":")[2]))


# --- CSV -------------------------------------------------------------------------------------------------------------


def _csv(body: bytes) -> Table:
    best: tuple[int, str, str, Any, int, Fields] | None = None
    for encoding, text in _texts(body):
        dialect = _dialect(text)
        lines = islice(csv.reader(io.StringIO(text[:20_000]), dialect), HEADING_WITHIN)
        for number, cells in enumerate(_safely(lines), 1):
            fields = fields_of(cells)
            known = len([name for name in fields.names if name]) if fields else 0
            if fields is not None and (best is None or known > best[0]):
                best = (known, encoding, text, dialect, number, fields)
    if best is None:
        raise UnreadableError(_("the file is no workbook, and as a text file it has none of the template's headings"))
    _known, encoding, text, dialect, heading, fields = best
    _check_fields(fields, heading, [])
    remarks = _encoded(fields.encoding if fields.encoding != "Unicode" else encoding, heading)
    return Table("CSV", fields, heading, _csv_rows(text, dialect, heading, fields), text.count("\n"), remarks)


def _texts(body: bytes) -> Iterator[tuple[str, str]]:
    from_bytes = legacy.texts_of(body)
    first = next(from_bytes, None)
    if first is not None and first[0] in {"UTF-8", "UTF-16"}:
        yield first
        return
    yield from chain([first] if first else [], from_bytes)


def _dialect(text: str) -> Any:
    try:
        return csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        return csv.excel


def _safely(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error:
        return


def _csv_rows(text: str, dialect: Any, heading: int, fields: Fields) -> Iterator[Row]:
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), dialect), 1):
            if number > heading and any(cell.strip() for cell in cells):
                yield Row(number, _cells(cells, fields, percent=False), cells)
    except csv.Error as error:
        text = _("the file cannot be read after row {row}").format(row=number)
        raise UnreadableError(text, f"A{number}", "CSV") from error

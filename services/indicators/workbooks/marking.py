"""The copy that goes back: the sender's own file with every wrong cell coloured and commented.

An ordinary workbook is kept as it is, with its looks; a long one and a CSV file are written anew as a plain sheet with
the same rows in the same places, which is done as a stream.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from services.indicators.workbooks.headings import HEADINGS
from services.indicators.workbooks.opening import BROKEN, unpacked
from services.indicators.workbooks.reading import Table

KEPT_WHOLE = 16 * 1024 * 1024
"""Bytes of an unpacked file up to which its looks are kept; a larger one would take memory with its size."""
MARKED = 1_000
"""Errors that are marked; who has more has one mistake many times."""
RED, YELLOW = "FFC7CE", "FFEB9C"
_AUTHOR = "IOC"


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing to say, and the cell it is about.

    ``field`` names its column (a key of ``HEADINGS``), ``given`` is what stands there, ``hint`` how to mend it.
    """

    cell: str
    text: str
    level: str = "error"
    field: str = ""
    given: str = ""
    hint: str = ""

    def kept(self, sheet: str) -> dict[str, str]:
        """Return it as it is kept with the workbook."""
        return {**asdict(self), "sheet": sheet}


def marked_copy(body: bytes, table: Table, marks: Sequence[Mark]) -> bytes:
    """Return the file with its marks; ``table`` is a fresh reading of the same file."""
    by_cell = _by_cell(marks)
    if body.startswith(b"PK") and unpacked(body) <= KEPT_WHOLE:
        try:
            return _kept_whole(body, table.sheet, by_cell)
        except BROKEN:  # something beside the cells, such as a drawing, that cannot be written again
            pass
    return _written_anew(table, by_cell)


def marked_unread(body: bytes, sheet: str, mark: Mark) -> bytes | None:
    """Return a workbook of which no row could be read, with the reason in its cell; None for what is no workbook."""
    try:
        fits = body.startswith(b"PK") and unpacked(body) <= KEPT_WHOLE
        return _kept_whole(body, sheet, {mark.cell or "A1": [mark]}) if fits else None
    except BROKEN:
        return None


def _by_cell(marks: Sequence[Mark]) -> dict[str, list[Mark]]:
    by_cell: dict[str, list[Mark]] = {}
    for mark in marks[:MARKED]:
        by_cell.setdefault(mark.cell, []).append(mark)
    return by_cell


def _kept_whole(body: bytes, sheet: str, by_cell: Mapping[str, Sequence[Mark]]) -> bytes:
    book = load_workbook(io.BytesIO(body))
    page: Any = book[sheet] if sheet else book.worksheets[0]
    for area in [area for area in page.merged_cells.ranges if any(cell in area for cell in by_cell)]:
        page.unmerge_cells(str(area))  # a merged cell takes no mark
    for place, marks in by_cell.items():
        cell = page[place]
        cell.fill, cell.comment = _fill(marks), _comment(marks)
    _summary(book, page.title, by_cell)
    return _bytes(book)


def _written_anew(table: Table, by_cell: Mapping[str, Sequence[Mark]]) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet(table.sheet[:31])
    headings = [HEADINGS[name][0] if name else "" for name in table.fields.names]
    at = 1
    for number, raw in _lines(table, headings):
        while at < number:
            page.append([])
            at += 1
        page.append([_cell(page, get_column_letter(n) + str(number), value, by_cell) for n, value in enumerate(raw, 1)])
        at += 1
    _summary(book, page.title, by_cell)
    return _bytes(book)


def _lines(table: Table, headings: Sequence[str]) -> Iterable[tuple[int, Sequence[Any]]]:
    yield table.heading_row, headings
    for row in table.rows:
        yield row.number, row.raw


def _cell(page: Any, place: str, value: Any, by_cell: Mapping[str, Sequence[Mark]]) -> Any:
    marks = by_cell.get(place)
    if isinstance(value, str) and value[:1] == "=":
        value = f"'{value}"
    if not marks:
        return value
    cell = WriteOnlyCell(page, value)
    cell.fill, cell.comment = _fill(marks), _comment(marks)
    return cell


def _fill(marks: Sequence[Mark]) -> PatternFill:
    colour = RED if any(mark.level == "error" for mark in marks) else YELLOW
    return PatternFill("solid", start_color=colour, end_color=colour)


def _comment(marks: Sequence[Mark]) -> Comment:
    lines = [line for mark in marks for line in (mark.text, f"→ {mark.hint}" if mark.hint else "") if line]
    return Comment("\n".join(lines), _AUTHOR, width=360, height=160)


def _summary(book: Any, sheet: str, by_cell: Mapping[str, Sequence[Mark]]) -> None:
    """Add a sheet that lists everything, for whoever cannot find the coloured cells among thousands."""
    page = book.create_sheet(_("Errors")[:31])
    page.append([_("Sheet"), _("Cell"), _("What is wrong"), _("How to mend it")])
    for place, marks in by_cell.items():
        for mark in marks:
            page.append([sheet, place, mark.text, mark.hint])


def _bytes(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()

"""The table of a view as a file: the same lines in the same order, with the same marks and the same words around it."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from services.indicators.explore.table import Table, Value
from services.indicators.explore.words import MINUS, NO_BREAK
from services.kernel.api import csv_response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = PatternFill("solid", start_color="E4E1D8", end_color="E4E1D8")
_WIDE, _NARROW = 34, 16


def csv_file(table: Table, name: str) -> StreamingHttpResponse:
    """Return the CSV file: numbers are written as the page shows them, in the reader's language."""
    return csv_response(name, [table.title], _csv_lines(table))


def _csv_lines(table: Table) -> Iterator[Sequence[Any]]:
    yield from ([fact] for fact in table.facts)
    yield []
    for line in table.lines:
        yield [cell.whole if isinstance(cell, Value) else cell for cell in line]
    if table.notes:
        yield []
    yield from ([note] for note in table.notes)


def xlsx_file(table: Table, name: str) -> HttpResponse:
    """Return the XLSX file: numbers are numbers, shown with the decimals, signs and marks of the page."""
    book = Workbook(write_only=True)
    page = book.create_sheet(_("Figures"))
    lead, heads = 2 + len(table.facts), 2 if table.groups else 1
    page.freeze_panes = f"{get_column_letter(len(table.corner) + 1)}{lead + heads + 1}"
    for n in range(len(table.corner) + len(table.heads)):
        page.column_dimensions[get_column_letter(n + 1)].width = _WIDE if n < len(table.corner) else _NARROW
    page.append([_cell(page, table.title, font=Font(bold=True, size=14))])
    for fact in table.facts:
        page.append([_text(page, fact)])
    page.append([])
    for n, line in enumerate(table.lines):
        page.append([_head(page, str(cell)) for cell in line] if n < heads else [_any(page, cell) for cell in line])
    page.append([])
    for note in table.notes:
        page.append([_text(page, note)])
    file = io.BytesIO()
    book.save(file)
    answer = HttpResponse(file.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def number_format(value: Value) -> str:
    """Return a spreadsheet's format that shows a number as the page does: decimals, thousands, the sign, the marks."""
    digits = "#,##0" + ("." + "0" * value.decimals if value.decimals else "")
    digits += f'"{NO_BREAK}{value.marks}"' if value.marks else ""
    sign = f'"{MINUS}"' if value.text.startswith(MINUS) else ""
    return f"{digits};{sign}{digits}"


def _any(page: Any, cell: str | Value) -> Any:
    if isinstance(cell, str):
        return _text(page, cell)
    if cell.value is None:
        return None
    return _cell(page, cell.value, number_format=number_format(cell))


def _text(page: Any, text: str) -> Any:
    """Return a text cell; what looks like a formula stays text."""
    return _cell(page, text, data_type="s")


def _head(page: Any, text: str) -> Any:
    return _cell(page, text, font=Font(bold=True), fill=_HEAD, alignment=Alignment(wrap_text=True, vertical="top"))


def _cell(page: Any, value: Any, **more: Any) -> Any:
    cell = WriteOnlyCell(page, value)
    for name, given in more.items():
        setattr(cell, name, given)
    return cell

"""The workbook that a department fills in: one row per indicator, unit and period that it owes, values left empty."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from services.indicators.models import Definition
from services.indicators.periods import Period
from services.indicators.workbooks.headings import HEADINGS
from services.indicators.workbooks.reading import GUIDE

COLUMNS = ("code", "name", "measure", "unit", "unit_name", "period", "value", "note")
SHEET = "Số liệu"
_WIDTHS = {"code": 28, "name": 56, "measure": 14, "unit": 12, "unit_name": 26, "period": 12, "value": 16, "note": 30}
_HEAD = PatternFill("solid", start_color="1F4E79", end_color="1F4E79")
_FILL_IN = PatternFill("solid", start_color="FFF9E5", end_color="FFF9E5")


_EMPTY: Mapping[tuple[str, str, str], float] = {}


def template(
    definitions: Sequence[Definition], units: Sequence[tuple[str, str]], periods: Sequence[Period],
    given: Mapping[tuple[str, str, str], float] = _EMPTY,
) -> bytes:  # fmt: skip
    """Return the XLSX file; ``units`` are (code, full name). It is written as a stream, so it may be long.

    ``given`` are values that are known already, by (code, unit, period): they stand in their cells, to be put right.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(SHEET)
    page.freeze_panes = "A2"
    for n, name in enumerate(COLUMNS):
        page.column_dimensions["ABCDEFGH"[n]].width = _WIDTHS[name]
    page.append([_head(page, HEADINGS[name][0]) for name in COLUMNS])
    for row in _rows(definitions, units, periods):
        value = WriteOnlyCell(page, _written(given.get((row[0], row[3], row[5]))))
        value.fill = _FILL_IN
        page.append([*row, value, None])
    _guide(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _written(value: float | None) -> float | int | None:
    """Return a whole number as one: Excel shows 1250, not 1250.0."""
    return int(value) if value is not None and value.is_integer() else value


def _rows(
    definitions: Sequence[Definition], units: Sequence[tuple[str, str]], periods: Sequence[Period]
) -> Iterator[list[str]]:
    for one in definitions:
        for code, name in units:
            for period in periods:
                yield [one.code, one.name, one.measure, code, name, period.text]


def _head(page: Any, text: str) -> Any:
    cell = WriteOnlyCell(page, text)
    cell.font, cell.fill = Font(bold=True, color="FFFFFF"), _HEAD
    return cell


def _guide(book: Workbook) -> None:
    page = book.create_sheet(GUIDE)
    page.column_dimensions["A"].width = 110
    for line in (
        _("Fill in the coloured column only; leave a row empty when there is no figure."),
        _("Write numbers as numbers, in the unit of measurement beside them; percentages as 6,9 or as 6,9 %."),
        _("Columns may be moved, rows may be left out; do not merge cells and do not change codes."),
        _("A file with an error is not stored at all: it comes back with the wrong cells coloured and explained."),
    ):
        page.append([line])

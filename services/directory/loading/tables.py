"""Rows of spreadsheets that people fill in: XLSX or CSV, headings in Vietnamese or English, text in NFC."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from services.directory.text import clean, fold


class TableError(ValueError):
    """The file cannot be read as a table at all; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row: its number as the spreadsheet shows it, and its cells by column name (NFC, trimmed)."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def read_table(path: Path, columns: Mapping[str, Sequence[str]], sheet: str = "") -> list[Row]:
    """Return the rows of a file; TableError when it is no table or lacks a heading that ``columns`` names first.

    ``columns`` maps a column's name to its headings in the order of preference; accents and case do not matter.
    ``sheet`` picks a sheet of a workbook by name; without it the first is read. A named sheet that is missing has no
    rows.
    """
    lines = list(_xlsx(path, sheet) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path))
    if not lines:
        return []
    headings = _headings(lines[0], columns)
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = {headings[n]: clean(cell) for n, cell in enumerate(line) if n in headings}
        if any(cells.values()):
            rows.append(Row(number, cells))
    return rows


def _headings(line: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[int, str]:
    names = {
        fold(heading.replace("_", " ")): name for name, headings in columns.items() for heading in (name, *headings)
    }
    found = {
        n: names[fold(cell.replace("_", " "))] for n, cell in enumerate(line) if fold(cell.replace("_", " ")) in names
    }
    if not found:
        message = f"the first line has none of the headings {', '.join(columns)}"
        raise TableError(message)
    return found


def _csv(path: Path) -> Iterator[list[str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path.name} is not UTF-8 text: save it as CSV UTF-8"
        raise TableError(message) from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    yield from csv.reader(text.splitlines(), delimiter=delimiter)


def _xlsx(path: Path, sheet: str) -> Iterator[list[str]]:
    try:
        book = load_workbook(BytesIO(path.read_bytes()), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        message = f"{path.name} is not an XLSX workbook"
        raise TableError(message) from error
    names = {fold(name): name for name in book.sheetnames}
    if sheet and fold(sheet) not in names:
        return
    page = book[names[fold(sheet)]] if sheet else book.worksheets[0]
    yield from _texts(page.iter_rows(values_only=True))


def _texts(rows: Iterable[Sequence[object]]) -> Iterator[list[str]]:
    for row in rows:
        yield [_text(cell) for cell in row]


def _text(cell: object) -> str:
    """Return a cell as a person reads it: 24133.0 is the code 24133, a date is its ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)

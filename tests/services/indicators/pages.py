"""How tests look at the page Explore and at its files: as lines of texts, the way a person reads them."""

import csv
import io
import re
from html.parser import HTMLParser
from typing import Any

import openpyxl

NO_BREAK, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"

_FORMAT = re.compile(rf'(?:"({MINUS})")?#,##0(?:\.(0+))?(?:"(.*)")?')


class _Lines(HTMLParser):
    """Gathers the lines of the table with a certain id; a cell over several columns counts as often."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.inside, self.cell, self.width = name, False, False, 1
        self.lines: list[list[str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inside = self.inside or (tag == "table" and given.get("id") == self.name)
        if self.inside and tag == "tr":
            self.lines.append([])
        if self.inside and tag in {"td", "th"}:
            self.cell, self.text, self.width = True, "", int(given.get("colspan") or 1)

    def handle_data(self, data: str) -> None:
        if self.cell:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if self.cell and tag in {"td", "th"}:
            self.cell = False
            self.lines[-1] += [self.text.strip(" \n")] * self.width
        self.inside = self.inside and tag != "table"


def lines_of(page: Any, name: str = "table") -> list[list[str]]:
    """Return the lines of a table on the page."""
    reader = _Lines(name)
    reader.feed(page.content.decode())
    return reader.lines


def csv_of(answer: Any) -> list[list[str]]:
    """Return the lines of a CSV file."""
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def xlsx_of(answer: Any) -> list[list[str]]:
    """Return the lines of an XLSX file as a spreadsheet shows them: numbers by their format, in Vietnamese."""
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [[shown(cell) for cell in row] for row in page.iter_rows()]


def shown(cell: Any) -> str:
    """Return what a spreadsheet shows of a cell: only the formats that the files use are understood."""
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        assert cell.data_type != "f"
        return cell.value
    positive, negative = cell.number_format.split(";")
    found = _FORMAT.fullmatch(negative if cell.value < 0 else positive)
    assert found is not None, cell.number_format
    sign, decimals, mark = (part or "" for part in found.groups())
    exact = round(abs(cell.value) + 1e-12, len(decimals))
    text = f"{exact:,.{len(decimals)}f}".translate(str.maketrans(",.", ".,"))
    return f"{sign}{text}{mark}"


def body_of(lines: list[list[str]], width: int) -> list[list[str]]:
    """Return a file's lines that belong to the table: between the first empty line and the next."""
    empty = [n for n, line in enumerate(lines) if not any(line)]
    end = empty[1] if len(empty) > 1 else len(lines)
    return [line[:width] for line in lines[empty[0] + 1 : end]]

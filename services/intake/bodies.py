"""Request bodies become raw items: JSON, NDJSON, CSV, XLSX, gzip around any of them. Nothing readable is refused."""

import csv
import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from services.intake.decoding import RawItem
from services.kernel.problems import TooLargeError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINE_KEPT = 10_000
"""Characters of an unreadable line that quarantine keeps."""


LARGEST_BOOK = 256 * 1024 * 1024
"""Bytes of a workbook once unpacked: it is read as a whole."""
DEEPEST = 100
"""Levels of objects within objects that an item may have: what stores and reads it is recursive."""


class UnreadableError(ValueError):
    """A body that is no document of its declared type at all (400)."""


def inflate(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo ``Content-Encoding``; TooLargeError when it grows over the limit (a bomb), UnreadableError when broken."""
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise UnreadableError(_("only gzip may be used as Content-Encoding"))
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        out = unpack.decompress(body, limit + 1)
    except zlib.error as error:
        raise UnreadableError(_("the gzip data is broken")) from error
    if len(out) > limit:
        raise TooLargeError
    if not unpack.eof:
        raise UnreadableError(_("the gzip data ends too early"))
    return out


def read(body: bytes, content_type: str) -> list[RawItem]:
    """Return the body's items; UnreadableError when it cannot be taken apart at all, KeyError for an unknown type."""
    return READERS[content_type](body)


def _json(body: bytes) -> list[RawItem]:
    try:
        if body.lstrip()[:1] != b"[":
            return [_item(body)]
        return [_item(bytes(one)) for one in msgspec.json.decode(body, type=list[msgspec.Raw])]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(_("no valid JSON: {error}").format(error=error)) from error


def _ndjson(body: bytes) -> list[RawItem]:
    items = []
    for line in body.split(b"\n"):
        text = line.strip()
        if not text:
            continue
        try:
            items.append(_item(text))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            kept = text.decode("utf-8", "replace").replace("\x00", "\ufffd")[:LINE_KEPT]
            items.append(RawItem(text=kept, error=_("no valid JSON: {error}").format(error=error)))
    return items


def _item(text: bytes) -> RawItem:
    """Return a decoded item, or the reason why nobody should walk down into it; RecursionError when nobody can.

    What its bytes rule out is looked for by nobody: an item without the escape of NUL holds no NUL, and one with few
    brackets is not deep. JSON has no other number that PostgreSQL would refuse.
    """
    value = msgspec.json.decode(text)
    if text.count(b"[") + text.count(b"{") <= DEEPEST or not _too_deep(value):
        return RawItem(value, storable=b"\\u0000" not in text)
    kept = msgspec.json.encode(value).decode()[:LINE_KEPT]
    return RawItem(text=kept, error=_("nested more than {count} levels deep").format(count=DEEPEST))


def _too_deep(value: Any) -> bool:
    """Walk down level by level: no recursion that could itself go too deep."""
    level: list[Any] = [[value]]
    for _level in range(DEEPEST + 1):
        inner = (i for one in level for i in (one.values() if isinstance(one, dict) else one))
        level = [one for one in inner if isinstance(one, dict | list)]
        if not level:
            return False
    return True


def _csv(body: bytes) -> list[RawItem]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(_("the file is not UTF-8")) from error
    try:
        dialect: Any = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text), dialect))
    except csv.Error as error:
        raise UnreadableError(_("no valid CSV: {error}").format(error=error)) from error
    return _table(rows)


def _xlsx(body: bytes) -> list[RawItem]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_BOOK:
                raise TooLargeError
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        rows = [[_written(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableError(_("no valid XLSX: {error}").format(error=error)) from error
    return _table(rows)


def _written(cell: Any) -> str:
    """Return a cell as text. A number with three decimals gets a fourth: ``1.234`` is 1234 to many a reader."""
    if isinstance(cell, float) and len(str(cell).partition(".")[2]) == 3:
        return f"{cell}0"
    return "" if cell is None else str(cell)


def _table(rows: list[list[str]]) -> list[RawItem]:
    """Name each row's cells by the heading; empty cells are absent, rows of another width are said to be so."""
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return []
    heading = [cell.strip() for cell in filled[0]]
    items = []
    for row in filled[1:]:
        if len(row) > len(heading) and any(cell.strip() for cell in row[len(heading) :]):
            text = msgspec.json.encode(row).decode()[:LINE_KEPT]
            items.append(RawItem(text=text, error=_("the row has more cells than the heading")))
            continue
        value = {name: cell.strip() for name, cell in zip(heading, row, strict=False) if name and cell.strip()}
        items.append(RawItem(value, loose=True))
    return items


READERS: dict[str, Callable[[bytes], list[RawItem]]] = {
    "application/json": _json,
    "application/x-ndjson": _ndjson,
    "text/csv": _csv,
    XLSX: _xlsx,
}

"""Opening what somebody uploaded: only a workbook that is one, that nobody locked, and that stays small unpacked."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils.exceptions import InvalidFileException

from services.indicators.workbooks.circles import circular

LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a workbook once unpacked: sheets are read as a stream."""
LARGEST_TEXTS: Final = 64 * 1024 * 1024
"""Bytes of its table of texts, which is held in memory."""
DENSEST, FROM = 200, 16 * 1024 * 1024
"""A file that grows more than this many times when unpacked, and beyond this size, is no workbook that people made."""
MOST_FORMULAS: Final = 100_000
BROKEN: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    SyntaxError,  # of the XML
    RuntimeError,  # a way of packing that is not known, a locked part
    ArithmeticError,
)
"""What a damaged file makes its readers raise."""

_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_TEXTS = "xl/sharedStrings.xml"
_MACROS = "xl/vbaProject.bin"
_ENCRYPTED = 0x1
_BLOCK = 1 << 20
_OVERLAP = 10_000
"""No cell is longer: Excel's formulas end at 8,192 signs."""


class UnreadableError(ValueError):
    """A file that holds no rows that could be read; ``sheet`` and ``cell`` are where to look, if there is a place."""

    def __init__(self, text: str, cell: str = "", sheet: str = "") -> None:
        super().__init__(text)
        self.cell, self.sheet = cell, sheet


def refuse_old(body: bytes) -> None:
    """Raise UnreadableError for an empty file, an old Excel file, and a workbook behind a password."""
    if not body.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise UnreadableError(_("the file is empty"))
    if not body.startswith(_OLE):
        return
    if _LOCKED in body:
        raise UnreadableError(_("the workbook has a password: take it off in Excel and send the file again"))
    raise UnreadableError(_("this is an old Excel file (.xls): save it as .xlsx"))


def opened(body: bytes) -> Any:
    """Return the workbook for reading as a stream; UnreadableError when it is none, locked, or too large unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            _measure(parts.infolist(), len(body))
        return load_workbook(io.BytesIO(body), read_only=True, data_only=True)
    except UnreadableError:
        raise
    except BROKEN as error:
        raise UnreadableError(
            _("the file is no Excel workbook (.xlsx), or a damaged one: open it in Excel and save it as .xlsx")
        ) from error


def _measure(parts: list[zipfile.ZipInfo], packed: int) -> None:
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise UnreadableError(_("the workbook has a password: take it off in Excel and send the file again"))
    size = sum(part.file_size for part in parts)
    texts = sum(part.file_size for part in parts if part.filename.lstrip("/") == _TEXTS)
    if size > LARGEST or texts > LARGEST_TEXTS or (size > FROM and size > DENSEST * packed):
        raise UnreadableError(_("the workbook is too large once unpacked"))


def unpacked(body: bytes) -> int:
    """Return how many bytes a workbook has once unpacked."""
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return sum(part.file_size for part in parts.infolist())


def has_macros(body: bytes) -> bool:
    """Tell whether a workbook carries macros. They are never read, and its marked copy has none."""
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return _MACROS in parts.namelist()


# --- what the reader of rows passes over ----------------------------------------------------------------------------

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')
_FORMULA = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:\w+:)?f((?:\s[^>]*?)?)(?:/>|>([^<]*)</(?:\w+:)?f>)\s*'
    rb"(?:<(?:\w+:)?v[^>]*?(?:/>|>([^<]*)</(?:\w+:)?v>))?\s*</(?:\w+:)?c>"
)
_SHARED = re.compile(r'\bsi="(\d+)"')
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}


class Hidden:
    """What stands in a sheet's XML beside the values: merged areas, formulas never computed, formulas in a circle."""

    def __init__(self, body: bytes, path: str) -> None:
        merged: dict[str, None] = {}
        formulas: dict[str, tuple[str, str]] = {}
        uncomputed: dict[str, None] = {}
        with zipfile.ZipFile(io.BytesIO(body)) as parts, parts.open(path.lstrip("/")) as stream:
            for block in _blocks(stream):
                merged |= dict.fromkeys(found.decode() for found in _MERGED.findall(block))
                for place, more, text, value in _FORMULA.findall(block):
                    if not value:
                        uncomputed[place.decode()] = None
                    if len(formulas) < MOST_FORMULAS:
                        formulas[place.decode()] = (more.decode(errors="replace"), text.decode(errors="replace"))
        self.merged, self.uncomputed = list(merged), list(uncomputed)
        self.circular = circular(_written_out(formulas))


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield overlapping blocks, so that no cell is cut in two."""
    before = b""
    while block := stream.read(_BLOCK):
        yield before + block
        before = (before + block)[-_OVERLAP:]


def _written_out(formulas: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return every formula as it stands in its cell: those that share one are written out."""
    masters: dict[str, tuple[str, str]] = {}
    found: dict[str, str] = {}
    for place, (more, text) in formulas.items():
        shared = _SHARED.search(more)
        plain = _plain(text)
        if shared and plain:
            masters[shared[1]] = (place, plain)
        elif shared and shared[1] in masters:
            plain = _moved(*masters[shared[1]], place)
        found[place] = plain
    return found


def _moved(origin: str, formula: str, place: str) -> str:
    try:
        return str(Translator(f"={formula}", origin=origin).translate_formula(place)).removeprefix("=")
    except TranslatorError:
        return ""


def _plain(text: str) -> str:
    for entity, sign in _ENTITIES.items():
        text = text.replace(entity, sign)
    return text

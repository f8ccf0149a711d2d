"""What people write in cells becomes numbers and periods, or a clear reason why not. Pure."""

import re
from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from services.indicators import periods
from services.indicators.periods import Grain, Period

ERRORS: Final = frozenset({"#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
"""What a formula shows when it cannot be computed."""
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:\{mark}\d{{3}})+") for mark in ".,"}
_SERIAL_ONE = date(1899, 12, 30)
_SERIALS = (20_000, 80_000)
"""Excel's day numbers from 1954 to 2119: a number in a period's cell between them is a day."""
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class CellError(ValueError):
    """A cell that cannot be read; the message is for whoever filled it in."""


def number(written: str) -> tuple[float, bool]:
    """Return the number that a text writes and whether it carries a per cent sign; CellError when it is none.

    ``1.234,5`` and ``1,234.5`` are both 1234.5: the last mark is the decimal one. ``1.234`` alone could be either,
    so it is refused; write 1234 or 1,2340.
    """
    text = _SPACES.sub("", written).replace("−", "-")
    if text.upper() in ERRORS:
        raise CellError(_("the formula gives {error}").format(error=text.upper()))
    percent = text.endswith("%")
    text = text.removesuffix("%")
    negative = text.startswith("-") or (text.startswith("(") and text.endswith(")"))
    text = text.strip("()").removeprefix("-").removeprefix("+")
    plain = _plain(text)
    try:
        value = float(plain)
    except ValueError:
        raise CellError(_("is not a number: {text}").format(text=written.strip()[:40])) from None
    return (-value if negative else value), percent


def _plain(text: str) -> str:
    """Return the digits with a decimal point, if any."""
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", text):
        return ""
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text
    mark = text[last]
    other = "," if mark == "." else "."
    if other in text:
        whole, _mark, rest = text.rpartition(mark)
        return f"{whole.replace(other, '')}.{rest}" if _GROUPED[other].fullmatch(whole) and rest.isdigit() else ""
    if text.count(mark) > 1:
        return text.replace(mark, "") if _GROUPED[mark].fullmatch(text) else ""
    if _GROUPED[mark].fullmatch(text) and not text.startswith("0"):
        raise CellError(
            _("{text} can be read in two ways; write {one} or {other}").format(
                text=text, one=text.replace(mark, ""), other=f"{text.replace(mark, ',')}0"
            )
        )
    return text.replace(mark, ".")


_WRITTEN: Final = (
    (re.compile(r"(?:thang|t|m)\s*(\d{1,2})\s*[/\-\s]\s*(?:nam\s*)?(\d{4})"), "month"),
    (re.compile(r"(\d{1,2})\s*[/\-]\s*(\d{4})"), "month"),
    (re.compile(r"(?:quy|q)\s*([1-4]|i{1,3}|iv)\s*[/\-\s]\s*(?:nam\s*)?(\d{4})"), "quarter"),
    (re.compile(r"(?:nam\s*)?(\d{4})"), "year"),
)
_DAY_FIRST = re.compile(r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/\-.](\d{1,2})[/\-.](\d{1,2})(?:[\sT]\d{1,2}:\d{2}(?::\d{2})?.*)?")


def period(written: object, grain: Grain) -> Period:
    """Return the period that a cell names; CellError when it names none.

    ``2025-09``, ``9/2025``, ``T9/2025``, ``tháng 9 năm 2025``, ``quý III/2025``, ``năm 2025``, and days in any of the
    usual ways (day before month), Excel's own dates and day numbers included; a day stands for the period of ``grain``,
    the indicator's frequency, that it lies in.
    """
    on = _date(written)
    if on is not None:
        return periods.containing(on, grain)
    text = _folded(str(written))
    try:
        return periods.parse(text.upper())
    except periods.PeriodError:
        pass
    for pattern, kind in _WRITTEN:
        if found := pattern.fullmatch(text):
            return _made(kind, found.groups(), written)
    raise CellError(_("names no period: {text}").format(text=str(written)[:40]))


def _folded(text: str) -> str:
    plain = text.strip().casefold()
    return plain.translate(str.maketrans("áàăâýỳíùúêéè", "aaaayyiuueee"))


def _made(kind: str, parts: tuple[str, ...], written: object) -> Period:
    if kind == "year":
        text = parts[0]
    elif kind == "quarter":
        text = f"{parts[1]}-Q{_ROMAN.get(parts[0], parts[0])}"
    else:
        text = f"{parts[1]}-{int(parts[0]):02d}"
    try:
        return periods.parse(text)
    except periods.PeriodError:
        raise CellError(_("names no period: {text}").format(text=str(written)[:40])) from None


def _date(written: object) -> date | None:
    if isinstance(written, datetime):
        return written.date()
    if isinstance(written, date):
        return written
    text = str(written).strip()
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text) and _SERIALS[0] <= float(text) <= _SERIALS[1]:
        return _SERIAL_ONE + timedelta(days=int(float(text)))
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        raise CellError(_("there is no such day: {text}").format(text=text[:40])) from None

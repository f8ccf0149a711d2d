"""What an address of Explore asks for: read from the query string and written back, so that a link is a view. Pure.

A parameter that is wrong is reported by name and counts as not given; the rest of the view stands.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar
from urllib.parse import urlencode

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from services.directory.text import clean
from services.indicators import periods
from services.indicators.periods import GRAINS, Grain, Period, PeriodError

Across = Literal["time", "area", "indicator"]
ACROSS: Final[tuple[Across, ...]] = ("time", "area", "indicator")
"""What the columns are; the other two are the rows."""
CHARTS: Final = ("line", "bar", "heat")
PROVINCE, COMMUNES = "province", "communes"
"""Stand in ``units`` for the whole province and for each of its communes of today."""
MOST_CODES, MOST_UNITS, MOST_PERIODS = 12, 400, 400
LONGEST_SEARCH: Final = 80

T = TypeVar("T")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_UNIT = re.compile(r"[0-9]{1,5}|province|communes")
_TOPIC = re.compile(r"[a-z0-9_-]{1,40}")
_LAST_COLUMN = 99_999


@dataclass(frozen=True, slots=True)
class Cell:
    """The one value whose history is asked for."""

    code: str
    unit: str
    period: Period

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return f"{self.code}:{self.unit}:{self.period.text}"


@dataclass(frozen=True, slots=True)
class State:
    """A view. Empty and None mean "as the page thinks best"; ``first`` and ``last`` are of ``grain``.

    ``last_year`` and ``plan`` are the optional columns; ``sort`` is the number of the column that the rows are sorted
    by, from 1, negative for the largest first; ``known_at`` (UTC) shows everything as it was known then; ``joined``
    lays what came before a merger over today's units; ``topic`` and ``q`` narrow the list to choose from.
    """

    codes: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    grain: Grain | None = None
    first: Period | None = None
    last: Period | None = None
    across: Across = "time"
    last_year: bool = False
    plan: bool = False
    chart: str = ""
    map_code: str = ""
    map_at: Period | None = None
    sort: int = 0
    joined: bool = True
    known_at: datetime | None = None
    topic: str = ""
    q: str = ""
    cell: Cell | None = None

    @property
    def query(self) -> str:
        """The view as a query string; what is as the page thinks best is left out."""
        return urlencode({name: text for name, text in self._texts().items() if text}, safe=",:")

    def _texts(self) -> dict[str, str]:
        return {
            "code": ",".join(self.codes),
            "unit": ",".join(self.units),
            "grain": self.grain or "",
            "first": self.first.text if self.first else "",
            "last": self.last.text if self.last else "",
            "across": "" if self.across == "time" else self.across,
            "last_year": "1" if self.last_year else "",
            "plan": "1" if self.plan else "",
            "chart": self.chart,
            "map": self.map_code,
            "map_at": self.map_at.text if self.map_at else "",
            "sort": str(self.sort) if self.sort else "",
            "joined": "" if self.joined else "0",
            "known_at": self.known_at.isoformat() if self.known_at else "",
            "topic": self.topic,
            "q": self.q,
            "cell": self.cell.text if self.cell else "",
        }

    def but(self, **changes: Any) -> "State":
        """Return this view with changes."""
        return replace(self, **changes)


@dataclass
class Parsed:
    """A view, and what was wrong in the address: parameter → text in the reader's language."""

    state: State
    problems: dict[str, str] = field(default_factory=dict)


def parse(query: Mapping[str, Sequence[str]]) -> Parsed:
    """Read an address: parameter → its values. Lists may be repeated or separated by commas."""
    read = _Reader(query)
    grain, first, last = _span(read)
    map_at = read.period("map_at")
    state = State(
        codes=read.many("code", _CODE, MOST_CODES),
        units=read.many("unit", _UNIT, MOST_UNITS),
        grain=grain,
        first=first,
        last=last,
        across=read.one_of("across", ACROSS, "time"),
        last_year=read.flag("last_year", default=False),
        plan=read.flag("plan", default=False),
        chart=read.one_of("chart", CHARTS, ""),
        map_code=read.matching("map", _CODE),
        map_at=map_at.at(grain) if map_at and grain else map_at,
        sort=read.column("sort"),
        joined=read.flag("joined", default=True),
        known_at=read.instant("known_at"),
        topic=read.matching("topic", _TOPIC),
        q=read.search("q"),
        cell=read.cell("cell"),
    )
    return Parsed(state, read.problems)


def _span(read: "_Reader") -> tuple[Grain | None, Period | None, Period | None]:
    """Return the span in periods of one kind: the asked one, else that of what was given."""
    grain: Grain | None = read.one_of("grain", GRAINS, None)
    first, last = read.period("first"), read.period("last")
    grain = grain or next((one.grain for one in (first, last) if one), None)
    if grain:
        first = periods.containing(first.start, grain) if first else None
        last = periods.containing(last.end, grain) if last else None
    if first and last and first > last:
        read.problems["first"] = _("The first period comes after the last one: they were changed about.")
        first, last = last, first
    return grain, first, last


class _Reader:
    """Reads parameters one by one; what is wrong with them is gathered in ``problems``."""

    def __init__(self, query: Mapping[str, Sequence[str]]) -> None:
        self.query = query
        self.problems: dict[str, str] = {}

    def text(self, name: str) -> str:
        """Return the last value, without what no text may hold."""
        return clean(next(reversed(self.query.get(name, ())), "").replace("\x00", "").replace("\ufeff", ""))

    def many(self, name: str, allowed: re.Pattern[str], most: int) -> tuple[str, ...]:
        """Return all values, each once."""
        parts = dict.fromkeys(part.strip() for value in self.query.get(name, ()) for part in value.split(","))
        found = [part for part in parts if allowed.fullmatch(part)]
        wrong = [part for part in parts if part and not allowed.fullmatch(part)]
        if wrong:
            self._wrong(name, wrong[0])
        if len(found) > most:
            self.problems[name] = _("At most {count} can be shown at once; the first {count} are.").format(count=most)
        return tuple(found[:most])

    def matching(self, name: str, allowed: re.Pattern[str]) -> str:
        """Return a value of a form."""
        value = self.text(name)
        if value and not allowed.fullmatch(value):
            self._wrong(name, value)
            return ""
        return value

    def one_of(self, name: str, allowed: Sequence[Any], default: Any) -> Any:
        """Return one of a few values."""
        value = self.text(name)
        if value and value not in allowed:
            self._wrong(name, value)
        return value if value in allowed else default

    def flag(self, name: str, default: bool) -> bool:
        """Return a truth value."""
        return bool(self.one_of(name, ("0", "1"), "1" if default else "0") == "1")

    def column(self, name: str) -> int:
        """Return the number of a column, negative for falling order."""
        value = self.text(name)
        if re.fullmatch(r"-?[0-9]{1,5}", value, re.ASCII):
            return int(value)
        if value:
            self._wrong(name, value)
        return 0

    def period(self, name: str) -> Period | None:
        """Return a period."""
        return self._parsed(name, self.text(name), periods.parse)

    def instant(self, name: str) -> datetime | None:
        """Return an instant in UTC; one without a time zone is none."""
        return self._parsed(name, self.text(name), _instant)

    def cell(self, name: str) -> Cell | None:
        """Return the place of a value."""
        return self._parsed(name, self.text(name), _cell)

    def search(self, name: str) -> str:
        """Return what was typed, cut to a length that a search may have."""
        return self.text(name)[:LONGEST_SEARCH].strip()

    def _parsed(self, name: str, value: str, how: Callable[[str], T]) -> T | None:
        try:
            return how(value) if value else None
        except (ValueError, OverflowError):
            self._wrong(name, value)
            return None

    def _wrong(self, name: str, value: str) -> None:
        text = _("“{value}” was not understood and is left out ({name}).")
        self.problems[name] = text.format(value=value[:60], name=name)


def _instant(text: str) -> datetime:
    found = parse_datetime(text) or parse_datetime(text.replace(" ", "+"))
    if found is None or found.tzinfo is None or not periods.FIRST_YEAR < found.year < periods.LAST_YEAR:
        raise ValueError(text)
    return found.astimezone(UTC)


def _cell(text: str) -> Cell:
    code, unit, period = text.split(":")
    if not (_CODE.fullmatch(code) and re.fullmatch(r"[0-9]{1,5}", unit)):
        raise PeriodError(text)
    return Cell(code, unit, periods.parse(period))

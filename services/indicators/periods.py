"""Periods: a day, a month, a quarter or a year of the province's calendar, written as one short text.

``2025-03-09``, ``2025-03``, ``2025-Q1``, ``2025``: what is stored, sent and shown in addresses. Each has its place in a
year's sheet: ``part`` 0 holds twelve months, four quarters and the year; ``part`` 1 to 12 the days of that month.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Grain = Literal["day", "month", "quarter", "year"]
GRAINS: Final[tuple[Grain, ...]] = ("day", "month", "quarter", "year")
"""From the finest to the coarsest."""
MONTHS, QUARTERS, YEAR = range(12), range(12, 16), 16
YEAR_SLOTS, DAY_SLOTS = 17, 31
FIRST_YEAR, LAST_YEAR = 1900, 2200

_WIDTH = {"month": 1, "quarter": 3, "year": 12}
_DAY = timedelta(days=1)
_WRITTEN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One period. ``month`` is the first one of a quarter and 1 for a year; ``day`` is 1 unless it is a day."""

    year: int
    month: int
    day: int
    grain: Grain

    @property
    def text(self) -> str:
        """The period as it is stored and sent."""
        if self.grain == "year":
            return f"{self.year:04d}"
        if self.grain == "quarter":
            return f"{self.year:04d}-Q{self.quarter}"
        month = f"{self.year:04d}-{self.month:02d}"
        return month if self.grain == "month" else f"{month}-{self.day:02d}"

    @property
    def quarter(self) -> int:
        """The quarter it lies in, 1 to 4."""
        return (self.month + 2) // 3

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.month, self.day)

    @property
    def end(self) -> date:
        """Its last day."""
        if self.grain == "day":
            return self.start
        last = self.month + _WIDTH[self.grain] - 1
        return date(self.year + last // 12, last % 12 + 1, 1) - _DAY

    @property
    def part(self) -> int:
        """Which sheet of the year holds it: 0, or the month of a day."""
        return self.month if self.grain == "day" else 0

    @property
    def slot(self) -> int:
        """Its place in that sheet."""
        if self.grain == "day":
            return self.day - 1
        if self.grain == "month":
            return self.month - 1
        return 11 + self.quarter if self.grain == "quarter" else YEAR

    @property
    def label(self) -> dict[str, str]:
        """Its name as a localised pair: tháng 9/2025, quý III/2025, năm 2025."""
        if self.grain == "day":
            return {"vi": f"{self.start:%d/%m/%Y}", "en": f"{self.start:%d/%m/%Y}"}
        if self.grain == "month":
            return {"vi": f"tháng {self.month}/{self.year}", "en": f"{self.start:%B} {self.year}"}
        if self.grain == "quarter":
            roman = ("I", "II", "III", "IV")[self.quarter - 1]
            return {"vi": f"quý {roman}/{self.year}", "en": f"quarter {self.quarter} of {self.year}"}
        return {"vi": f"năm {self.year}", "en": f"{self.year}"}

    def before(self, steps: int = 1) -> "Period":
        """Return the period of the same grain ``steps`` earlier."""
        if self.grain == "day":
            return day(self.start - timedelta(days=steps))
        index = self.year * 12 + self.month - 1 - steps * _WIDTH[self.grain]
        return Period(index // 12, index % 12 + 1, 1, self.grain)

    def last_year(self) -> "Period":
        """Return the same period of the year before; 29 February's is the 28th."""
        last = calendar.monthrange(self.year - 1, self.month)[1]
        return Period(self.year - 1, self.month, min(self.day, last), self.grain)

    def at(self, grain: Grain) -> "Period":
        """Return the coarser (or same) period of a grain that this one lies in; of a finer grain its last one."""
        return containing(self.end, grain)


class PeriodError(ValueError):
    """A text that names no period."""


def parse(text: str) -> Period:
    """Return the period that a text in the stored form names; PeriodError for any other."""
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise PeriodError(text)
    year, quarter, month, day_of = (int(part) if part else 0 for part in found.groups())
    try:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise PeriodError(text)
        if quarter:
            return Period(year, quarter * 3 - 2, 1, "quarter")
        if not month:
            return Period(year, 1, 1, "year")
        first = date(year, month, day_of or 1)
    except ValueError as error:
        raise PeriodError(text) from error
    return Period(year, first.month, first.day, "day" if day_of else "month")


def containing(on: date, grain: Grain) -> Period:
    """Return the period of a grain that a day lies in."""
    if grain == "day":
        return day(on)
    month = {"month": on.month, "quarter": (on.month + 2) // 3 * 3 - 2, "year": 1}[grain]
    return Period(on.year, month, 1, grain)


def day(on: date) -> Period:
    """Return a day as a period."""
    return Period(on.year, on.month, on.day, "day")


def of_slot(year: int, part: int, slot: int) -> Period:
    """Return the period that a place in a sheet stands for."""
    if part:
        return Period(year, part, slot + 1, "day")
    if slot in MONTHS:
        return Period(year, slot + 1, 1, "month")
    if slot in QUARTERS:
        return Period(year, (slot - 12) * 3 + 1, 1, "quarter")
    return Period(year, 1, 1, "year")


def coarser(grain: Grain) -> tuple[Grain, ...]:
    """Return a grain and those above it."""
    return GRAINS[GRAINS.index(grain) :]


def span(first: Period, last: Period) -> Iterator[Period]:
    """Yield the periods from one to another of the same grain, both included."""
    at = first
    while at <= last:
        yield at
        at = at.before(-1)


def size_of(part: int) -> int:
    """Return how many places a sheet has."""
    return DAY_SLOTS if part else YEAR_SLOTS

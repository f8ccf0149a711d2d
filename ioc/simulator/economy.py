"""The province's economy, month by month: what departments deliver in the first days of the next month.

Where the pack has published figures, the world runs through them and never sends another value in their place.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from ioc.simulator.dice import dice, poisson
from ioc.simulator.feed import Part, Sent, dated_items_of, items_of
from ioc.simulator.projects import Site, Work, works
from ioc.simulator.world import World
from monitors.socioeconomy.science import disbursement
from services.directory.models import Unit
from services.directory.pack import pack
from services.directory.selectors import centre_of
from services.directory.text import clean
from services.indicators import rows
from services.indicators.periods import Period
from services.indicators.workbooks.values import number, period
from services.intake import bodies
from services.kernel.clock import LOCAL

WORKBOOK = "socioeconomy/workbook"
PROJECTS = "socioeconomy/projects"
PUBLISHED = "figures_2025.csv"
"""The pack's file of published figures."""
FIRST_YEAR = 2025
"""The first year this world tells of."""
REPORTED = (3, time(9, 30))
"""Day of the next month, and time, at which a month's indicators are delivered."""
PAID = (4, time(9, 0))
BELATED = ((9, time(15, 10)), frozenset({"iip_growth", "retail_sales", "exports", "imports"}))
"""When what one department owes of a quarter's first month comes: some days too late."""
SLIPPED = 2
"""One commune in which so many firms were new types a zero too many, and says so with its next report."""
PLANNED = (2, time(8, 0))
"""Day of January at which the year's plans are set."""
_EVEN = (1.0,) * 12
_TRADE = (1.05, 0.72, 0.98, 0.97, 0.99, 1.0, 1.0, 1.02, 1.02, 1.04, 1.08, 1.13)
_TAXES = (1.35, 0.75, 0.9, 1.1, 0.9, 0.9, 1.2, 0.85, 0.9, 1.1, 0.95, 1.1)
_BUILDING = (0.45, 0.5, 0.75, 0.85, 0.95, 1.05, 1.05, 1.1, 1.15, 1.2, 1.35, 1.6)
_COFFEE = (0.15, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.05, 0.9, 1.6, 1.3)
_PEPPER = (0.3, 1.3, 1.8, 1.1, 0.3, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
_DURIAN = (0.0, 0.0, 0.0, 0.05, 0.2, 0.4, 0.9, 1.5, 1.3, 0.6, 0.1, 0.0)


@dataclass(frozen=True, slots=True)
class Course:
    """How an indicator runs.

    ``total`` counts from the year's start, ``amount`` is a month's own, ``level`` a stock, ``rate`` in per cent.
    ``base`` is the year's total, the month's amount, the level or the rate of the first year; ``growth`` a year's
    share (points for a rate); ``noise`` a share, or points. ``plan``: the year's plan as a multiple of what will be.
    """

    kind: Literal["total", "amount", "level", "rate"]
    base: float
    growth: float
    noise: float
    decimals: int = 0
    season: tuple[float, ...] = _EVEN
    quarterly: bool = False
    plan: float | None = None


COURSES: Mapping[str, Course] = {
    "budget_revenue": Course("total", 15_000, 0.11, 0.06, 0, _TAXES, plan=0.99),
    "budget_spending": Course("total", 34_000, 0.06, 0.05, 0, _BUILDING),
    "retail_sales": Course("total", 170_000, 0.105, 0.02, 1, _TRADE, plan=1.01),
    "investment_total": Course("total", 66_000, 0.08, 0.04, 0, _BUILDING, plan=1.06),
    "grdp": Course("total", 95_000, 0.074, 0.01, 1, quarterly=True),
    "coffee_output": Course("total", 540_000, 0.02, 0.03, 0, _COFFEE),
    "pepper_output": Course("total", 70_000, 0.01, 0.03, 0, _PEPPER),
    "durian_output": Course("total", 380_000, 0.06, 0.03, 0, _DURIAN),
    "exports": Course("amount", 195, 0.09, 0.03, 1, plan=1.02),
    "imports": Course("amount", 62, 0.05, 0.035, 1),
    "fdi": Course("amount", 9, 0.05, 0.35, 1),
    "firms_new": Course("amount", 178, 0.06, 0.05),
    "firms_suspended": Course("amount", 92, 0.03, 0.06),
    "jobs_created": Course("amount", 4_150, 0.03, 0.04),
    "electricity_sold": Course("amount", 318, 0.07, 0.025, 1),
    "deposits": Course("level", 118_000, 0.09, 0.002),
    "credit": Course("level", 196_000, 0.11, 0.002),
    "iip_growth": Course("rate", 9.2, 0.0, 0.35, 2),
    "cpi_growth": Course("rate", 3.3, 0.1, 0.16, 2),
    "grdp_growth": Course("rate", 7.3, 0.3, 0.12, 2, quarterly=True),
    "grdp_growth_agriculture": Course("rate", 5.2, 0.1, 0.15, 2, quarterly=True),
    "grdp_growth_industry": Course("rate", 9.0, 0.4, 0.3, 2, quarterly=True),
    "grdp_growth_services": Course("rate", 7.4, 0.2, 0.15, 2, quarterly=True),
}
"""Plausible magnitudes of a province of three million people; published figures move them to their own."""
BY_COMMUNE = "firms_new"
"""What is told by commune, from the second year on."""
_AFTER_PUBLISHED = 0.5
"""How much of a published rate's distance from its course stays in the years after."""


@dataclass(frozen=True, slots=True)
class Published:
    """A figure that the pack knows: what a row of its file says, and the row as a department would send it."""

    code: str
    period: Period
    value: float
    raw: Mapping[str, Any]


def published_figures(folder: Path) -> list[Published]:
    """Return what the pack knows of the socio-economic reports; nothing without a file."""
    path = folder / PUBLISHED
    found = []
    for item in bodies.read(path.read_bytes(), "text/csv") if path.exists() else ():
        row = rows.adapt(item.value)
        at = period(clean(str(row["period"])), "month")
        found.append(Published(row["code"], at, number(str(row["value"]))[0], item.value))
    return found


def economy_of(world: World, units: Sequence[Unit]) -> "EconomyFeed":
    """Return what the departments of the province in use deliver."""
    places = [(unit, centre_of(unit)) for unit in units]
    sites = tuple(Site(unit.code, unit.label["vi"], unit.label["en"], *place) for unit, place in places)
    departments = tuple(one.slug for one in pack().departments if one.valid_to is None)
    return EconomyFeed(world, sites, departments, tuple(published_figures(pack().folder)))


@dataclass(frozen=True)
class EconomyFeed:
    """What departments deliver of indicators and projects."""

    world: World
    sites: tuple[Site, ...]
    departments: tuple[str, ...]
    published: tuple[Published, ...] = ()

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is delivered in ``[start, end)``."""
        month = date(start.astimezone(LOCAL).year, start.astimezone(LOCAL).month, 1)
        while month <= end.astimezone(LOCAL).date():
            yield from (sent for sent in self._month(month) if start <= sent.at < end)
            month = _next(month)

    def mean(self, at: datetime) -> float:
        """Return how many items are delivered in an hour, over a month."""
        return (len(COURSES) + len(self.works(at.astimezone(LOCAL).year))) / (30 * 24)

    def times(self, factor: float) -> "EconomyFeed":
        """Return the same: there is one report a month, however much goes on."""
        del factor
        return self

    def past(self, now: datetime) -> list[Part]:
        """Return the published figures, two years of indicators, and the payments of the budget year."""
        year = now.astimezone(LOCAL).year
        since = datetime(max(FIRST_YEAR, year - 1), 1, 1, tzinfo=LOCAL)
        sent = list(self.between(since, now))
        figures = dated_items_of(one for one in sent if one.source == WORKBOOK)
        payments = items_of(one for one in sent if one.source == PROJECTS)
        newest = max((item["year"] for item in payments), default=year)
        return [
            (WORKBOOK, [dict(one.raw) for one in self.published], True),
            (WORKBOOK, figures, True),
            (PROJECTS, [item for item in payments if item["year"] == newest], True),
        ]

    # --- what is delivered in a month --------------------------------------------------------------------------------

    def _month(self, month: date) -> Iterator[Sent]:
        """Yield what is delivered in a calendar month: the figures of the one before, in January the year's plans."""
        before = (month - timedelta(days=1)).replace(day=1)
        if month.month == 1:
            yield from self._sent(PLANNED, month, WORKBOOK, self._plans(month.year))
        if before.year >= FIRST_YEAR:
            figures = list(self._figures(before))
            belated = [item for item in figures if before.month % 3 == 1 and item["code"] in BELATED[1]]
            yield from self._sent(REPORTED, month, WORKBOOK, (item for item in figures if item not in belated))
            yield from self._sent(BELATED[0], month, WORKBOOK, iter(belated))
            yield from self._sent(PAID, month, PROJECTS, self._payments(before))

    def _sent(
        self, when: tuple[int, time], month: date, source: str, items: Iterator[dict[str, Any]]
    ) -> Iterator[Sent]:
        at = datetime.combine(month.replace(day=when[0]), when[1], LOCAL)
        for item in items:
            names = (item.get(name, "") for name in ("code", "unit", "year", "period", "month", "kind"))
            yield Sent(at, source, ":".join(map(str, names)), item)

    def _plans(self, year: int) -> Iterator[dict[str, Any]]:
        """Yield the plans of a year, save where the pack has the real ones."""
        known = {one.code for one in self.published if one.period.year == year}
        for code, course in COURSES.items():
            if course.plan is not None and code not in known:
                value = _rounded(course.plan * self._yearly(code, year))
                yield {"code": code, "period": str(year), "value": value, "kind": "plan"}

    def _figures(self, month: date) -> Iterator[dict[str, Any]]:
        """Yield the indicators of a month, and of the quarter that ends with it."""
        by_commune = month.year > FIRST_YEAR
        if by_commune:
            yield from self._corrections((month - timedelta(days=1)).replace(day=1))
            yield from self._communes(month)
        for code, course in COURSES.items():
            if not (by_commune and code == BY_COMMUNE) and (not course.quarterly or month.month % 3 == 0):
                value = round(self.value(code, month), course.decimals)
                yield from self._row(code, month, value, quarterly=course.quarterly)
        before = self.value("budget_revenue", month.replace(year=month.year - 1))
        if month.year > FIRST_YEAR:
            growth = 100 * (self.value("budget_revenue", month) / before - 1)
            yield from self._row("budget_revenue_growth", month, round(growth, 2))
        projects = self.works(month.year)
        yield from self._row("public_investment_plan", month, round(math.fsum(one.plan for one in projects), 1))
        paid = math.fsum(one.paid(month.month) for one in projects)
        yield from self._row("public_investment_disbursed", month, round(paid, 1))

    def _communes(self, month: date) -> Iterator[dict[str, Any]]:
        """Yield what each commune tells of a month; the province is what they make together."""
        counts = self._counts(month)
        slipped = self._slipped(counts, month)
        for code, count in counts.items():
            value = 10 * count if code == slipped else count
            yield {"code": BY_COMMUNE, "unit": code, "period": f"{month:%Y-%m}", "value": value}

    def _corrections(self, month: date) -> Iterator[dict[str, Any]]:
        """Yield what a commune puts right of its last report."""
        counts = self._counts(month) if month.year > FIRST_YEAR else {}
        slipped = self._slipped(counts, month)
        if slipped is not None:
            item = {"code": BY_COMMUNE, "unit": slipped, "period": f"{month:%Y-%m}", "value": counts[slipped]}
            yield {**item, "reason": "Đính chính: thừa một số 0"}

    def _counts(self, month: date) -> dict[str, int]:
        whole = math.fsum(place.weight for place in self.world.places)
        value = self.value(BY_COMMUNE, month)
        return {
            place.code: poisson(dice(self.world.seed, BY_COMMUNE, place.code, month), value * place.weight / whole)
            for place in self.world.places
        }

    def _slipped(self, counts: Mapping[str, int], month: date) -> str | None:
        """Return the commune that mistypes this month's number; None where none has such a one."""
        able = sorted(code for code, count in counts.items() if count == SLIPPED)
        return dice(self.world.seed, "slip", month).choice(able) if able else None

    def _row(self, code: str, month: date, value: float, *, quarterly: bool = False) -> Iterator[dict[str, Any]]:
        text = f"{month.year}-Q{month.month // 3}" if quarterly else f"{month:%Y-%m}"
        if (code, text) not in self._known:
            yield {"code": code, "period": text, "value": value}

    def _payments(self, month: date) -> Iterator[dict[str, Any]]:
        """Yield what projects had been paid by a month's end; in January last year's as well, for the last time."""
        for year in (month.year - 1, month.year):
            number_of = disbursement.month_of(year, month)
            if year >= FIRST_YEAR and 1 <= number_of <= disbursement.LAST_MONTH:
                for one in self.works(year):
                    yield {**one.report(year, number_of), "simulated": self.world.tag}

    def works(self, year: int) -> Sequence[Work]:
        """Return the projects of a budget year."""
        return works(self.world.seed, self.sites, self.departments, year)

    # --- how indicators run ------------------------------------------------------------------------------------------

    def value(self, code: str, month: date) -> float:
        """Return an indicator's value of a month (of a quarter: that of its last month)."""
        course = COURSES[code]
        plain = self._plain(code, month)
        anchor = self._anchors.get(code)
        if anchor is None:
            return plain
        there = self._plain(code, anchor.period.end.replace(day=1))
        if course.kind == "rate":
            away = anchor.value - there
            return plain + (away if month.year == anchor.period.year else _AFTER_PUBLISHED * away)
        return plain * anchor.value / there

    def _plain(self, code: str, month: date) -> float:
        """Return the value before what is published moves it."""
        course, years = COURSES[code], month.year - FIRST_YEAR
        wobble = course.noise * max(-2.0, min(2.0, self._draw(code, month)))
        if course.kind == "rate":
            return course.base + course.growth * years + wobble
        grown: float = course.base * math.pow(1 + course.growth, years)
        if course.kind == "total":
            return grown * self._share(code, month)
        grown *= math.pow(1 + course.growth, (month.month - 1) / 12)
        return grown * course.season[month.month - 1] * (1 + wobble)

    def _share(self, code: str, month: date) -> float:
        """Return what part of a year's total has come by the end of a month."""
        course = COURSES[code]
        weights = [
            course.season[n] * (1 + course.noise * max(-2.0, min(2.0, self._draw(code, month.replace(month=n + 1)))))
            for n in range(12)
        ]
        return math.fsum(weights[: month.month]) / math.fsum(weights)

    def _draw(self, code: str, month: date) -> float:
        return dice(self.world.seed, "economy", code, month.year, month.month).gauss(0, 1)

    def _yearly(self, code: str, year: int) -> float:
        """Return what a year makes in all."""
        if COURSES[code].kind == "total":
            return self.value(code, date(year, 12, 1))
        return math.fsum(self.value(code, date(year, month, 1)) for month in range(1, 13))

    @cached_property
    def _anchors(self) -> Mapping[str, Published]:
        return {one.code: one for one in self.published if one.code in COURSES}

    @cached_property
    def _known(self) -> frozenset[tuple[str, str]]:
        return frozenset((one.code, one.period.text) for one in self.published)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _rounded(value: float) -> float:
    """Return a plan as people set it: to three figures."""
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    return round(value, digits)

"""How every agency stands in a month: on time, reports, satisfaction and late tasks, and its rank among its like.

Everything but the tasks is read from indicators: what other monitors published, and what was delivered by workbook.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from django.db.models import Count

from monitors.government.models import OPEN, Task
from services.directory.pack import pack
from services.directory.selectors import departments_on, units_on
from services.indicators import periods, selectors
from services.indicators.models import Sheet
from services.indicators.periods import Period
from services.kernel.clock import LOCAL

FINISHED, ON_TIME, OVERDUE = "dossiers_finished", "dossiers_on_time", "dossiers_overdue"
RATE, ONLINE_RATE = "dossiers_on_time_rate", "dossiers_online_rate"
REPORTS, REPORTS_RATE = "reports_handled", "reports_on_time_rate"
SATISFACTION = "satisfaction_rate"
SHOWN = (FINISHED, ON_TIME, OVERDUE, RATE, ONLINE_RATE, REPORTS, REPORTS_RATE, SATISFACTION)
"""Codes of what is shown of an agency."""
COUNTED = (FINISHED, ON_TIME, OVERDUE)
"""Codes that the on-time rate is made of."""
PUBLISHERS = ("public_services", "field_reports")
"""Monitors that publish them."""
TARGET = 95.0
"""Per cent of dossiers on time that is aimed at, unless the pack or a workbook plans otherwise (configuration)."""
LEAST = 20
"""Fewer dossiers in a month say nothing about an agency (configuration)."""
SIGMAS = 2.0

Kind = Literal["department", "commune"]


@dataclass(frozen=True, slots=True)
class Agency:
    """A department or a commune; ``place`` is its slug or code, as in indicators and tasks."""

    place: str
    kind: Kind
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """An agency in a month. ``values`` by code, those it has; rates in per cent.

    ``rank`` None: without a rate, or with so few dossiers that it says nothing.
    """

    agency: Agency
    values: Mapping[str, float] = field(default_factory=dict)
    late_tasks: int = 0
    rank: int | None = None

    @property
    def judged(self) -> int | None:
        """Dossiers that the on-time rate counts: those that ended, and those overdue at the month's end."""
        if FINISHED not in self.values:
            return None
        return round(self.values[FINISHED] + self.values.get(OVERDUE, 0))

    @property
    def rate(self) -> float | None:
        """Per cent of its dossiers on time, where there are enough of them to say so."""
        return self.values.get(RATE) if (self.judged or 0) >= LEAST else None


def agencies(on: date) -> list[Agency]:
    """Return the departments and communes of a day: 2 statements."""
    found = [Agency(one.slug, "department", one.label) for one in departments_on(on)]
    return found + [Agency(one.code, "commune", one.label) for one in units_on(on).order_by("code")]


def month_shown(realm: str, now: datetime) -> Period:
    """Return the newest month of which the province's on-time rate is known, else the present one: 1 statement."""
    month = periods.containing(now.astimezone(LOCAL).date(), "month")
    found = selectors.latest(RATE, pack().code, realm=realm, upto=month)
    return found[0] if found else month


def standings(realm: str, now: datetime, month: Period, places: Collection[str] | None = None) -> list[Standing]:
    """Return how agencies stand in a month, all or some, in the order of ``agencies``: 4 statements.

    Late tasks are those late now. Ranks are among all agencies of a kind, whoever is asked for.
    """
    known = agencies(now.astimezone(LOCAL).date())
    found = selectors.published(SHOWN, [one.place for one in known], month, realm=realm)
    values: dict[str, dict[str, float]] = {one.place: {} for one in known}
    for (code, place), value in found.items():
        if value is not None:
            values[place][code] = value
    late = late_tasks(realm, now)
    all_of_them = [Standing(one, values[one.place], late.get(one.place, 0)) for one in known]
    order: dict[str, int] = {}
    for kind in ("department", "commune"):
        rates = {one.agency.place: one.rate for one in all_of_them if one.agency.kind == kind}
        order |= ranks({place: rate for place, rate in rates.items() if rate is not None})
    return [
        replace(one, rank=order.get(one.agency.place))
        for one in all_of_them
        if places is None or one.agency.place in places
    ]


def late_tasks(realm: str, now: datetime) -> dict[str, int]:
    """Return agency → how many of its open tasks are past their day: 1 statement."""
    rows = Task.objects.filter(realm=realm, state__in=OPEN, due_on__lt=now.astimezone(LOCAL).date()).order_by()
    counted = rows.values_list("department", "unit").annotate(n=Count("pk"))
    return {department or unit: n for department, unit, n in counted}


def ranks(rates: Mapping[str, float]) -> dict[str, int]:
    """Return the rank of each by its rate, the best 1; equal rates share a rank and the next one is left out. Pure."""
    ordered = sorted(rates.values(), reverse=True)
    return {place: ordered.index(rate) + 1 for place, rate in rates.items()}


# --- who misses the target -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """An agency's dossiers of its newest month with enough of them, and the sheets that say so."""

    agency: Agency
    month: Period
    on_time: int
    total: int
    sheets: tuple[int, ...]


def misses_target(on_time: int, total: int, target: float = TARGET) -> bool:
    """Tell whether so few on time cannot be chance: more late than allowed, by two standard deviations. Pure.

    At a target of 95 % five of a hundred may be late; of a hundred, ten are more than chance (5 + 2·√5 = 9.5).
    """
    allowed = total * (1 - target / 100)
    return total - on_time > allowed + SIGMAS * math.sqrt(allowed)


def judged(realm: str, now: datetime) -> list[Judged]:
    """Return the agencies with enough dossiers in a month of this year or the two before: 3 statements."""
    today = now.astimezone(LOCAL).date()
    months = _months(realm, range(today.year - 2, today.year + 1))
    found = []
    for agency in agencies(today):
        by_month = months.get(agency.place, {})
        enough = [period for period, one in by_month.items() if one.total >= LEAST and period.start <= today]
        if enough:
            month = max(enough)
            one = by_month[month]
            found.append(Judged(agency, month, round(one.on_time), round(one.total), tuple(sorted(one.sheets))))
    return found


@dataclass(slots=True)
class _Month:
    on_time: float = 0
    total: float = 0
    sheets: set[int] = field(default_factory=set)


def _months(realm: str, years: Collection[int]) -> dict[str, dict[Period, _Month]]:
    """Return place → month → what was counted: 1 statement."""
    found: dict[str, dict[Period, _Month]] = {}
    rows = Sheet.objects.filter(realm=realm, indicator__code__in=COUNTED, year__in=years, part=0)
    for pk, code, place, year, values in rows.values_list("pk", "indicator__code", "unit", "year", "values"):
        for slot in periods.MONTHS:
            value = values[slot]
            if value is None:
                continue
            month = found.setdefault(place, {}).setdefault(periods.of_slot(year, 0, slot), _Month())
            month.sheets.add(pk)
            if code == ON_TIME:
                month.on_time += value
            else:
                month.total += value
    return found

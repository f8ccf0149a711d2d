"""What a reader owes: every duty's periods within reach, what has come of them, by when the rest is due. Reads only.

A fixed number of statements, however many duties, periods and communes there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from django.db.models import Min
from django.http import Http404

from services.directory.models import Unit
from services.directory.models.validity import valid_on
from services.indicators import periods
from services.indicators.access import Reach
from services.indicators.actions import is_closed
from services.indicators.catalogue import Catalogue, catalogue
from services.indicators.duties import LOOKED_BACK, due_day, duties, grain_of, owed_to
from services.indicators.loading import DutyRow
from services.indicators.models import ClosedPeriod, Definition, Revision, Sheet
from services.indicators.periods import Grain, Period
from services.indicators.territory import Territory, territory
from services.indicators.workbooks.template import template
from services.kernel.clock import LOCAL
from services.worktime.selectors import current_calendar

SOON: Final = 3
"""Days before the last one from which a delivery is due soon (configuration)."""

Come = Literal["nothing", "partly", "delivered"]


@dataclass(frozen=True, slots=True)
class Value:
    """A value of one unit: ``known`` is when it was given, None when it was derived from others.

    ``first`` is when the first value was given in its place: a correction makes nobody late afterwards.
    """

    value: float
    known: datetime | None
    first: datetime | None


@dataclass(frozen=True, slots=True)
class Owes:
    """One period of a duty, as far as the reader reaches: values are by (code, unit).

    ``day`` is the last one for delivering, ``today`` the realm's; ``closed``: every indicator of it is frozen.
    """

    duty: DutyRow
    period: Period
    day: date
    today: date
    definitions: Sequence[Definition]
    units: Sequence[str]
    values: Mapping[tuple[str, str], Value] = field(default_factory=dict)
    closed: bool = False

    @property
    def total(self) -> int:
        """How many values are owed."""
        return len(self.definitions) * len(self.units)

    @property
    def come(self) -> Come:
        """How much of it is there."""
        if len(self.values) >= self.total:
            return "delivered"
        return "partly" if self.values else "nothing"

    @property
    def left(self) -> int:
        """Days until the last one for delivering; negative when it has passed."""
        return (self.day - self.today).days

    @property
    def given_at(self) -> datetime | None:
        """When the last of its values came for the first time."""
        return max((one.first for one in self.values.values() if one.first is not None), default=None)

    @property
    def late_by(self) -> int:
        """How many days after the last one it came, or has not come yet; 0 in time."""
        until = self.given_at.astimezone(LOCAL).date() if self.come == "delivered" and self.given_at else self.today
        return 0 if self.come == "delivered" and self.given_at is None else max(0, (until - self.day).days)

    @property
    def lacking(self) -> list[str]:
        """The units that have not delivered everything."""
        return [unit for unit in self.units if any((one.code, unit) not in self.values for one in self.definitions)]


def owed_within(reach: Reach, realm: str, now: datetime) -> list[Owes]:
    """Return what is owed by whom the reader reaches: of every duty the period that runs and those before it."""
    known, land = catalogue(), territory()
    today = now.astimezone(LOCAL).date()
    wanted = [(duty, period) for duty in duties() for period in _periods(duty, known, today)]
    return _looked_up(wanted, reach, realm, today, known, land)


def owed_of(reach: Reach, slug: str, text: str, realm: str, now: datetime) -> Owes:
    """Return one period of a duty; Http404 for one that there is not, or that is nobody's within reach."""
    known, land = catalogue(), territory()
    duty = next((one for one in duties() if one.slug == slug), None)
    try:
        period = periods.parse(text)
    except periods.PeriodError as error:
        raise Http404 from error
    if duty is None or period.grain != _grain(duty, known) or period < periods.parse(duty.since):
        raise Http404
    found = _looked_up([(duty, period)], reach, realm, now.astimezone(LOCAL).date(), known, land)
    if not found:
        raise Http404
    return found[0]


def _codes(duty: DutyRow, known: Catalogue) -> list[str]:
    """Return what a duty names and is defined: a pack may be ahead of the definitions that were loaded."""
    return [code for code in duty.codes if code in known.by_code]


def _grain(duty: DutyRow, known: Catalogue) -> Grain | None:
    codes = _codes(duty, known)
    return grain_of(codes, known) if codes else None


def _periods(duty: DutyRow, known: Catalogue, today: date) -> list[Period]:
    grain = _grain(duty, known)
    if grain is None:
        return []
    running = periods.containing(today, grain)
    since = periods.parse(duty.since)
    return [one for back in range(LOOKED_BACK + 1) if (one := running.before(back)) >= since]


def _looked_up(
    wanted: Sequence[tuple[DutyRow, Period]], reach: Reach, realm: str, today: date, known: Catalogue, land: Territory
) -> list[Owes]:
    calendar = current_calendar()
    found = [
        Owes(duty, period, due_day(duty, period, calendar), today, [known[code] for code in _codes(duty, known)], units)
        for duty, period in wanted
        if (units := _units(duty, period, reach, land))
    ]
    values, closed, firsts = _values(found, realm), _closed(found, realm), _firsts(found, realm)
    return [_filled(one, values, closed, firsts) for one in found]


def _units(duty: DutyRow, period: Period, reach: Reach, land: Territory) -> list[str]:
    """Return whose values of a duty the reader reaches."""
    whole = reach.everything or duty.department in reach.departments
    if duty.by == "province":
        return [land.province] if whole else []
    communes = land.communes_on(period.end)
    return communes if whole else [code for code in communes if code in reach.units]


_Place = tuple[int, int, str, int]
"""Indicator, year, unit, part."""
_Row = tuple[Sequence[float | None], Sequence[datetime | None]]


def _values(found: Sequence[Owes], realm: str) -> dict[_Place, _Row]:
    rows = Sheet.objects.filter(
        realm=realm,
        indicator__in={one.pk for owes in found for one in owes.definitions},
        unit__in={unit for owes in found for unit in owes.units},
        year__in={owes.period.year for owes in found},
        part__in={owes.period.part for owes in found},
    )
    columns = rows.values_list("indicator_id", "year", "unit", "part", "values", "known")
    return {(pk, year, unit, part): (values, known) for pk, year, unit, part, values, known in columns}


def _closed(found: Sequence[Owes], realm: str) -> set[tuple[int, str]]:
    rows = ClosedPeriod.objects.filter(
        realm=realm,
        indicator__in={one.pk for owes in found for one in owes.definitions},
        period__in={owes.period.at(grain).text for owes in found for grain in periods.coarser(owes.period.grain)},
    )
    return set(rows.values_list("indicator_id", "period"))


_Firsts = Mapping[tuple[int, str, str], datetime]
"""Indicator, unit and period → when it had its first value, of those that were changed since."""


def _firsts(found: Sequence[Owes], realm: str) -> _Firsts:
    rows = Revision.objects.filter(
        realm=realm,
        indicator__in={one.pk for owes in found for one in owes.definitions},
        unit__in={unit for owes in found for unit in owes.units},
        period__in={owes.period.text for owes in found},
    )
    given = rows.order_by().values_list("indicator_id", "unit", "period").annotate(first=Min("known_from"))
    return {(pk, unit, period): first for pk, unit, period, first in given}


def _filled(owes: Owes, found: Mapping[_Place, _Row], closed: set[tuple[int, str]], firsts: _Firsts) -> Owes:
    at = owes.period
    values: dict[tuple[str, str], Value] = {}
    for one in owes.definitions:
        for unit in owes.units:
            row = found.get((one.pk, at.year, unit, at.part))
            value = row[0][at.slot] if row else None
            if row and value is not None:
                known = row[1][at.slot]
                values[one.code, unit] = Value(value, known, known and firsts.get((one.pk, unit, at.text), known))
    frozen = all(is_closed(closed, one.pk, at) for one in owes.definitions)
    return Owes(owes.duty, at, owes.day, owes.today, owes.definitions, owes.units, values, frozen)


def answers_for(reach: Reach, one: Definition) -> bool:
    """Tell whether an indicator is a reader's own: their department's by its definition, or by a duty."""
    owed = (one.code in owed_to(slug) for slug in reach.departments)
    return reach.everything or one.owner in reach.departments or any(owed)


def delivers(reach: Reach, one: Definition) -> bool:
    """Tell whether a reader may deliver values of an indicator: a commune its own values of all of them."""
    return not one.formula and (bool(reach.units) or answers_for(reach, one))


def names_of(units: Iterable[str], on: date) -> dict[str, Unit]:
    """Return units by code, as they were on a day: one statement."""
    found = Unit.objects.filter(valid_on(on), code__in=list(units)).only("code", "kind", "name", "name_en")
    return {unit.code: unit for unit in found}


def template_of(owes: Owes) -> bytes:
    """Return the workbook to fill in: what was given before stands in it already, what was derived does not."""
    names = names_of(owes.units, owes.period.end)
    units = [(code, names[code].full_name if code in names else "") for code in owes.units]
    text = owes.period.text
    given = {(*place, text): one.value for place, one in owes.values.items() if one.known is not None}
    return template(owes.definitions, units, [owes.period], given)

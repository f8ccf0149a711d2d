"""Who owes which indicators by which day, and what has not come by then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from services.directory.pack import pack
from services.indicators import periods, sheets
from services.indicators.catalogue import Catalogue, catalogue
from services.indicators.loading import DutyRow, pack_file
from services.indicators.periods import GRAINS, Grain, Period
from services.indicators.territory import territory
from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar
from services.worktime.selectors import current_calendar

LOOKED_BACK = 3
"""Periods of a duty that are looked at: an older one that never came is nobody's work any more."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One period of a duty whose day has passed: ``missing`` are the (code, unit) pairs that have no given value.

    ``day`` is the day of delivery, ``due`` its last instant.
    """

    duty: DutyRow
    period: Period
    day: date
    due: datetime
    missing: Sequence[tuple[str, str]]


def duties(owners: Sequence[str] | None = None) -> list[DutyRow]:
    """Return the pack's duties, of some departments or all."""
    return [duty for duty in _duties(pack().folder) if owners is None or duty.department in owners]


def owed_to(department: str) -> frozenset[str]:
    """Return the codes that a department's duties name: it may deliver them, whoever owns their definitions."""
    return frozenset(code for duty in duties([department]) for code in duty.codes)


@cache
def _duties(folder: Path) -> tuple[DutyRow, ...]:
    del folder  # the pack in use is read; its folder tells one from another
    return pack_file().duties


def due_day(duty: DutyRow, period: Period, calendar: WorkCalendar) -> date:
    """Return the day by which a period is owed: the n-th day, or working day, of the month it is due in."""
    first = period.end + timedelta(days=1)
    for _month in range(duty.months - 1):
        first = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    if not duty.working:
        last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return min(first + timedelta(days=duty.day - 1), last)
    on, left = first, duty.day
    while True:
        left -= calendar.is_working_day(on)
        if not left:
            return on
        on += timedelta(days=1)


def due_instant(day: date) -> datetime:
    """Return the end of a day in the province's time zone."""
    return datetime.combine(day + timedelta(days=1), time(), LOCAL)


def overdue(realm: str, now: datetime, codes: Sequence[str] | None = None) -> Iterator[Owed]:
    """Yield the latest periods of every duty whose day has passed, those with nothing missing too.

    ``codes`` narrows duties to those that owe one of them (a monitor's own): one statement a duty.
    """
    known, land, calendar = catalogue(), territory(), current_calendar()
    today = now.astimezone(LOCAL).date()
    for duty in duties():
        owed = [code for code in duty.codes if codes is None or code in codes]
        if not owed:
            continue
        grain = grain_of(owed, known)
        latest = periods.containing(today, grain)
        for back in range(LOOKED_BACK, 0, -1):
            period = latest.before(back)
            day = due_day(duty, period, calendar)
            due = due_instant(day)
            if period < periods.parse(duty.since) or now < due:
                continue
            units = [land.province] if duty.by == "province" else land.communes_on(period.end)
            yield Owed(duty, period, day, due, missing(realm, owed, units, period, known))


def missing(
    realm: str, codes: Sequence[str], units: Sequence[str], period: Period, known: Catalogue
) -> list[tuple[str, str]]:
    """Return the (code, unit) pairs without a value in a period, in their order."""
    ids = {known[code].pk: code for code in codes}
    found = sheets.load_values(realm, list(ids), [period.year], units, [period.part])
    there = {
        (ids[pk], unit) for (pk, _year, unit), parts in found.items() if parts[period.part][period.slot] is not None
    }
    return [(code, unit) for code in codes for unit in units if (code, unit) not in there]


def grain_of(codes: Sequence[str], known: Catalogue) -> Grain:
    """Return the coarsest frequency of the indicators owed together."""
    frequencies = {known[code].frequency for code in codes}
    return next(grain for grain in reversed(GRAINS) if grain in frequencies)

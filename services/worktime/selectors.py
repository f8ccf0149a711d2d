"""The calendar in force, kept in memory until its edition changes."""

import hashlib
from datetime import date, time
from functools import cache
from typing import Any
from uuid import UUID

import holidays

from services.worktime.calendar import FIRST_DAY, LAST_DAY, OFFICE_HOURS, WEEKDAYS, WorkCalendar
from services.worktime.models import CalendarDay, CalendarEdition

_COUNTRY = "VN"
_kept: dict[UUID, WorkCalendar] = {}


def current_calendar() -> WorkCalendar:
    """Return the calendar in force: one statement, two more in the first call after a change."""
    edition = CalendarEdition.objects.filter(pk=1).first()
    if edition is None:
        return _build({}, {}, version=0)
    if edition.token not in _kept:
        days = dict(CalendarDay.objects.values_list("date", "kind"))
        _kept.clear()
        _kept[edition.token] = _build(edition.hours, days, version=edition.version)
    return _kept[edition.token]


@cache
def public_holidays() -> tuple[frozenset[date], frozenset[date]]:
    """Return the dates off and the swapped working dates of the country, over all years of the calendar.

    From the ``holidays`` package: Labour Code 2019, art. 112 (New Year, Tết, Hùng Kings, 30 April, 1 May, National
    Day), art. 111 (a compensatory day when a holiday falls on a weekly day off), and the swaps that the government
    announced.
    """
    known = holidays.country_holidays(_COUNTRY, years=range(FIRST_DAY.year, LAST_DAY.year + 1))
    return frozenset(known), frozenset(known.weekend_workdays)


def basis_digest(hours: dict[str, Any]) -> str:
    """Return the sha256 of the week's pattern and the public holidays."""
    off, working = public_holidays()
    digest = hashlib.sha256(repr((sorted(hours.items()), sorted(off), sorted(working))).encode())
    return digest.hexdigest()


def _build(hours: dict[str, Any], days: dict[date, str], *, version: int) -> WorkCalendar:
    off, working = public_holidays()
    own_off = {day for day, kind in days.items() if kind == CalendarDay.Kind.OFF}
    own_working = {day for day, kind in days.items() if kind == CalendarDay.Kind.WORKING}
    return WorkCalendar(
        off=off | own_off,
        working=(working - own_off) | own_working,
        weekdays=frozenset(hours.get("weekdays", WEEKDAYS)),
        intervals=tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in hours.get("intervals", ()))
        or OFFICE_HOURS,
        version=version,
    )

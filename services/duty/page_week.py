"""The week of all rosters as a page draws it: for each day the pieces of shifts in it, and the hours nobody holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext

from services.directory.models import DutyRoster, DutyShift, Person
from services.duty import selectors
from services.duty.rotation import instant
from services.duty.spans import Interval, gaps
from services.kernel.clock import LOCAL

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a day: local times, who, whether it is the reader's, whether it runs now; a gap has no name."""

    starts: str
    ends: str
    name: str
    mine: bool = False
    runs: bool = False

    @property
    def gap(self) -> bool:
        """True when nobody holds it."""
        return not self.name


def monday_of(text: str, now: datetime) -> date:
    """Return the Monday of the week that a query parameter names (a day), else of this week."""
    today = now.astimezone(LOCAL).date()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    if abs(day - today) > timedelta(days=3660):
        day = today
    return day - timedelta(days=day.weekday())


def week_of(realm: str, monday: date, now: datetime, person: Person | None) -> list[dict[str, Any]]:
    """Return the rosters with their seven days. Three statements, however many shifts."""
    since, until = instant(monday, time(0)), instant(monday + 7 * _DAY, time(0))
    rows: dict[int, list[DutyShift]] = {}
    for shift in selectors.shifts(realm, since, until):
        rows.setdefault(shift.roster_id, []).append(shift)
    known = selectors.plans(realm)
    found = []
    for roster in DutyRoster.objects.all():
        plan = known.get(roster.pk)
        own = rows.get(roster.pk, [])
        horizon = (plan and plan.planned_until) or (max((one.ends for one in own), default=now))
        open_hours = gaps(_held(own), max(since, now), min(until, horizon))
        found.append({"roster": roster, "label": roster.label, "slug": roster.slug,
                      "days": _days(monday, own, open_hours, now, person)})  # fmt: skip
    return found


def days_of(monday: date, now: datetime) -> list[dict[str, Any]]:
    """Return the seven days of the head row."""
    today = now.astimezone(LOCAL).date()
    return [{"day": monday + n * _DAY, "today": monday + n * _DAY == today} for n in range(7)]


def _held(rows: Iterable[DutyShift]) -> list[Interval]:
    return [(one.starts, one.ends) for one in rows if one.person.user is None or one.person.user.is_active]


def _days(
    monday: date, rows: Sequence[DutyShift], open_hours: Sequence[Interval], now: datetime, person: Person | None
) -> list[dict[str, Any]]:
    days = []
    for n in range(7):
        day = monday + n * _DAY
        since, until = instant(day, time(0)), instant(day + _DAY, time(0))
        pieces = [
            (max(one.starts, since), _piece(one, since, until, now, person))
            for one in rows
            if one.starts < until and one.ends > since
        ]
        pieces += [
            (max(a, since), Piece(_clock(max(a, since)), _clock(min(b, until), end=True), ""))
            for a, b in open_hours
            if a < until and b > since
        ]
        ordered = [piece for _at, piece in sorted(pieces, key=lambda one: one[0])]
        days.append({"day": day, "today": since <= now < until, "pieces": ordered})
    return days


def _piece(shift: DutyShift, since: datetime, until: datetime, now: datetime, person: Person | None) -> Piece:
    left = shift.person.user is not None and not shift.person.user.is_active
    return Piece(
        _clock(max(shift.starts, since)),
        _clock(min(shift.ends, until), end=True),
        f"{shift.person.full_name} ({gettext('has left')})" if left else shift.person.full_name,
        mine=person is not None and shift.person_id == person.pk,
        runs=shift.starts <= now < shift.ends,
    )


def _clock(at: datetime, *, end: bool = False) -> str:
    """Return the local time; the end of a day reads 24:00."""
    text = f"{at.astimezone(UTC).astimezone(LOCAL):%H:%M}"
    return "24:00" if end and text == "00:00" else text

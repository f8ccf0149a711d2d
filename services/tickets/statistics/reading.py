"""The figures of the last days within a reader's reach, with names for people: what page, API and files show alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.directory.access import limit
from services.directory.models import Department, Unit, User
from services.kernel import clock
from services.kernel.clock import LOCAL
from services.kernel.text import localised
from services.tickets.categories import category_name
from services.tickets.models import Ticket
from services.tickets.statistics.figures import GROUPS, Backlog, Line, backlog, flow
from services.worktime.calendar import WorkCalendar
from services.worktime.selectors import current_calendar


@dataclass(frozen=True, slots=True)
class Figures:
    """Tickets opened from ``since`` until ``until`` and those open at ``until``; names by group and key."""

    since: datetime
    until: datetime
    lines: Sequence[Line]
    waiting: Sequence[Backlog]
    names: Mapping[tuple[str, str], str]
    calendar: WorkCalendar

    def name(self, one: Line | Backlog) -> str:
        """Return what a place, category or month is called in the reader's language."""
        if one.group == "all":
            return gettext("All together")
        return self.names.get((one.group, one.key or ""), one.key or gettext("None named"))

    def cells(self) -> Iterator[list[Any]]:
        """Yield the rows of the file, under ``heads()``."""
        for line in self.lines:
            times = (line.acknowledge_median, line.acknowledge_p90, line.resolve_median, line.resolve_p90)
            rates = (line.on_time_rate, line.reopen_rate)
            own = [gettext(TITLES[line.group]), self.name(line), line.opened, line.resolved]
            yield [*own, *map(_number, times), *map(_number, rates)]


def read(user: User, realm: str, days: int) -> Figures:
    """Return the figures of the last ``days`` days, today included, that the reader reaches; a few statements."""
    now = clock.now(realm)
    since = datetime.combine(now.astimezone(LOCAL).date() - timedelta(days=days - 1), time.min, LOCAL)
    rows = limit(Ticket.objects.filter(realm=realm), user, "tickets.statistics")
    calendar = current_calendar()
    lines, waiting = flow(rows, since, now, now, calendar), backlog(rows, now)
    return Figures(since, now, lines, waiting, _names(lines, waiting), calendar)


def heads() -> list[str]:
    """Return the file's first row."""
    return [gettext(head) for head in _HEADS]


def _names(lines: Sequence[Line], waiting: Sequence[Backlog]) -> dict[tuple[str, str], str]:
    """Return what places and categories are called, by group and key; two statements."""
    keys: dict[str, set[str]] = {group: set() for group in (*GROUPS, "all")}
    for group, key in [*((one.group, one.key) for one in lines), *((one.group, one.key) for one in waiting)]:
        if key:
            keys[group].add(key)
    names = {("department", d.slug): localised(d.label) for d in Department.objects.filter(slug__in=keys["department"])}
    units = Unit.objects.filter(code__in=keys["unit"]).defer("geometry", "outline").order_by("valid_from")
    names |= {("unit", unit.code): localised(unit.label) for unit in units}
    names |= {("category", code): category_name(code) for code in keys["category"]}
    months = {key: date.fromisoformat(f"{key}-01") for key in keys["month"]}
    return names | {("month", key): f"{month:%m/%Y}" for key, month in months.items()}


TITLES: Final = {
    "department": _("Department"),
    "unit": _("Commune or ward"),
    "category": _("Category"),
    "month": _("Month"),
    "all": _("All together"),
}


_HEADS: Final = (
    _("Grouped by"),
    _("Name"),
    _("Tickets opened"),
    _("Reported done"),
    _("Minutes to acknowledge, median"),
    _("Minutes to acknowledge, 9 of 10"),
    _("Minutes to resolve, median"),
    _("Minutes to resolve, 9 of 10"),
    _("On time, %"),
    _("Reopened, %"),
)


def _number(value: float | None) -> float | str:
    return round(value, 1) if value is not None else ""

"""The page of statistics and its file, within the reader's reach."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_safe

from services.directory.access import access, limit, user_of
from services.directory.models import Department, Unit
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.api import csv_response
from services.kernel.clock import LOCAL
from services.kernel.spans import span
from services.kernel.text import localised
from services.tickets.categories import category_name
from services.tickets.models import Ticket
from services.tickets.page_frame import frame
from services.tickets.queue.export import workbook
from services.tickets.statistics.figures import AGES, GROUPS, Backlog, Line, backlog, flow
from services.worktime.selectors import current_calendar

SPANS: Final = (30, 90, 365)
"""Days that the page offers to look back."""
_SHOWN: Final = 20
"""Lines of one table; the file has all."""


@access("tickets.statistics")
@require_safe
def statistics(request: HttpRequest) -> HttpResponseBase:
    """Show the figures of tickets opened in the last ``days``; ``format=csv`` or ``xlsx`` gives them as a file."""
    user = user_of(request)
    now = clock.now(settings.IOC_REALM)
    days = _days(request.GET.get("days", ""))
    start = datetime.combine(now.astimezone(LOCAL).date() - timedelta(days=days - 1), time.min, LOCAL)
    rows = limit(Ticket.objects.filter(realm=settings.IOC_REALM), user, "tickets.statistics")
    calendar = current_calendar()
    lines, waiting = flow(rows, start, now, now, calendar), backlog(rows, now)
    names = _names(lines, waiting)
    if request.GET.get("format") in {"csv", "xlsx"}:
        answer = workbook if request.GET["format"] == "xlsx" else csv_response
        return answer("statistics", [gettext(head) for head in _HEADS], _cells(lines, names))
    day = int(calendar.day_length.total_seconds() // 60)
    context = {
        "here": "statistics",
        "days": days,
        "spans": [{"days": one, "href": f"?days={one}", "current": one == days} for one in SPANS],
        "since": start,
        "total": next((_shown(line, names, day) for line in lines if line.group == "all"), None),
        "tables": [_table(group, lines, names, day) for group in GROUPS],
        "ages": _age_titles(),
        "backlog": [_waiting(one, names) for one in waiting if one.group != "unit"][: _SHOWN + 1],
    }
    return render(request, "tickets/statistics.html", {**frame(reader_of(user, now), None, now), **context})


def _days(text: str) -> int:
    return int(text) if text in {str(one) for one in SPANS} else SPANS[1]


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


def _name(one: Line | Backlog, names: dict[tuple[str, str], str]) -> str:
    if one.group == "all":
        return gettext("All together")
    return names.get((one.group, one.key or ""), one.key or gettext("None named"))


_TITLES: Final = {
    "department": _("Department"),
    "unit": _("Commune or ward"),
    "category": _("Category"),
    "month": _("Month"),
    "all": _("All together"),
}


def _table(group: str, lines: Sequence[Line], names: dict[tuple[str, str], str], day: int) -> dict[str, Any]:
    own = [line for line in lines if line.group == group]
    if group == "month":
        own.sort(key=lambda line: line.key or "")
    return {
        "title": gettext(_TITLES[group]),
        "rows": [_shown(line, names, day) for line in own[:_SHOWN]],
        "more": max(0, len(own) - _SHOWN),
    }


def _shown(line: Line, names: dict[tuple[str, str], str], day: int) -> dict[str, Any]:
    def length(minutes: float | None) -> str:
        return span(round(minutes), day) if minutes is not None else "–"

    return {
        "name": _name(line, names),
        "line": line,
        "acknowledge": length(line.acknowledge_median),
        "acknowledge_p90": length(line.acknowledge_p90),
        "resolve": length(line.resolve_median),
        "resolve_p90": length(line.resolve_p90),
        "on_time": _share(line.on_time_rate),
        "on_time_bar": round(line.on_time_rate or 0),
        "reopened": _share(line.reopen_rate),
    }


def _share(rate: float | None) -> str:
    return f"{localize(round(rate, 1))}\u00a0%" if rate is not None else "–"


def _age_titles() -> list[str]:
    first, *_rest = AGES
    titles = [gettext("under {days} day").format(days=first)]
    titles += [gettext("{low} to {high} days").format(low=low, high=high) for low, high in pairwise(AGES)]
    return [*titles, gettext("over {days} days").format(days=AGES[-1])]


def _waiting(one: Backlog, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    shares, at = [], 0.0
    for number, count in enumerate(one.counts):
        width = 100 * count / one.total if one.total else 0.0
        shares.append({"x": f"{at:.2f}", "width": f"{width:.2f}", "css": f"age{number}"})
        at += width
    return {
        "name": _name(one, names),
        "counts": one.counts,
        "total": one.total,
        "overdue": one.overdue,
        "shares": shares,
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


def _cells(lines: Sequence[Line], names: dict[tuple[str, str], str]) -> Iterator[list[Any]]:
    def number(value: float | None) -> float | str:
        return round(value, 1) if value is not None else ""

    for line in lines:
        times = (line.acknowledge_median, line.acknowledge_p90, line.resolve_median, line.resolve_p90)
        rates = (line.on_time_rate, line.reopen_rate)
        own = [gettext(_TITLES[line.group]), _name(line, names), line.opened, line.resolved]
        yield [*own, *map(number, times), *map(number, rates)]

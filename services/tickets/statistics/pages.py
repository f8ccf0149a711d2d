"""The page of statistics and its file, within the reader's reach."""

from itertools import pairwise
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.formats import localize
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from services.directory.access import access, user_of
from services.directory.readers import reader_of
from services.kernel.api import csv_response
from services.kernel.spans import span
from services.tickets.page_frame import frame
from services.tickets.queue.export import workbook
from services.tickets.statistics.figures import AGES, GROUPS, Backlog, Line
from services.tickets.statistics.reading import TITLES, Figures, heads, read

SPANS: Final = (30, 90, 365)
"""Days that the page offers to look back."""
_SHOWN: Final = 20
"""Lines of one table; the file has all."""


@access("tickets.statistics")
@require_safe
def statistics(request: HttpRequest) -> HttpResponseBase:
    """Show the figures of tickets opened in the last ``days``; ``format=csv`` or ``xlsx`` gives them as a file."""
    user = user_of(request)
    days = _days(request.GET.get("days", ""))
    found = read(user, settings.IOC_REALM, days)
    if request.GET.get("format") in {"csv", "xlsx"}:
        answer = workbook if request.GET["format"] == "xlsx" else csv_response
        return answer("statistics", heads(), found.cells())
    day = int(found.calendar.day_length.total_seconds() // 60)
    context = {
        "here": "statistics",
        "days": days,
        "spans": [{"days": one, "href": f"?days={one}", "current": one == days} for one in SPANS],
        "since": found.since,
        "total": next((_shown(line, found, day) for line in found.lines if line.group == "all"), None),
        "tables": [_table(group, found, day) for group in GROUPS],
        "ages": _age_titles(),
        "backlog": [_waiting(one, found) for one in found.waiting if one.group != "unit"][: _SHOWN + 1],
    }
    return render(
        request, "tickets/statistics.html", {**frame(reader_of(user, found.until), None, found.until), **context}
    )


def _days(text: str) -> int:
    return int(text) if text in {str(one) for one in SPANS} else SPANS[1]


def _table(group: str, found: Figures, day: int) -> dict[str, Any]:
    own = [line for line in found.lines if line.group == group]
    if group == "month":
        own.sort(key=lambda line: line.key or "")
    return {
        "title": gettext(TITLES[group]),
        "rows": [_shown(line, found, day) for line in own[:_SHOWN]],
        "more": max(0, len(own) - _SHOWN),
    }


def _shown(line: Line, found: Figures, day: int) -> dict[str, Any]:
    def length(minutes: float | None) -> str:
        return span(round(minutes), day) if minutes is not None else "–"

    return {
        "name": found.name(line),
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


def _waiting(one: Backlog, found: Figures) -> dict[str, Any]:
    shares, at = [], 0.0
    for number, count in enumerate(one.counts):
        width = 100 * count / one.total if one.total else 0.0
        shares.append({"x": f"{at:.2f}", "width": f"{width:.2f}", "css": f"age{number}"})
        at += width
    return {
        "name": found.name(one),
        "counts": one.counts,
        "total": one.total,
        "overdue": one.overdue,
        "shares": shares,
    }

"""The page of alarm load, and its figures as a file."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from services.alerts.arrivals import desks
from services.contract import SEVERITIES
from services.directory.access import access
from services.directory.models import User
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from services.reports.load.api import as_csv
from services.reports.load.asked import SPANS, Asked, asked
from services.reports.load.drawing import draw
from services.reports.load.lines import lines, minutes, position_lines
from services.reports.load.reading import Load, load

FLOODS_SHOWN = 12


@access("alerts.load")
@never_cache
@require_safe
def alarm_load(request: HttpRequest) -> HttpResponse:
    """Show the load of a span; 400 with the span of a day where the address says none."""
    return _page(request)


@access("alerts.load")
@never_cache
@require_safe
def alarm_load_csv(request: HttpRequest) -> HttpResponseBase:
    """Send exactly the figures that the page shows; 400 with the page for an address that says no span."""
    try:
        wanted = asked(request.GET.dict(), clock.now(settings.IOC_REALM))
    except InvalidInputError:
        return _page(request)
    return as_csv(load(settings.IOC_REALM, wanted.desk, wanted.since, wanted.until))


def _page(request: HttpRequest) -> HttpResponse:
    now, errors = clock.now(settings.IOC_REALM), {}
    try:
        wanted = asked(request.GET.dict(), now)
    except InvalidInputError as error:
        wanted, errors = asked({}, now), error.errors
    found = load(settings.IOC_REALM, wanted.desk, wanted.since, wanted.until)
    assert isinstance(request.user, User)  # noqa: S101 - the guard let nobody else in
    reader = reader_of(request.user, now)
    context = {
        "now": now,
        "me": reader,
        "place": reader.place,
        "errors": errors,
        "here": "load",
        **_shown(wanted, found),
    }
    return render(request, "reports/alarm_load.html", context, status=400 if errors else 200)


def _shown(wanted: Asked, found: Load) -> dict[str, Any]:
    return {
        "asked": wanted,
        "load": found,
        "lines": lines(found),
        "positions": position_lines(found),
        "drawing": draw(found.rate.buckets, found.floods.spans, found.since, found.until, found.seats),
        "floods": [(one, minutes(one.lasted(found.until))) for one in found.floods.spans[-FLOODS_SHOWN:]],
        "frequent": [(one, SEVERITIES[one.severity]) for one in found.frequent],
        "spans": [(days, _("{days} d").format(days=days), wanted.days == days) for days in SPANS],
        "desks": desks(),
        "query": _query(wanted),
        "span_query": _span(wanted),
    }


def _query(wanted: Asked) -> str:
    return f"{_span(wanted)}&desk={wanted.desk_slug}" if wanted.desk_slug else _span(wanted)


def _span(wanted: Asked) -> str:
    return f"days={wanted.days}" if wanted.days else f"from={wanted.first}&to={wanted.last}"

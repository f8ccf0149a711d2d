"""Explore: one page for all indicators, and its table as a file. Views read the address and choose what answers."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from services.directory.access import access
from services.indicators.explore import choosing
from services.indicators.explore.asking import Question, ask, communes
from services.indicators.explore.detail import detail_of
from services.indicators.explore.files import csv_file, xlsx_file
from services.indicators.explore.markup import body_of
from services.indicators.explore.pictures import chart_of, file_name, map_of
from services.indicators.explore.reading import read
from services.indicators.explore.state import COMMUNES, State, parse
from services.indicators.explore.table import table_of


@access("indicators.read")
@never_cache
@require_safe
def explore(request: HttpRequest) -> HttpResponse:
    """Show a view; without parameters one to begin with."""
    return _page(request, _question(request))


@access("indicators.read")
@never_cache
@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """Send the table of a view as CSV or XLSX; 400 with the page that says what was wrong, never another table."""
    question = _question(request)
    if question.problems or not question.definitions:
        return _page(request, question, status=400)
    data = read(question)
    write = csv_file if ending == "csv" else xlsx_file
    return write(table_of(data), file_name(data))


def _question(request: HttpRequest) -> Question:
    return ask(parse(dict(request.GET.lists())), request.user, settings.IOC_REALM)


def _page(request: HttpRequest, question: Question, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "state": question.state,
        "problems": list(question.problems.values()),
        "topics": choosing.topics(question),
        "groups": choosing.indicators(question),
        "areas": choosing.areas(question),
    }
    if question.definitions:
        context |= _shown(request, question)
    return render(request, "indicators/explore.html", context, status=status)


def _shown(request: HttpRequest, question: Question) -> dict[str, Any]:
    data, state = read(question), question.state
    table = table_of(data)
    chart, found = chart_of(data, table), map_of(data, table, communes(question))
    here = reverse("indicators:explore")
    frozen = state.but(known_at=question.as_of, cell=None)
    return {
        "table": table,
        "chart": chart,
        "map": found,
        "detail": detail_of(question),
        "grains": choosing.grains(question),
        "firsts": choosing.spans(question, state.first),
        "lasts": choosing.spans(question, state.last),
        "across": choosing.across(question),
        "charts": choosing.charts(question, chart.kind),
        "body": body_of(table),
        "map_choices": question.definitions,
        "map_periods": choosing.shown_periods(question, found.period if found else None),
        "with_communes": state.but(units=(*state.units, COMMUNES), cell=None).query,
        "without_cell": state.but(cell=None).query,
        "latest": state.but(known_at=None, cell=None).query,
        "link": request.build_absolute_uri(f"{here}?{state.but(cell=None).query}"),
        "frozen": request.build_absolute_uri(f"{here}?{frozen.query}"),
        "csv": f"{reverse('indicators:csv')}?{_exported(frozen)}",
        "xlsx": f"{reverse('indicators:xlsx')}?{_exported(frozen)}",
        "pictures": {"chart": chart.data, "map": found.data if found else None},
    }


def _exported(state: State) -> str:
    """Return a view without what a file has no part in: the list's search, the map, the chart."""
    return state.but(topic="", q="", map_code="", map_at=None, chart="").query

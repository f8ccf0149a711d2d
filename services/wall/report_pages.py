"""``/wall/<board>/report/?from=&to=``: the report of an incident, a page made to be printed (and so saved as PDF)."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats, translation
from django.utils.translation import gettext as _

from services.contract import SEVERITIES
from services.directory.access import access, streams_of
from services.directory.models import Person
from services.directory.pack import pack
from services.kernel.clock import LOCAL
from services.kernel.models import LIVE
from services.kernel.text import render as render_message
from services.wall.boards import UnknownBoardError
from services.wall.moments import MomentError, moment, recorded
from services.wall.overrides import board_of, role_of
from services.wall.report import LONGEST, PastFigure, Report, report

SHOWN = 1_000
"""Lines of what happened; the report says how many more there were."""
_SPARK = (160, 28)


@access("wall.read")
def incident_report(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the report; 404 for a board that is none, 400 with a form for a time that cannot be reported on."""
    try:
        shown = board_of(slug, role_of(request.user))
    except UnknownBoardError as error:
        raise Http404 from error
    language = request.GET.get("language", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
        past = recorded(settings.IOC_REALM)
        since, until, fault = _span(request)
        context: dict[str, Any] = {
            "board": shown,
            "title": render_message(shown.title),
            "province": pack().name,
            "centre": pack().centre_short,
            "realm": settings.IOC_REALM,
            "simulated": settings.IOC_REALM != LIVE,
            "now": past.now,
            "who": _name(request),
            "since": since,
            "until": until,
            "fault": fault,
        }
        if since and until and not fault:
            streams = streams_of(request.user)
            context |= _told(report(settings.IOC_REALM, shown, streams, since, until))
        response = render(request, "wall/report.html", context, status=400 if fault else 200)
    response["Cache-Control"] = "no-store"
    return response


def _span(request: HttpRequest) -> tuple[datetime | None, datetime | None, str]:
    """Return from when to when, and what is wrong with that."""
    past = recorded(settings.IOC_REALM)
    try:
        since = moment(request.GET.get("from", ""), past)
        until = moment(request.GET.get("to", ""), past)
    except MomentError as error:
        return None, None, render_message(error.said)
    if until <= since:
        return since, until, _("The end must come after the beginning.")
    if until - since > LONGEST:
        return since, until, _("A report covers seven days at most.")
    return since, until, ""


def _name(request: HttpRequest) -> str:
    person = Person.objects.filter(user__pk=request.user.pk or 0).first()
    return person.full_name if person else request.user.get_username()


def _told(found: Report) -> dict[str, Any]:
    lines = sorted(
        [
            *({"at": event.at, "event": event, "note": None} for event in found.events[:SHOWN]),
            *({"at": note["at"], "event": None, "note": note} for note in found.notes),
        ],
        key=lambda line: line["at"],
    )
    most = max(found.bars, default=0) or 1
    return {
        "report": found,
        "alerts_opened": sum(found.opened.values()),
        "severities": [(name, found.opened[name]) for name in reversed(SEVERITIES)],
        "deeds": {f"{kind}_{deed}": count for (kind, deed), count in found.deeds.items()},
        "days": [
            {"day": day, "lines": list(of_day)}
            for day, of_day in groupby(lines, key=lambda line: line["at"].astimezone(LOCAL).date())
        ],
        "more": max(0, len(found.events) - SHOWN),
        "figures": [_figure(one) for one in found.figures],
        "bars": [_bar(i, count, most, len(found.bars)) for i, count in enumerate(found.bars) if count],
        "bar_width": round(1000 / len(found.bars) - 2, 1),
    }


def _bar(index: int, count: int, most: int, bars: int) -> dict[str, float]:
    height = 58 * count / most
    return {"x": round(index * 1000 / bars, 1), "top": round(62 - height, 1), "height": round(height, 1)}


def _figure(one: PastFigure) -> dict[str, Any]:
    figure = one.panel["figure"]
    values = [value for _at, value in one.values]
    shown = [value for value in (one.before, *values, figure["value"]) if value is not None]
    return {
        "monitor": one.panel["monitor_title"],
        "title": one.panel["title"],
        "unit": figure["unit"],
        "before": _number(one.before, figure["decimals"]),
        "after": _number(figure["value"], figure["decimals"]),
        "least": _number(min(shown), figure["decimals"]),
        "most": _number(max(shown), figure["decimals"]),
        "severity": one.panel["severity"],
        "spark": _spark(one),
    }


def _number(value: float | None, decimals: int) -> str:
    return (
        "–" if value is None else formats.number_format(value, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    )


def _spark(one: PastFigure) -> str:
    """Return the figure's course as the points of a line, empty when there is none to draw."""
    if len(one.values) < 2:
        return ""
    width, height = _SPARK
    begin, end = one.values[0][0], one.values[-1][0]
    least, most = min(v for _at, v in one.values), max(v for _at, v in one.values)
    across, up = (end - begin).total_seconds() or 1.0, (most - least) or 1.0
    return " ".join(
        f"{width * (at - begin).total_seconds() / across:.1f},{height - 2 - (height - 4) * (value - least) / up:.1f}"
        for at, value in one.values
    )

"""The page of incidents: open ones first, each with its alerts, places and tickets."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from services import registry
from services.directory.access import access, user_of
from services.directory.models import Unit
from services.directory.readers import reader_of
from services.incidents import selectors
from services.kernel import clock
from services.kernel.text import localised
from services.reports.incidents.filters import Filters, filters_from
from services.reports.incidents.rows import chip_counts, page_of
from services.tickets.page_words import SEVERITIES as SEVERITY_WORDS
from services.tickets.queue.chips import Chip
from services.tickets.queue.menus import Option

STATES: Final = {"open": _("Open now"), "closed": _("Over"), "all": _("All")}


@access("incidents.read")
@never_cache
@require_safe
def incident_list(request: HttpRequest) -> HttpResponse:
    """Show one page of the incidents in reach; ``state``, ``severity``, ``monitor`` and ``unit`` narrow it."""
    user = user_of(request)
    now = clock.now(settings.IOC_REALM)
    reader = reader_of(user, now)
    filters = filters_from(request.GET)
    visible = selectors.visible(user)
    rows, more = page_of(visible, filters, user)
    counts = chip_counts(visible, filters, user)
    context = {
        "now": now,
        "me": reader,
        "place": reader.place,
        "here": "incidents",
        "filters": filters,
        "chips": _chips(filters, counts),
        "rows": rows,
        "total": counts["state"][filters.state],
        "previous": filters.but(page=filters.page - 1).here if filters.page > 1 else "",
        "next": filters.but(page=filters.page + 1).here if more else "",
        "number": filters.page,
    }
    return render(request, "incidents/list.html", context)


def _chips(filters: Filters, counts: Mapping[str, Counter[str]]) -> list[Chip]:
    """Return the filters as links, each value with how many incidents it would show."""
    words: dict[str, tuple[str, Mapping[str, str]]] = {
        "state": (gettext("State"), {key: gettext(title) for key, title in STATES.items()}),
        "severity": (gettext("Severity"), {key: gettext(title) for key, title in SEVERITY_WORDS.items()}),
        "monitor": (gettext("Source"), {one.slug: gettext(one.title) for one in registry.monitors()}),
        "unit": (gettext("Commune or ward"), _units(filters, counts["unit"])),
    }
    return [_chip(filters, name, title, titles, counts[name]) for name, (title, titles) in words.items()]


def _chip(filters: Filters, name: str, title: str, titles: Mapping[str, str], counts: Counter[str]) -> Chip:
    present = getattr(filters, name)
    off = "open" if name == "state" else ""
    options = [
        Option(text, filters.but(**{name: key}).here, counts[key], key if name == "severity" else "")
        for key, text in titles.items()
        if counts[key] and key != off
    ]
    value = titles.get(present, present) if present != off else ""
    return Chip(title, value, filters.but(**{name: off}).here, options)


def _units(filters: Filters, counts: Counter[str]) -> dict[str, str]:
    wanted = {*counts, filters.unit} - {""}
    units = Unit.objects.filter(code__in=wanted).defer("point", "geometry", "outline").order_by("valid_from")
    names = {unit.code: localised(unit.label) for unit in units}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))

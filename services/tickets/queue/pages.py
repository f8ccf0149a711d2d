"""The queue's page: list, table or board of what the filters say. Views read the request and choose the template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from services.directory.access import access, user_of
from services.directory.models import User
from services.directory.readers import Reader, reader_of
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from services.tickets import selectors
from services.tickets.models import SavedView, Ticket
from services.tickets.page_filters import Filters, filters_from
from services.tickets.page_frame import QUEUES, default_holder, frame, wanted
from services.tickets.page_rows import PAGE_SIZE, groups_of, page_of, row_of
from services.tickets.page_time import hours_of
from services.tickets.queue import saved
from services.tickets.queue.board import cards_of, lanes_of
from services.tickets.queue.bulk import buttons
from services.tickets.queue.chips import chips_of
from services.tickets.queue.columns import COLUMNS, chosen
from services.tickets.queue.counts import Counts, counts_of
from services.tickets.queue.menus import MENUS, options_of
from services.worktime.calendar import WorkCalendar
from services.worktime.selectors import current_calendar


@access("tickets.read")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show one page of the reader's tickets by what is left of their time; every filter is a query parameter."""
    user = user_of(request)
    now = clock.now(settings.IOC_REALM)
    reader = reader_of(user, now)
    views = saved.views_of(user)
    filters, view = asked(request, reader, views)
    calendar = current_calendar()
    visible = selectors.visible(user)
    found = counts_of(visible, filters, reader.person, now, wanted(reader, views, now))
    narrowed = filters.narrow(visible, reader.person, now)
    context = frame(reader, filters, now, views, found.queues)
    show = _board if filters.view == "board" else _listed
    shown = show(narrowed, filters, found, user, now, calendar)
    return render(
        request,
        "tickets/list.html",
        {
            **context,
            **shown,
            "heading": view.name if view else _heading(filters),
            "view": view,
            "borrowed": view is not None and view.owner_id != user.pk,
            "sums": found.due,
            "total": found.total,
            "chips": chips_of(filters, next((row.ticket for row in shown["rows"]), None)),
            "hours": hours_of(calendar),
            "unclaimed": next((one for one in context["queues"] if one["key"] == "none" and one["count"]), None),
            "ways": _ways(filters),
            "bulk": buttons(user),
            "live": {"after": found.last, "at": now.isoformat(), "query": filters.query},
            "choices": _choices(filters) if filters.view == "table" else (),
        },
    )


@access("tickets.read")
@require_safe
@vary_on_headers("HX-Request")
def menu(request: HttpRequest, of: str) -> HttpResponse:
    """Show what one filter can be set to: as a fragment inside the list, as a page of its own without scripts."""
    if of not in MENUS:
        raise Http404
    now = clock.now(settings.IOC_REALM)
    user = user_of(request)
    reader = reader_of(user, now)
    filters = filters_from(request.GET, holder=default_holder(reader))
    options = options_of(of, selectors.visible(user), filters, reader.person, now)
    shown = {"options": options, "into": reverse("tickets:list")}
    if request.headers.get("HX-Request"):
        return render(request, "tickets/_choices.html", shown)
    heading = gettext(MENUS[of].title)
    return render(request, "tickets/menu.html", frame(reader, filters, now) | shown | {"heading": heading})


@access("tickets.read")
@require_POST
def views(request: HttpRequest) -> HttpResponse:
    """Keep the filters of ``query`` under ``name``, or (``id``) show a view first or remove it; back to the list."""
    user = user_of(request)
    here = reverse("tickets:list")
    kept = saved.shared(request.POST.get("id", "")) if request.POST.get("id") else None
    do = request.POST.get("do", "keep")
    if kept is not None and kept.owner_id == user.pk and do in {"default", "remove"}:
        (saved.make_default if do == "default" else saved.remove)(owner=user, view=kept)
        return redirect(here if do == "remove" else f"{here}?saved={kept.public_id}")
    filters = of_query(request.POST.get("query", ""), reader_of(user, clock.now(settings.IOC_REALM)))
    try:
        is_default = bool(request.POST.get("default"))
        new = saved.keep(owner=user, name=request.POST.get("name", ""), filters=filters, is_default=is_default)
    except InvalidInputError:
        return redirect(f"{here}{filters.here}&unnamed=1")
    return redirect(f"{here}?saved={new.public_id}")


def asked(
    request: HttpRequest, reader: Reader, views: Sequence[SavedView] | None = None
) -> tuple[Filters, SavedView | None]:
    """Return the filters of an address: its own, those of the view it names, or of the view that is shown first.

    ``views`` are the reader's own, where they have been read already.
    """
    holder = default_holder(reader)
    named = request.GET.get("saved", "")
    if named:
        view = saved.shared(named)
    elif not request.GET:
        own = saved.views_of(reader.user) if views is None else views
        view = next((one for one in own if one.is_default), None)
    else:
        view = None
    if view is None:
        return filters_from(request.GET, holder=holder), None
    page = filters_from(request.GET, holder=holder).page
    return saved.filters_of(view).but(page=page), view


def of_query(query: str, reader: Reader) -> Filters:
    """Return the filters that a form carries as an address's query."""
    return filters_from(QueryDict(query[:2000]), holder=default_holder(reader))


def _board(
    narrowed: QuerySet[Ticket], filters: Filters, found: Counts, user: User, now: datetime, calendar: WorkCalendar
) -> dict[str, Any]:
    """Return the board's columns."""
    rows = cards_of(narrowed, user, now, calendar)
    return {"rows": rows, "lanes": lanes_of(rows, filters, found.states)}


def _listed(
    narrowed: QuerySet[Ticket], filters: Filters, found: Counts, user: User, now: datetime, calendar: WorkCalendar
) -> dict[str, Any]:
    """Return a page of the list or the table; a table's rows carry their cells."""
    tickets = page_of(narrowed, filters, now, calendar) if found.total else []
    columns = chosen(filters.cols) if filters.view == "table" else ()
    rows = []
    for ticket in tickets[:PAGE_SIZE]:
        row = row_of(ticket, now, calendar, user)
        rows.append(replace(row, cells=[column.cell(row) for column in columns]))
    return {
        "rows": rows,
        "groups": groups_of(rows, found.due, filters, found.total),
        "columns": columns,
        "previous_page": filters.but(page=filters.page - 1).here if filters.page > 1 else "",
        "next_page": filters.but(page=filters.page + 1).here if len(tickets) > PAGE_SIZE else "",
    }


def _heading(filters: Filters) -> str:
    key = "watched" if filters.watched else filters.holder
    return next((gettext(one.title) for one in QUEUES if one.key == key), gettext("All tickets"))


@dataclass(frozen=True, slots=True)
class Way:
    """A way of showing the same tickets."""

    key: str
    icon: str
    title: str


WAYS: Final = (
    Way("list", icon="list", title=_("List")),
    Way("table", icon="table", title=_("Wide table")),
    Way("board", icon="columns-3", title=_("Board")),
)


def _ways(filters: Filters) -> list[dict[str, Any]]:
    return [
        {
            "title": gettext(way.title),
            "icon": way.icon,
            "href": filters.but(view=way.key).here,
            "current": filters.view == way.key,
        }
        for way in WAYS
    ]


def _choices(filters: Filters) -> list[dict[str, Any]]:
    """Return every column as a link that shows or hides it."""
    present = [column.key for column in chosen(filters.cols)]
    found = []
    for key, column in COLUMNS.items():
        keys = [one for one in present if one != key] if key in present else [*present, key]
        found.append({"title": column.title, "href": filters.but(cols=",".join(keys)).here, "on": key in present})
    return found

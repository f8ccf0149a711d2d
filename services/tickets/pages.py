"""The departments' workspace: the list. Views read the request and choose the template, no more."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from services.directory.access import access
from services.directory.models import User
from services.directory.readers import reader_of
from services.kernel import clock
from services.tickets import selectors
from services.tickets.page_filters import filters_from
from services.tickets.page_frame import QUEUES, default_holder, frame
from services.tickets.page_rows import GROUPS, PAGE_SIZE, chips_of, groups_of, page_of, row_of, tally
from services.tickets.page_time import hours_of
from services.tickets.workflow import OPEN
from services.worktime.selectors import current_calendar


@access("tickets.read")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show one page of the reader's tickets by deadline; every filter is a query parameter."""
    user = _user(request)
    now = clock.now(settings.IOC_REALM)
    reader = reader_of(user, now)
    filters = filters_from(request.GET, holder=default_holder(reader))
    context = frame(reader, filters, now)
    visible = selectors.visible(user)
    counted = context["counted"]
    if filters.q or filters.state != "open":
        counted = tally(filters.matching(visible).filter(state__in={*filters.states, *OPEN}), reader.person, now)
    calendar = current_calendar()
    tickets = page_of(filters.narrow(visible, reader.person), filters)
    rows = [row_of(ticket, now, calendar) for ticket in tickets[:PAGE_SIZE]]
    counts = counted.by("when", filters)
    return render(
        request,
        "tickets/list.html",
        {
            **context,
            "heading": next(gettext(one.title) for one in QUEUES if one.key == filters.holder),
            "sums": {key: counts[key] for key, _css, _title in GROUPS},
            "chips": chips_of(filters, counted),
            "groups": groups_of(rows, counts, filters),
            "hours": hours_of(calendar),
            "unclaimed": next((one for one in context["queues"] if one["key"] == "none" and one["count"]), None),
            "previous_page": filters.but(page=filters.page - 1).here if filters.page > 1 else "",
            "next_page": filters.but(page=filters.page + 1).here if len(tickets) > PAGE_SIZE else "",
        },
    )


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the access decorator let nobody else in
    return request.user

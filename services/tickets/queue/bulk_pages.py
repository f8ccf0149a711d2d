"""The page behind the bar: a verb's form for many tickets, and what became of each."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from services.directory.access import access, user_of
from services.directory.models import User
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from services.kernel.text import render as said
from services.tickets import page_forms
from services.tickets.models import Ticket
from services.tickets.page_frame import frame
from services.tickets.page_words import VERBS
from services.tickets.queue import bulk
from services.tickets.queue.pages import of_query


@access("tickets.act")
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Do ``do`` to the tickets ``t`` (public ids). Without ``do``: choose; a verb that asks something shows its form.

    Every ticket is done or refused by itself, and the answer says which; 422 for what nothing can be done with.
    """
    user = user_of(request)
    verb = request.POST.get("do", "")
    try:
        tickets = bulk.selected(user, request.POST.getlist("t"))
    except InvalidInputError as error:
        return _page(request, [], verb, {"problem": " ".join(error.errors["t"])}, HTTPStatus.UNPROCESSABLE_ENTITY)
    common = bulk.common_verbs(user, tickets)
    if verb not in bulk.KEYS or (VERBS[verb].asks and not request.POST.get("given")):
        return _page(request, tickets, verb if verb in common else "", {"common": common})
    given = page_forms.read(verb, request.POST, tickets[0], user)
    if given.errors:
        return _page(request, tickets, verb, {"given": given}, HTTPStatus.UNPROCESSABLE_ENTITY)
    outcomes = bulk.perform_all(verb=verb, tickets=tickets, acting_user=user, fields=given.fields)
    return _page(request, tickets, verb, {"outcomes": outcomes})


def _page(
    request: HttpRequest, tickets: list[Ticket], verb: str, more: dict[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    user = user_of(request)
    now = clock.now(settings.IOC_REALM)
    reader = reader_of(user, now)
    filters = of_query(request.POST.get("query", ""), reader)
    outcomes = more.get("outcomes", [])
    context = {
        "verb": VERBS.get(verb),
        "title": gettext(VERBS[verb].title) if verb in VERBS else gettext("Many tickets at once"),
        "tickets": [{"id": ticket.public_id, "code": ticket.code, "title": said(ticket.title)} for ticket in tickets],
        "outcomes": [
            {"code": o.ticket.code, "title": said(o.ticket.title), "href": _href(o.ticket), "one": o} for o in outcomes
        ],
        "done": sum(outcome.done for outcome in outcomes),
        "refused": sum(not outcome.done for outcome in outcomes),
        "choices": [
            {"name": name, "title": gettext(VERBS[name].title), "icon": VERBS[name].icon}
            for name in more.get("common", ())
        ],
        "fields": _fields(request, user, verb, tickets, more) if not outcomes else [],
        "problem": more.get("problem", ""),
        "query": filters.query,
        "back": f"{reverse('tickets:list')}{filters.here}",
    }
    return render(request, "tickets/bulk.html", {**frame(reader, filters, now), **context}, status=status)


def _fields(
    request: HttpRequest, user: User, verb: str, tickets: list[Ticket], more: dict[str, Any]
) -> list[page_forms.Field]:
    del user
    if verb not in VERBS or not tickets:
        return []
    given = more.get("given")
    typed = request.POST if given else None
    return page_forms.fields_of(verb, tickets[0], clock.now(tickets[0].realm), typed, given)


def _href(ticket: Ticket) -> str:
    return reverse("tickets:ticket", args=[ticket.public_id])

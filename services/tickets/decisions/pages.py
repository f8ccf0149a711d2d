"""One page for a phone: what waits for a decision, each with its answer under the thumb, and a directive."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from services.directory.access import access, may, user_of
from services.directory.models import User
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.tickets import directives as directing
from services.tickets import selectors as tickets
from services.tickets.actions import perform
from services.tickets.decisions import selectors
from services.tickets.models import Extension, Ticket
from services.tickets.page_forms import offices
from services.tickets.page_frame import frame
from services.tickets.page_rows import row_of, with_steps
from services.tickets.page_words import VERBS
from services.worktime.selectors import current_calendar

ANSWERS = ("approve", "reject", "comment", "grant_extension", "refuse_extension")


@access("tickets.approve")
@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader; ``?on=<ticket>`` opens the directive's form for that ticket.

    ``?only=<heading>&page=<number>`` shows more of one heading than fits beside the others.
    """
    done = request.GET.get("done", "")
    said = gettext(VERBS[done].done) if done in VERBS else gettext("Sent.") if done else ""
    return _page(request, {"said": said})


@access("tickets.approve")
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Do ``do`` (one of ``ANSWERS``) to ``ticket``; 409 when it went on, 422 without its words."""
    verb = request.POST.get("do", "")
    found = _ticket(user_of(request), request.POST.get("ticket", ""))
    if found is None or verb not in ANSWERS:
        return _page(request, {"problem": gettext("There is no such ticket.")}, HTTPStatus.UNPROCESSABLE_ENTITY)
    note = request.POST.get("note", "")
    try:
        perform(verb=verb, ticket_public_id=found.public_id, acting_user=user_of(request), note=note)
    except IllegalVerbError:
        problem = gettext("{code} has moved on; nothing was changed.").format(code=found.code)
        return _page(request, {"problem": problem}, HTTPStatus.CONFLICT)
    except (InvalidInputError, Http404):
        problem = gettext("{code}: say in a few words why.").format(code=found.code)
        return _page(request, {"problem": problem}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(f"{reverse('tickets:decisions')}?done={verb}")


@access("tickets.direct")
@require_POST
def direct(request: HttpRequest) -> HttpResponse:
    """Open a directive's ticket; 422 shows the form again with what is wrong."""
    user = user_of(request)
    given = request.POST
    parent = _ticket(user, given.get("on", "")) if given.get("on") else None
    try:
        directing.direct(
            acting_user=user,
            words=given.get("words", ""),
            to=given.get("to", ""),
            due_on=_day(given.get("due_on", "")),
            realm=parent.realm if parent else settings.IOC_REALM,
            parent=parent,
        )
    except InvalidInputError as error:
        errors = {name: " ".join(map(str, texts)) for name, texts in error.errors.items()}
        return _page(request, {"errors": errors, "typed": given}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(f"{reverse('tickets:decisions')}?done=direct")


def _page(request: HttpRequest, more: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    user = user_of(request)
    now = clock.now(settings.IOC_REALM)
    reader = reader_of(user, now)
    directs = may(user, "tickets.direct")
    asked = request.POST.get("on", "") or request.GET.get("on", "")
    under = selectors.headings(user, reader.person)
    totals = selectors.totals(under)
    only, page = _wanted(request)
    start = (page - 1) * selectors.SHOWN
    rows = {
        name: _rows_of(name, found[start : start + selectors.SHOWN], user, now) if only in {"", name} else []
        for name, found in under.items()
    }
    context = {
        "here": "decisions",
        **rows,
        "totals": totals,
        "more": {name: _more(name, page, totals[name]) for name in under if rows[name]},
        "only": only,
        "directs": directs,
        "offices": offices(now) if directs else [],
        "on": _ticket(user, asked) if directs and asked else None,
        "open_form": bool(asked or more.get("errors")),
        "longest": directing.LONGEST,
        **more,
    }
    return render(request, "tickets/decisions.html", {**frame(reader, None, now), **context}, status=status)


def _wanted(request: HttpRequest) -> tuple[str, int]:
    """Return the heading that is asked for alone, empty for all of them, and its page."""
    only, page = request.GET.get("only", ""), request.GET.get("page", "")
    if only not in selectors.HEADINGS:
        return "", 1
    return only, max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 5 else 1


def _more(name: str, page: int, total: int) -> dict[str, Any]:
    """Return the address of the heading's next page and how many are still to come; empty on the last one."""
    left = total - page * selectors.SHOWN
    return {"href": f"{reverse('tickets:decisions')}?only={name}&page={page + 1}", "count": left} if left > 0 else {}


def _rows_of(name: str, found: QuerySet[Any], user: User, now: datetime) -> list[dict[str, Any]]:
    return _asked(found, user, now) if name == "extend" else _rows(found, user, now)


def _rows(found: QuerySet[Ticket], user: User, now: datetime) -> list[dict[str, Any]]:
    """Return the tickets of a heading, each with what was said last when it was reported done."""
    calendar = current_calendar()
    return [
        {"row": row_of(one, now, calendar, user), "said": one.public_text, "ticket": one} for one in with_steps(found)
    ]


def _asked(found: QuerySet[Extension], user: User, now: datetime) -> list[dict[str, Any]]:
    """Return the tickets that ask for more time, each with its request; the same statements whatever their number."""
    requests = {one.ticket_id: one for one in found}
    rows = {one["ticket"].pk: one for one in _rows(tickets.visible(user).filter(pk__in=requests), user, now)}
    return [{**rows[pk], "asked": asked} for pk, asked in requests.items() if pk in rows]


def _ticket(user: User, public_id: str) -> Ticket | None:
    try:
        return tickets.ticket(user, UUID(public_id))
    except (ValueError, Http404):
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

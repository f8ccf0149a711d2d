"""The departments' workspace: a ticket. Views read the request and choose the template, no more."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from services.directory.access import access
from services.directory.models import User
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.tickets import page_forms, selectors
from services.tickets.actions import perform
from services.tickets.models import Ticket, TicketStep
from services.tickets.page_frame import frame
from services.tickets.page_ticket import (
    SHOWN,
    buttons_of,
    facts_of,
    hints_of,
    history_of,
    ladder_of,
    may_use,
    title_of,
    told_by,
    usable_verbs,
    where_of,
)
from services.tickets.page_time import countdown, working_hours
from services.tickets.page_words import SEVERITIES, VERBS, localised, look_of
from services.tickets.workflow import RUNNING
from services.worktime.selectors import current_calendar


@access("tickets.read")
@require_safe
@vary_on_headers("HX-Request")
def ticket(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a ticket; ``?do=<verb>`` opens that verb's form, ``?done=<verb>`` says what was just done."""
    found = selectors.ticket(_user(request), public_id)
    doing, done = request.GET.get("do", ""), request.GET.get("done", "")
    said = gettext(VERBS[done].done) if done in VERBS else ""
    return _page(request, found, doing=doing if doing in VERBS else "", done=said)


@access("tickets.act")
@require_POST
@vary_on_headers("HX-Request")
def act(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Do a verb: back to the ticket, or its fragment for htmx. 409 names the legal verbs, 422 shows the form again."""
    if verb not in VERBS and verb != "comment":
        raise Http404
    user = _user(request)
    found = selectors.ticket(user, public_id)
    given = page_forms.read(verb, request.POST, found)
    if not given.errors:
        try:
            perform(verb=verb, ticket_public_id=public_id, acting_user=user, **given.fields)
        except IllegalVerbError:
            found = selectors.ticket(user, public_id)
            return _page(request, found, status=HTTPStatus.CONFLICT, problem=_impossible(user, found, verb))
        except InvalidInputError as error:
            given = page_forms.refused(error.errors)
    if given.errors:
        return _page(request, found, doing=verb, typed=given, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if request.headers.get("HX-Request"):
        done = "" if verb == "comment" else gettext(VERBS[verb].done)
        return _page(request, selectors.ticket(user, public_id), done=done)
    here = reverse("tickets:ticket", args=[public_id])
    return redirect(here if verb == "comment" else f"{here}?done={verb}")


def _page(
    request: HttpRequest,
    found: Ticket,
    *,
    doing: str = "",
    typed: page_forms.Given | None = None,
    status: int = HTTPStatus.OK,
    done: str = "",
    problem: dict[str, Any] | None = None,
) -> HttpResponse:
    fragment = bool(request.headers.get("HX-Request"))
    user = _user(request)
    now = clock.now(found.realm)
    calendar = current_calendar()
    steps = list(found.steps.all())
    buttons = buttons_of(user, found, doing)
    shown = request.GET.get("show", "all")
    quotes, told = told_by(found)
    context = {
        "now": now,
        "ticket": found,
        "href": reverse("tickets:ticket", args=[found.public_id]),
        "title": title_of(found),
        "severity_word": gettext(SEVERITIES[found.severity_name]),
        "status": look_of(found),
        "where": where_of(found, user),
        "buttons": buttons,
        "thumb": next((button for button in buttons if button.primary and not doing), None),
        "hints": hints_of(user, found),
        "form": _form(request, found, doing, typed) if doing in {b.verb.name for b in buttons if b.asks} else None,
        "left": countdown(found, now, calendar),
        "hours": working_hours(calendar),
        "steps": ladder_of(found, steps),
        "next_step": _next_step(found, steps),
        "policy_title": localised(found.policy["title"]),
        "policy_version": found.policy["version"],
        "hides_reporter": page_forms.is_public(found),
        "quotes": quotes,
        "facts": [*told, *facts_of(found)],
        "timeline": history_of(found, user, shown if shown in SHOWN else "all"),
        "tabs": _tabs(shown),
        "comment": _comment(request, found, doing, typed) if may_use(user, found, "comment") else None,
        "fragment": fragment,
        "done": done,
        "problem": problem,
    }
    if fragment:
        return render(request, "tickets/_ticket.html", context, status=status)
    return render(request, "tickets/ticket.html", {**frame(reader_of(user, now), None, now), **context}, status=status)


def _form(request: HttpRequest, found: Ticket, verb: str, given: page_forms.Given | None) -> dict[str, Any]:
    typed = request.POST if given else None
    now = clock.now(found.realm)
    return {
        "href": reverse("tickets:act", args=[found.public_id, verb]),
        "cancel": reverse("tickets:ticket", args=[found.public_id]),
        "title": gettext(VERBS[verb].title),
        "submit": gettext(VERBS[verb].title),
        "icon": VERBS[verb].icon,
        "fields": page_forms.fields_of(verb, found, now, typed, given),
    }


def _comment(request: HttpRequest, found: Ticket, doing: str, given: page_forms.Given | None) -> dict[str, Any]:
    again = request.POST if given and doing == "comment" else None
    return {
        "href": reverse("tickets:act", args=[found.public_id, "comment"]),
        "note": again.get("note", "") if again else "",
        "public": bool(again and again.get("audience") == "public"),
        "error": given.errors.get("note", "") if given and again is not None else "",
        "may_publish": page_forms.is_public(found),
    }


def _impossible(user: User, found: Ticket, verb: str) -> dict[str, Any]:
    """Say that the ticket has moved on, and what can be done with it now."""
    names = [gettext(VERBS[name].title) for name in usable_verbs(user, found) if name in VERBS]
    wanted = gettext(VERBS[verb].title) if verb in VERBS else verb
    title = gettext("“{verb}” is not possible: the ticket is now “{state}”.")
    can = gettext("You can: {verbs}.").format(verbs=", ".join([*names, gettext("comment")]))
    return {"title": title.format(verb=wanted, state=look_of(found).text), "lines": [can]}


def _tabs(shown: str) -> list[dict[str, Any]]:
    titles = {"all": gettext("Everything"), "public": gettext("Public"), "internal": gettext("Internal")}
    return [{"title": title, "href": f"?show={key}", "current": key == shown} for key, title in titles.items()]


def _next_step(found: Ticket, steps: list[TicketStep]) -> TicketStep | None:
    running = found.state in RUNNING
    own = (step for step in steps if step.generation == found.generation and step.state == TicketStep.PENDING)
    return next(own, None) if running else None


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the access decorator let nobody else in
    return request.user

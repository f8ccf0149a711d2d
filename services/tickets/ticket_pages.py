"""The page of a ticket and its verbs. Views read the request and choose the template, no more."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from services.directory.access import access, user_of
from services.directory.models import User
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError, StaleEditError
from services.kernel.text import localised
from services.tickets import page_forms, selectors
from services.tickets.actions import perform
from services.tickets.flow.files import SHOWN_IN_PLACE
from services.tickets.flow.outside import is_followed
from services.tickets.flow.reach import may_do
from services.tickets.flow.relatives import open_children
from services.tickets.flow.selectors import family_of
from services.tickets.models import Ticket, TicketStep
from services.tickets.page_casework import checklist_of, evidence_of, extensions_of, helpers_of, relatives_of
from services.tickets.page_frame import frame
from services.tickets.page_map import picture_of
from services.tickets.page_story import SHOWN, history_of, newest_entry
from services.tickets.page_ticket import (
    buttons_of,
    facts_of,
    hints_of,
    ladder_of,
    title_of,
    told_by,
    usable_verbs,
    where_of,
)
from services.tickets.page_time import countdown, hours_of
from services.tickets.page_words import EVENTS, SEVERITIES, STATES, VERBS, look_of
from services.tickets.workflow import RUNNING
from services.worktime.selectors import current_calendar

ADDING = frozenset({"comment", "attach", "watch", "tick"})
"""What only adds to a ticket and overwrites nothing: these forms are never stale, and leave no word on top."""
BUTTONS_SHOWN = 4
"""Buttons beside each other; the others wait behind "More"."""


@access("tickets.read")
@require_safe
@vary_on_headers("HX-Request")
def ticket(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show a ticket; ``?do=<verb>`` opens that verb's form, ``?done=<verb>`` says what was just done.

    An open page asks with ``?seen=<its newest entry>``: 204 when nothing has happened since.
    """
    found = selectors.ticket(user_of(request), public_id)
    seen = request.GET.get("seen")
    if seen and seen == newest_entry(found):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    doing, done = request.GET.get("do", ""), request.GET.get("done", "")
    said = gettext(VERBS[done].done) if done in VERBS else ""
    return _page(request, found, doing=doing if doing in VERBS else "", done=said)


@access("tickets.read")
@require_safe
def picture(request: HttpRequest, public_id: UUID) -> FileResponse:
    """Show a picture of the evidence in place; it came from outside, so that it may run nothing and is not cached."""
    kept = selectors.attachment(user_of(request), public_id)
    if kept.content_type not in SHOWN_IN_PLACE:
        raise Http404
    response = FileResponse(kept.file.open("rb"), content_type=kept.content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@access("tickets.act")
@require_POST
@vary_on_headers("HX-Request")
def act(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    """Do a verb: back to the ticket, or its fragment for htmx.

    409 names the legal verbs or shows both texts of two officers, 422 shows the form again with what was typed.
    """
    if verb not in VERBS and verb != "comment":
        raise Http404
    user = user_of(request)
    found = selectors.ticket(user, public_id)
    given = page_forms.read(verb, request.POST, found, user)
    if not given.errors:
        try:
            _do(request, verb, public_id, given.fields)
        except (IllegalVerbError, StaleEditError) as error:
            return _conflict(request, public_id, verb, error)
        except InvalidInputError as error:
            given = page_forms.refused(error.errors, verb)
    if given.errors:
        return _page(request, found, doing=verb, typed=given, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _done(request, public_id, verb)


def _do(request: HttpRequest, verb: str, public_id: UUID, fields: Mapping[str, Any]) -> None:
    """A comment may come with a file, and a file without a word is a comment as well."""
    user, file = user_of(request), request.FILES.get("file")
    if verb == "comment" and file is not None:
        with transaction.atomic():
            if fields["note"]:
                perform(verb="comment", ticket_public_id=public_id, acting_user=user, **fields)
            perform(verb="attach", ticket_public_id=public_id, acting_user=user, file=file)
    else:
        more = {"file": file} if verb == "attach" else {}
        perform(verb=verb, ticket_public_id=public_id, acting_user=user, **fields, **more)


def _done(request: HttpRequest, public_id: UUID, verb: str) -> HttpResponse:
    here = reverse("tickets:ticket", args=[public_id])
    try:
        found = selectors.ticket(user_of(request), public_id)
    except Http404:  # handed over to an office whose tickets the reader does not see
        found = None
    if request.headers.get("HX-Request"):
        if found is None:
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": reverse("tickets:list")})
        return _page(request, found, done="" if verb in ADDING else gettext(VERBS[verb].done))
    if found is None:
        return redirect("tickets:list")
    return redirect(here if verb in ADDING else f"{here}?done={verb}")


def _conflict(
    request: HttpRequest, public_id: UUID, verb: str, error: IllegalVerbError | StaleEditError
) -> HttpResponse:
    """The ticket has moved on: what can be done with it now, and for a stale form both texts; nothing was written."""
    user = user_of(request)
    found = selectors.ticket(user, public_id)
    problem = _impossible(user, found, verb)
    if isinstance(error, IllegalVerbError):
        return _page(request, found, status=HTTPStatus.CONFLICT, problem=problem)
    again = verb if verb in usable_verbs(user, found) else ""
    if again:
        problem = {"title": gettext("Somebody else was quicker. Nothing of yours was written yet."), "lines": []}
    problem["stale"] = {"yours": _yours(error), "theirs": [_theirs(line) for line in error.theirs]}
    typed = page_forms.Given()
    return _page(request, found, doing=again, typed=typed, status=HTTPStatus.CONFLICT, problem=problem)


def _yours(error: StaleEditError) -> list[str]:
    wanted = gettext(VERBS[error.verb].title) if error.verb in VERBS else error.verb
    said = [error.yours[name] for name in ("public_text", "note", "title") if name in error.yours]
    return [wanted, *dict.fromkeys(said)]


def _theirs(line: Mapping[str, Any]) -> dict[str, Any]:
    event = EVENTS.get(line["verb"])
    return {
        "at": datetime.fromisoformat(line["at"]),
        "who": line["actor"] or gettext("the system"),
        "what": gettext(event[2]) if event else STATES[line["to_state"]].text,
        "texts": [text for text in (line["public_text"], line["note"]) if text],
    }


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
    user, now = user_of(request), clock.now(found.realm)
    parts = open_children(found)
    buttons = buttons_of(user, found, doing, parts=bool(parts))
    form = _form(request, found, doing, typed, parts=bool(parts))
    context = {
        "now": now,
        "ticket": found,
        "href": reverse("tickets:ticket", args=[found.public_id]),
        "title": title_of(found),
        "severity_word": gettext(SEVERITIES[found.severity_name]),
        "status": look_of(found),
        "where": where_of(found, user),
        "buttons": buttons[:BUTTONS_SHOWN],
        "more": buttons[BUTTONS_SHOWN:],
        "thumb": next((button for button in buttons if button.primary and not doing), None),
        "hints": hints_of(user, found),
        "form": form if form and not VERBS[doing].beside else None,
        "fragment": fragment,
        "seen": newest_entry(found),
        "done": done,
        "problem": problem or _unplaced(doing, typed, form),
        **_rail(found, user, now, form if doing in {"ask_extension", "refuse_extension"} else None),
        **_body(request, found, user, now),
        "comment": _comment(request, found, doing, typed, now) if may_do(user, found, "comment") else None,
    }
    if fragment:
        return render(request, "tickets/_ticket.html", context, status=status)
    return render(request, "tickets/ticket.html", {**frame(reader_of(user, now), None, now), **context}, status=status)


def _rail(found: Ticket, user: User, now: datetime, form: dict[str, Any] | None) -> dict[str, Any]:
    """Return what stands beside the story: deadline, later deadlines, ladder, who helps."""
    calendar, steps = current_calendar(), list(found.steps.all())
    asked = extensions_of(found, user)
    if asked["may_ask"] or asked["may_decide"]:
        verb = "ask_extension" if asked["may_ask"] else "refuse_extension"
        asked["form"] = form or _drawn(found, verb, None, None)
        asked["open"] = form is not None
    return {
        "left": countdown(found, now, calendar),
        "hours": hours_of(calendar),
        "asked": asked,
        "grant": reverse("tickets:act", args=[found.public_id, "grant_extension"]),
        "steps": ladder_of(found, steps),
        "next_step": _next_step(found, steps),
        "policy_title": localised(found.policy["title"]),
        "policy_version": found.policy["version"],
        "hides_reporter": is_followed(found),
        "helpers": helpers_of(found),
        "release": reverse("tickets:act", args=[found.public_id, "release"])
        if "release" in usable_verbs(user, found)
        else "",
        "watch": reverse("tickets:act", args=[found.public_id, "watch"]) if may_do(user, found, "watch") else "",
        "watching": found.watchers.filter(pk=user.pk).exists(),
    }


def _body(request: HttpRequest, found: Ticket, user: User, now: datetime) -> dict[str, Any]:
    """Return what the ticket is about and what has been done: evidence, checklist, map, relatives, history."""
    del now
    family = family_of(found)
    quotes, told = told_by(found)
    shown = request.GET.get("show", "all")
    return {
        "quotes": quotes,
        "facts": [*told, *facts_of(found)],
        "evidence": evidence_of(family),
        "attach": reverse("tickets:act", args=[found.public_id, "attach"]) if may_do(user, found, "attach") else "",
        "checklist": checklist_of(found, user),
        "map": picture_of(found, user),
        "relatives": relatives_of(found, family, user),
        "unlink": reverse("tickets:act", args=[found.public_id, "unlink"]),
        "timeline": history_of(found, family, user, shown if shown in SHOWN else "all"),
        "tabs": _tabs(shown),
    }


def _form(
    request: HttpRequest, found: Ticket, verb: str, given: page_forms.Given | None, *, parts: bool
) -> dict[str, Any] | None:
    """Return the form of a verb that the reader may do and that asks for something."""
    if verb not in VERBS or not page_forms.asked(verb, parts=parts):
        return None
    if verb not in usable_verbs(user_of(request), found):
        return None
    return _drawn(found, verb, request.POST if given is not None else None, given, parts=parts)


def _drawn(
    found: Ticket, verb: str, typed: Any, given: page_forms.Given | None, *, parts: bool = False
) -> dict[str, Any]:
    now = clock.now(found.realm)
    return {
        "href": reverse("tickets:act", args=[found.public_id, verb]),
        "cancel": reverse("tickets:ticket", args=[found.public_id]),
        "title": gettext(VERBS[verb].title),
        "submit": gettext(VERBS[verb].title),
        "icon": VERBS[verb].icon,
        "error": given.errors.get("", "") if given else "",
        "fields": page_forms.fields_of(verb, found, now, typed, given, parts=parts),
        "offers": page_forms.offers_for(found, now) if verb in {"resolve", "return", "wait", "reject"} else [],
    }


def _comment(
    request: HttpRequest, found: Ticket, doing: str, given: page_forms.Given | None, now: datetime
) -> dict[str, Any]:
    again = request.POST if given and doing == "comment" else None
    offers = page_forms.offers_for(found, now)
    chosen = next((one for one in offers if one.slug == request.GET.get("text")), None)
    return {
        "href": reverse("tickets:act", args=[found.public_id, "comment"]),
        "note": again.get("note", "") if again else chosen.text if chosen else "",
        "public": bool(again.get("audience") == "public" if again else chosen and chosen.public),
        "error": " ".join(given.errors.values()) if given and again is not None else "",
        "may_publish": is_followed(found),
        "offers": offers,
    }


def _unplaced(doing: str, given: page_forms.Given | None, form: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return refusals that stand at no field of a shown form: those of one press, of a tick, of a file."""
    if given is None or not given.errors or form is not None or doing == "comment":
        return None
    return {"title": gettext("That could not be done."), "lines": list(given.errors.values())}


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

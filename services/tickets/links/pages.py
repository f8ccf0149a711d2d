"""The one small page behind a link. Looking at it changes nothing: previews of SMS and Zalo fetch addresses unasked."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from services.kernel import clock
from services.kernel.problems import ConflictError, IllegalVerbError, InvalidInputError
from services.tickets import workflow
from services.tickets.flow.outside import is_followed
from services.tickets.flow.reach import may_do
from services.tickets.links import deeds
from services.tickets.links.exchange import call_address
from services.tickets.links.once import digest_of, once
from services.tickets.links.selectors import Opened, opened
from services.tickets.page_ticket import title_of, told_by, where_of
from services.tickets.page_time import countdown
from services.tickets.page_words import OUTCOMES, SEVERITIES, look_of
from services.worktime.selectors import current_calendar

_FIELDS = ("note", "outcome")
_OUTCOMES = ("fixed", "not_fixed", "not_ours")
"""Endings that a phone offers; the rest is for the desk."""


@csrf_exempt  # the address is the key: no cookie is asked, so nobody else's page can lend one
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ticket(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show the link's ticket, or do to it what was pressed; 410 when the link has ended, 404 when it never was."""
    found = opened(token)
    if found is None:
        raise Http404
    person = found.link.person
    with translation.override(person.user.language if person.user else "vi"):
        if found.user is None:
            answer: HttpResponseBase = _ended(request, found)
        elif request.method == "POST":
            answer = _act(request, found, token)
        else:
            answer = render(request, "tickets/phone.html", _context(found, request.GET.get("done", "")))
        answer["Referrer-Policy"] = "no-referrer"  # the address must not reach anybody else
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker that keeps the page at hand without a network; its reach is this folder alone."""
    del request
    answer = HttpResponse(f'importScripts("{static("link-worker.js")}");\n', content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def _act(request: HttpRequest, found: Opened, token: str) -> HttpResponseBase:
    deed = request.POST.get("do", "")
    fields = {name: request.POST.get(name, "")[:5000].replace("\x00", "") for name in _FIELDS}
    photo = request.FILES.get("photo")
    key = request.headers.get("Idempotency-Key") or request.POST.get("key", "")
    user = found.user
    assert user is not None  # noqa: S101 - ended links were answered before

    def act() -> dict[str, Any]:
        done = deeds.do(found.link, user, deed, fields, photo)
        return {"state": done.state, "text": look_of(done).text}

    try:
        answer = once(found.link, key, digest_of({**fields, "do": deed}, photo), act)
    except (InvalidInputError, IllegalVerbError, ConflictError, Http404) as error:
        return _refused(request, found, error)
    if _wants_json(request):
        return JsonResponse(answer)
    return redirect(f"{reverse('phone:ticket', args=[token])}?done={deed}")


def _refused(request: HttpRequest, found: Opened, error: Exception) -> HttpResponse:
    """Say why nothing was done: a field is wrong (422), the ticket went on or is no longer one's own (409)."""
    if isinstance(error, InvalidInputError):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        text = " ".join(str(one) for texts in error.errors.values() for one in texts)
    elif isinstance(error, IllegalVerbError):
        status = HTTPStatus.CONFLICT
        found.ticket.refresh_from_db(fields=["state", "outcome"])
        text = gettext("The ticket is now “{state}”.").format(state=look_of(found.ticket).text)
    else:
        status = HTTPStatus.CONFLICT
        text = gettext("It is not yours to do this with any more.")
    if _wants_json(request):
        return JsonResponse({"problem": text}, status=status)
    return render(request, "tickets/phone.html", {**_context(found, ""), "problem": text}, status=status)


def _ended(request: HttpRequest, found: Opened) -> HttpResponse:
    text = gettext("This link has ended.")
    if _wants_json(request):
        return JsonResponse({"problem": text}, status=HTTPStatus.GONE)
    context = {"ended": True, "page": reverse("tickets:ticket", args=[found.ticket.public_id])}
    return render(request, "tickets/phone.html", context, status=HTTPStatus.GONE)


def _context(found: Opened, done: str) -> dict[str, Any]:
    now = clock.now(found.link.realm)
    one, user = found.ticket, found.user
    assert user is not None  # noqa: S101 - ended links have a page of their own
    quotes, facts = told_by(one)
    acts = may_do(user, one, "accept")
    return {
        "now": now,
        "ticket": one,
        "title": title_of(one),
        "severity_word": gettext(SEVERITIES[one.severity_name]),
        "status": look_of(one),
        "where": where_of(one, user),
        "left": countdown(one, now, current_calendar()),
        "quotes": quotes,
        "facts": facts,
        "to_accept": acts and one.state == workflow.NEW,
        "to_do": acts and one.state in {workflow.NEW, workflow.ACCEPTED, workflow.IN_PROGRESS},
        "outcomes": [{"value": key, "title": gettext(OUTCOMES[key])} for key in _OUTCOMES],
        "published": is_followed(one),
        "call": call_address(one),
        "done": done if done in deeds.DEEDS else "",
        "page": reverse("tickets:ticket", args=[one.public_id]),
    }


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")

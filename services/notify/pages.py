"""Pages of messages: one's own, one's wishes, and the outbox. Views read the request and choose the template."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from services.directory.access import access, may, user_of
from services.directory.models import Person
from services.directory.readers import reader_of
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.notify import actions, page_rows, preview, selectors, wishing
from services.notify.channels import CHANNELS, IN_APP, OUTWARD
from services.notify.forms import WishForm, initial_of, ticked
from services.notify.models import Endpoint, Message
from services.notify.page_words import SEVERITIES, look_of
from services.notify.vapid import public_key
from services.notify.wishes import reachable

PAGE_SIZE = 40


@access("notifications.use")
@never_cache
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show one's messages in the application, newest first; ``?show=unread`` those not opened yet."""
    user, realm = user_of(request), settings.IOC_REALM
    rows = selectors.inbox(user, realm)
    shown = request.GET.get("show", "")
    if shown == "unread":
        rows = rows.filter(read_at=None)
    number, more, messages = _page(request, rows)
    context = {
        "shown": shown,
        "rows": [page_rows.own_row(one) for one in messages],
        "unread": selectors.unread(user, realm),
        **_turns(request, number, more=more),
    }
    return render(request, "notify/inbox.html", {**_frame(request, "inbox"), **context})


@access("notifications.use")
@never_cache
@require_safe
def unread(request: HttpRequest) -> HttpResponse:
    """Return the number beside the bell, asked for once a minute."""
    count = selectors.unread(user_of(request), settings.IOC_REALM)
    content = render_to_string("notify/_unread.html", {"unread": count}, request)
    return HttpResponse(content.strip())  # nothing at all hides the mark


@access("notifications.use")
@never_cache
@require_safe
def open_message(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that a message was opened and go to what it is about; 404 for another one's."""
    found = get_object_or_404(Message, public_id=public_id, person__user=user_of(request))
    actions.mark_read(messages=[found.pk], now=clock.now(found.realm))
    url = str(found.context.get("url", ""))
    here = url_has_allowed_host_and_scheme(url, allowed_hosts=None) and url.startswith("/")
    return redirect(url if here else "notify:inbox")


@access("notifications.use")
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that all were opened."""
    realm = settings.IOC_REALM
    rows = selectors.inbox(user_of(request), realm).filter(read_at=None)
    actions.mark_read(messages=rows.values_list("pk", flat=True), now=clock.now(realm))
    return redirect("notify:inbox")


@access("notifications.use")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """Show what one wishes, or change it; 422 shows the form again with what is wrong."""
    person = selectors.person_of(user_of(request))
    if person is None:
        return render(request, "notify/nobody.html", _frame(request, "settings"))
    if request.method != "POST":
        stored = selectors.preference_of(person)
        return _wishes(request, person, WishForm(initial=initial_of(stored)), done=request.GET.get("done", ""))
    form = WishForm(request.POST)
    if form.is_valid():
        now = clock.now(settings.IOC_REALM)
        try:
            wishing.set_wishes(
                person=person,
                wish=form.wish(request.POST),
                realm=settings.IOC_REALM,
                acting_user=user_of(request),
                now=now,
            )
        except InvalidInputError as error:
            form.refuse(error.errors)
        else:
            return redirect(f"{reverse('notify:settings')}?done=saved")
    return _wishes(request, person, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@access("notifications.use")
@require_POST
def test(request: HttpRequest) -> HttpResponse:
    """Send oneself a message by the chosen channel."""
    person = selectors.person_of(user_of(request))
    channel = request.POST.get("channel", "")
    if person is None or channel not in CHANNELS:
        return redirect("notify:settings")
    actions.send_test(person=person, channel=channel, realm=settings.IOC_REALM, acting_user=user_of(request))
    return redirect(f"{reverse('notify:settings')}?done=test")


@access("notifications.outbox")
@never_cache
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what went out and what waits, without the words; filters are query parameters."""
    realm = settings.IOC_REALM
    now = clock.now(realm)
    rows = selectors.with_companions(selectors.outbox(realm))
    state, channel = request.GET.get("state", ""), request.GET.get("channel", "")
    if state in dict(Message.STATES):
        rows = rows.filter(state=state)
    if channel in OUTWARD:
        rows = rows.filter(channel=channel)
    number, more, messages = _page(request, rows)
    holds = selectors.holds(realm, now)
    context = {
        "chips": page_rows.chips(state, channel),
        "filtered": bool(state or channel),
        "rows": [page_rows.outbox_row(one, holds, now) for one in messages],
        "gateways": page_rows.gateway_rows(selectors.gateways(realm), now),
        "resends": may(request.user, "notifications.resend"),
        "done": request.GET.get("done") == "resent",
        **_turns(request, number, more=more),
    }
    return render(request, "notify/outbox.html", {**_frame(request, "outbox"), **context})


@access("notifications.resend")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask whether to send a message again, and do so; 409 shows why it cannot be."""
    rows = selectors.outbox(settings.IOC_REALM)
    found = get_object_or_404(rows, public_id=public_id)
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            actions.resend(message=found, acting_user=user_of(request))
        except IllegalVerbError:
            found, status = get_object_or_404(rows, public_id=public_id), HTTPStatus.CONFLICT
        else:
            return redirect(f"{reverse('notify:outbox')}?done=resent")
    context = {
        "message": found,
        "channel": gettext(CHANNELS[found.channel].title),
        "status": look_of(found),
        "possible": actions.may_resend(found),
    }
    return render(request, "notify/resend.html", {**_frame(request, "outbox"), **context}, status=status)


def _wishes(
    request: HttpRequest, person: Person, form: WishForm, *, done: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    realm = settings.IOC_REALM
    now = clock.now(realm)
    stored, endpoints = selectors.preference_of(person), selectors.endpoints_of(person)
    there = reachable(person, {one.kind for one in endpoints}, realm)
    chosen = ticked(stored, request.POST if form.is_bound else None)
    text, size = preview.sample_sms(person, stored, now)
    context = {
        "form": form,
        "channels": [
            {"key": key, "title": gettext(one.title), "icon": one.icon, "there": key in there}
            for key, one in CHANNELS.items()
        ],
        "severities": [{"key": key, "title": gettext(SEVERITIES[key]), "ticked": keys} for key, keys in chosen.items()],
        "always": IN_APP,
        "previews": preview.previews(person, stored, endpoints, realm, now),
        "sms": text,
        "size": size,
        "devices": [one for one in endpoints if one.kind == Endpoint.PUSH],
        "push_key": public_key(),
        "tests": [{"key": key, "title": gettext(CHANNELS[key].title)} for key in CHANNELS if key in there],
        "done": done,
        "person": person,
    }
    return render(request, "notify/settings.html", {**_frame(request, "settings"), **context}, status=status)


def _page(request: HttpRequest, rows: Any) -> tuple[int, bool, list[Message]]:
    """Return the page's number, whether more follow, and its messages, from one statement and no count."""
    typed = request.GET.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdecimal() and 0 < len(typed) < 5 and int(typed) else 1
    found = list(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE + 1])
    if number > 1 and not found:
        raise Http404
    return number, len(found) > PAGE_SIZE, found[:PAGE_SIZE]


def _turns(request: HttpRequest, number: int, *, more: bool) -> dict[str, Any]:
    def to(page: int) -> str:
        query = request.GET.copy()
        query["page"] = str(page)
        return f"?{query.urlencode()}"

    return {"number": number, "previous": to(number - 1) if number > 1 else "", "next": to(number + 1) if more else ""}


def _frame(request: HttpRequest, current: str) -> dict[str, Any]:
    now = clock.now(settings.IOC_REALM)
    reader = reader_of(user_of(request), now)
    return {"now": now, "me": reader, "place": reader.place, "current": current}

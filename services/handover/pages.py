"""The pages of the hand-over log: what waits for the reader, the log, an entry, and the entry on paper."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from services.contract import SEVERITIES
from services.directory.access import access, user_of
from services.duty.page_frame import frame
from services.duty.page_words import when
from services.handover import actions, seal, selectors
from services.handover.models import Handover, Item
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.kernel.text import render as render_message

PAGE = 30


@access("handovers.read")
@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, what is late, and the log (``?page=``)."""
    return _log(request)


def _log(request: HttpRequest, problem: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    user, now = user_of(request), clock.now(settings.IOC_REALM)
    rows = selectors.visible(user)
    page = max(1, int(asked) if (asked := request.GET.get("page", "1")).isdecimal() and len(asked) < 6 else 1)
    entries = list(rows[(page - 1) * PAGE : page * PAGE + 1])
    running = rows.exclude(state=Handover.State.ACCEPTED)[:50]
    waiting = [one for one in running if _waits_for(user, one, now)]
    context = {
        **frame(request, now),
        "waiting": [_row(one, now) for one in waiting],
        "late": [_row(one, now) for one in selectors.late(user, now)[:PAGE]],
        "entries": [_row(one, now) for one in entries[:PAGE]],
        "shifts": selectors.own_shifts(user_of(request), now),
        "previous_page": page - 1,
        "next_page": page + 1 if len(entries) > PAGE else 0,
        "problem": problem,
    }
    return render(request, "handover/log.html", context, status=status)


@access("handovers.write")
@require_POST
def open_now(request: HttpRequest) -> HttpResponse:
    """Open the entry of one's own running shift (``shift``: its id) before it is opened by itself."""
    asked = request.POST.get("shift", "")
    now = clock.now(settings.IOC_REALM)
    shift = next((one for one in selectors.own_shifts(user_of(request), now) if str(one.pk) == asked), None)
    if shift is None:
        return _log(request, _("You have no running shift of this name."), HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("handover:entry", actions.open_for(shift).public_id)


@access("handovers.read")
@never_cache
@require_safe
def entry(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an entry; to be written, accepted or read, as it stands and as the reader may."""
    return _entry(request, selectors.handover(user_of(request), public_id))


def _entry(
    request: HttpRequest,
    found: Handover,
    *,
    errors: dict[str, Any] | None = None,
    problem: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    now = clock.now(found.realm)
    user = user_of(request)
    is_open = found.state == Handover.State.OPEN
    errors = errors or {}
    context = {
        **_content(found, now),
        **frame(request, now),
        "writes": is_open and selectors.may_write(user, found, now),
        "accepts": found.state == Handover.State.SIGNED and selectors.may_accept(user, found, now),
        "typed": request.POST.get("text", found.text) if request.method == "POST" else found.text,
        "text_error": errors.get("text", ""),
        "problem": problem or " ".join(str(text) for name, text in errors.items() if name != "text"),
    }
    return render(request, "handover/entry.html", context, status=status)


@access("handovers.read")
@never_cache
@require_safe
def printed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show an entry as it goes on paper, with room for both signatures."""
    found = selectors.handover(user_of(request), public_id)
    now = clock.now(found.realm)
    return render(request, "handover/print.html", {"now": now, **_content(found, now)})


@access("handovers.write")
@require_POST
def act(request: HttpRequest, public_id: UUID, deed: str) -> HttpResponse:
    """Write, refresh, sign or accept; 422 shows the page again, 409 what it has become."""
    user = user_of(request)
    found = selectors.handover(user, public_id, "handovers.write")
    if deed not in {"write", "refresh", "sign", "accept"}:
        raise Http404
    try:
        _act(request, found, deed)
    except IllegalVerbError:
        problem = _("This has changed meanwhile; look at it again.")
        found = selectors.handover(user, public_id)
        return _entry(request, found, problem=problem, status=HTTPStatus.CONFLICT)
    except InvalidInputError as error:
        found = selectors.handover(user, public_id)
        return _entry(request, found, errors=error.errors, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect("handover:entry", public_id)


def _act(request: HttpRequest, found: Handover, verb: str) -> None:
    user = user_of(request)
    if verb == "accept":
        actions.accept(handover=found, remarks=request.POST.get("remarks", ""), acting_user=user)
        return
    text, notes = request.POST.get("text", ""), _notes(request.POST)
    if verb == "sign":
        actions.sign(handover=found, text=text, notes=notes, acting_user=user)
        return
    actions.write(handover=found, text=text, notes=notes, acting_user=user)
    if verb == "refresh":
        actions.refresh(handover=found, acting_user=user)


def _notes(typed: QueryDict) -> dict[int, str]:
    given = ((name.removeprefix("note_"), str(value)) for name, value in typed.items() if name.startswith("note_"))
    return {int(pk): note for pk, note in given if pk.isdecimal() and len(pk) < 19}


def _content(found: Handover, now: datetime) -> dict[str, Any]:
    """Return what page and paper show alike."""
    items = list(found.items.all())
    groups = [
        {
            "title": title,
            "kind": str(kind),
            "total": found.totals.get(str(kind), 0),
            "items": [_item(item) for item in items if item.kind == kind],
        }
        for kind, title in Item.Kind.choices
    ]
    return {
        "entry": found,
        "shift": when(found.shift_starts, found.shift_ends, now),
        "groups": [group for group in groups if group["items"]],
        "item_count": len(items),
        "is_late": found.state == Handover.State.OPEN and found.shift_ends < now,
        "intact": None if found.state == Handover.State.OPEN else seal.is_intact(found, items),
        "on_behalf": found.signed_by_id is not None and found.signed_by_id != found.outgoing.user_id,
    }


def _item(item: Item) -> dict[str, Any]:
    of_ticket = item.kind in {Item.Kind.OVERDUE, Item.Kind.WAITING}
    return {
        "pk": item.pk,
        "severity": SEVERITIES[item.severity],
        "title": render_message(item.title),
        "code": item.code,
        "ticket": item.ref if of_ticket else "",
        "at": item.at,
        "note": item.note,
    }


def _row(one: Handover, now: datetime) -> dict[str, Any]:
    return {
        "entry": one,
        "shift": when(one.shift_starts, one.shift_ends, now),
        "late": one.state == Handover.State.OPEN and one.shift_ends < now,
    }


def _waits_for(user: Any, one: Handover, now: datetime) -> bool:
    if one.state == Handover.State.OPEN:
        return bool(one.outgoing.user_id == user.pk)
    return selectors.may_accept(user, one, now)

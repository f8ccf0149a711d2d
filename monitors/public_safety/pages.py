"""Pages for citizens: none. For staff one: camera events to look at, with the two verbs that people have."""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from monitors.public_safety import actions
from monitors.public_safety.cameras import cameras
from monitors.public_safety.findings.events import KIND_NAMES, TO_LOOK_AT
from monitors.public_safety.models import CameraEvent
from monitors.public_safety.selectors import reviewable, to_review, visible_events
from services.contract import Page
from services.directory.access import access
from services.directory.models import User
from services.kernel import clock
from services.kernel.problems import IllegalVerbError

PAGES: Final[tuple[Page, ...]] = ()
SHOWN = 50


@access("camera_events.review")
@never_cache
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """Show the events within the reader's reach that nobody looked at, those that may be dangerous first."""
    return _page(request)


@access("camera_events.review")
@require_POST
def review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Confirm or reject one; where somebody was quicker, the page says so."""
    verb = request.POST.get("verb", "")
    if not isinstance(request.user, User):
        raise Http404
    if verb not in actions.VERBS:
        reviewable(request.user, public_id)  # out of reach it is not there, whatever was asked
        return _page(request, _("Confirm or reject: nothing else was understood."), status=400)
    note = request.POST.get("note", "")[:500]
    try:
        actions.review(verb=verb, public_id=public_id, acting_user=request.user, note=note)
    except IllegalVerbError:
        return _page(request, _("Somebody was quicker: the event has that verdict already."), status=409)
    return redirect("camera-events")


def _page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    now = clock.now(settings.IOC_REALM)
    assert isinstance(request.user, User)  # noqa: S101 - the guard lets nobody else in
    waiting = to_review(visible_events(request.user), now).order_by("-occurred_at", "-pk")
    grave = list(waiting.filter(kind__in=TO_LOOK_AT)[:SHOWN])
    rest = list(waiting.exclude(kind__in=TO_LOOK_AT)[: SHOWN - len(grave)])
    shown = {"rows": [_row(event) for event in grave + rest], "problem": problem, "now": now}
    return render(request, "public_safety/events.html", shown, status=status)


def _row(event: CameraEvent) -> dict[str, object]:
    camera = cameras().get(event.camera)
    return {
        "event": event,
        "kind": _(KIND_NAMES[event.kind]),
        "place": camera.label if camera else {"vi": event.camera, "en": event.camera},
        "grave": event.kind in TO_LOOK_AT,
        "picture": getattr(event, "picture", None) is not None,
    }


urlpatterns: list[URLPattern] = [
    path("public-safety/events/", events, name="camera-events"),
    path("public-safety/events/<uuid:public_id>/", review, name="camera-event-review"),
]

"""What the wall's page is told when it shows the past: ``/wall/<board>/?at=<ISO time>&speed=<n>``."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from services.directory.access import may
from services.kernel.text import render
from services.wall.moments import MomentError, moment, recorded
from services.wall.player import speed_of


def asked(request: HttpRequest) -> dict[str, Any] | None:
    """Return what a replaying page needs, None on a page of the present.

    ``fault`` says in a sentence why the moment cannot be shown, ``at`` is null then. Without ``speed`` it stands still.
    """
    if "at" not in request.GET:
        return None
    past = recorded(settings.IOC_REALM)
    at, fault = None, ""
    try:
        at = moment(request.GET["at"], past).isoformat()
    except MomentError as error:
        fault = render(error.said)
    return {
        "at": at,
        "fault": fault,
        "now": past.now.isoformat(),
        "earliest": past.earliest.isoformat() if past.earliest else None,
        "speed": speed_of(request.GET.get("speed", "0")) or 0,
        "mayAnnotate": may(request.user, "wall.annotate"),
    }


def status(replay: dict[str, Any] | None) -> int:
    """Return the page's HTTP status."""
    return 400 if replay and replay["fault"] else 200

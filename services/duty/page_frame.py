"""What stands around every page of duty: who reads, and the places to go."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from services.directory.access import may, user_of
from services.directory.models import DutyRoster
from services.directory.readers import reader_of


def frame(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return the template context of the frame; three statements."""
    user = user_of(request)
    reader = reader_of(user, now)
    places = [
        _place(request, reverse("duty:week"), "calendar-clock", gettext("Duty calendar")),
    ]
    if may(user, "duty.own"):
        places.append(_place(request, reverse("duty:me"), "user-check", gettext("My duty and leave")))
    if may(user, "handovers.read"):
        places.append(_place(request, reverse("handover:log"), "file-clock", gettext("Hand-over of shifts")))
    rosters = [
        {"href": reverse("duty:roster", args=[one.slug]), "title": one.label, "current": _at(request, one)}
        for one in DutyRoster.objects.all()
    ]
    return {
        "now": now,
        "me": reader,
        "place": reader.place,
        "places": places,
        "rosters": rosters,
        "tickets": may(user, "tickets.read"),
        "done": request.GET.get("done", ""),
    }


def _place(request: HttpRequest, href: str, icon: str, title: str) -> dict[str, Any]:
    return {"href": href, "icon": icon, "title": title, "current": request.path == href}


def _at(request: HttpRequest, roster: DutyRoster) -> bool:
    return request.path == reverse("duty:roster", args=[roster.slug])

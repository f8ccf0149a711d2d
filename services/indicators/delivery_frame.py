"""What stands around the pages of figures: who reads, for which office, and the places one can go to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from services.directory.access import may
from services.directory.models import User
from services.directory.readers import reader_of


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the side bar. ``other``: it leads to another workspace."""

    key: str
    icon: str
    title: str
    href: str
    current: bool = False
    other: bool = False


def frame(user: User, now: datetime, here: str) -> dict[str, Any]:
    """Return the template context of the frame: two statements. ``here`` is the key of the place shown."""
    reader = reader_of(user, now)
    return {"now": now, "me": reader, "place": reader.place, "places": places_of(user, here)}


def places_of(user: User, here: str) -> list[Place]:
    """Return the links that lead somewhere for this reader."""
    found = [
        Place("duties", icon="calendar-clock", title=gettext("What is owed"), href=reverse("deliver:duties")),
        Place("workbooks", icon="layers", title=gettext("Workbooks sent"), href=reverse("deliver:workbooks")),
    ]
    if may(user, "indicators.deliver"):
        found.append(Place("other", icon="upload", title=gettext("Send another"), href=reverse("deliver:other")))
    if may(user, "indicators.read"):
        explore = reverse("indicators:explore")
        found.append(Place("explore", icon="chart-line", title=gettext("All figures"), href=explore, other=True))
    if may(user, "tickets.read"):
        tickets = gettext("Work tickets")
        found.append(Place("tickets", icon="inbox", title=tickets, href="/tickets/", other=True))
    return [_shown(one, here) for one in found]


def _shown(one: Place, here: str) -> Place:
    return Place(one.key, one.icon, one.title, one.href, current=one.key == here, other=one.other)

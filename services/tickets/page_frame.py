"""What stands around every page of the workspace: who reads, for which office, and the queues with their counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.directory.access import may, roles_of
from services.directory.readers import Reader
from services.tickets import workflow
from services.tickets.page_filters import Filters
from services.tickets.page_rows import Tally, tally
from services.tickets.selectors import visible

HANDLERS: Final = frozenset({"officer", "head"})
"""Who has a queue of their own; the centre's people begin with all tickets."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of the side bar; ``key`` is the holder it asks for."""

    key: str
    icon: str
    title: str


QUEUES: Final = (
    Queue("me", icon="inbox", title=_("My queue")),
    Queue("none", icon="hand", title=_("Nobody has taken")),
    Queue("all", icon="layers", title=_("All tickets")),
)


def default_holder(reader: Reader) -> str:
    """Return whose tickets the list begins with."""
    return "me" if reader.person and roles_of(reader.user) & HANDLERS else "all"


def frame(reader: Reader, filters: Filters | None, now: datetime) -> dict[str, Any]:
    """Return the template context of the frame; one statement counts every queue."""
    rows = visible(reader.user).filter(state__in=workflow.OPEN)
    counted = tally(rows, reader.person, now)
    return {
        "now": now,
        "me": reader,
        "place": reader.place,
        "filters": filters or Filters(holder=""),
        "queues": queues_of(counted, reader, filters),
        "screens": may(reader.user, "screens.manage"),
        "figures": may(reader.user, "indicators.deliveries.read"),
        "counted": counted,
    }


def queues_of(counted: Tally, reader: Reader, filters: Filters | None) -> list[dict[str, Any]]:
    """Return the side bar's queues; the one being read is current."""
    counts = {"me": counted.count(whose="me"), "none": counted.count(whose="none"), "all": counted.count()}
    return [
        {
            "key": queue.key,
            "title": gettext(queue.title),
            "icon": queue.icon,
            "href": f"{reverse('tickets:list')}?holder={queue.key}",
            "count": counts[queue.key],
            "current": filters is not None and filters.holder == queue.key and not filters.narrowed,
        }
        for queue in QUEUES
        if queue.key != "me" or reader.person
    ]

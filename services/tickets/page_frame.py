"""What stands around every page of the workspace: who reads, for which office, and the queues with their counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.directory.access import may, roles_of
from services.directory.readers import Reader
from services.tickets import workflow
from services.tickets.models import SavedView, Ticket
from services.tickets.page_filters import Filters
from services.tickets.queue.counts import counted
from services.tickets.queue.saved import filters_of, views_of
from services.tickets.selectors import visible

HANDLERS: Final = frozenset({"officer", "head"})
"""Who has a queue of their own; the centre's people begin with all tickets."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of the side bar: its key, and the filters it stands for."""

    key: str
    icon: str
    title: str
    filters: Filters


QUEUES: Final = (
    Queue("me", icon="inbox", title=_("My queue"), filters=Filters(holder="me")),
    Queue("none", icon="hand", title=_("Nobody has taken"), filters=Filters(holder="none")),
    Queue("all", icon="layers", title=_("All tickets"), filters=Filters(holder="all")),
    Queue("watched", icon="eye", title=_("I watch"), filters=Filters(holder="all", watched="1")),
)


def default_holder(reader: Reader) -> str:
    """Return whose tickets the list begins with."""
    return "me" if reader.person and roles_of(reader.user) & HANDLERS else "all"


def frame(
    reader: Reader,
    filters: Filters | None,
    now: datetime,
    views: Sequence[SavedView] | None = None,
    counts: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Return the template context of the frame; one statement counts every queue and every saved view.

    A page that has the reader's views already, or counted along what ``wanted`` names, hands them over.
    """
    if views is None:
        views = views_of(reader.user)
    if counts is None:
        rows = visible(reader.user).filter(state__in=workflow.OPEN)
        counts = counted(rows, wanted(reader, views, now))
    return {
        "now": now,
        "me": reader,
        "place": reader.place,
        "filters": filters or Filters(holder=""),
        "queues": _queues(counts, reader, filters),
        "views": [_view(view, counts, filters) for view in views],
        "screens": may(reader.user, "screens.manage"),
        "figures": may(reader.user, "indicators.deliveries.read"),
        "statistics": may(reader.user, "tickets.statistics"),
        "decides": may(reader.user, "tickets.approve"),
    }


def wanted(reader: Reader, views: Sequence[SavedView], now: datetime) -> dict[str, Q]:
    """Return what the frame counts among the open tickets in reach: a condition for each queue and saved view."""
    watched = Ticket.watchers.through.objects.filter(user=reader.user.pk).values("ticket")
    found = {
        "me": Q(assignee=reader.person) if reader.person else Q(pk=0),
        "none": Q(assignee__isnull=True),
        "all": Q(),
        "watched": Q(pk__in=watched),
    }
    for view in views:
        kept = filters_of(view)
        if kept.is_open and not kept.q and not kept.watched:  # the rest is counted when it is opened
            found[f"view{view.pk}"] = reduce(and_, kept.conditions(reader.person, now).values())
    return found


def _queues(counts: Mapping[str, int], reader: Reader, filters: Filters | None) -> list[dict[str, Any]]:
    """Return the side bar's queues; the one being read is current."""
    plain = filters.but(view="list", cols="") if filters else None
    return [
        {
            "key": queue.key,
            "title": gettext(queue.title),
            "icon": queue.icon,
            "href": f"{reverse('tickets:list')}{queue.filters.here}",
            "count": counts[queue.key],
            "current": plain == queue.filters,
        }
        for queue in QUEUES
        if (queue.key != "me" or reader.person) and (queue.key != "watched" or counts["watched"])
    ]


def _view(view: SavedView, counts: Mapping[str, int], filters: Filters | None) -> dict[str, Any]:
    return {
        "id": str(view.public_id),
        "title": view.name,
        "href": f"{reverse('tickets:list')}?saved={view.public_id}",
        "count": counts.get(f"view{view.pk}"),
        "is_default": view.is_default,
        "current": filters is not None and filters.but(page=1) == filters_of(view),
    }

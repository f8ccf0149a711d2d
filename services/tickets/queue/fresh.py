"""What changed since the list was drawn: its rows as they are now, and how many would be new. Nothing is pushed.

Asked when the wall's frames say that a ticket changed, and once a minute, when the words of countdowns change.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from services.directory.access import access, user_of
from services.directory.models import Person, User
from services.directory.readers import reader_of
from services.kernel import clock
from services.tickets import selectors
from services.tickets.models import TicketEntry
from services.tickets.page_filters import Filters, filters_from
from services.tickets.page_frame import default_holder
from services.tickets.page_rows import PAGE_SIZE, row_of, with_steps
from services.worktime.selectors import current_calendar

ARRIVES: Final = ("open", "accept", "assign", "transfer", "reopen", "return", "reject")
"""Verbs that bring a ticket into somebody's queue."""
_BEHIND: Final = 500
"""Entries before the last one seen that are looked at again: a slow transaction may commit under an earlier number."""
_GRACE: Final = timedelta(seconds=20)
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page in the browser shows: until which entry and instant, and which tickets."""

    after: int
    at: datetime | None
    shown: tuple[UUID, ...]


@access("tickets.read")
@require_safe
def fresh(request: HttpRequest) -> HttpResponse:
    """Return the shown rows as they are now, and the button that brings the new ones; as a fragment."""
    user = user_of(request)
    now = clock.now(settings.IOC_REALM)
    reader = reader_of(user, now)
    filters = filters_from(request.GET, holder=default_holder(reader))
    seen = _seen(request)
    calendar = current_calendar()
    rows = with_steps(selectors.visible(user).filter(public_id__in=seen.shown))
    return render(
        request,
        "tickets/_fresh.html",
        {
            "now": now,
            "rows": [row_of(ticket, now, calendar, user) for ticket in rows],
            "new": arrived(user, filters, reader.person, seen, now),
            "here": filters.but(page=1).here,
        },
    )


def arrived(user: User, filters: Filters, me: Person | None, seen: Seen, now: datetime) -> int:
    """Return how many tickets came into this list since it was drawn, at most 100; one statement."""
    if not seen.after or seen.at is None or filters.page > 1:
        return 0
    entries = TicketEntry.objects.filter(
        pk__gt=seen.after - _BEHIND, at__gte=seen.at - _GRACE, at__lte=now, verb__in=ARRIVES
    )
    came = selectors.visible(user).filter(pk__in=entries.values("ticket")).exclude(public_id__in=seen.shown)
    found: list[int] = list(filters.narrow(came, me, now).order_by().values_list("pk", flat=True)[:_MOST])
    return len(set(found))


def _seen(request: HttpRequest) -> Seen:
    after = request.GET.get("after", "")
    shown = []
    for text in request.GET.get("shown", "").split(",")[: 2 * PAGE_SIZE + _MOST]:
        try:
            shown.append(UUID(text))
        except ValueError:
            continue
    return Seen(
        int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else 0, _instant(request), tuple(shown)
    )


def _instant(request: HttpRequest) -> datetime | None:
    try:
        found = parse_datetime(request.GET.get("at", ""))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None

"""Reading security events."""

from collections.abc import Sequence

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from monitors.cybersecurity.models import Event
from services.contract import Fact
from services.directory.access import Reader, scope_of
from services.directory.models import Department
from services.kernel.clock import LOCAL

FACTS_OF = 10
"""Signatures behind one ticket that are named."""


def visible_events(user: Reader) -> QuerySet[Event]:
    """Return the events of the realm on show that the reader's roles reach.

    A department's staff reach what its own systems brought; nothing here belongs to a commune or a citizen.
    """
    scope = scope_of(user, "records.read")
    if scope is None:
        return Event.objects.none()
    events = Event.objects.filter(realm=settings.IOC_REALM)
    if scope.everything:
        return events
    return events.filter(department__in=Department.objects.filter(pk__in=sorted(scope.departments)).values("slug"))


def facts(ids: Sequence[int]) -> list[Fact]:
    """Return what the sensors saw, newest first: each signature once, with who spoke to whom."""
    told: dict[str, Fact] = {}
    for event in Event.objects.filter(pk__in=list(ids)).order_by("-occurred_at", "-pk"):
        seen = event.signature or event.event_type
        way = f"{event.src_ip}:{event.src_port} → {event.dest_ip}:{event.dest_port}"
        at = f"{event.occurred_at.astimezone(LOCAL):%H:%M:%S %d/%m/%Y}"
        told.setdefault(seen, Fact(gettext_noop("Seen by a sensor"), f"{seen} · {way} · {at}"))
    return list(told.values())[:FACTS_OF]

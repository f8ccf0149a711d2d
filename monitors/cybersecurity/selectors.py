"""Reading security events."""

from django.conf import settings
from django.db.models import QuerySet

from monitors.cybersecurity.models import Event
from services.directory.access import Reader, scope_of
from services.directory.models import Department


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

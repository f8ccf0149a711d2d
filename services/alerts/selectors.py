"""Reads of alerts, scoped by the reader."""

from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404

from services.alerts.models import Alert
from services.directory.access import limit
from services.directory.models import User

SHOWN_WITH = (
    "unit",
    "department",
    "acknowledged_by__person",
    "resolved_by__person",
    "shelved_by__person",
    "previous",
    "merged_into",
)


def visible(user: User, realm: str | None = None) -> QuerySet[Alert]:
    """Return the alerts of a realm (default: the deployment's) that ``user`` may see, with what a row shows."""
    rows = Alert.objects.filter(realm=realm or settings.IOC_REALM)
    return limit(rows, user, "alerts.read").select_related(*SHOWN_WITH)


def alert(user: User, public_id: UUID | str) -> Alert:
    """Return one alert of any realm; Http404 when it is not there or out of scope."""
    rows = limit(Alert.objects.filter(public_id=public_id), user, "alerts.read")
    found = rows.select_related(*SHOWN_WITH).first()
    if found is None:
        raise Http404
    return found

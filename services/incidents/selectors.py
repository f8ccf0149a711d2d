"""Reads of incidents: whoever may see one of the alerts may see the incident, and of its members those in reach."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404

from services.alerts.models import Alert
from services.alerts.tiles import SHOWN_ON_TILE
from services.directory.access import limit, scope_of
from services.directory.models import User
from services.incidents.models import MERGED, Incident, Member


def visible(user: User, realm: str | None = None) -> QuerySet[Incident]:
    """Return the incidents of a realm (default: the deployment's) within the reader's reach; merged ones left out."""
    return _limited(Incident.objects.filter(realm=realm or settings.IOC_REALM).exclude(state=MERGED), user)


def incident(user: User, public_id: UUID | str) -> Incident:
    """Return one incident of any realm, for a merged one that which is left; Http404 out of reach."""
    found = Incident.objects.filter(public_id=public_id).select_related("merged_into").first()
    while found is not None and found.merged_into is not None:
        found = found.merged_into
    if found is None or not _limited(Incident.objects.filter(pk=found.pk), user).exists():
        raise Http404
    return found


def members(user: User, incidents: Sequence[Incident]) -> dict[int, list[Alert]]:
    """Return the alerts of each incident within reach, the worst first: 1 statement."""
    rows = Member.objects.filter(incident__in=[one.pk for one in incidents], taken_out_at=None)
    reach = limit(rows, user, "alerts.read", unit="alert__unit", department="alert__department")
    found: dict[int, list[Alert]] = defaultdict(list)
    related = [f"alert__{name}" for name in SHOWN_ON_TILE]
    for row in reach.select_related("alert", *related).order_by("-alert__severity", "alert__opened_at", "pk"):
        found[row.incident_id].append(row.alert)
    return found


def of_alert(alert: Alert) -> Incident | None:
    """Return the incident that an alert is in, for whoever sees the alert: 1 statement."""
    row = Member.objects.filter(alert=alert, taken_out_at=None).select_related("incident").first()
    return row.incident if row else None


def _limited(rows: QuerySet[Incident], user: User) -> QuerySet[Incident]:
    scope = scope_of(user, "incidents.read")
    if scope is not None and scope.everything:
        return rows
    mine = limit(Member.objects.filter(taken_out_at=None), user, "incidents.read",
                 unit="alert__unit", department="alert__department")  # fmt: skip
    return rows.filter(pk__in=mine.values("incident"))

"""What belongs to an alert: the alerts that rest on the same records, those beside it in the same units, tickets."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from services.alerts import selectors as alerts
from services.alerts import workflow
from services.alerts.models import Alert
from services.directory.models import User
from services.tickets import selectors as tickets
from services.tickets.models import Ticket

MOST = 500
"""Alerts that one incident holds at most."""


@dataclass(frozen=True, slots=True)
class Kin:
    """The alert's own units, worst first known, and the ids of the open alerts that hang together with it."""

    units: tuple[str, ...]
    ids: tuple[int, ...]


def kin_of(user: User, alert: Alert) -> Kin:
    """Return what hangs together with an alert, as far as the reader may see it: 2 statements.

    An alert of the same rule that rests on a record of this one is about the same thing elsewhere (a river and the
    communes below it). Whatever else the monitor has open in those units is part of the incident.
    """
    same = Q(rule=alert.rule, evidence__overlap=alert.evidence) if alert.is_open and alert.evidence else Q(pk=alert.pk)
    found = _open(user, alert).filter(same | Q(pk=alert.pk)).values_list("pk", "unit__code", "unit_id")[:MOST]
    rows = [(alert.pk, alert.unit.code if alert.unit else None, alert.unit_id), *found]
    units = dict.fromkeys(code for _pk, code, _unit in rows if code)
    beside = _beside(user, alert, {unit for _pk, _code, unit in rows if unit})
    return Kin(tuple(units), tuple(dict.fromkeys([*(pk for pk, _code, _unit in rows), *beside])))


def _open(user: User, alert: Alert) -> QuerySet[Alert]:
    rows = alerts.visible(user, alert.realm).filter(monitor=alert.monitor, state__in=workflow.OPEN)
    return rows.select_related(None).order_by("-severity", "pk")


def _beside(user: User, alert: Alert, units: Collection[int]) -> list[int]:
    return list(_open(user, alert).filter(unit_id__in=units).values_list("pk", flat=True)[:MOST])


def tickets_of(user: User, alert: Alert, kin: Kin) -> list[Ticket]:
    """Return the incident's tickets within reach, those open and next due first: 1 statement."""
    rows = tickets.visible(user, alert.realm).filter(alert__in=kin.ids).order_by("due_at", "pk")
    return sorted(rows[:MOST], key=lambda ticket: not ticket.is_open)

"""What belongs to an alert: the alerts that rest on the same records, those beside it in the same units, tickets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from services.alerts import selectors as alerts
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


def kin_of(user: User, alert: Alert, now: datetime) -> Kin:
    """Return what hung together with an alert at ``now``, as far as the reader may see it: 2 statements.

    An alert of the same rule that rests on a record of this one is about the same thing elsewhere (a river and the
    communes below it). Whatever else the monitor has open in those units is part of the incident.
    """
    open_then = alert.ended_at is None or alert.ended_at > now
    same = Q(rule=alert.rule, evidence__overlap=alert.evidence) if open_then and alert.evidence else Q(pk=alert.pk)
    found = _open(user, alert, now).filter(same | Q(pk=alert.pk)).values_list("pk", "unit__code", "unit_id")[:MOST]
    rows = [(alert.pk, alert.unit.code if alert.unit else None, alert.unit_id), *found]
    units = dict.fromkeys(code for _pk, code, _unit in rows if code)
    beside = _beside(user, alert, {unit for _pk, _code, unit in rows if unit}, now)
    return Kin(tuple(units), tuple(dict.fromkeys([*(pk for pk, _code, _unit in rows), *beside])))


def _open(user: User, alert: Alert, now: datetime) -> QuerySet[Alert]:
    not_ended = Q(ended_at__isnull=True) | Q(ended_at__gt=now)
    rows = alerts.visible(user, alert.realm).filter(not_ended, monitor=alert.monitor, opened_at__lte=now)
    return rows.select_related(None).order_by("-severity", "pk")


def _beside(user: User, alert: Alert, units: Collection[int], now: datetime) -> list[int]:
    return list(_open(user, alert, now).filter(unit_id__in=units).values_list("pk", flat=True)[:MOST])


def was_open(ticket: Ticket, now: datetime) -> bool:
    """Tell whether a ticket had not ended at ``now``."""
    return ticket.closed_at is None or ticket.closed_at > now


def tickets_of(user: User, alert: Alert, kin: Kin, now: datetime) -> list[Ticket]:
    """Return the incident's tickets of ``now`` within reach, those open and next due first: 1 statement."""
    there = tickets.visible(user, alert.realm).filter(alert__in=kin.ids, opened_at__lte=now)
    return sorted(there.order_by("due_at", "pk")[:MOST], key=lambda ticket: not was_open(ticket, now))

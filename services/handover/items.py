"""The open items of a hand-over: what is open now for whoever hands over, as rows that are kept with the entry."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from services.alerts import selectors as alerts
from services.alerts import workflow as alert_states
from services.alerts.models import Alert
from services.contract import rank_of
from services.directory.models import Department, User
from services.handover.models import Handover, Item
from services.tickets import selectors as tickets
from services.tickets import workflow as ticket_states
from services.tickets.models import Ticket

MOST: Final = 200
"""Items kept of each kind; the entry says how many there were."""
SILENT_RULE: Final = "intake.source_silent"
"""The rule by which a source's silence is an alert."""


def current(handover: Handover, now: datetime) -> list[Item]:
    """Return what is open now, not saved, and set the entry's ``totals``: 5 kinds, at most two statements each.

    It is what the outgoing person's account may see; without an account, what belongs to the roster's department.
    """
    open_alerts = _alerts(handover).filter(state__in=alert_states.OPEN, historical=False)
    running = _tickets(handover).filter(state__in=ticket_states.RUNNING)
    unshelved = open_alerts.filter(shelved_until=None)
    rest = unshelved.exclude(rule=SILENT_RULE)
    kinds: dict[str, tuple[QuerySet[Alert] | QuerySet[Ticket], Callable[..., Item]]] = {
        Item.Kind.ALERT: (rest.filter(severity__gte=rank_of("high")).order_by("-severity", "opened_at"), _alert),
        Item.Kind.SHELVED: (open_alerts.exclude(shelved_until=None).order_by("shelved_until"), _shelved),
        Item.Kind.OVERDUE: (
            running.filter(due_at__lt=now).exclude(state=ticket_states.WAITING).order_by("due_at"),
            _overdue,
        ),
        Item.Kind.WAITING: (running.filter(state=ticket_states.WAITING).order_by("waiting_until"), _waiting),
        Item.Kind.SILENT: (unshelved.filter(rule=SILENT_RULE).order_by("opened_at"), _silent),
    }
    found: list[Item] = []
    handover.totals = {}
    for kind, (rows, item_of) in kinds.items():
        kept = [item_of(row) for row in rows[: MOST + 1]]
        handover.totals[str(kind)] = len(kept) if len(kept) <= MOST else rows.count()
        found += kept[:MOST]
    for item in found:
        item.handover = handover
    return found


def _alerts(handover: Handover) -> QuerySet[Alert]:
    user, department = _whose(handover)
    if user is not None:
        return alerts.visible(user, handover.realm)
    return Alert.objects.filter(realm=handover.realm, department=department)


def _tickets(handover: Handover) -> QuerySet[Ticket]:
    user, department = _whose(handover)
    if user is not None:
        return tickets.visible(user, handover.realm)
    return Ticket.objects.filter(realm=handover.realm, department=department)


def _whose(handover: Handover) -> tuple[User | None, Department | None]:
    return handover.outgoing.user, handover.roster.department


def _alert(alert: Alert) -> Item:
    return Item(kind=Item.Kind.ALERT, ref=str(alert.public_id), severity=alert.severity, title=alert.title,
                at=alert.opened_at)  # fmt: skip


def _shelved(alert: Alert) -> Item:
    return Item(kind=Item.Kind.SHELVED, ref=str(alert.public_id), severity=alert.severity, title=alert.title,
                at=alert.shelved_until)  # fmt: skip


def _silent(alert: Alert) -> Item:
    return Item(kind=Item.Kind.SILENT, ref=str(alert.public_id), severity=alert.severity, title=alert.title,
                at=alert.opened_at)  # fmt: skip


def _overdue(ticket: Ticket) -> Item:
    return Item(kind=Item.Kind.OVERDUE, ref=str(ticket.public_id), code=ticket.code, severity=ticket.severity,
                title=ticket.title, at=ticket.due_at)  # fmt: skip


def _waiting(ticket: Ticket) -> Item:
    return Item(kind=Item.Kind.WAITING, ref=str(ticket.public_id), code=ticket.code, severity=ticket.severity,
                title=ticket.title, at=ticket.waiting_until)  # fmt: skip

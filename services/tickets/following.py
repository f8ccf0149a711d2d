"""What alerts say becomes tickets: the rows they left are claimed in order, one savepoint each, retried on failure."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from services.alerts.models import Alert, AlertChange
from services.alerts.suppression import by_design
from services.alerts.workflow import ACTIVE
from services.kernel import clock
from services.kernel.claim import claim_due
from services.tickets import engine, workflow
from services.tickets.announce import announce
from services.tickets.flow import extensions
from services.tickets.flow.models import TicketLink
from services.tickets.flow.relatives import carry_on
from services.tickets.ladder import acknowledging
from services.tickets.models import Policy, Ticket
from services.tickets.opening import open_ticket, restart
from services.tickets.policies import current, matching, snapshot

log = logging.getLogger(__name__)
CAME_BACK = frozenset({AlertChange.REOPENED, AlertChange.LATCHED, AlertChange.RELEASED})
"""What brings an alert back before people after it was gone or hidden."""


def follow_alerts(limit: int = 5) -> int:
    """Work on up to ``limit`` waiting changes; return how many were claimed.

    Of one alert only the oldest waiting change is taken, so that its story is read in order whatever worker reads it.
    """
    earlier = AlertChange.objects.filter(alert=OuterRef("alert"), done_at__isnull=True, pk__lt=OuterRef("pk"))
    with transaction.atomic():
        waiting = AlertChange.objects.filter(~Exists(earlier), done_at__isnull=True)
        changes = claim_due(waiting, limit=limit)
        policies = current() if changes else []
        for change in changes:
            _work(change, policies)
    return len(changes)


def _work(change: AlertChange, policies: list[Policy]) -> None:
    now = clock.now(change.realm)
    try:
        with transaction.atomic():
            _apply(change, policies, now)
        change.done_at, change.error = now, ""
    except Exception as error:
        change.attempts += 1
        change.error = f"{type(error).__name__}: {error}"[:1000]
        change.due_at = now + timedelta(seconds=min(2**change.attempts, 600))
        log.exception("change %s of alert %s failed", change.kind, change.alert_id)
    change.save()


def _apply(change: AlertChange, policies: list[Policy], now: datetime) -> None:
    ticket = (
        Ticket.objects.select_for_update(of=("self",))
        .filter(alert_id=change.alert_id, parent__isnull=True)
        .order_by("-pk")
        .first()
    )
    alert = Alert.objects.select_related("unit", "department").get(pk=change.alert_id)
    handler = _HANDLERS.get(change.kind)
    if handler is not None:
        handler(change, alert, ticket, policies, now)


def _raised(change: AlertChange, alert: Alert, ticket: Ticket | None, policies: list[Policy], now: datetime) -> None:
    """Raised, reopened or worse: open a ticket where policy asks for one, wake an ended one, raise a running one."""
    policy = matching(alert, policies)
    if ticket is not None and ticket.is_open:
        _worsen(change, alert, ticket, policy, now)
    elif ticket is not None and ticket.merged_into is not None and ticket.merged_into.is_open:
        return  # a duplicate: the ticket it was merged into carries on
    elif by_design(alert.suppressed_by):
        return  # announced work or a greater alert explains it; when that ends and it still holds, it is released
    elif ticket is not None and ticket.state == workflow.CLOSED and change.kind in CAME_BACK:
        before = ticket.state
        ticket.state = workflow.IN_PROGRESS if ticket.accepted_at else workflow.NEW
        ticket.severity, ticket.title = alert.severity, alert.title
        ticket.version += 1
        restart(ticket, now)
        announce(ticket, "reopen", now=now, before=before, acting_user=None, detail={"because": "alert"})
    elif policy is not None:
        open_ticket(alert=alert, policy=policy, now=now)


def _worsen(change: AlertChange, alert: Alert, ticket: Ticket, policy: Policy | None, now: datetime) -> None:
    if ticket.condition_gone_at is not None and alert.state == ACTIVE and change.kind in CAME_BACK:
        ticket.condition_gone_at = None  # it is back: nobody is to confirm that it has gone
        ticket.save(update_fields=["condition_gone_at"])
    came_back = alert.state == ACTIVE and change.kind in CAME_BACK
    worse = alert.severity > ticket.severity
    if ticket.state == workflow.RESOLVED and (came_back or worse):
        _back_to_work(alert, ticket, policy if worse else None, now)
        return
    if not worse:
        return
    before, state = ticket.severity_name, ticket.state
    ticket.severity, ticket.title = alert.severity, alert.title
    if policy is not None and policy.slug != ticket.policy.get("slug"):
        if state == workflow.WAITING:
            ticket.state = workflow.IN_PROGRESS  # the stricter clock runs from now on: nobody is waited for
        engine.void(ticket)
        _under(policy, alert, ticket)
        restart(ticket, now)
    else:
        ticket.save(update_fields=["severity", "title"])
    detail = {"from": before, "to": ticket.severity_name}
    announce(ticket, "severity", now=now, before=state, acting_user=None, detail=detail)


def _back_to_work(alert: Alert, ticket: Ticket, policy: Policy | None, now: datetime) -> None:
    """What was reported done is not: it came back, or got worse; ``policy`` is the one that counts from now on."""
    ticket.state = workflow.IN_PROGRESS
    ticket.version += 1
    ticket.severity, ticket.title = max(alert.severity, ticket.severity), alert.title
    if policy is not None:
        _under(policy, alert, ticket)
    restart(ticket, now)
    announce(ticket, "reopen", now=now, before=workflow.RESOLVED, acting_user=None, detail={"because": "alert"})


def _under(policy: Policy, alert: Alert, ticket: Ticket) -> None:
    ticket.policy = snapshot(policy) | ({"deadline": alert.deadline} if alert.deadline else {})


def _acknowledged(
    change: AlertChange, alert: Alert, ticket: Ticket | None, policies: list[Policy], now: datetime
) -> None:
    del alert, policies
    if ticket is None or not ticket.is_open or ticket.acknowledged_at:
        return
    if acknowledging.enough(ticket, change.actor):
        ticket.acknowledged_at = now
        engine.carry_on(ticket)
        ticket.save()
    announce(ticket, "acknowledge", now=now, before=ticket.state, acting_user=change.actor, detail={"on": "alert"})


def _gone(change: AlertChange, alert: Alert, ticket: Ticket | None, policies: list[Policy], now: datetime) -> None:
    """The condition cleared, or a person resolved the alert: close by policy, else ask somebody to confirm."""
    del policies
    if ticket is None or not ticket.is_open or change.at < ticket.clock_from:
        return  # ended already, or reopened since: old news
    ended_by_person = change.kind == AlertChange.RESOLVED
    if ended_by_person and ticket.state == workflow.RESOLVED:
        return  # the ticket itself resolved the alert: whoever answers for the result approves it
    if ticket.policy.get("auto_close") or ended_by_person:
        before, ticket.state = ticket.state, workflow.CLOSED
        ticket.outcome = ticket.outcome or "fixed"
        ticket.resolved_at, ticket.closed_at = ticket.resolved_at or now, now
        ticket.version += 1
        _ended(ticket, now)
        ticket.save()
        announce(ticket, "close", now=now, before=before, acting_user=change.actor, note=change.note)
        return
    if alert.is_open:
        return  # raised again before this news was read
    ticket.condition_gone_at = now
    ticket.save(update_fields=["condition_gone_at"])
    announce(ticket, "condition_gone", now=now, before=ticket.state, acting_user=None)


def _merged(change: AlertChange, alert: Alert, ticket: Ticket | None, policies: list[Policy], now: datetime) -> None:
    del policies
    if ticket is None or not ticket.is_open:
        return
    rows = Ticket.objects.select_for_update(of=("self",)).filter(alert=alert.merged_into, state__in=workflow.OPEN)
    into = rows.filter(parent__isnull=True).first()
    if into is None:
        _lives_alone(change, alert, ticket, now)
        return
    before, ticket.state = ticket.state, workflow.MERGED
    ticket.version += 1
    ticket.closed_at = now
    _ended(ticket, now)
    carry_on(ticket, into, now, acting_user=change.actor, note=change.note)
    ticket.save()
    announce(ticket, "merge", now=now, before=before, acting_user=change.actor, note=change.note)


def _lives_alone(change: AlertChange, alert: Alert, ticket: Ticket, now: datetime) -> None:
    """The alert that carries on has no open ticket, so nobody would carry on for this one: it stays, linked to it."""
    end = {"kind": TicketLink.DUPLICATE_OF, "alert": alert.merged_into}
    TicketLink.objects.get_or_create(ticket=ticket, **end, defaults={"at": now, "by": change.actor})
    named = f"alert:{alert.merged_into.public_id}" if alert.merged_into else ""
    detail = {"kind": TicketLink.DUPLICATE_OF, "to": named, "version": ticket.version}
    announce(ticket, "link", now=now, before=ticket.state, acting_user=change.actor, note=change.note, detail=detail)


def _ended(ticket: Ticket, now: datetime) -> None:
    """Stop what still runs of a ticket that ends."""
    engine.void(ticket)
    extensions.lapse(ticket, now)
    ticket.generation += 1
    ticket.waiting_until, ticket.waiting_for = None, ""


_Handler = Callable[[AlertChange, Alert, Ticket | None, list[Policy], datetime], None]
_HANDLERS: dict[str, _Handler] = {
    AlertChange.RAISED: _raised,
    AlertChange.SEVERITY: _raised,
    AlertChange.REOPENED: _raised,
    AlertChange.LATCHED: _raised,
    AlertChange.RELEASED: _raised,
    AlertChange.ACKNOWLEDGED: _acknowledged,
    AlertChange.CLEARED: _gone,
    AlertChange.RESOLVED: _gone,
    AlertChange.MERGED: _merged,
}
"""Shelving and suppressing by hand change what operators see, not who must act: tickets do not ask."""

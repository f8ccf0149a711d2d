"""Telling a monitor what became of its finding: in a savepoint, retried, never undoing the ticket's own change."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from services import registry
from services.alerts.models import Alert
from services.contract import Change
from services.kernel import clock
from services.kernel.claim import claim_due
from services.tickets.models import FollowUp, Ticket

log = logging.getLogger(__name__)
LONGEST_WAIT = 3600
"""Seconds between two tries at most. Nobody gives up: a public status would stay wrong, and nobody would know."""


def tell(ticket: Ticket, *, now: datetime, note: str = "") -> None:
    """Tell the ticket's monitor at once, with what was said to the public; a failure is kept and tried again later.

    Whoever reported a duplicate hears of the ticket that carries on for it.
    """
    carrier = ticket.merged_into or ticket
    owners = [] if ticket.merged_into else [ticket]
    if _follower(carrier.monitor) or _follower(ticket.monitor):
        owners += Ticket.objects.filter(merged_into=carrier).select_related("alert").order_by("pk")
    for owner in owners:
        _tell(owner, carrier, now, note)


def _tell(owner: Ticket, carrier: Ticket, now: datetime, note: str) -> None:
    if owner.alert is None or _follower(owner.monitor) is None:
        return
    change = {**_packed(owner.alert, carrier, now), "note": note}
    row = FollowUp.objects.create(realm=owner.realm, monitor=owner.monitor, ticket=owner, change=change, due_at=now)
    _try(row, now)


def _follower(monitor: str) -> Callable[[Change], None] | None:
    """Return who follows; a monitor that is no longer installed follows nothing."""
    try:
        return registry.monitor(monitor).follow
    except registry.UnknownNameError:
        return None


def _packed(alert: Alert, ticket: Ticket, now: datetime) -> dict[str, Any]:
    return {
        "realm": ticket.realm,
        "rule": alert.rule,
        "fingerprint": alert.fingerprint,
        "evidence": list(alert.evidence),
        "ticket": str(ticket.public_id),
        "state": ticket.state,
        "outcome": ticket.outcome,
        "public_text": ticket.public_text,
        "unit": ticket.unit.code if ticket.unit else None,
        "department": ticket.department.slug if ticket.department else None,
        "due_at": ticket.due_at.isoformat(),
        "at": now.isoformat(),
    }


def _change(packed: dict[str, Any]) -> Change:
    instants = {name: datetime.fromisoformat(packed[name]) for name in ("due_at", "at")}
    return Change(**{**packed, **instants})


def _try(row: FollowUp, now: datetime) -> None:
    told = _follower(row.monitor)
    try:
        with transaction.atomic():
            if told is not None:
                told(_change(row.change))
        row.done_at, row.error = now, ""
    except Exception as error:
        row.attempts += 1
        row.error = f"{type(error).__name__}: {error}"[:1000]
        row.due_at = now + timedelta(seconds=min(2 ** min(row.attempts, 12), LONGEST_WAIT))
        log.exception("%s could not follow %s", row.monitor, row.ticket_id)
    row.save()


def failing() -> list[tuple[str, int]]:
    """Return monitor and number of what could not be told and is tried again; one statement."""
    rows = FollowUp.objects.filter(done_at__isnull=True, attempts__gt=0)
    return list(rows.values_list("monitor").annotate(n=Count("pk")).order_by("monitor"))


def retry(limit: int = 50) -> int:
    """Try again what failed; return how many were tried. Per ticket only the newest news is told: the rest is stale."""
    with transaction.atomic():
        rows = claim_due(FollowUp.objects.filter(done_at__isnull=True), limit=limit)
        newest = {row.ticket_id: row.pk for row in sorted(rows, key=lambda row: row.pk)}
        for row in rows:
            now = clock.now(row.realm)
            if newest[row.ticket_id] == row.pk:
                _try(row, now)
            else:
                row.done_at, row.error = now, row.error or "superseded"
                row.save()
    return len(rows)

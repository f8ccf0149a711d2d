"""Quarantine: an item is corrected and sent again, or set aside with a reason, and not kept for ever.

A refused item may hold what no monitor would store: a camera's picture, a patient's name. Its own words are emptied
after ``settings.IOC_QUARANTINE_DAYS`` (Law 91/2025/QH15: no longer than the purpose asks), whatever became of it; that
it came, when and why it was refused stays.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404

from services.audit.actions import record
from services.directory.models import User
from services.intake.models import Quarantined
from services.intake.receiving import Receipt, receive
from services.kernel import clock
from services.kernel.problems import IllegalVerbError

VERBS = ("correct", "discard")
EMPTIED_AT_ONCE = 1000


def _held(public_id: UUID | str, verb: str) -> Quarantined:
    row = Quarantined.objects.select_for_update().filter(public_id=public_id).first()
    if row is None:
        raise Http404
    if row.state != Quarantined.HELD:
        raise IllegalVerbError(verb, row.state, [])
    return row


@transaction.atomic
def correct(*, public_id: UUID | str, item: Mapping[str, Any], acting_user: User) -> Receipt:
    """Send a corrected form of a held item; the raw one is kept. Still wrong: it stays held, the receipt says why."""
    row = _held(public_id, "correct")
    receipt = receive(source=row.source, realm=row.realm, items=[item])
    if not receipt.rejected:
        row.state, row.settled_at = Quarantined.CORRECTED, clock.now(row.realm)
        row.save(update_fields=["state", "settled_at"])
    detail = {"source": row.source, "stored": not receipt.rejected}
    record(verb="quarantine.correct", target=row, realm=row.realm, acting_user=acting_user, detail=detail)
    return receipt


@transaction.atomic
def discard(*, public_id: UUID | str, acting_user: User) -> Quarantined:
    """Set a held item aside for good; it stays readable."""
    row = _held(public_id, "discard")
    row.state, row.settled_at = Quarantined.DISCARDED, clock.now(row.realm)
    row.save(update_fields=["state", "settled_at"])
    record(verb="quarantine.discard", target=row, realm=row.realm, acting_user=acting_user)
    return row


def empty_old() -> int:
    """Empty items that are too old, in every realm by its own clock; a held one is discarded. Return how many."""
    return sum(_empty_realm(realm, now) for realm, now in clock.realms().items())


def _empty_realm(realm: str, now: datetime) -> int:
    count = 0
    while emptied := _empty_some(realm, now):
        count += emptied
    return count


@transaction.atomic
def _empty_some(realm: str, now: datetime) -> int:
    """Empty a batch and audit how many they were; an item that somebody is just settling waits for the next time."""
    old = now - timedelta(days=settings.IOC_QUARANTINE_DAYS)
    # by the batch it first came with: sent again and again it would never grow old
    due = Quarantined.objects.filter(realm=realm, batch__received_at__lt=old).exclude(raw="").order_by("pk")
    locked = due.select_for_update(skip_locked=True, of=("self",))
    pks = list(locked.values_list("pk", flat=True)[:EMPTIED_AT_ONCE])
    if not pks:
        return 0
    rows = Quarantined.objects.filter(pk__in=pks)
    rows.filter(state=Quarantined.HELD).update(state=Quarantined.DISCARDED, settled_at=now)
    rows.update(raw="")
    detail = {"count": len(pks), "days": settings.IOC_QUARANTINE_DAYS}
    record(verb="quarantine.empty", target="quarantine", realm=realm, acting_user=None, detail=detail)
    return len(pks)

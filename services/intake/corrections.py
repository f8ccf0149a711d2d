"""Quarantine: an item is corrected and sent again, or set aside with a reason."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404

from services.audit.actions import record
from services.directory.models import User
from services.intake.models import Quarantined
from services.intake.receiving import Receipt, receive
from services.kernel import clock
from services.kernel.problems import IllegalVerbError

VERBS = ("correct", "discard")


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

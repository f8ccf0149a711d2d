"""Bodies too long to answer item by item: kept whole, stored slice by slice by a worker, progress to be asked for."""

import logging
from datetime import timedelta

from django.db import transaction

from services.intake import bodies
from services.intake.models import IntakeBatch
from services.intake.receiving import SLICE, store
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.nudge import nudge

log = logging.getLogger(__name__)
GIVE_UP_AFTER = 5


@transaction.atomic
def keep(*, source: str, realm: str, body: bytes, content_type: str, total: int, historical: bool) -> IntakeBatch:
    """Store a large body as it is and have a worker store its items."""
    now = clock.now(realm)
    batch = IntakeBatch.objects.create(
        realm=realm,
        source=source,
        historical=historical,
        received_at=now,
        state=IntakeBatch.RECEIVING,
        total=total,
        body=body,
        content_type=content_type,
        due_at=now,
    )
    nudge("services.intake.tasks.evaluate")
    return batch


def store_due() -> bool:
    """Store the next slices of the oldest waiting batch; return whether there was one.

    Each slice is its own transaction with the batch's position in it, so a worker that dies repeats nothing.
    """
    with transaction.atomic():
        waiting = IntakeBatch.objects.filter(state=IntakeBatch.RECEIVING)
        batch = next(iter(claim_due(waiting, limit=1)), None)
        if batch is None:
            return False
        _advance(batch)
    return True


def _advance(batch: IntakeBatch) -> None:
    now = clock.now(batch.realm)
    try:
        with transaction.atomic():
            items = bodies.read(bytes(batch.body or b""), batch.content_type)
            store(batch, items[batch.position : batch.position + 10 * SLICE], start=batch.position, now=now)
        if batch.position >= batch.total:
            batch.state, batch.body, batch.due_at = IntakeBatch.DONE, None, None
    except Exception as error:
        log.exception("batch %s stands at item %d", batch.public_id, batch.position)
        batch.refresh_from_db()
        batch.attempts += 1
        batch.error = f"{type(error).__name__}: {error}"[:1000]
        batch.due_at = now + timedelta(seconds=2**batch.attempts)
        if batch.attempts >= GIVE_UP_AFTER:
            batch.state = IntakeBatch.FAILED
    batch.save()

"""Bodies too long to answer item by item: kept whole, stored slice by slice by a worker, progress to be asked for."""

import logging
import secrets
import time
from datetime import datetime, timedelta

from django.db import transaction

from services.intake import bodies
from services.intake.decoding import RawItem
from services.intake.evaluation import alone
from services.intake.models import IntakeBatch
from services.intake.receiving import SLICE, store
from services.kernel import clock
from services.kernel.nudge import nudge

log = logging.getLogger(__name__)
GIVE_UP_AFTER = 5
STEP = 0.25
"""Seconds after which a step begins no further slice: whoever has just arrived waits for its end to be judged."""
SLICES = 10
"""Most slices of one step."""
_PROGRESS = (
    "state", "position", "accepted", "updated", "duplicate", "rejected", "rejections", "due_at", "attempts", "error",
)  # fmt: skip
"""What a step changes on its batch; the body is written once, and once more when it is let go of."""


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
    """Store the next slices of a waiting batch; return whether there was one, False when somebody else is at work.

    Each step is its own transaction with the batch's position in it, so a worker that dies repeats nothing. Of each
    source only the oldest batch is asked, and of those one is drawn, so that a source that sends without end holds up
    no other.
    """
    with transaction.atomic():
        if not alone():
            return False
        waiting = IntakeBatch.objects.filter(clock.due(), state=IntakeBatch.RECEIVING)
        oldest = waiting.order_by("realm", "source", "due_at", "pk").distinct("realm", "source").values_list("pk")
        drawn = secrets.choice([pk for (pk,) in oldest] or [0])
        batch = IntakeBatch.objects.select_for_update(skip_locked=True).filter(pk=drawn).first()
        if batch is None:
            return False
        _advance(batch)
    return True


def _advance(batch: IntakeBatch) -> None:
    now = clock.now(batch.realm)
    try:
        with transaction.atomic():
            began = time.monotonic()
            items = bodies.read(bytes(batch.body or b""), batch.content_type)
            _store_some(batch, items, now, seconds=max(STEP, 2 * (time.monotonic() - began)))
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
    batch.save(update_fields=_PROGRESS if batch.body else [*_PROGRESS, "body"])


def _store_some(batch: IntakeBatch, items: list[RawItem], now: datetime, *, seconds: float) -> None:
    """Store slices for so long, one at least; a body that takes long to read has more stored each time it is read."""
    until = time.monotonic() + seconds
    for _ in range(SLICES):
        store(batch, items[batch.position : batch.position + SLICE], start=batch.position, now=now)
        if batch.position >= batch.total or time.monotonic() >= until:
            return

"""``receive``: the one function by which anything enters. What it accepts is stored; what it refuses is kept too."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DataError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from services import registry
from services.contract import Batch, Item, Source, Stored
from services.intake.decoding import ItemError, RawItem, decode, digest_of
from services.intake.heartbeats import heard
from services.intake.models import IntakeBatch, IntakeChunk
from services.kernel import clock
from services.kernel.ids import new_public_id
from services.kernel.nudge import FIRST, nudge
from services.wall import actions as wall

log = logging.getLogger(__name__)
SLICE = 1000
"""Items of one chunk: what is stored, judged and marked together."""
REJECTIONS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an item was not stored. ``errors`` by field; "" is the item as a whole."""

    index: int
    errors: Mapping[str, str]


@dataclass(slots=True)
class Receipt:
    """What became of a batch; ``records`` maps an item's index to its record's id."""

    batch: str
    accepted: int = 0
    updated: int = 0
    duplicate: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    records: dict[int, int] = field(default_factory=dict)


def receive(
    *, source: str, realm: str, items: Sequence[Mapping[str, Any] | RawItem], historical: bool = False
) -> Receipt:
    """Store items of ``<monitor>/<source>`` in one transaction and leave them for evaluation.

    UnknownNameError when there is no such source. Bad items do not hold up good ones: they go to quarantine with their
    reasons, in the reader's language.
    """
    raws = [item if isinstance(item, RawItem) else RawItem(item) for item in items]
    with transaction.atomic(savepoint=False):
        now = clock.now(realm)
        batch = IntakeBatch.objects.create(
            realm=realm, source=source, historical=historical, received_at=now, total=len(raws)
        )
        receipt = store(batch, raws, start=0, now=now)
        batch.save()
    return receipt


def judge_again(*, source: str, realm: str, ids: Sequence[int]) -> None:
    """Have the rules judge stored records once more: a person changed what they mean. In the caller's transaction.

    UnknownNameError when there is no such source. The source is not heard by it: nobody sent anything.
    """
    monitor, spec = registry.source(source)
    now = clock.now(realm)
    IntakeChunk.objects.create(realm=realm, source=source, historical=False, ids=list(ids), created_at=now, due_at=now)
    wall.mark_panels(realm=realm, monitor=monitor.slug, sources=[spec.slug])
    nudge("services.intake.tasks.evaluate")


def store(batch: IntakeBatch, raws: Sequence[RawItem], *, start: int, now: datetime) -> Receipt:
    """Store a run of a batch's items and add the counts to it; the caller saves the batch in the same transaction."""
    monitor, spec = registry.source(batch.source)
    receipt = Receipt(str(batch.public_id))
    for offset in range(0, len(raws), SLICE):
        _store_slice(batch, spec, raws[offset : offset + SLICE], start + offset, now, receipt)
    heard(batch.realm, batch.source, now)
    batch.position = start + len(raws)
    batch.accepted += receipt.accepted
    batch.updated += receipt.updated
    batch.duplicate += receipt.duplicate
    batch.rejected += len(receipt.rejected)
    kept = [{"index": r.index, "errors": dict(r.errors)} for r in receipt.rejected]
    batch.rejections = [*batch.rejections, *kept][:REJECTIONS_KEPT]
    if receipt.accepted or receipt.updated:
        wall.mark_panels(realm=batch.realm, monitor=monitor.slug, sources=[spec.slug])
        nudge("services.intake.tasks.evaluate", place=FIRST)
    return receipt


def _store_slice(
    row: IntakeBatch, spec: Source, raws: Sequence[RawItem], start: int, now: datetime, receipt: Receipt
) -> None:
    items: list[Item] = []
    rejected: list[Rejection] = []
    for index, raw in enumerate(raws, start):
        try:
            items.append(decode(index, raw, spec, now=now))
        except ItemError as error:
            rejected.append(Rejection(index, error.errors))
    batch = Batch(realm=row.realm, source=row.source, now=now, historical=row.historical, items=items)
    fresh: list[int] = []
    for stored in _stored(spec, batch):
        if stored.record_id is not None:
            receipt.records[stored.index] = stored.record_id
        if stored.outcome == "rejected":
            rejected.append(Rejection(stored.index, stored.errors or {}))
            continue
        setattr(receipt, stored.outcome, getattr(receipt, stored.outcome) + 1)
        if stored.outcome != "duplicate" and stored.record_id is not None:
            fresh.append(stored.record_id)
    if fresh:
        IntakeChunk.objects.create(
            realm=row.realm, source=row.source, historical=row.historical, ids=fresh, created_at=now, due_at=now
        )
    rejected.sort(key=lambda one: one.index)
    quarantine(row, [(one, raws[one.index - start]) for one in rejected], now)
    receipt.rejected += rejected


def _stored(spec: Source, batch: Batch) -> Iterable[Stored]:
    """Let the monitor store a slice; where the database refuses it, find the item it refuses instead of losing all."""
    if not batch.items:
        return []
    try:
        with transaction.atomic():
            return spec.store(batch)
    except (DataError, ValueError):
        if len(batch.items) == 1:
            log.warning("%s: an item could not be stored", batch.source, exc_info=True)
            reason = _("has a value that cannot be stored (too long, or out of range)")
            return [Stored(batch.items[0].index, "rejected", errors={"": reason})]
    half = len(batch.items) // 2
    halves = (batch.items[:half], batch.items[half:])
    return [
        stored
        for part in halves
        for stored in _stored(spec, Batch(batch.realm, batch.source, batch.now, batch.historical, part))
    ]


_QUARANTINE = """
INSERT INTO intake_quarantined AS q (public_id, realm, source, batch_id, index, raw, digest, errors, state, count,
received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'held', 1, %s)
ON CONFLICT (realm, source, digest) WHERE state = 'held'
DO UPDATE SET count = q.count + 1, errors = EXCLUDED.errors, received_at = EXCLUDED.received_at
"""


def quarantine(batch: IntakeBatch, rejected: Sequence[tuple[Rejection, RawItem]], now: datetime) -> None:
    """Keep what was refused, in its raw form; the same item sent again is counted, not kept twice."""
    rows = []
    for rejection, raw in rejected:
        kept = raw.kept.replace("\\u0000", "\\ufffd")
        errors = Jsonb({name.replace("\x00", "\ufffd"): text for name, text in rejection.errors.items()})
        rows.append((digest_of(kept), rejection.index, kept, errors))
    with connection.cursor() as cursor:
        for digest, index, kept, errors in sorted(rows, key=lambda row: row[0]):
            values = [new_public_id(), batch.realm, batch.source, batch.pk, index, kept, digest, errors, now]
            cursor.execute(_QUARANTINE, values)

"""What every monitor's source records have in common, and the two ways they are stored without a second copy.

Events happen once: the same id again is a duplicate, the same id at another time a conflict. States are the newest
truth about a thing: newer content updates the current row, every version stays in an append-only history.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from django.db import connection, models
from django.utils.translation import gettext as _

from services.contract import Batch, Item, Stored
from services.kernel import bulk
from services.kernel.models import RealmField


class Record(models.Model):
    """A source record: who sent it, when it happened, whose it is. ``unit`` is a code, ``department`` a slug.

    Codes, not foreign keys: raw events are partitioned and outlive a unit's renaming; the directory resolves them by
    date.
    """

    realm = RealmField()
    source = models.CharField(max_length=80)
    external_id = models.CharField(max_length=200)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    historical = models.BooleanField(default=False)
    digest = models.BinaryField(max_length=32)
    raw = models.JSONField()
    unit = models.CharField(max_length=5, blank=True, default="")
    department = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class StateRecord(Record):
    """The current state of a thing; ``as_of`` and ``version`` say which of two messages is newer."""

    as_of = models.DateTimeField()
    version = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class StateHistory(models.Model):
    """One version a thing went through, as it was sent."""

    realm = RealmField()
    record_id = models.BigIntegerField()
    as_of = models.DateTimeField()
    version = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32)
    raw = models.JSONField()
    received_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.record_id} as of {self.as_of:%Y-%m-%d %H:%M}"


R = TypeVar("R", bound=Record)
S = TypeVar("S", bound=StateRecord)


def once_per_source(name: str, *, partition: str = "") -> models.UniqueConstraint:
    """Return the constraint that makes replays harmless; name the partition column where the table has one."""
    fields = ("realm", "source", "external_id", *filter(None, [partition]))
    return models.UniqueConstraint(name=name, fields=fields)


def insert_events(batch: Batch, prepared: Sequence[tuple[Item, R]]) -> list[Stored]:
    """Store event records in the caller's transaction; answer for each item: accepted, duplicate or rejected."""
    first: dict[str, tuple[Item, R]] = {}
    later: list[tuple[Item, R]] = []
    for item, record in prepared:
        _stamp(batch, item, record)
        if record.external_id in first:
            later.append((item, record))
        else:
            first[record.external_id] = (item, record)
    if not first:
        return []
    model = type(prepared[0][1])
    known = _existing(model, batch, first) if hasattr(model, "partition_by") else {}
    fresh = [record for key, (_item, record) in sorted(first.items()) if key not in known]
    inserted = _insert(fresh)
    missed = [key for key in first if key not in inserted and key not in known]
    known |= _existing(model, batch, missed)
    answers = []
    for key, (item, record) in first.items():
        if key in inserted:
            record.pk = inserted[key]
            answers.append(Stored(item.index, "accepted", record.pk))
        else:
            answers.append(_repeated(item, record, *known[key]))
    for item, record in later:
        original = first[record.external_id][1]
        record_id, occurred_at = known.get(record.external_id, (original.pk, original.occurred_at))
        answers.append(_repeated(item, record, record_id, occurred_at))
    return answers


def _repeated(item: Item, record: Record, record_id: int, occurred_at: Any) -> Stored:
    if record.occurred_at == occurred_at:
        return Stored(item.index, "duplicate", record_id)
    text = _("this id was already used for an event at {time}").format(time=occurred_at.isoformat())
    return Stored(item.index, "rejected", record_id, {"external_id": text})


def upsert_states(batch: Batch, prepared: Sequence[tuple[Item, S]], history: type[StateHistory]) -> list[Stored]:
    """Store state records in the caller's transaction: newer updates, equal is a duplicate, older only history."""
    answers: list[Stored] = []
    for wave in _waves(batch, prepared):
        model = type(wave[0][1])
        written = _upsert([record for _item, record in wave])
        current = _current(model, batch, [record.external_id for _item, record in wave])
        versions = []
        for item, record in wave:
            record.pk, digest = current[record.external_id]
            if record.external_id in written:
                outcome = "accepted" if written[record.external_id] else "updated"
                answers.append(Stored(item.index, outcome, record.pk))  # type: ignore[arg-type]
            elif digest == item.digest:
                answers.append(Stored(item.index, "duplicate", record.pk))
                continue
            else:
                answers.append(Stored(item.index, "duplicate", record.pk))  # late news: kept in the history below
            versions.append(_version(history, batch, record))
        bulk.insert(versions)
    return answers


def _version(history: type[StateHistory], batch: Batch, record: StateRecord) -> StateHistory:
    return history(
        realm=batch.realm,
        record_id=record.pk,
        as_of=record.as_of,
        version=record.version,
        digest=record.digest,
        raw=record.raw,
        received_at=batch.now,
    )


def _waves(batch: Batch, prepared: Sequence[tuple[Item, S]]) -> Iterable[list[tuple[Item, S]]]:
    """Split a batch so that each wave holds a thing once, older messages first, sorted by id (no deadlock)."""
    waves: list[list[tuple[Item, S]]] = []
    seen: dict[str, int] = {}
    for item, record in sorted(prepared, key=lambda pair: (pair[1].external_id, pair[1].as_of, pair[1].version)):
        _stamp(batch, item, record)
        turn = seen.get(record.external_id, 0)
        seen[record.external_id] = turn + 1
        if turn == len(waves):
            waves.append([])
        waves[turn].append((item, record))
    return waves


def _stamp(batch: Batch, item: Item, record: Record) -> None:
    record.realm, record.source = batch.realm, batch.source
    record.received_at, record.historical = batch.now, batch.historical
    record.digest, record.raw = item.digest, dict(item.raw)


def _existing(model: type[Record], batch: Batch, ids: Iterable[str]) -> dict[str, tuple[int, Any]]:
    return {key: (pk, at) for key, pk, at in _look_up(model, batch, list(ids), "occurred_at")}


def _current(model: type[StateRecord], batch: Batch, keys: list[str]) -> dict[str, tuple[int, bytes]]:
    return {key: (pk, bytes(digest)) for key, pk, digest in _look_up(model, batch, keys, "digest")}


def without(item: Item, *names: str) -> Item:
    """Return the item as its record keeps it: neither the raw form nor its digest knows these fields."""
    raw = {name: value for name, value in item.raw.items() if name not in names}
    return replace(item, raw=raw, digest=hashlib.sha256(msgspec.json.encode(raw, order="deterministic")).digest())


def _look_up(model: type[Record], batch: Batch, keys: list[str], column: str) -> list[tuple[str, int, Any]]:
    """Return (external id, id, column) of the records with these ids, which go as one parameter, not a thousand."""
    if not keys:
        return []
    statement = (
        f'SELECT external_id, id, "{column}" FROM "{model._meta.db_table}" '  # noqa: S608 - names from the model
        "WHERE realm = %s AND source = %s AND external_id = ANY(%s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [batch.realm, batch.source, keys])
        found: list[tuple[str, int, Any]] = cursor.fetchall()
    return found


_NEWER = """(realm, source, external_id) DO UPDATE SET {updates}
 WHERE (t.as_of, t.version) < (EXCLUDED.as_of, EXCLUDED.version) AND t.digest <> EXCLUDED.digest"""


def _insert(records: Sequence[R]) -> dict[str, int]:
    """Insert events and return {external_id: id} of what was written."""
    return dict(bulk.insert(records, returning="t.external_id, t.id"))


def _upsert(records: Sequence[S]) -> dict[str, bool]:
    """Insert states or update those that are older; return {external_id: whether it is new} of what was written."""
    keep = {"realm", "source", "external_id", "public_id"}
    fields = [f for f in type(records[0])._meta.local_concrete_fields if not f.primary_key and f.name not in keep]
    updates = ", ".join(f'"{f.column}" = EXCLUDED."{f.column}"' for f in fields)
    return dict(bulk.insert(records, conflict=_NEWER.format(updates=updates), returning="t.external_id, xmax = 0"))

"""The hash chain: made after commit by one chainer, so that no two deeds wait for each other."""

import hashlib
import json

from django.db import transaction

from services.audit.models import AuditEntry, ChainHead


def digest_of(entry: AuditEntry, previous: bytes) -> bytes:
    """Return sha256 over the previous digest and the entry's canonical JSON (UTC instant, sorted keys)."""
    content = [entry.realm, entry.at.isoformat(), entry.verb, entry.target, entry.actor_id, entry.detail]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + text.encode()).digest()


def chain(realm: str, *, limit: int = 1000) -> int:
    """Give the realm's committed, unchained entries their places; return how many."""
    with transaction.atomic():
        ChainHead.objects.get_or_create(realm=realm)
        head = ChainHead.objects.select_for_update().get(realm=realm)
        waiting = AuditEntry.objects.filter(realm=realm, position__isnull=True).order_by("id")
        entries = list(waiting.select_for_update(skip_locked=True)[:limit])
        for entry in entries:
            head.position += 1
            head.digest = entry.digest = digest_of(entry, bytes(head.digest))
            entry.position = head.position
        AuditEntry.objects.bulk_update(entries, ["position", "digest"], batch_size=200)
        head.save()
    return len(entries)


def broken_at(realm: str) -> int | None:
    """Recompute a realm's chain and return the first position that does not hold, None when all do."""
    previous, expected = b"", 0
    entries = AuditEntry.objects.filter(realm=realm, position__isnull=False)
    for entry in entries.order_by("position").iterator(chunk_size=1000):
        expected += 1
        if entry.position != expected or bytes(entry.digest or b"") != digest_of(entry, previous):
            return expected
        previous = bytes(entry.digest or b"")
    head = ChainHead.objects.filter(realm=realm).first()
    return None if head is None or (head.position, bytes(head.digest)) == (expected, previous) else expected + 1

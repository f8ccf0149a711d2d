"""What a phone sends may come twice (a lost answer, a queue sent by page and worker alike): it is done once."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from services.kernel import clock
from services.kernel.models import IdempotencyKey
from services.kernel.problems import ConflictError
from services.tickets.models import PhoneLink

MAX_LENGTH = 100


def digest_of(fields: dict[str, str], photo: "UploadedFile[bytes] | None") -> bytes:
    """Return what tells one deed from another; the form's own boundaries differ between two tries."""
    found = hashlib.sha256(repr(sorted(fields.items())).encode())
    if photo is not None:
        for chunk in photo.chunks():
            found.update(chunk)
        photo.seek(0)
    return found.digest()


def once(link: PhoneLink, key: str, digest: bytes, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Run ``act`` in one transaction with its key and return its answer; a repeated key returns the first answer.

    ConflictError when the key was used for something else. Without a key it simply runs.
    """
    with transaction.atomic():
        if not key:
            return act()
        who = {"owner": f"link:{link.pk}", "key": key[:MAX_LENGTH], "path": "/t/"}
        row = IdempotencyKey(**who, digest=digest, created_at=clock.now())
        IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
        kept = IdempotencyKey.objects.select_for_update().get(**who)
        if kept.status is not None:
            if bytes(kept.digest) != digest:
                message = "this key was already used for something else"
                raise ConflictError(message)
            return dict(kept.body or {})
        answer = act()
        kept.status, kept.body = 200, answer
        kept.save(update_fields=["status", "body"])
        return answer

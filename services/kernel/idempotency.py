"""``Idempotency-Key``: a POST repeated (a double tap, a retry after a lost answer) acts once and answers the same."""

import hashlib
import json
from typing import Any

from django.db import transaction
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from services.kernel import clock
from services.kernel.models import IdempotencyKey
from services.kernel.problems import ConflictError

HEADER = "Idempotency-Key"
MAX_LENGTH = 200


def owner_of(request: Request) -> str:
    """Return who a key belongs to: a user, a source's token, or a visitor's session."""
    if request.auth is not None and hasattr(request.auth, "pk"):
        return f"token:{request.auth.pk}"
    return (
        f"user:{request.user.pk}" if request.user.is_authenticated else f"visitor:{request.META.get('REMOTE_ADDR', '')}"
    )


def begin(request: Request, body: bytes) -> IdempotencyKey | Response | None:
    """Claim the request's key inside the caller's transaction.

    None without a key; the earlier answer as a Response when the same request came before (a simultaneous twin waits
    for the first one's commit); otherwise the claimed row, to be handed to ``finish``.
    409 when the key was used for another body.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        return None
    if len(key) > MAX_LENGTH or not key.isprintable():
        raise ValidationError({HEADER: [f"at most {MAX_LENGTH} printable characters"]})
    owner, path, digest = owner_of(request), request.path[:300], hashlib.sha256(body).digest()
    row = IdempotencyKey(owner=owner, key=key, path=path, digest=digest, created_at=clock.now())
    IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
    kept = IdempotencyKey.objects.select_for_update().get(owner=owner, key=key, path=path)
    if kept.status is None:
        return kept
    if bytes(kept.digest) != digest:
        message = f"this {HEADER} was already used for another request"
        raise ConflictError(message)
    return Response(kept.body, status=kept.status, headers={"Idempotency-Replayed": "true"})


def finish(kept: IdempotencyKey, response: Response) -> None:
    """Keep the answer with its key, in the same transaction as what it answered."""
    kept.status = response.status_code
    kept.body = json.loads(json.dumps(response.data, cls=JSONEncoder))
    kept.save(update_fields=["status", "body"])


class IdempotentMixin:
    """For API views: an act runs in one transaction together with its idempotency key."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read the body before a parser or the CSRF check takes it away: the key is compared by it."""
        body = request._request.body
        request._request.META.setdefault("CONTENT_LENGTH", str(len(body)))  # absent when it came in chunks
        super().initial(request, *args, **kwargs)  # type: ignore[misc]

    def once(self, request: Request, act: Any) -> Response:
        """Run ``act()`` at most once per key and return its answer, kept or fresh."""
        with transaction.atomic():
            claimed = begin(request, bytes(request._request.body))
            if isinstance(claimed, Response):
                return claimed
            response: Response = act()
            if claimed is not None:
                finish(claimed, response)
            return response

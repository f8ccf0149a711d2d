"""Write one deed into the audit, in the transaction of the deed itself."""

from typing import Any

from django.db import models

from services.audit.models import AuditEntry
from services.kernel import clock
from services.kernel.models import LIVE


def name_of(target: models.Model | str) -> str:
    """Return how the audit names a thing: its model and its public id where it has one."""
    if isinstance(target, str):
        return target
    return f"{target._meta.model_name}:{getattr(target, 'public_id', None) or target.pk}"


def record(
    *,
    verb: str,
    target: models.Model | str,
    acting_user: Any,
    realm: str = LIVE,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append a deed; ``acting_user`` None means the system did it by rule or timer."""
    AuditEntry.objects.create(
        realm=realm,
        at=clock.now(realm),
        verb=verb,
        target=name_of(target),
        actor_id=getattr(acting_user, "pk", None),
        detail=detail or {},
    )


def record_many(*, verb: str, realm: str, targets: list[tuple[str, dict[str, Any]]], acting_user: Any = None) -> None:
    """Append the same deed done to many things at once, in one statement."""
    at, actor = clock.now(realm), getattr(acting_user, "pk", None)
    AuditEntry.objects.bulk_create(
        AuditEntry(realm=realm, at=at, verb=verb, target=target, actor_id=actor, detail=detail)
        for target, detail in targets
    )

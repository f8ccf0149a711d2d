"""Write one deed into the audit, in the transaction of the deed itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from services.audit.models import AuditEntry
from services.kernel import bulk, clock
from services.kernel.models import LIVE


def name_of(target: models.Model | str) -> str:
    """Return how the audit names a thing: its model and its public id where it has one."""
    if isinstance(target, str):
        return target
    return f"{target._meta.model_name}:{getattr(target, 'public_id', None) or target.pk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One deed to be written down; ``acting_user`` None means the system did it by rule or timer."""

    verb: str
    target: models.Model | str
    realm: str = LIVE
    acting_user: Any = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def record_all(deeds: Sequence[Deed]) -> None:
    """Append deeds in their order: one statement for all, and one for each realm's instant."""
    instants = {realm: clock.now(realm) for realm in sorted({deed.realm for deed in deeds})}
    bulk.insert_values(
        AuditEntry,
        [
            {
                "realm": deed.realm,
                "at": instants[deed.realm],
                "verb": deed.verb,
                "target": name_of(deed.target),
                "actor_id": getattr(deed.acting_user, "pk", None),
                "detail": deed.detail,
            }
            for deed in deeds
        ],
        conflict="",
    )


def record(
    *,
    verb: str,
    target: models.Model | str,
    acting_user: Any,
    realm: str = LIVE,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append a deed; ``acting_user`` None means the system did it by rule or timer."""
    record_all([Deed(verb=verb, target=target, realm=realm, acting_user=acting_user, detail=detail or {})])


def record_many(*, verb: str, realm: str, targets: list[tuple[str, dict[str, Any]]], acting_user: Any = None) -> None:
    """Append the same deed done to many things at once, in one statement."""
    record_all([Deed(verb=verb, target=t, realm=realm, acting_user=acting_user, detail=d) for t, d in targets])

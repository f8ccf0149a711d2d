"""What is signed cannot be changed unnoticed: a digest over the entry's canonical JSON, kept in the audit as well."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from services.audit.actions import name_of
from services.audit.models import AuditEntry
from services.handover.models import Handover, Item

SIGN, ACCEPT = "sign_handover", "accept_handover"


def signed_digest(handover: Handover, items: Sequence[Item]) -> str:
    """Return the sha256 (hex) of everything the outgoing person signs."""
    return _sha256(
        {
            "id": str(handover.public_id),
            "realm": handover.realm,
            "roster": handover.roster_id,
            "outgoing": handover.outgoing_id,
            "shift": [_instant(handover.shift_starts), _instant(handover.shift_ends)],
            "text": handover.text,
            "totals": handover.totals,
            "items": [_item(item) for item in sorted(items, key=lambda one: (one.kind, one.ref))],
            "signed_at": _instant(handover.signed_at),
            "signed_by": handover.signed_by_id,
        }
    )


def accepted_digest(handover: Handover) -> str:
    """Return the sha256 (hex) of what was signed together with what the incoming person adds."""
    return _sha256(
        {
            "signed": handover.digest,
            "incoming": handover.incoming_id,
            "remarks": handover.remarks,
            "accepted_at": _instant(handover.accepted_at),
            "accepted_by": handover.accepted_by_id,
        }
    )


def is_intact(handover: Handover, items: Sequence[Item]) -> bool:
    """Tell whether a signed entry is still what was signed, by its own digests and by those in the audit."""
    told = AuditEntry.objects.filter(target=name_of(handover), verb__in=(SIGN, ACCEPT)).values_list("verb", "detail")
    kept: dict[str, Any] = {verb: detail.get("digest") for verb, detail in told}
    if not handover.digest == signed_digest(handover, items) == kept.get(SIGN):
        return False
    if handover.state != Handover.State.ACCEPTED:
        return True
    return bool(handover.accepted_digest == accepted_digest(handover) == kept.get(ACCEPT))


def _item(item: Item) -> list[Any]:
    return [item.kind, item.ref, item.code, item.severity, item.title, _instant(item.at), item.note]


def _instant(value: Any) -> str | None:
    return value.isoformat() if value else None


def _sha256(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

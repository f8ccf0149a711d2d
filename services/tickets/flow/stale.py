"""Two officers at one ticket: a form of an older version overwrites nothing, and both texts are shown side by side."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from services.alerts.tiles import name_of
from services.kernel.problems import StaleEditError
from services.tickets import workflow
from services.tickets.models import Ticket

TYPED: Final = ("note", "public_text", "outcome", "due_at", "until", "waiting_for", "department", "unit", "title")
"""What a person may have typed or chosen, and gets back."""


def check(ticket: Ticket, verb: str, fields: Mapping[str, Any]) -> None:
    """Refuse a verb whose ``version`` is not the locked ticket's; without one nothing is compared.

    StaleEditError carries the present version, state and legal verbs, what the caller sent, and what happened since.
    """
    seen = fields.get("version")
    if seen is None or seen == ticket.version:
        return
    raise StaleEditError(
        verb,
        seen=int(seen),
        version=ticket.version,
        state=ticket.state,
        legal=workflow.legal_verbs(ticket.state),
        yours={name: _text(fields[name]) for name in TYPED if fields.get(name)},
        theirs=since(ticket, int(seen)),
    )


def since(ticket: Ticket, version: int) -> list[dict[str, Any]]:
    """Return what was done to a ticket after a version, oldest first."""
    entries = ticket.entries.filter(detail__version__gt=version).select_related("actor__person").order_by("pk")
    return [
        {
            "at": entry.at.isoformat(),
            "verb": entry.verb,
            "actor": name_of(entry.actor),
            "to_state": entry.to_state,
            "note": entry.note,
            "public_text": str(entry.detail.get("public_text", "")),
        }
        for entry in entries
    ]


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

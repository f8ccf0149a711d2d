"""A ticket as the wall shows it."""

from collections.abc import Sequence
from typing import Any

from services.alerts.tiles import audience_of, place_of
from services.kernel.models import LIVE
from services.tickets.models import Ticket
from services.tickets.steps import FIRED, PENDING, Step
from services.wall.actions import TileSpec


def _step(step: Step | None, ticket: Ticket, count: int, following: Step | None) -> dict[str, Any]:
    return {
        "index": step.index + 1 if step else 0,
        "count": count,
        "started_at": (step.fired_at or step.due_at if step else ticket.opened_at).isoformat(),
        "due_at": following.due_at.isoformat() if following else None,
    }


def ticket_tile(ticket: Ticket, steps: Sequence[Step]) -> TileSpec:
    """Return the tile of an open ticket; ``steps`` are those of its present generation, lowest first."""
    fired = [s for s in steps if s.state == FIRED]
    pending = [s for s in steps if s.state == PENDING]
    here, following = (fired[-1] if fired else None), (pending[0] if pending else None)
    holder = None
    if ticket.assignee is not None:
        holder = {"name": ticket.assignee.full_name, "title": here.title if here else None}
    elif here is not None:
        holder = {"name": ", ".join(h["name"] for h in here.holders), "title": here.title}
    payload = {
        "kind": "ticket",
        "id": str(ticket.public_id),
        "code": ticket.code,
        "monitor": ticket.monitor,
        "severity": ticket.severity_name,
        "state": ticket.state,
        "title": ticket.title,
        **place_of(ticket),
        "opened_at": ticket.opened_at.isoformat(),
        "due_at": ticket.due_at.isoformat(),
        "step": _step(here, ticket, len(steps), following),
        "holder": holder,
        "next": {"title": following.title} if following else None,
        "acknowledged": ticket.acknowledged_at is not None,
        "generation": ticket.generation,
        "url": f"/tickets/{ticket.public_id}/",
        "why": f"/api/tickets/{ticket.public_id}/why/",
        "simulated": ticket.realm != LIVE,
    }
    return TileSpec(
        realm=ticket.realm,
        key=f"ticket:{ticket.public_id}",
        kind="ticket",
        monitor=ticket.monitor,
        payload=payload,
        audience=audience_of(ticket),
        rank=ticket.severity,
        since=ticket.opened_at,
    )

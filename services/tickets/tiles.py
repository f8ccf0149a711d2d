"""A ticket as the wall shows it."""

from collections.abc import Sequence
from typing import Any

from services.alerts.tiles import audience_of, place_of
from services.kernel.models import LIVE
from services.tickets.claiming import AnyTicket
from services.tickets.steps import FIRED, PENDING, Step
from services.wall.actions import TileSpec

Places = dict[tuple[int | None, int | None], tuple[dict[str, Any], list[str]]]
"""A place's names and audience, by the ids of unit and department."""


def _step(step: Step | None, ticket: AnyTicket, count: int, following: Step | None) -> dict[str, Any]:
    return {
        "index": step.index + 1 if step else 0,
        "count": count,
        "started_at": (step.fired_at or step.due_at if step else ticket.opened_at).isoformat(),
        "due_at": following.due_at.isoformat() if following else None,
    }


def ticket_tile(ticket: AnyTicket, steps: Sequence[Step], places: Places | None = None) -> TileSpec:
    """Return the tile of an open ticket; ``steps`` are those of its present generation, lowest first.

    ``places`` keeps how each place is named while the tiles of many tickets are made.
    """
    named = places if places is not None else {}
    where = ticket.unit_id, ticket.department_id
    if where not in named:
        named[where] = place_of(ticket), audience_of(ticket)
    place, audience = named[where]
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
        **place,
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
        audience=audience,
        rank=ticket.severity,
        since=ticket.opened_at,
    )

"""What every change of a ticket brings along, in the same transaction: history, audit, tile, the monitor's news."""

from datetime import datetime
from typing import Any

from services.audit.actions import record
from services.directory.models import User
from services.tickets import follow
from services.tickets.models import Ticket, TicketEntry, TicketStep
from services.tickets.tiles import ticket_tile
from services.wall import actions as wall


def announce(
    ticket: Ticket,
    verb: str,
    *,
    now: datetime,
    before: str,
    acting_user: User | None,
    note: str = "",
    public: bool = False,
    detail: dict[str, Any] | None = None,
) -> TicketEntry:
    """Record one change of a ticket that the caller has locked and saved."""
    entry = TicketEntry.objects.create(
        ticket=ticket,
        at=now,
        verb=verb,
        from_state=before,
        to_state=ticket.state,
        actor=acting_user,
        note=note,
        public=public,
        detail=detail or {},
    )
    record(
        verb=f"ticket.{verb}",
        target=ticket,
        realm=ticket.realm,
        acting_user=acting_user,
        detail={"from": before, "to": ticket.state, "generation": ticket.generation, **(detail or {})},
    )
    show(ticket)
    if before != ticket.state or verb in {"open", "transfer", "assign", "extend"} or public:
        follow.tell(ticket, now=now, note=note if public else "")
    return entry


def show(ticket: Ticket) -> None:
    """Bring the ticket's tile up to date, or take it off the wall when the ticket ended."""
    if ticket.is_open:
        steps = list(ticket.steps.filter(generation=ticket.generation).order_by("index"))
        wall.put_tiles([ticket_tile(ticket, steps)])
    else:
        wall.remove_tiles(realm=ticket.realm, keys=[f"ticket:{ticket.public_id}"])


def running_steps(ticket: Ticket) -> list[TicketStep]:
    """Return the present generation's pending steps, lowest first."""
    return list(ticket.steps.filter(generation=ticket.generation, state=TicketStep.PENDING).order_by("index"))

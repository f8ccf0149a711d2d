"""What every change of a ticket brings along, in the same transaction: history, audit, tile, the monitor's news."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from services.audit.actions import Deed, record_all
from services.directory.models import User
from services.kernel import bulk
from services.tickets import follow
from services.tickets.claiming import AnyTicket
from services.tickets.models import Ticket, TicketEntry
from services.tickets.steps import Step, present_steps
from services.tickets.tiles import Places, ticket_tile
from services.wall import actions as wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One change of a ticket that the caller has locked and saved; ``before`` is the state it had until then."""

    ticket: AnyTicket
    verb: str
    now: datetime
    before: str
    acting_user: User | None = None
    note: str = ""
    public: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_news(self) -> bool:
        """Whether the monitor behind the ticket hears of it."""
        changed = self.before != self.ticket.state
        return changed or self.public or self.verb in {"open", "transfer", "assign", "extend"}


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
    one = Happening(
        ticket=ticket,
        verb=verb,
        now=now,
        before=before,
        acting_user=acting_user,
        note=note,
        public=public,
        detail=detail or {},
    )
    return TicketEntry(pk=announce_all([one])[0], **_entry(one))


def announce_all(happened: Sequence[Happening], steps: Mapping[int, Sequence[Step]] | None = None) -> list[int]:
    """Record many changes in a constant number of statements; return the ids of their entries, in their order.

    ``steps`` are those of each ticket's present generation, where the caller has them at hand. Only monitors, which
    hear of what is news to them, are told one by one.
    """
    entries = bulk.insert_values(TicketEntry, [_entry(one) for one in happened], conflict="", returning="t.id")
    record_all([_deed(one) for one in happened])
    show_all([one.ticket for one in happened], steps)
    for one in happened:
        if one.is_news and isinstance(one.ticket, Ticket):  # a claimed one only climbs, which is no news
            follow.tell(one.ticket, now=one.now, note=one.note if one.public else "")
    return [pk for (pk,) in entries]


def _entry(one: Happening) -> dict[str, Any]:
    return {
        "ticket_id": one.ticket.pk,
        "at": one.now,
        "verb": one.verb,
        "from_state": one.before,
        "to_state": one.ticket.state,
        "actor_id": one.acting_user.pk if one.acting_user else None,
        "note": one.note,
        "public": one.public,
        "detail": one.detail,
    }


def _deed(one: Happening) -> Deed:
    ticket = one.ticket
    detail = {"from": one.before, "to": ticket.state, "generation": ticket.generation, **one.detail}
    target = f"ticket:{ticket.public_id}"
    return Deed(
        verb=f"ticket.{one.verb}", target=target, realm=ticket.realm, acting_user=one.acting_user, detail=detail
    )


def show(ticket: Ticket) -> None:
    """Bring the ticket's tile up to date, or take it off the wall when the ticket ended."""
    show_all([ticket])


def show_all(tickets: Iterable[AnyTicket], steps: Mapping[int, Sequence[Step]] | None = None) -> None:
    """Bring many tickets' tiles up to date; ``steps`` as in ``announce_all``."""
    unique = list({ticket.pk: ticket for ticket in tickets}.values())
    shown = [ticket for ticket in unique if ticket.is_open]
    known = steps if steps is not None else present_steps(shown)
    places: Places = {}
    wall.put_tiles([ticket_tile(ticket, known.get(ticket.pk, ()), places) for ticket in shown])
    ended = sorted((ticket for ticket in unique if not ticket.is_open), key=lambda ticket: ticket.realm)
    for realm, group in groupby(ended, key=lambda ticket: ticket.realm):
        wall.remove_tiles(realm=realm, keys=[f"ticket:{ticket.public_id}" for ticket in group])

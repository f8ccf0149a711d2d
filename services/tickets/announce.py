"""What every change of a ticket brings along, in the same transaction: history, audit, tile, the monitor's news."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from services.audit.actions import Deed, record_all
from services.directory.models import User
from services.kernel import bulk
from services.tickets import follow
from services.tickets.models import Ticket, TicketEntry, TicketStep
from services.tickets.tiles import ticket_tile
from services.wall import actions as wall


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One change of a ticket that the caller has locked and saved; ``before`` is the state it had until then."""

    ticket: Ticket
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
    return announce_all([one])[0]


def announce_all(
    happened: Sequence[Happening], steps: Mapping[int, Sequence[TicketStep]] | None = None
) -> list[TicketEntry]:
    """Record many changes, in their order, in a constant number of statements; only monitors are told one by one.

    ``steps`` are those of each ticket's present generation, where the caller has them at hand.
    """
    if not happened:
        return []
    entries = [_entry(one) for one in happened]
    for entry, (pk,) in zip(entries, bulk.insert(entries, returning="t.id"), strict=True):
        entry.pk, entry._state.adding = pk, False
    record_all([_deed(one) for one in happened])
    show_all([one.ticket for one in happened], steps)
    for one in happened:
        if one.is_news:
            follow.tell(one.ticket, now=one.now, note=one.note if one.public else "")
    return entries


def _entry(one: Happening) -> TicketEntry:
    return TicketEntry(
        ticket_id=one.ticket.pk,
        at=one.now,
        verb=one.verb,
        from_state=one.before,
        to_state=one.ticket.state,
        actor=one.acting_user,
        note=one.note,
        public=one.public,
        detail=dict(one.detail),
    )


def _deed(one: Happening) -> Deed:
    ticket = one.ticket
    detail = {"from": one.before, "to": ticket.state, "generation": ticket.generation, **one.detail}
    return Deed(
        verb=f"ticket.{one.verb}", target=ticket, realm=ticket.realm, acting_user=one.acting_user, detail=detail
    )


def show(ticket: Ticket) -> None:
    """Bring the ticket's tile up to date, or take it off the wall when the ticket ended."""
    show_all([ticket])


def show_all(tickets: Iterable[Ticket], steps: Mapping[int, Sequence[TicketStep]] | None = None) -> None:
    """Bring many tickets' tiles up to date; ``steps`` as in ``announce_all``."""
    unique = list({ticket.pk: ticket for ticket in tickets}.values())
    shown = [ticket for ticket in unique if ticket.is_open]
    known = steps if steps is not None else present_steps(shown)
    wall.put_tiles([ticket_tile(ticket, known.get(ticket.pk, ())) for ticket in shown])
    ended = sorted((ticket for ticket in unique if not ticket.is_open), key=lambda ticket: ticket.realm)
    for realm, group in groupby(ended, key=lambda ticket: ticket.realm):
        wall.remove_tiles(realm=realm, keys=[f"ticket:{ticket.public_id}" for ticket in group])


def present_steps(tickets: Sequence[Ticket]) -> dict[int, list[TicketStep]]:
    """Return all steps of the tickets' present generations by ticket, lowest first: 1 statement."""
    generations = {ticket.pk: ticket.generation for ticket in tickets}
    found: dict[int, list[TicketStep]] = defaultdict(list)
    if generations:
        for step in TicketStep.objects.filter(ticket__in=generations).order_by("ticket_id", "index"):
            if step.generation == generations[step.ticket_id]:
                found[step.ticket_id].append(step)
    return found

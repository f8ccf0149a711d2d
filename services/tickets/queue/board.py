"""The board: a column for every open state, each the first cards in the list's order; the same filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from services.directory.models import User
from services.tickets import workflow
from services.tickets.models import Ticket
from services.tickets.page_filters import Filters
from services.tickets.page_rows import Row, row_of, with_steps
from services.tickets.page_words import STATES, Look
from services.tickets.queue.order import Waiting, key_of
from services.worktime.calendar import WorkCalendar

CARDS: Final = 30
"""Cards of one column; the list has the rest."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One state: how many tickets it has in all, the first of them, and the list of all."""

    look: Look
    count: int
    rows: Sequence[Row]
    href: str

    @property
    def more(self) -> int:
        """How many are not shown here."""
        return max(0, self.count - len(self.rows))


def cards_of(rows: QuerySet[Ticket], reader: User, now: datetime, calendar: WorkCalendar) -> list[Row]:
    """Return the first tickets of every state, in the list's order; two statements. ``rows`` are narrowed already."""
    place = Window(RowNumber(), partition_by=F("state"), order_by=(F("due_at").asc(), F("pk").asc()))
    first = rows.select_related(None).annotate(place=place).filter(place__lte=CARDS).values_list("pk", flat=True)
    tickets = with_steps(rows.filter(pk__in=list(first)))
    ordered = sorted(tickets, key=lambda t: key_of(_waiting(t), now, calendar))
    return [row_of(ticket, now, calendar, reader) for ticket in ordered]


def lanes_of(rows: Sequence[Row], filters: Filters, counts: Mapping[str, int]) -> list[Lane]:
    """Return a column for each open state asked for; ``counts`` is how many tickets each has in all."""
    return [
        Lane(
            look=STATES[state],
            count=counts[state],
            rows=[row for row in rows if row.ticket.state == state],
            href=filters.but(state=state, view="list").here,
        )
        for state in workflow.OPEN
        if state in filters.states
    ]


def _waiting(ticket: Ticket) -> Waiting:
    return Waiting(ticket.pk, ticket.due_at, "minutes" in ticket.policy.get("deadline", {}))

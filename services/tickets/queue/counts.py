"""How many tickets the list shows and every queue has: one statement, whatever the number of tickets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from services.directory.models import Person
from services.tickets import workflow
from services.tickets.models import Ticket, TicketEntry
from services.tickets.page_filters import Filters, due_when
from services.tickets.queue.order import WHEN

_OPEN: Final = Q(state__in=workflow.OPEN)


@dataclass(frozen=True, slots=True)
class Counts:
    """``total`` fits every filter; ``due`` is by deadline, whatever the filter of deadlines; ``states`` by open state.

    ``queues`` is how many open tickets each queue has; ``last`` the newest entry of any ticket's history, 0 without.
    """

    total: int
    due: Mapping[str, int]
    states: Mapping[str, int]
    queues: Mapping[str, int]
    last: int


def counted(rows: QuerySet[Ticket], conditions: Mapping[str, Q]) -> dict[str, Any]:
    """Return how many rows fit each condition; one statement."""
    return rows.order_by().aggregate(**_each(conditions))


def counts_of(
    rows: QuerySet[Ticket], filters: Filters, me: Person | None, now: datetime, queues: Mapping[str, Q]
) -> Counts:
    """Count the tickets of ``rows`` (all in reach); those of other states than asked only while open."""
    base = rows.filter(state__in={*filters.states, *workflow.OPEN}).select_related(None).order_by()
    conditions = filters.conditions(me, now)
    if set(filters.states) == set(workflow.OPEN):
        del conditions["state"]  # all rows are open
    elif not filters.is_open:
        queues = {name: condition & _OPEN for name, condition in queues.items()}
    if filters.q:
        base, conditions["q"] = filters.searched(base)
    if filters.watched:
        conditions["watched"] = filters.watched_by(me)
    others = _all(condition for name, condition in conditions.items() if name != "due")
    fits = others & conditions.get("due", Q())
    wanted = {"total": fits} | {f"queue_{name}": condition for name, condition in queues.items()}
    if filters.is_open:
        wanted |= {f"due_{when}": others & due_when(when, now) for when in WHEN}
    if filters.view == "board":
        wanted |= {f"state_{state}": fits & Q(state=state) for state in workflow.OPEN}
    newest = TicketEntry.objects.order_by("-pk").values("pk")[:1]
    # Without an entry there is no ticket: the count is 0, and makes the newest a figure of the whole.
    found = base.aggregate(last=Coalesce(Subquery(newest), Count("pk")), **_each(wanted))
    return Counts(
        total=found["total"],
        due=_part(found, "due_"),
        states=_part(found, "state_"),
        queues=_part(found, "queue_"),
        last=found["last"],
    )


def _each(conditions: Mapping[str, Q]) -> dict[str, Count]:
    return {name: Count("pk", filter=condition) if condition else Count("pk") for name, condition in conditions.items()}


def _all(conditions: Any) -> Q:
    return reduce(and_, conditions, Q())


def _part(found: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): count for name, count in found.items() if name.startswith(prefix)}

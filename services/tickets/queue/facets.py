"""How many tickets every filter would show, and every queue has, in one statement whatever the number of tickets.

Each menu counts the tickets that fit every *other* filter, so that its numbers are what a press would show. The rows in
reach are walked once and each is told by which filters it misses (bits of ``miss``). Tickets that are alike in all of
it are counted together; of those sums, few where tickets are many, each menu takes what misses no filter but its own.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from services.directory.models import Department, Person, Unit
from services.kernel.text import localised
from services.tickets import workflow
from services.tickets.models import Ticket
from services.tickets.page_filters import Filters
from services.tickets.queue.order import LATE, LATER, TODAY, end_of_day

DIMENSIONS: Final = {
    "holder": "assignee_id",
    "state": "state",
    "due": "",
    "severity": "severity",
    "department": "department_id",
    "unit": "unit_id",
    "category": "category",
    "monitor": "monitor",
    "outcome": "outcome",
}
"""A filter's name → what its menu is grouped by; ``due`` is worked out from the clock."""
_NAMES: Final = list(DIMENSIONS)
_ELSEWHERE: Final = 1 << len(_NAMES)
"""The bit of what the search or "I watch" leaves out: no menu takes that back."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts by filter and value; ``total`` is how many fit all filters.

    ``queues`` is how many open tickets each queue asked for has; ``titles`` what holders, departments and communes are
    called, by filter and value; ``last`` the newest entry of any ticket's history, 0 without one.
    """

    counts: dict[str, Counter[Any]]
    total: int = 0
    queues: Mapping[str, int] = field(default_factory=dict)
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    last: int = 0

    def of(self, name: str) -> Counter[Any]:
        """Return how many tickets each value of a filter would show."""
        return self.counts[name]

    def titles_of(self, name: str) -> Mapping[str, str]:
        """Return what the values of a filter are called, as far as tickets have them."""
        return self.titles.get(name, {})


def facets(
    rows: QuerySet[Ticket],
    filters: Filters,
    me: Person | None,
    now: datetime,
    queues: Mapping[str, Q] | None = None,
) -> Facets:
    """Count the tickets of ``rows`` (all in reach) for every menu; those of other states than asked only while open.

    ``queues``: conditions by name; how many open tickets fit each is counted along.
    """
    queues = queues or {}
    try:
        sql, params = _told(rows, filters, me, now, queues).query.sql_with_params()
    except EmptyResultSet:  # nothing can fit: the reader reaches nothing at all
        return Facets({name: Counter() for name in _NAMES}, queues=dict.fromkeys(queues, 0))
    with connection.cursor() as cursor:
        cursor.execute(_statement(sql, len(queues)), params)
        return _read(cursor.fetchall(), list(queues))


def _told(
    rows: QuerySet[Ticket], filters: Filters, me: Person | None, now: datetime, queues: Mapping[str, Q]
) -> QuerySet[Ticket, Any]:
    """Return for every ticket its value of each dimension, the bits of what it misses, and which queues it is in."""
    conditions = filters.conditions(me, now)
    values: dict[str, Combinable] = {
        f"v{number}": F(path) if path else _when(now) for number, path in enumerate(DIMENSIONS.values())
    }
    miss: Combinable = Value(0, output_field=IntegerField())
    for number, name in enumerate(_NAMES):
        if name in conditions:
            miss = miss + _unless(conditions[name], 1 << number)
    if filters.q:
        rows, found = filters.searched(rows)
        miss = miss + _unless(found, _ELSEWHERE)
    if filters.watched:
        miss = miss + _unless(filters.watched_by(me), 2 * _ELSEWHERE)
    is_open = Q(state__in=workflow.OPEN)
    inside = {f"q{number}": _if(condition & is_open) for number, condition in enumerate(queues.values())}
    base = rows.filter(state__in={*filters.states, *workflow.OPEN}).order_by().select_related(None)
    return base.annotate(**values, miss=miss, **inside).values_list(*values, "miss", *inside)


def _when(now: datetime) -> Combinable:
    late = When(due_at__lte=now, then=Value(LATE))
    today = When(due_at__lt=end_of_day(now), then=Value(TODAY))
    return Case(late, today, default=Value(LATER), output_field=CharField())


def _unless(condition: Q, bit: int) -> Combinable:
    return Case(When(condition, then=Value(0)), default=Value(bit), output_field=IntegerField())


def _if(condition: Q) -> Combinable:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _statement(rows: str, queues: int) -> str:
    """Return the statement: like tickets together, then one grouping set per dimension, each with its own count.

    ``OFFSET 0`` keeps the planner from looking through to the columns, whose many instants would make it expect as many
    groups as tickets, and sort them all. Places and people get their names where there are only sums left.
    """
    values = [f"v{number}" for number in range(len(_NAMES))]
    inside = [f"q{number}" for number in range(queues)]
    keys = ", ".join([*values, "miss"])
    counts = [f"sum(n) FILTER (WHERE miss & ~{1 << number} = 0) AS n{number}" for number in range(len(_NAMES))]
    sums = [f"sum({name}) AS {name}" for name in inside]
    every = ["sum(n) FILTER (WHERE miss = 0) AS n", *sums]
    shown = [*(f"s.n{number}" for number in range(len(_NAMES))), "s.n", *(f"s.{name}" for name in inside)]
    return (
        f"WITH told ({', '.join([keys, *inside])}) AS ({rows} OFFSET 0), "  # noqa: S608 - names made here
        f"alike AS (SELECT {', '.join([keys, 'count(*) AS n', *sums])} FROM told GROUP BY {keys}), "
        f"sums AS (SELECT GROUPING({', '.join(values)}) AS mask, {', '.join([*values, *counts, *every])} "
        f"FROM alike GROUP BY GROUPING SETS ({', '.join(f'({value})' for value in values)}, ())) "
        f"SELECT s.mask, {', '.join(f's.{value}' for value in values)}, {', '.join(shown)}, "
        "(SELECT max(id) FROM tickets_ticketentry), p.public_id::text, p.full_name, d.slug, d.name, d.name_en, "
        "u.code, u.kind, u.name, u.name_en FROM sums s LEFT JOIN directory_person p ON p.id = s.v0 "
        "LEFT JOIN directory_department d ON d.id = s.v4 LEFT JOIN directory_unit u ON u.id = s.v5 "
        "ORDER BY u.valid_from"  # of a commune's names the newest is said
    )


def _read(found: Sequence[tuple[Any, ...]], queues: Sequence[str]) -> Facets:
    counts: dict[str, Counter[Any]] = {name: Counter() for name in _NAMES}
    titles: dict[str, dict[str, str]] = {name: {} for name in _PLACES}
    many = len(_NAMES)
    everything = (1 << many) - 1
    total, last, inside = 0, 0, dict.fromkeys(queues, 0)
    for mask, *row in found:
        if mask == everything:
            total, last = int(row[2 * many] or 0), row[2 * many + 1 + len(queues)] or 0
            inside = {name: int(row[2 * many + 1 + number] or 0) for number, name in enumerate(queues)}
            continue
        own = many - (everything ^ mask).bit_length()  # GROUPING's highest bit is its first argument
        name, value, count = _NAMES[own], row[own], row[many + own]
        if not count:
            continue
        if name in _PLACES and value is not None:
            value, titles[name][value] = _PLACES[name](row[2 * many + 2 + len(queues) :])
        counts[name][value] += int(count)
    return Facets(counts, total, inside, titles, last)


_PLACES: Final[Mapping[str, Callable[[Sequence[Any]], tuple[str, str]]]] = {
    "holder": lambda row: (row[0], row[1]),
    "department": lambda row: (row[2], localised(Department(name=row[3], name_en=row[4]).label)),
    "unit": lambda row: (row[5], localised(Unit(kind=row[6], name=row[7], name_en=row[8]).label)),
}
"""How a row of the statement names a holder, a department, a commune: their value in the address, and their name."""

"""How many tickets every filter would show, in one statement whatever the number of tickets.

Each menu counts the tickets that fit every *other* filter, so that its numbers are what a press would show. The rows in
reach are walked once; each is told by how many of the set filters it misses, and a menu counts those that miss none but
its own.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from services.directory.models import Person
from services.tickets import workflow
from services.tickets.models import Ticket
from services.tickets.page_filters import Filters
from services.tickets.queue.order import LATE, LATER, TODAY, end_of_day

DIMENSIONS: Final = {
    "holder": "assignee__public_id",
    "state": "state",
    "due": "",
    "severity": "severity",
    "department": "department__slug",
    "unit": "unit__code",
    "category": "category",
    "monitor": "monitor",
    "outcome": "outcome",
}
"""A filter's name → what its menu is grouped by; ``due`` is worked out from the clock."""


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts by filter and value; ``total`` is how many fit all filters."""

    counts: dict[str, Counter[Any]]
    total: int

    def of(self, name: str) -> Counter[Any]:
        """Return how many tickets each value of a filter would show."""
        return self.counts[name]


def facets(rows: QuerySet[Ticket], filters: Filters, me: Person | None, now: datetime) -> Facets:
    """Count the tickets of ``rows`` (all in reach) for every menu; those of other states than asked only while open."""
    names = list(DIMENSIONS)
    try:
        sql, params = _told(rows, filters, me, now).query.sql_with_params()
    except EmptyResultSet:  # nothing can fit: the reader reaches nothing at all
        return Facets({name: Counter() for name in names}, 0)
    with connection.cursor() as cursor:
        cursor.execute(_statement(sql, len(names)), params)
        return _read(cursor.fetchall(), names)


def _told(rows: QuerySet[Ticket], filters: Filters, me: Person | None, now: datetime) -> QuerySet[Ticket, Any]:
    """Return for every ticket its value of each dimension, then for each whether it misses that filter (1) or not."""
    conditions = filters.conditions(me, now)
    values: dict[str, Combinable] = {}
    misses: dict[str, Combinable] = {}
    for number, (name, path) in enumerate(DIMENSIONS.items()):
        values[f"v{number}"] = F(path) if path else _when(now)
        misses[f"m{number}"] = _misses(conditions.get(name))
    base = filters.seen(filters.matching(rows), me).filter(state__in={*filters.states, *workflow.OPEN})
    told = base.order_by().select_related(None).annotate(**values, **misses)
    return told.values_list(*values, *misses)


def _when(now: datetime) -> Combinable:
    late = When(due_at__lte=now, then=Value(LATE))
    today = When(due_at__lt=end_of_day(now), then=Value(TODAY))
    return Case(late, today, default=Value(LATER), output_field=CharField())


def _misses(condition: Q | None) -> Combinable:
    if condition is None:
        return Value(0, output_field=IntegerField())
    return Case(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField())


def _statement(rows: str, count: int) -> str:
    """Return the statement: one grouping set per dimension, each counting what misses no filter but its own."""
    values, misses = [f"v{n}" for n in range(count)], [f"m{n}" for n in range(count)]
    missed = " + ".join(misses)
    counts = [f"count(*) FILTER (WHERE {missed} - {own} = 0)" for own in misses]
    sets = ", ".join(f"({value})" for value in values)
    columns = ", ".join([*values, *misses])
    return (
        f"WITH told ({columns}) AS ({rows}) SELECT GROUPING({', '.join(values)}), {', '.join([*values, *counts])}, "  # noqa: S608 - names made here
        f"count(*) FILTER (WHERE {missed} = 0) FROM told GROUP BY GROUPING SETS ({sets}, ())"
    )


def _read(found: Sequence[tuple[Any, ...]], names: Sequence[str]) -> Facets:
    counts: dict[str, Counter[Any]] = {name: Counter() for name in names}
    total, many = 0, len(names)
    everything = (1 << many) - 1
    for mask, *row in found:
        if mask == everything:
            total = row[-1]
            continue
        own = many - 1 - (everything ^ mask).bit_length() + 1  # GROUPING's highest bit is its first argument
        value = row[own]
        if row[many + own]:
            counts[names[own]][str(value) if isinstance(value, UUID) else value] += row[many + own]
    return Facets(counts, total)

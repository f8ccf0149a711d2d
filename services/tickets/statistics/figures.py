"""Figures in constant statements: one for what was opened in a span, one for what is open now, by age.

Times to acknowledge and to resolve run in working minutes, for tickets whose clock runs day and night in minutes.
"On time" is: reported done by the deadline, of all that were reported done or are overdue without it. "Reopened": at
least once, of all that were closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from services.kernel.clock import LOCAL
from services.tickets import workflow
from services.tickets.models import Ticket, TicketEntry
from services.tickets.statistics.worktime import day, days_of, position, seconds
from services.worktime.calendar import WorkCalendar

GROUPS: Final = ("department", "unit", "category", "month")
AGES: Final = (1, 3, 7, 30)
"""Bounds in days of the backlog's ages; the last group is everything older."""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one place, category or month; ``key`` None: tickets that have none. Times in minutes."""

    group: str
    key: str | None
    opened: int
    resolved: int
    acknowledge_median: float | None
    acknowledge_p90: float | None
    resolve_median: float | None
    resolve_p90: float | None
    on_time: int
    counted: int
    closed: int
    reopened: int

    @property
    def on_time_rate(self) -> float | None:
        """Share of 0 to 100 that was on time; None while nothing counts."""
        return 100 * self.on_time / self.counted if self.counted else None

    @property
    def reopen_rate(self) -> float | None:
        """Share of 0 to 100 of the closed that was reopened; None while none was closed."""
        return 100 * self.reopened / self.closed if self.closed else None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Open tickets by age: one count for each bound of ``AGES`` and one for what is older."""

    group: str
    key: str | None
    counts: Sequence[int]
    overdue: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


def flow(rows: QuerySet[Ticket], start: datetime, end: datetime, now: datetime, calendar: WorkCalendar) -> list[Line]:
    """Return the figures of tickets opened from ``start`` until before ``end``: all (group ``all``), then each.

    ``rows`` are those in the reader's reach. One statement.
    """
    first, last = start.astimezone(LOCAL).date(), now.astimezone(LOCAL).date()
    days = days_of(calendar, first, max(first, last))
    arrays = {name: list(getattr(days, name)) for name in ("before", "works", "months")}
    found = _run(
        _flow(calendar),
        rows.filter(opened_at__gte=start, opened_at__lt=min(end, now)),
        {"now": now, "base": days.base, **arrays},
    )
    return [Line(*row) for row in found]


def backlog(rows: QuerySet[Ticket], now: datetime) -> list[Backlog]:
    """Return open tickets by age, all together (group ``all``) and by department and commune. One statement."""
    found = _run(_BACKLOG, rows.filter(state__in=workflow.OPEN), {"now": now})
    return [Backlog(group, key, counts, overdue) for group, key, *counts, overdue in found]


def _run(statement: str, rows: QuerySet[Ticket], params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement over the tickets of ``rows``; the reader's reach is that queryset's own condition."""
    try:
        sql, own = rows.order_by().select_related(None).values(*_NEEDED).query.sql_with_params()
    except EmptyResultSet:
        return []
    named = {f"own{number}": value for number, value in enumerate(own)}
    inner = sql % tuple(f"%(own{number})s" for number in range(len(own)))
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{rows}", inner), {**named, **params})
        return list(cursor.fetchall())


_NEEDED: Final = (
    *("id", "department_id", "unit_id", "category", "state", "policy"),
    *("opened_at", "acknowledged_at", "resolved_at", "closed_at", "due_at"),
)
"""What the statements read of a ticket: its row once, not its key and then the row."""


def _spent(until: str, calendar: WorkCalendar) -> str:
    """Return the SQL of the minutes from a ticket's opening until an instant, by the ticket's own clock."""
    ends, begins = (position(f"t.{name}", f"t.{name}_day", calendar) for name in (until, "opened"))
    clock = f"(t.{until} - t.opened) / 60"
    return (
        f"CASE WHEN t.{until} >= 0 THEN greatest(0, CASE WHEN t.by_clock THEN {clock} ELSE {ends} - {begins} END) END"
    )


def _flow(calendar: WorkCalendar) -> str:
    """Return the statement. Rows to be sorted are kept narrow: keys are numbers, names come where only sums are left.

    A commune's versions count as one, so its key is the first of them. ``OFFSET 0`` keeps what a stage has worked out.
    """
    instants = ("opened", "acknowledged", "resolved")
    since = ", ".join(f"{seconds(f'k.{name}_at')} AS {name}" for name in instants)
    on = ", ".join(f"{day(f't.{name}')} AS {name}_day" for name in instants)
    return f"""
WITH place AS MATERIALIZED (
    SELECT id, first_value(id) OVER (PARTITION BY code ORDER BY id) AS place FROM directory_unit
), again AS MATERIALIZED (
    SELECT DISTINCT ticket_id FROM {TicketEntry._meta.db_table} WHERE verb = 'reopen'
), timed AS (
    SELECT t.*, {on} FROM (
        SELECT k.id, k.department_id, k.unit_id, k.category, k.policy -> 'deadline' ? 'minutes' AS by_clock,
            k.resolved_at IS NOT NULL AS is_resolved, k.resolved_at <= k.due_at AS on_time,
            k.resolved_at IS NOT NULL OR (k.due_at <= %(now)s AND k.state NOT IN ('cancelled', 'merged')) AS counted,
            k.closed_at IS NOT NULL AND k.state = 'closed' AS closed, {since}
        FROM ({{rows}}) k OFFSET 0
    ) t OFFSET 0
), told AS (
    SELECT t.department_id AS department, place.place AS unit, nullif(t.category, '') AS category,
        (%(months)s::int[])[t.opened_day] AS month,
        t.is_resolved AS resolved, {_spent("acknowledged", calendar)} AS acknowledge,
        {_spent("resolved", calendar)} AS resolve, t.on_time, t.counted,
        again.ticket_id IS NOT NULL AS reopened, t.closed
    FROM timed t
    LEFT JOIN place ON place.id = t.unit_id
    LEFT JOIN again ON again.ticket_id = t.id
), sums AS (
    SELECT GROUPING(department, unit, category, month) AS mask, department, unit, category, month,
        count(*) AS opened, count(*) FILTER (WHERE resolved) AS resolved,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY acknowledge) AS acknowledge,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY resolve) AS resolve,
        count(*) FILTER (WHERE counted AND on_time) AS on_time, count(*) FILTER (WHERE counted) AS counted,
        count(*) FILTER (WHERE closed OR reopened) AS closed, count(*) FILTER (WHERE reopened) AS reopened
    FROM told GROUP BY GROUPING SETS ((), (department), (unit), (category), (month))
)
SELECT CASE mask
        WHEN 7 THEN 'department' WHEN 11 THEN 'unit' WHEN 13 THEN 'category' WHEN 14 THEN 'month' ELSE 'all' END,
    coalesce(d.slug, u.code, s.category, to_char(make_date(s.month / 12, s.month %% 12 + 1, 1), 'YYYY-MM')),
    s.opened, s.resolved, s.acknowledge[1], s.acknowledge[2], s.resolve[1], s.resolve[2],
    s.on_time, s.counted, s.closed, s.reopened
FROM sums s
LEFT JOIN directory_department d ON d.id = s.department
LEFT JOIN directory_unit u ON u.id = s.unit
ORDER BY 1, 3 DESC, 2
"""  # noqa: S608 - only names and numbers of our own are put in


def _age(number: int) -> str:
    bounds = [None, *AGES, None]
    low, high = bounds[number], bounds[number + 1]
    parts = [
        f"t.opened_at <= %(now)s - interval '{low} days'" if low else "",
        f"t.opened_at > %(now)s - interval '{high} days'" if high else "",
    ]
    return f"count(*) FILTER (WHERE {' AND '.join(filter(None, parts))})"


_BACKLOG: Final = f"""
WITH alike AS MATERIALIZED (
    SELECT t.department_id, t.unit_id, {", ".join(f"{_age(n)} AS n{n}" for n in range(len(AGES) + 1))},
        count(*) FILTER (WHERE t.due_at <= %(now)s) AS overdue, count(*) AS total
    FROM ({{rows}}) t GROUP BY t.department_id, t.unit_id
)
SELECT CASE GROUPING(d.slug, u.code) WHEN 1 THEN 'department' WHEN 2 THEN 'unit' ELSE 'all' END,
    coalesce(d.slug, u.code), {", ".join(f"coalesce(sum(n{n}), 0)::int" for n in range(len(AGES) + 1))},
    coalesce(sum(overdue), 0)::int
FROM alike a
LEFT JOIN directory_department d ON d.id = a.department_id
LEFT JOIN directory_unit u ON u.id = a.unit_id
GROUP BY GROUPING SETS ((), (d.slug), (u.code))
ORDER BY 1, sum(total) DESC, 2
"""  # noqa: S608 - only names and numbers of our own are put in

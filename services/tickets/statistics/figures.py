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
from services.tickets.statistics.worktime import DAYS, days_of, position
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
    params = {"now": now, "dates": list(days.dates), "before": list(days.before), "works": list(days.works)}
    found = _run(_flow(calendar), rows.filter(opened_at__gte=start, opened_at__lt=min(end, now)), params)
    return [Line(*row) for row in found]


def backlog(rows: QuerySet[Ticket], now: datetime) -> list[Backlog]:
    """Return open tickets by age, all together (group ``all``) and by department and commune. One statement."""
    found = _run(_BACKLOG, rows.filter(state__in=workflow.OPEN), {"now": now})
    return [Backlog(group, key, counts, overdue) for group, key, *counts, overdue in found]


def _run(statement: str, rows: QuerySet[Ticket], params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement over the tickets of ``rows``; the reader's reach is that queryset's own condition."""
    try:
        sql, own = rows.order_by().select_related(None).values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    named = {f"own{number}": value for number, value in enumerate(own)}
    inner = sql % tuple(f"%(own{number})s" for number in range(len(own)))
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("{rows}", inner), {**named, **params})
        return list(cursor.fetchall())


_TICKETS: Final = """
    SELECT t.*, d.slug AS department_slug, u.code AS unit_code, t.policy -> 'deadline' ? 'minutes' AS by_clock,
        t.opened_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS opened_local,
        t.acknowledged_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS acknowledged_local,
        t.resolved_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS resolved_local
    FROM tickets_ticket t
    LEFT JOIN directory_department d ON d.id = t.department_id
    LEFT JOIN directory_unit u ON u.id = t.unit_id
    WHERE t.id IN ({rows})"""


def _spent(until: str, calendar: WorkCalendar) -> str:
    """Return the SQL of the minutes from a ticket's opening until an instant, by the ticket's own clock."""
    working = f"{position(f't.{until}_local', until, calendar)} - {position('t.opened_local', 'opened', calendar)}"
    clock = f"extract(epoch FROM t.{until}_local - t.opened_local) / 60"
    return f"greatest(0, CASE WHEN t.by_clock THEN {clock} ELSE {working} END)"


def _flow(calendar: WorkCalendar) -> str:
    measured = "\n".join(
        f"LEFT JOIN day_of {name} ON {name}.day = t.{name}_local::date"
        for name in ("opened", "acknowledged", "resolved")
    )
    reopened = f"EXISTS (SELECT 1 FROM {TicketEntry._meta.db_table} e WHERE e.ticket_id = t.id AND e.verb = 'reopen')"  # noqa: S608 - a table's name
    return f"""
WITH ticket AS ({_TICKETS}), {DAYS}, told AS (
    SELECT t.department_slug AS department, t.unit_code AS unit, nullif(t.category, '') AS category,
        to_char(t.opened_local, 'YYYY-MM') AS month, t.resolved_at IS NOT NULL AS resolved,
        CASE WHEN t.acknowledged_at IS NOT NULL THEN {_spent("acknowledged", calendar)} END AS acknowledge,
        CASE WHEN t.resolved_at IS NOT NULL THEN {_spent("resolved", calendar)} END AS resolve,
        t.resolved_at <= t.due_at AS on_time,
        t.resolved_at IS NOT NULL OR (t.due_at <= %(now)s AND t.state NOT IN ('cancelled', 'merged')) AS counted,
        {reopened} AS reopened, t.closed_at IS NOT NULL AND t.state = 'closed' AS closed
    FROM ticket t
    {measured}
)
SELECT CASE GROUPING(department, unit, category, month)
        WHEN 7 THEN 'department' WHEN 11 THEN 'unit' WHEN 13 THEN 'category' WHEN 14 THEN 'month' ELSE 'all' END,
    coalesce(department, unit, category, month), count(*), count(*) FILTER (WHERE resolved),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY acknowledge), percentile_cont(0.9) WITHIN GROUP (ORDER BY acknowledge),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY resolve), percentile_cont(0.9) WITHIN GROUP (ORDER BY resolve),
    count(*) FILTER (WHERE counted AND on_time), count(*) FILTER (WHERE counted),
    count(*) FILTER (WHERE closed OR reopened), count(*) FILTER (WHERE reopened)
FROM told GROUP BY GROUPING SETS ((), (department), (unit), (category), (month))
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
WITH ticket AS ({_TICKETS})
SELECT CASE GROUPING(department_slug, unit_code) WHEN 1 THEN 'department' WHEN 2 THEN 'unit' ELSE 'all' END,
    coalesce(department_slug, unit_code), {", ".join(_age(number) for number in range(len(AGES) + 1))},
    count(*) FILTER (WHERE due_at <= %(now)s)
FROM ticket t GROUP BY GROUPING SETS ((), (department_slug), (unit_code))
ORDER BY 1, count(*) DESC, 2
"""  # noqa: S608 - only names and numbers of our own are put in

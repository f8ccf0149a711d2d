"""Tickets by the hundred thousand, copied from one that was opened in earnest, whatever columns there are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg
from django.db import transaction
from psycopg import sql

from tests.bench.filling import _without_indexes

UNITS = "(SELECT array_agg(id ORDER BY code) FROM directory_unit WHERE level = 'commune' AND valid_to IS NULL)"
FIRST_STEP = 1
"""The step that will be due: the one above the step that told the officer when the ticket was opened."""

Connection = psycopg.Connection[tuple[object, ...]]


def template() -> int:
    """Open a ticket of the demo as an alert would and return its id; Django is set up."""
    from services.alerts.raising import raise_alerts  # noqa: PLC0415 - needs Django's settings
    from services.contract import Finding, message  # noqa: PLC0415
    from services.directory.selectors import units_on  # noqa: PLC0415
    from services.kernel import clock  # noqa: PLC0415
    from services.tickets import engine, following  # noqa: PLC0415
    from services.tickets.models import Ticket  # noqa: PLC0415

    now = clock.now("demo")
    unit = units_on(now.date()).order_by("code")[0]
    title = message("{count} reports within {metres} m", count=4, metres=500)
    finding = Finding("field_reports.crowd_bench", "medium", "bench", title, now, unit=unit.code, category="bench")
    with transaction.atomic():
        raise_alerts(realm="demo", monitor="public_services", results=[finding], now=now)
    following.follow_alerts()
    engine.fire_timers()
    return int(Ticket.objects.order_by("-pk")[0].pk)


@contextmanager
def in_bulk(connection: Connection) -> Iterator[None]:
    """Have tickets and their steps without indexes and constraints while they are filled in: four times as quick.

    What refers to tickets keeps their primary key. Every constraint is made anew and so checked, for all rows at once.
    """
    tables = ("tickets_ticket", "tickets_ticketstep")
    constraints = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = ANY(%s::text[]::regclass[]) AND contype IN ('f', 'u') ORDER BY contype DESC",
        [list(tables)],
    ).fetchall()
    for table, name, _definition in constraints:
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    with _without_indexes(connection, tables[0]), _without_indexes(connection, tables[1]):
        yield
        connection.execute("SET maintenance_work_mem = '512MB'")
    for table, name, definition in constraints:
        connection.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    connection.execute("VACUUM ANALYZE tickets_ticket, tickets_ticketstep")


def fill(connection: Connection, source: int, first: int, last: int, *, state: str = "new", ladder: int = 2) -> None:
    """Copy ticket ``source`` as numbers ``first`` to ``last``, each with so many steps and, when open, its tile."""
    is_open = state != "closed"
    when = "now() + interval '1 day' + (n * 7919 % 1000003) / 1000003.0 * interval '30 days'"
    given = {
        "id": "n",
        "public_id": "gen_random_uuid()",
        "code": "'BN-' || n",
        "alert_id": "NULL",
        "state": f"'{state}'",
        "unit_id": f"({UNITS})[1 + n % 100]",
        "severity": "1 + n % 4",
        "due_at": f"{when} + interval '1 day'",
        "escalate_at": when if is_open else "NULL",
        "closed_at": "NULL" if is_open else "now() - interval '1 hour'",
        "step_index": "0",
    }
    _copy(connection, "tickets_ticket", given, "t.id = %(source)s", (source, first, last))
    step = {
        "id": None,
        "ticket_id": "n",
        "state": f"CASE WHEN t.index = 0 THEN 'fired' WHEN {is_open} THEN 'pending' ELSE 'void' END",
        "due_at": f"{when} + (t.index - 1) * interval '1 day'",
    }
    of_source = f"t.ticket_id = %(source)s AND t.index < {ladder}"
    _copy(connection, "tickets_ticketstep", step, of_source, (source, first, last))


def show(connection: Connection, source: int, first: int, last: int) -> None:
    """Put the tiles of these tickets on the wall, framed already."""
    given = {"id": None, "key": "'ticket:' || k.public_id", "dirty": "false"}
    names, values = _columns(connection, "wall_tile", given)
    statement = sql.SQL(
        "INSERT INTO wall_tile ({}) SELECT {} FROM tickets_ticket k, wall_tile t WHERE k.id BETWEEN %(first)s "
        "AND %(last)s AND t.key = (SELECT 'ticket:' || public_id FROM tickets_ticket WHERE id = %(source)s)"
    ).format(names, values)
    connection.execute(statement, {"source": source, "first": first, "last": last})
    connection.execute("VACUUM ANALYZE wall_tile")


def make_due(connection: Connection, first: int, last: int) -> None:
    """Let the next step of these tickets have become due within the last ten minutes."""
    when = "now() - (n * 7919 %% 1000003) / 1000003.0 * interval '10 minutes'"
    given = {"first": first, "last": last, "step": FIRST_STEP}
    for table, column, key, more in (
        ("tickets_ticket", "escalate_at", "id", ""),
        ("tickets_ticketstep", "due_at", "ticket_id", "AND index = %(step)s"),
    ):
        new = when.replace("n *", f"{key} *")
        connection.execute(
            f"UPDATE {table} SET {column} = {new} WHERE {key} BETWEEN %(first)s AND %(last)s {more}",
            given,
        )
    connection.execute("VACUUM ANALYZE tickets_ticket, tickets_ticketstep, wall_tile, notify_message")


def _copy(
    connection: Connection, table: str, given: Mapping[str, str | None], where: str, run: tuple[int, int, int]
) -> None:
    """Insert copies of the rows that fit, once for each number; ``given`` says what differs (None: left out)."""
    names, values = _columns(connection, table, given)
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT {values} FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n, "
        "{table} t WHERE {where}"
    ).format(table=sql.Identifier(table), names=names, values=values, where=sql.SQL(where))
    source, first, last = run
    connection.execute(statement, {"source": source, "first": first, "last": last})


def _columns(connection: Connection, table: str, given: Mapping[str, str | None]) -> tuple[sql.Composed, sql.Composed]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position", [table]
    ).fetchall()
    names = [str(name) for (name,) in rows if given.get(str(name), "") is not None]
    values = [
        sql.SQL((given.get(name) or "").replace("%", "%%")) if given.get(name) else sql.Identifier("t", name)
        for name in names
    ]
    return sql.SQL(", ").join(map(sql.Identifier, names)), sql.SQL(", ").join(values)

"""One of the programs that ``script/bench escalation`` lets run at once: the engine, or SQL that writes the same rows.

It does a chunk of one ticket that it then takes back, since a worker has run for days; says ``ready``, waits for a
line, works until nothing is due, and says what it did in a line of JSON.
"""

import json
import os
import re
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

Work = tuple[Callable[[], int], int]
"""What does a chunk, and the process of the database that works for it."""


def _engine(size: int) -> Work:
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415 - needs Django's settings

    from services.tickets import engine  # noqa: PLC0415

    connection.ensure_connection()
    with transaction.atomic():
        engine.fire_timers(1)
        transaction.set_rollback(True)
    return lambda: engine.fire_timers(size), connection.connection.info.backend_pid


_CLAIM = """
SELECT coalesce(array_agg(id), '{}') FROM (
    SELECT id FROM tickets_ticket WHERE realm = 'demo' AND escalate_at <= %(now)s
     ORDER BY escalate_at, id LIMIT %(chunk)s FOR UPDATE SKIP LOCKED) AS due
"""
_STEPS = """
UPDATE tickets_ticketstep SET state = 'fired', fired_at = now(), holders = %(holders)s
 WHERE ticket_id = ANY(%(ids)s) AND generation = 1 AND index = 1
"""
_TICKETS = """
UPDATE tickets_ticket AS t SET step_index = 1, escalate_at = (
       SELECT min(due_at) FROM tickets_ticketstep s
        WHERE s.ticket_id = t.id AND s.generation = t.generation AND s.state = 'pending')
 WHERE id = ANY(%(ids)s)
"""
_TILES = """
INSERT INTO wall_tile AS t (realm, key, kind, monitor, audience, left_audience, payload, rank, since, version,
                            dirty, gone, changed_at)
SELECT realm, key, kind, monitor, audience, '{}', payload, rank, since, 1, true, false, clock_timestamp()
  FROM {rows}
    ON CONFLICT (realm, key) DO UPDATE
   SET payload = EXCLUDED.payload, rank = EXCLUDED.rank, since = EXCLUDED.since, audience = EXCLUDED.audience,
       version = t.version + 1, dirty = true, gone = false,
       changed_at = CASE WHEN t.dirty THEN t.changed_at ELSE clock_timestamp() END
"""
_INSERT = "INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"
_GIVEN = "jsonb_to_recordset(%(rows)s::jsonb) AS given ({types})"


def _bare(size: int, url: str, first: int, last: int, made: dict[str, list[dict[str, Any]]]) -> Work:
    """Write rows that are known before the clock starts: ``made`` has those of one ticket as the engine wrote them."""
    connection = psycopg.connect(url, autocommit=True)
    wanted = connection.execute(
        "SELECT id, public_id::text FROM tickets_ticket WHERE id BETWEEN %s AND %s", [first, last]
    )
    tickets: dict[int, str] = dict(wanted.fetchall())
    (step,), (ticket,) = made.pop("tickets_ticketstep"), made.pop("tickets_ticket")
    holders = json.dumps(step["holders"])
    known = []
    for table, rows in made.items():
        names = [name for name in rows[0] if name != "id"]
        line = ",".join(json.dumps({name: row[name] for name in names}, ensure_ascii=False) for row in rows)
        known.append((_statement(connection, table, names), _for_all(line, ticket, tickets)))

    def chunk(count: int = size, *, take_back: bool = False) -> int:
        with connection.transaction(force_rollback=take_back):
            now = connection.execute("SELECT ioc_now('demo')").fetchone()
            row = connection.execute(_CLAIM, {"chunk": count, "now": now[0] if now else None}).fetchone()
            ids = row[0] if row else []
            if ids:
                connection.execute(_STEPS, {"ids": ids, "holders": holders})
                connection.execute(_TICKETS, {"ids": ids})
                for text, lines in known:
                    connection.execute(text, {"rows": f"[{','.join([lines[pk] for pk in ids])}]"})
        return len(ids)

    chunk(1, take_back=True)
    return chunk, connection.info.backend_pid


def _worked(backend: int) -> float:
    """Return the processor time that this process and its database process have had, in seconds."""
    return time.process_time() + int(Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def _statement(connection: psycopg.Connection[Any], table: str, names: list[str]) -> str:
    types: dict[str, str] = dict(
        connection.execute(
            "SELECT column_name, CASE WHEN data_type = 'ARRAY' THEN 'varchar[]' ELSE data_type END "
            "FROM information_schema.columns WHERE table_name = %s",
            [table],
        ).fetchall()
    )
    given = _GIVEN.format(types=", ".join(f'"{name}" {types[name]}' for name in names))
    text = _TILES if table == "wall_tile" else _INSERT
    return text.replace("{table}", table).replace("{rows}", given).replace("{names}", ", ".join(names))


_PUBLIC = re.compile(r'"public_id": "[0-9a-f-]{36}"')


def _for_all(line: str, ticket: dict[str, Any], tickets: dict[int, str]) -> dict[int, str]:
    """Return the rows of one ticket as they are for each of the others."""
    made = {}
    for pk, public_id in tickets.items():
        own = line.replace(ticket["public_id"], public_id).replace(f'"ticket_id": {ticket["id"]}', f'"ticket_id": {pk}')
        made[pk] = _PUBLIC.sub(lambda _found: f'"public_id": "{uuid.uuid4()}"', own)
    return made


def main() -> None:
    """Work when told to."""
    kind, size, *given = sys.argv[1:]
    chunk, backend = (
        _engine(int(size)) if kind == "engine" else _bare(int(size), os.environ["DATABASE_URL"], *json.loads(given[0]))
    )
    print("ready", flush=True)
    sys.stdin.readline()
    worked, done = _worked(backend), 0
    while count := chunk():
        done += count
    ended, worked = time.perf_counter(), _worked(backend) - worked
    status = Path("/proc/self/status").read_text(encoding="ascii")  # getrusage would tell the parent's
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
    print(json.dumps({"tickets": done, "ended": ended, "worked": worked, "peak": peak}), flush=True)


if __name__ == "__main__":
    main()

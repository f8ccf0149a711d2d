"""One of the programs that ``script/bench escalation`` lets run at once: the engine, or SQL that writes the same rows.

It says ``ready``, waits for a line, works until nothing is due, and says what it did in a line of JSON.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable

import psycopg

CHUNK = 400


def _engine() -> Callable[[], int]:
    import django  # noqa: PLC0415

    django.setup()
    from services.tickets import engine  # noqa: PLC0415 - needs Django's settings

    return lambda: engine.fire_timers(CHUNK)


_CLAIM = """
SELECT coalesce(array_agg(id), '{}') FROM (
    SELECT id FROM tickets_ticket WHERE realm = 'demo' AND escalate_at <= ioc_now('demo')
     ORDER BY escalate_at, id LIMIT %(chunk)s FOR UPDATE SKIP LOCKED) AS due
"""
_WRITE = (
    """
    UPDATE tickets_ticketstep SET state = 'fired', fired_at = now(), holders = %(holders)s
     WHERE ticket_id = ANY(%(ids)s) AND generation = 1 AND index = 1
    """,
    """
    UPDATE tickets_ticket AS t SET step_index = 1, escalate_at = (
           SELECT min(due_at) FROM tickets_ticketstep s
            WHERE s.ticket_id = t.id AND s.generation = t.generation AND s.state = 'pending')
     WHERE id = ANY(%(ids)s)
    """,
    """
    INSERT INTO notify_message ({messages})
    SELECT {message_values} FROM tickets_ticket k, unnest(%(channels)s::text[]) AS channel
     WHERE k.id = ANY(%(ids)s)
    """,
    """
    INSERT INTO tickets_ticketentry (ticket_id, at, verb, from_state, to_state, note, public, detail)
    SELECT id, now(), 'escalate', 'new', 'new', '', false, %(entry)s FROM tickets_ticket WHERE id = ANY(%(ids)s)
    """,
    """
    INSERT INTO audit_auditentry (realm, at, verb, target, detail)
    SELECT realm, now(), 'ticket.escalate', 'ticket:' || public_id, %(audit)s FROM tickets_ticket
     WHERE id = ANY(%(ids)s)
    """,
    """
    INSERT INTO wall_tile AS t (realm, key, kind, monitor, audience, left_audience, payload, rank, since, version,
                                dirty, gone, changed_at)
    SELECT realm, 'ticket:' || public_id, 'ticket', monitor, %(audience)s::varchar[], '{{}}', %(payload)s, severity,
           opened_at, 1, true, false, clock_timestamp()
      FROM tickets_ticket WHERE id = ANY(%(ids)s) ORDER BY public_id
        ON CONFLICT (realm, key) DO UPDATE
       SET payload = EXCLUDED.payload, rank = EXCLUDED.rank, since = EXCLUDED.since, audience = EXCLUDED.audience,
           version = t.version + 1, dirty = true, gone = false,
           changed_at = CASE WHEN t.dirty THEN t.changed_at ELSE clock_timestamp() END
    """,
)


def _bare(given: dict[str, object]) -> Callable[[], int]:
    connection = psycopg.connect(os.environ["DATABASE_URL"])
    names, values = given.pop("messages"), given.pop("message_values")
    statements = [one.format(messages=names, message_values=values) for one in _WRITE]

    def chunk() -> int:
        with connection.transaction():
            row = connection.execute(_CLAIM, {"chunk": CHUNK}).fetchone()
            ids = row[0] if row else []
            for statement in statements if ids else ():
                connection.execute(statement, {**given, "ids": ids})  # type: ignore[arg-type]
        return len(ids)

    return chunk


def main() -> None:
    """Work when told to."""
    chunk = _engine() if sys.argv[1] == "engine" else _bare(json.loads(sys.argv[2]))
    print("ready", flush=True)
    sys.stdin.readline()
    began, done = time.perf_counter(), 0
    while count := chunk():
        done += count
    spent = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"tickets": done, "seconds": spent, "peak": peak}), flush=True)


if __name__ == "__main__":
    main()

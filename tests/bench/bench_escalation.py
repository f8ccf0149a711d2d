"""``script/bench escalation [--open N] [--due N]``: 20,000 due of 1,000,000 open timers, by four sweepers at once.

The peer in the same run is SQL that writes the same rows (claim, step, outbox, history, audit, tile, ticket) from four
connections, as many at once, and knows nothing: no people, no rules, no texts. Then what a sweep costs that finds
nothing, and the list of tickets for people who are no superusers. ``--listed 0`` leaves the list out. The rate is that
of the clock, the processor time that of the programs and their database processes: on a machine with other work only
the latter says something.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from typing import Any

import django
import psycopg

from ioc.machine.places import ROOT
from tests.bench.figure import Figure, quantile
from tests.harness.databases import clone, prepared
from tests.harness.slot import Servers

SWEEPERS = 4
ASKED = 40
LISTED = 200_000
BASE = 10_000_000
"""Ids of copied tickets begin here."""


def measure(servers: Servers, rest: list[str]) -> list[Figure]:
    """Fill and measure: lists first, then a tenth of the open tickets, then all of them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--open", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=20_000)
    parser.add_argument("--listed", type=int, default=LISTED)
    given = parser.parse_args(rest)
    url = _prepare(servers)
    from tests.bench import escalation_fill as filling  # noqa: PLC0415 - needs Django's settings
    from tests.bench.escalation_lists import lists  # noqa: PLC0415

    source = filling.template()
    figures: list[Figure] = []
    with psycopg.connect(url, autocommit=True) as connection:
        if given.listed:
            quarter = given.listed // 4
            with filling.in_bulk(connection):
                filling.fill(connection, source, BASE, BASE + quarter - 1)
                filling.fill(connection, source, BASE + quarter, BASE + given.listed - 1, state="closed")
            figures += lists(given.listed)
        filled = BASE + given.listed
        for size, due in ((given.open // 10, given.due // 2), (given.open, given.due)):
            more = size - int(_one(connection, "SELECT count(*) FROM tickets_ticket WHERE escalate_at > now()"))
            more = max(more, 2 * due + 1)
            began = time.perf_counter()
            with filling.in_bulk(connection):
                filling.fill(connection, source, filled, filled + 2 * due - 1, ladder=9)
                filling.fill(connection, source, filled + 2 * due, filled + more - 1)
            filling.show(connection, source, filled, filled + 2 * due - 1)
            print(f"{more:,} tickets filled in within {time.perf_counter() - began:.0f} s", flush=True)
            figures += _idle(size)
            figures += _race(connection, source, size, filled, due)
            filled += more
    return figures


def _prepare(servers: Servers) -> str:
    clone(servers.postgres, prepared(servers.postgres, servers.folder, demo=True), "bench_escalation")
    url = servers.postgres.url("bench_escalation")
    os.environ |= {
        "DATABASE_URL": url,
        "REDIS_URL": servers.redis.url(),
        "DJANGO_SETTINGS_MODULE": "ioc.settings",
        "IOC_VAR": str(servers.folder),
        "IOC_DEMO": "1",
    }
    django.setup()
    return url


def _one(connection: Any, statement: str, *parameters: object) -> Any:
    return connection.execute(statement, parameters or None).fetchone()[0]


# --- sweeps ----------------------------------------------------------------------------------------------------------


def _idle(size: int) -> list[Figure]:
    """How long a sweep takes that finds nothing due."""
    from services.tickets import engine  # noqa: PLC0415 - needs Django's settings

    spent = []
    for _ in range(ASKED):
        began = time.perf_counter()
        assert engine.fire_timers() == 0
        spent.append((time.perf_counter() - began) * 1000)
    return [Figure(f"{size:,} open: a sweep that finds nothing, p95", quantile(spent, 0.95), "ms", at_most=5)]


def _race(connection: Any, source: int, size: int, first: int, due: int) -> list[Figure]:
    """The engine, then bare SQL, each on so many due tickets of its own."""
    from tests.bench import escalation_fill as filling  # noqa: PLC0415 - needs Django's settings

    runs = []
    for number, kind in enumerate(("engine", "bare")):
        start = first + number * due
        filling.make_due(connection, start, start + due - 1)
        extra = [] if kind == "engine" else [json.dumps([start, start + due - 1, _rows(connection, first)])]
        runs.append(_run(kind, extra, due))
    (rate, worked, peak), (bare_rate, bare_worked, _) = runs
    wrong = _wrong(connection, first, first + due - 1)
    what = f"{due:,} due of {size:,} open"
    return [
        Figure(f"{what}: {SWEEPERS} sweepers", rate, "tickets/s", "bare SQL", bare_rate),
        Figure(f"{what}: share of bare SQL's rate", rate / bare_rate * 100, "%", at_least=60),
        Figure(f"{what}: processor time a ticket, database included", worked, "µs", "bare SQL", bare_worked),
        Figure(f"{what}: share of it that bare SQL takes", bare_worked / worked * 100, "%"),
        Figure(f"{what}: lost or doubled", wrong, "tickets", at_most=0),
        Figure(f"{what}: memory of a sweeper, peak", peak, "MB"),
    ]


def _run(kind: str, extra: list[str], due: int) -> tuple[float, float, float]:
    """Let four programs work at once; return tickets a second, µs of processors a ticket, the largest one's MB."""
    from services.tickets.engine import CHUNK  # noqa: PLC0415 - needs Django's settings

    command = [sys.executable, "-m", "tests.bench.escalation_sweeper", kind, str(CHUNK), *extra]
    running = [
        subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(SWEEPERS)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    began = time.perf_counter()
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [json.loads(one.communicate()[0]) for one in running]
    spent = max(one["ended"] for one in said) - began
    assert sum(one["tickets"] for one in said) == due, (kind, said)
    return due / spent, sum(one["worked"] for one in said) / due * 1e6, max(one["peak"] for one in said)


def _rows(connection: Any, ticket: int) -> dict[str, Any]:
    """Return the rows that the engine wrote for a ticket, by table, for the peer to write the same for others."""
    of = "(SELECT 'ticket:' || public_id FROM tickets_ticket WHERE id = %(id)s)"
    wanted = {
        "tickets_ticket": "id = %(id)s",
        "tickets_ticketstep": "ticket_id = %(id)s AND index = 1",
        "notify_message": f"subject = {of}",
        "tickets_ticketentry": "ticket_id = %(id)s",
        "audit_auditentry": f"target = {of}",
        "wall_tile": f"key = {of}",
    }
    return {
        table: [row for (row,) in connection.execute(f"SELECT to_jsonb(t) FROM {table} t WHERE {own}", {"id": ticket})]
        for table, own in wanted.items()
    }


_WRONG = """
SELECT count(*) FROM tickets_ticket k
 WHERE k.id BETWEEN %s AND %s
   AND ((SELECT count(*) FROM tickets_ticketstep s WHERE s.ticket_id = k.id AND s.state = 'fired' AND s.index = 1) <> 1
     OR (SELECT count(*) FROM tickets_ticketstep s WHERE s.ticket_id = k.id AND s.state = 'fired') <> 2
     OR (SELECT count(*) FROM tickets_ticketentry e WHERE e.ticket_id = k.id AND e.verb = 'escalate') <> 1
     OR (SELECT count(*) FROM audit_auditentry a WHERE a.target = 'ticket:' || k.public_id) <> 1
     OR (SELECT count(*) FROM notify_message m WHERE m.realm = 'demo' AND m.subject = 'ticket:' || k.public_id)
        < (SELECT jsonb_array_length(holders) FROM tickets_ticketstep s WHERE s.ticket_id = k.id AND s.index = 1)
     OR (SELECT count(*) FROM notify_message m WHERE m.realm = 'demo' AND m.subject = 'ticket:' || k.public_id) = 0
     OR (SELECT t.version FROM wall_tile t WHERE t.realm = 'demo' AND t.key = 'ticket:' || k.public_id)
        <> 1 + (SELECT version FROM wall_tile WHERE realm = 'demo' AND key = 'ticket:' || (
                SELECT public_id FROM tickets_ticket ORDER BY id LIMIT 1))
     OR k.step_index <> 1
     OR k.escalate_at IS DISTINCT FROM (SELECT min(due_at) FROM tickets_ticketstep s
                                         WHERE s.ticket_id = k.id AND s.state = 'pending'))
"""


def _wrong(connection: Any, first: int, last: int) -> int:
    """Return of how many tickets a row is missing, doubled, or not as it should be."""
    return int(_one(connection, _WRONG, first, last))

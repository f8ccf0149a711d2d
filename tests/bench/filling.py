"""How a table is filled: by one statement of PostgreSQL for any run of record numbers.

Records are spread as a province's own would be: a share of them in the last day, the rest behind it. Timestamps follow
the realm's clock.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psycopg

MANY = 50_000
"""From so many records on it is quicker to build indexes anew than to keep them."""
RECORD = "'demo', %(source)s, 'fill-' || n, {at}, {at}, false, '\\x00'::bytea, '{{}}'::jsonb"
"""realm, source, external_id, occurred_at, received_at, historical, digest, raw: what every record has."""
COMMON = "realm, source, external_id, occurred_at, received_at, historical, digest, raw, unit, department"
STATE = f"{COMMON}, as_of, version"


@dataclass(frozen=True)
class Fill:
    """How a main table of a monitor is filled: ``statement`` writes records ``%(first)s`` to ``%(last)s`` by number."""

    table: str
    source: str
    statement: str
    after: tuple[str, ...] = ()
    """What follows from the records in other tables: one statement after the other, each time records were added."""
    others: tuple[str, ...] = ()
    """The other tables written to."""

    def write(self, connection: psycopg.Connection, first: int, last: int) -> None:
        """Write records with these numbers and bring the planner's knowledge up to date."""
        given = {"source": self.source, "first": first, "last": last}
        with ExitStack() as stack:
            for table in (self.table, *self.others) if last - first > MANY else ():
                stack.enter_context(_without_indexes(connection, table))
            connection.execute(self.statement, given)
            for statement in self.after:
                connection.execute(statement, given)
        connection.execute(f"VACUUM ANALYZE {', '.join((self.table, *self.others))}")


@contextmanager
def _without_indexes(connection: psycopg.Connection, table: str) -> Iterator[None]:
    """Take away the indexes that no constraint needs and build them anew afterwards: a third of the time."""
    rows = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass "
        "AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [table],
    ).fetchall()
    for name, _definition in rows:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in rows:
        connection.execute(definition.replace(" ON ONLY ", " ON "))


def spread(days: int) -> str:
    """SQL for the instant of record ``n``: evenly back from now over so many days, newest where ``n`` is a multiple."""
    return f"(ioc_now('demo') - ((n * 7919) %% 1000003) / 1000003.0 * interval '{days} days')"


UNITS = """units AS (SELECT array_agg(code ORDER BY code) AS codes FROM directory_unit
            WHERE level = 'commune' AND valid_to IS NULL),
     offices AS (SELECT array_agg(slug ORDER BY slug) AS slugs FROM directory_department)"""
UNIT = "codes[1 + n %% cardinality(codes)]"
OFFICE = "slugs[1 + n %% cardinality(slugs)]"
ROWS = "generate_series(%(first)s::bigint, %(last)s::bigint) AS n, units, offices"

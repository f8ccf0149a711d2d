"""Leases: at most one holder of a name at a time, by the database's clock. Advisory locks break under pooling."""

import os
import socket
from datetime import timedelta

from django.db import connection


def holder_name() -> str:
    """Return who this process is: host and process id."""
    return f"{socket.gethostname()}:{os.getpid()}"


def acquire(name: str, holder: str, *, lasting: timedelta) -> int | None:
    """Take or renew a lease; return its term, or None while somebody else holds it.

    The term rises with every change of hands, so a write that checks it cannot come from a holder who lost the lease.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO kernel_lease AS l (name, holder, term, until)
            VALUES (%(name)s, %(holder)s, 1, clock_timestamp() + %(lasting)s::interval)
            ON CONFLICT (name) DO UPDATE
               SET holder = EXCLUDED.holder,
                   until = EXCLUDED.until,
                   term = l.term + (l.holder <> EXCLUDED.holder OR l.until <= clock_timestamp())::int
             WHERE l.holder = EXCLUDED.holder OR l.until <= clock_timestamp()
            RETURNING term
            """,
            {"name": name, "holder": holder, "lasting": f"{lasting.total_seconds()} seconds"},
        )
        row = cursor.fetchone()
    return row[0] if row else None


def release(name: str, holder: str) -> None:
    """Give a lease back at once, so that a successor need not wait for its end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_lease SET until = clock_timestamp() WHERE name = %s AND holder = %s", [name, holder]
        )


def holds(name: str, term: int) -> bool:
    """Lock the lease's row for the rest of the transaction and tell whether ``term`` is still its term."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT term FROM kernel_lease WHERE name = %s FOR SHARE", [name])
        row = cursor.fetchone()
    return bool(row and row[0] == term)

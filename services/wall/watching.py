"""Which streams somebody watches now. Only they, and the province, have their panels computed."""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection

LASTING = 60.0
"""Seconds a stream counts as watched after a hub last said so."""


def watch(realm: str, streams: Iterable[str]) -> None:
    """Note that somebody watches these streams now, in one statement. The shown realm's province needs no note."""
    wanted = sorted(set(streams) - ({"province"} if realm == settings.IOC_REALM else set()))
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO wall_watchedscope AS w (realm, stream, until)
            SELECT %s, stream, clock_timestamp() + make_interval(secs => %s) FROM unnest(%s::varchar[]) AS stream
                ON CONFLICT (realm, stream) DO UPDATE SET until = EXCLUDED.until
            """,
            [realm, LASTING, wanted],
        )


def watched(realm: str) -> list[str]:
    """Return the streams of a realm that panels are computed for, the province first; forget those left for good."""
    return watched_by_realm(realm).get(realm, ["province"])


def watched_by_realm(always: str) -> dict[str, list[str]]:
    """Return the watched streams of every realm that has any; the province of ``always`` is watched by nature."""
    found = {always: ["province"]}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM wall_watchedscope WHERE until < clock_timestamp()")
        cursor.execute("SELECT realm, stream FROM wall_watchedscope ORDER BY realm, stream")
        for realm, stream in cursor.fetchall():
            streams = found.setdefault(realm, ["province"])
            if stream != "province":
                streams.append(stream)
    return found

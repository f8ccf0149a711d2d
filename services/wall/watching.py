"""Which streams somebody watches now. Only they, and the province, have their panels computed."""

from collections.abc import Iterable

from django.db import connection

from services.wall.models import WatchedScope

LASTING = 60.0
"""Seconds a stream counts as watched after a hub last said so."""


def watch(realm: str, streams: Iterable[str]) -> None:
    """Note that somebody watches these streams now, in one statement. The province needs no note."""
    wanted = sorted(set(streams) - {"province"})
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
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM wall_watchedscope WHERE realm = %s AND until < clock_timestamp()", [realm])
    return ["province", *WatchedScope.objects.filter(realm=realm).order_by("stream").values_list("stream", flat=True)]

"""One day of a board at a glance: how many alerts were opened in each quarter of an hour, and when which."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from services.contract import SEVERITIES
from services.kernel.clock import LOCAL
from services.wall.boards import Board
from services.wall.replay import RANK

QUARTER = timedelta(minutes=15)
ALARMS = 500
"""Alerts of a day that are named, the worst first; the quarters count all."""
LATE = timedelta(hours=1)
"""How long after it was opened an alert's first frame may have come: the relay may have stood still."""

_DAY = f"""
WITH opened AS (
    SELECT DISTINCT ON (key, opened_at) key, opened_at, {RANK} AS rank, payload->'title' AS title
      FROM (SELECT key, payload, (payload->>'opened_at')::timestamptz AS opened_at, at, seq FROM wall_frame
             WHERE realm = %(realm)s AND at >= %(since)s AND at < %(late)s AND kind = 'alert' AND NOT gone
               AND audience && %(scopes)s::varchar[] AND (%(monitor)s::text IS NULL OR monitor = %(monitor)s)
           ) AS framed
     WHERE opened_at >= %(since)s AND opened_at < %(until)s
     ORDER BY key, opened_at, {RANK} DESC, at DESC, seq DESC
)
SELECT COALESCE((SELECT json_agg(json_build_object('quarter', quarter, 'count', count, 'worst', worst) ORDER BY quarter)
                   FROM (SELECT floor(extract(epoch FROM opened_at - %(since)s::timestamptz) / 900)::int AS quarter,
                                count(*) AS count, max(rank) AS worst
                           FROM opened GROUP BY 1) AS counted), '[]')::text,
       COALESCE((SELECT json_agg(json_build_object('key', key, 'at', opened_at, 'rank', rank, 'title', title)
                                 ORDER BY opened_at, key)
                   FROM (SELECT * FROM opened ORDER BY rank DESC, opened_at LIMIT %(limit)s) AS worst), '[]')::text
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Day:
    """``quarters``: ``{"at", "count", "worst"}`` of those in which an alert was opened; ``alarms``: when which was."""

    since: datetime
    until: datetime
    quarters: list[dict[str, Any]]
    alarms: list[dict[str, Any]]


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return where a local day begins and ends."""
    begin = datetime.combine(day, time(), tzinfo=LOCAL)
    return begin, begin + timedelta(days=1)


def timeline(realm: str, board: Board, scopes: Collection[str], day: date) -> Day:
    """Return the day's alerts for somebody who may see ``scopes``; one statement."""
    since, until = bounds(day)
    params: dict[str, Any] = {
        "realm": realm,
        "scopes": sorted(scopes),
        "monitor": board.monitor,
        "since": since,
        "until": until,
        "late": until + LATE,
        "limit": ALARMS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAY, params)
        quarters, alarms = (json.loads(text) for text in cursor.fetchone())
    return Day(
        since,
        until,
        [
            {"at": since + one["quarter"] * QUARTER, "count": one["count"], "worst": SEVERITIES[one["worst"]]}
            for one in quarters
        ],
        [
            {
                "key": one["key"],
                "at": datetime.fromisoformat(one["at"]),
                "severity": SEVERITIES[one["rank"]],
                "title": one["title"],
            }
            for one in alarms
        ],
    )

"""What an incident says follows from its members: one statement for any number of incidents."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from services.alerts.workflow import OPEN as ALERT_OPEN

_REFRESH = """
UPDATE incidents_incident AS i
   SET state = CASE WHEN s.open > 0 THEN 'open' ELSE 'closed' END,
       closed_at = CASE WHEN s.open > 0 THEN NULL ELSE COALESCE(i.closed_at, %(now)s) END,
       members_count = s.members,
       severity = COALESCE(s.worst_open, s.worst, i.severity),
       title = COALESCE(s.title, i.title),
       first_at = COALESCE(s.first_at, i.first_at),
       last_at = COALESCE(s.last_at, i.last_at),
       place = COALESCE(s.place, i.place)
  FROM (SELECT w.id,
               count(a.id) AS members,
               count(a.id) FILTER (WHERE a.state = ANY(%(open)s)) AS open,
               max(a.severity) FILTER (WHERE a.state = ANY(%(open)s)) AS worst_open,
               max(a.severity) AS worst,
               (array_agg(a.title ORDER BY (a.state = ANY(%(open)s)) DESC, a.severity DESC, a.opened_at, a.id)
                    FILTER (WHERE a.id IS NOT NULL))[1] AS title,
               min(a.opened_at) AS first_at,
               max(a.last_seen) AS last_at,
               ST_Centroid(ST_Collect(a.place)) AS place
          FROM unnest(%(ids)s::bigint[]) AS w (id)
          LEFT JOIN incidents_member AS m ON m.incident_id = w.id AND m.taken_out_at IS NULL
          LEFT JOIN alerts_alert AS a ON a.id = m.alert_id
         GROUP BY w.id) AS s
 WHERE i.id = s.id AND i.state <> 'merged'
"""


def refresh(incidents: Iterable[int], now: datetime) -> None:
    """Write state, severity, title, times, number and place of these incidents anew, in the caller's transaction."""
    ids = sorted(set(incidents))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_REFRESH, {"ids": ids, "now": now, "open": list(ALERT_OPEN)})

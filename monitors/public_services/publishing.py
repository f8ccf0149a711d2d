"""What dossiers say of the work of agencies, as indicators by month, commune and department, for others to read.

On time is what ``deadlines.py`` decided when the dossier was stored. A dossier counts in the month in which it ended;
one that is still open at a month's end though overdue is late in that month, too (DOMAIN: "still open: the period's
end"; Decree 61/2018/NĐ-CP art. 19). What ended without a known deadline was neither on time nor late.
"""

from datetime import datetime

from django.db.models import Min

from monitors.public_services.models import Dossier
from services.contract import Moment
from services.indicators import publishing

MONITOR = "public_services"
RECEIVED, ONLINE, FINISHED = "dossiers_received", "dossiers_online", "dossiers_finished"
ON_TIME, OVERDUE = "dossiers_on_time", "dossiers_overdue"

_RECEIVED = """
SELECT date_trunc('month', submitted_at AT TIME ZONE %(zone)s)::date, unit, department, GROUPING(unit, department),
       count(*), count(*) FILTER (WHERE channel = 2)
  FROM public_services_dossier
 WHERE realm = %(realm)s AND submitted_at >= %(since)s AND submitted_at < %(now)s
   AND received_at >= %(since)s - interval '1 hour'
 GROUP BY GROUPING SETS ((1, unit), (1, department), (1))
"""
"""A dossier is received after it was submitted (an hour for clocks that run ahead), and has an index by that time."""
_ENDED = """
SELECT date_trunc('month', ended_at AT TIME ZONE %(zone)s)::date, unit, department, GROUPING(unit, department),
       count(*), count(*) FILTER (WHERE on_time)
  FROM public_services_dossier
 WHERE realm = %(realm)s AND ended_at >= %(since)s AND ended_at < %(now)s AND on_time IS NOT NULL
 GROUP BY GROUPING SETS ((1, unit), (1, department), (1))
"""
_OVERDUE = """
WITH late AS MATERIALIZED (
    SELECT unit, department, overdue_at, ended_at FROM public_services_dossier
     WHERE realm = %(realm)s AND ended_at IS NULL AND overdue_at < %(now)s
     UNION ALL
    SELECT unit, department, overdue_at, ended_at FROM public_services_dossier
     WHERE realm = %(realm)s AND ended_at >= %(since)s AND NOT on_time)
SELECT month.start, unit, department, GROUPING(unit, department), count(*)
  FROM unnest(%(starts)s::date[], %(ends)s::timestamptz[]) AS month (start, until)
  JOIN late ON late.overdue_at < month.until AND (late.ended_at IS NULL OR late.ended_at >= month.until)
 GROUP BY GROUPING SETS ((1, unit), (1, department), (1))
"""
STATEMENTS = ((_RECEIVED, (RECEIVED, ONLINE)), (_ENDED, (FINISHED, ON_TIME)), (_OVERDUE, (OVERDUE,)))
"""What is asked of the database, however many dossiers there are, and what the numbers are published as."""


def publish(moment: Moment) -> int:
    """Count the dossiers of a year's months, and of older ones that have news; publish and return how many values."""
    months = publishing.months_to_publish(moment.realm, MONITOR, moment.as_of, lambda since: _oldest(moment, since))
    values = publishing.filled(publishing.count_by_place(STATEMENTS, moment, months), months)
    return publishing.publish(values, realm=moment.realm, monitor=MONITOR, now=moment.as_of, whole=months)


def _oldest(moment: Moment, since: datetime | None) -> datetime | None:
    dossiers = Dossier.objects.filter(realm=moment.realm)
    if since is not None:
        dossiers = dossiers.filter(received_at__gt=since)
    oldest: datetime | None = dossiers.aggregate(oldest=Min("submitted_at"))["oldest"]
    return oldest

"""What reports say of the work of offices, as indicators by month, commune and department, for others to read.

A report counts as handled in the month in which it was closed, on time when that was by its deadline; one that is still
open at a month's end though overdue is late in that month, too. Without a deadline it is neither. Citizens' ratings are
not asked for here yet: satisfaction enters as an indicator that is delivered.
"""

from datetime import datetime

from django.db.models import Min

from monitors.field_reports.models import Report
from services.contract import Moment
from services.indicators import publishing

MONITOR = "field_reports"
RECEIVED, HANDLED = "reports_received", "reports_handled"
ON_TIME, OVERDUE = "reports_on_time", "reports_overdue"

_RECEIVED = """
SELECT date_trunc('month', occurred_at AT TIME ZONE %(zone)s)::date, unit, department, GROUPING(unit, department),
       count(*)
  FROM field_reports_report
 WHERE realm = %(realm)s AND occurred_at >= %(since)s AND occurred_at <= %(now)s
 GROUP BY GROUPING SETS ((1, unit), (1, department), (1))
"""
_HANDLED = """
SELECT date_trunc('month', closed_at AT TIME ZONE %(zone)s)::date, unit, department, GROUPING(unit, department),
       count(*), count(*) FILTER (WHERE closed_at <= due_at)
  FROM field_reports_report
 WHERE realm = %(realm)s AND closed_at >= %(since)s AND closed_at <= %(now)s AND due_at IS NOT NULL
 GROUP BY GROUPING SETS ((1, unit), (1, department), (1))
"""
_OVERDUE = """
SELECT month.start, unit, department, GROUPING(unit, department), count(*)
  FROM unnest(%(starts)s::date[], %(ends)s::timestamptz[]) AS month (start, until)
  JOIN field_reports_report AS report
    ON report.realm = %(realm)s AND report.due_at < month.until
   AND (report.closed_at IS NULL OR report.closed_at >= month.until)
 GROUP BY GROUPING SETS ((1, unit), (1, department), (1))
"""
STATEMENTS = ((_RECEIVED, (RECEIVED,)), (_HANDLED, (HANDLED, ON_TIME)), (_OVERDUE, (OVERDUE,)))
"""What is asked of the database, however many reports there are, and what the numbers are published as."""


def publish(moment: Moment) -> int:
    """Count the reports of a year's months, and of older ones that have news; publish and return how many values."""
    months = publishing.months_to_publish(moment.realm, MONITOR, moment.as_of, lambda since: _oldest(moment, since))
    values = publishing.filled(publishing.count_by_place(STATEMENTS, moment, months), months)
    return publishing.publish(values, realm=moment.realm, monitor=MONITOR, now=moment.as_of, whole=months)


def _oldest(moment: Moment, since: datetime | None) -> datetime | None:
    reports = Report.objects.filter(realm=moment.realm)
    if since is not None:
        reports = reports.filter(received_at__gt=since)
    oldest: datetime | None = reports.aggregate(oldest=Min("occurred_at"))["oldest"]
    return oldest

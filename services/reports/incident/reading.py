"""Everything about one incident in one reading: the number of statements does not grow with what hangs on it."""

from datetime import datetime, timedelta
from typing import Any

from services import registry
from services.alerts.models import Alert
from services.alerts.tiles import alert_tile
from services.contract import Curve, CurveLine, Moment, Rule, Scope
from services.directory.models import User
from services.kernel import clock
from services.kernel.text import render
from services.reports import records
from services.reports.incident import cameras, course, kin, story, together
from services.tickets.models import Ticket

SHOWN = 20
AFTERWARDS = timedelta(hours=1)
"""How long past its end an alert's curve goes on."""


def of_alert(user: User, alert: Alert, at: datetime | None = None) -> dict[str, Any]:
    """Return the incident of an alert that the reader may see, as it is now or as it was ``at`` a moment of its life.

    Of the past there are no records, since nobody knows any more which of them had come by then, and no cameras: their
    pictures are of now; nor what was told of the same place and time, which may have come later.
    """
    now = at or clock.now(alert.realm)
    rule = next((one for one in registry.owner(alert.monitor).rules if one.id == alert.rule), None)
    curve = _curve(alert, rule, now)
    related = kin.kin_of(user, alert, now)
    tickets = kin.tickets_of(user, alert, related, now)
    own = [ticket for ticket in tickets if ticket.alert_id == alert.pk]
    total, lines = story.told(alert, own, curve, now)
    return {
        "alert": {
            **alert_tile(alert).payload,
            "open": alert.ended_at is None or alert.ended_at > now,
            "acknowledged_at": _iso(_by(alert.acknowledged_at, now)),
            "ended_at": _iso(_by(alert.ended_at, now)),
        },
        "now": now.isoformat(),
        "curve": _drawn(curve) if curve else None,
        "records": None if curve or at else _records(alert, rule, now),
        "units": related.units,
        "tickets": _counted(tickets, now),
        "timeline": {
            "total": total,
            "lines": [{"at": line.at.isoformat(), "what": line.what, "who": line.who} for line in lines],
        },
        "cameras": [] if at else cameras.nearest(user, alert),
        "together": None if at else together.others(user, alert),
    }


def _by(happened: datetime | None, now: datetime) -> datetime | None:
    """Return when it happened if it had by ``now``."""
    return happened if happened and happened <= now else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


# --- what the alert rests on -----------------------------------------------------------------------------------------


def _curve(alert: Alert, rule: Rule | None, now: datetime) -> Curve | None:
    if rule is None or rule.curve is None or not alert.evidence:
        return None
    until = min(now, alert.ended_at + AFTERWARDS) if alert.ended_at else now
    curve = rule.curve(alert.evidence, Moment(alert.realm, until))
    return curve if curve and course.known(curve) else None


def _drawn(curve: Curve) -> dict[str, Any]:
    changed, line = course.change(curve), course.highest_line(curve)
    since = course.above_since(curve, line) if line else None
    return {
        "title": render(curve.title),
        "unit": render(curve.unit),
        "decimals": curve.decimals,
        "points": [{"at": at.isoformat(), "value": value} for at, value in curve.points],
        "lines": [_line(one) for one in curve.lines],
        "change": {"value": changed[0], "minutes": round(changed[1].total_seconds() / 60)} if changed else None,
        "above": {**_line(line), "since": _iso(since)} if line else None,
    }


def _line(line: CurveLine) -> dict[str, Any]:
    return {"title": render(line.title), "value": line.value, "severity": line.severity}


def _records(alert: Alert, rule: Rule | None, now: datetime) -> dict[str, Any] | None:
    """Return the newest records behind the finding as a table: 3 statements."""
    monitor = registry.owner(alert.monitor)
    query = (rule.records if rule else None) or monitor.records
    if query is None or not alert.evidence:
        return None
    rows = query.rows(Scope(realm=alert.realm, now=now)).filter(pk__in=alert.evidence)[:SHOWN]
    return {
        "columns": records.headings(query),
        "rows": records.readable(rows, query, now),
        "total": len(alert.evidence),
    }


# --- tickets ---------------------------------------------------------------------------------------------------------


def _counted(tickets: list[Ticket], now: datetime) -> dict[str, Any]:
    open_ones = [ticket for ticket in tickets if kin.was_open(ticket, now)]
    return {
        "total": len(tickets),
        "open": len(open_ones),
        "overdue": sum(ticket.due_at < now for ticket in open_ones),
        "ids": [str(ticket.public_id) for ticket in open_ones],
    }

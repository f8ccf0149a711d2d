""" "Why?" of a figure or an alert: the sum, the rule, records, tickets, deeds, source and query time."""

import time
from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from services import registry
from services.alerts.models import Alert
from services.alerts.tiles import name_of
from services.audit.models import AuditEntry
from services.contract import Column, Monitor, Panel, Query, Scope
from services.directory.models import User
from services.kernel import clock
from services.kernel.text import render
from services.tickets import selectors as tickets
from services.tickets.models import Ticket

SHOWN = 20
"""Records, tickets and deeds that are listed; the export has the rest."""


def cell(row: Model, column: Column) -> Any:
    """Return a column's value of a row; a missing link on the way is empty."""
    try:
        return attrgetter(column.path)(row)
    except AttributeError:
        return None


def text_cell(row: Model, column: Column) -> Any:
    """Return a column's value as JSON and CSV take it: instants in ISO form, ids as text."""
    value = cell(row, column)
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def headings(query: Query) -> list[str]:
    """Return a query's headings in the reader's language."""
    return [_(column.title) for column in query.columns]


def of_panel(user: User, monitor: Monitor, panel: Panel, scope: Scope) -> dict[str, Any]:
    """Explain a panel's figure. Value, records and export come from the one registered query."""
    began = time.perf_counter()
    figure = panel.figure(scope)
    rows = figure.query.rows(scope)
    total, shown = rows.count(), list(rows[:SHOWN])
    spent = time.perf_counter() - began
    running = tickets.open_first_due(user, scope.realm).filter(monitor=monitor.slug)
    address = f"/api/panels/{monitor.slug}/{panel.slug}/rows/?stream={scope.stream}"
    return {
        "title": _(panel.title),
        "value": figure.value,
        "decimals": figure.decimals,
        "unit": render(figure.unit),
        "as_of": figure.as_of.isoformat() if figure.as_of else None,
        "sum": [{"op": "=", "value": total, "decimals": 0, "label": _(figure.query.title)}],
        "rules": _rules(monitor, figure.rules or [rule.id for rule in monitor.rules]),
        "records": {"total": total, "rows": [_record(row, figure.query) for row in shown]},
        "tickets": {"total": running.count(), "rows": [_ticket(one) for one in running[:SHOWN]]},
        "actions": [],
        "source": _source(monitor, panel.sources, scope.now, spent, total),
        "links": [
            {"label": _("All records"), "url": address},
            {"label": _("Export as CSV"), "url": f"{address}&format=csv"},
        ],
    }


def of_alert(user: User, alert: Alert) -> dict[str, Any]:
    """Explain an alert: its rule, the records behind it, its tickets, and what was done by whom."""
    began = time.perf_counter()
    monitor, now = registry.monitor(alert.monitor), clock.now(alert.realm)
    rule = next((one for one in monitor.rules if one.id == alert.rule), None)
    query = (rule.records if rule else None) or monitor.records
    scope = Scope(realm=alert.realm, now=now)
    shown = list(query.rows(scope).filter(pk__in=alert.evidence)[:SHOWN]) if query else []
    spent = time.perf_counter() - began
    linked = tickets.visible(user, alert.realm).filter(alert=alert).order_by("-pk")
    return {
        "title": render(alert.title),
        "value": alert.count,
        "decimals": 0,
        "unit": "",
        "as_of": alert.last_seen.isoformat(),
        "sum": [{"op": "=", "value": alert.count, "decimals": 0, "label": _("happenings counted on this alert")}],
        "rules": _rules(monitor, [alert.rule]),
        "records": {"total": len(alert.evidence), "rows": [_record(row, query) for row in shown] if query else []},
        "tickets": {"total": linked.count(), "rows": [_ticket(one) for one in linked[:SHOWN]]},
        "actions": _deeds(f"alert:{alert.public_id}"),
        "source": _source(monitor, [source.slug for source in monitor.sources], now, spent, len(shown)),
        "links": [],
    }


def _rules(monitor: Monitor, ids: Iterable[str]) -> list[dict[str, Any]]:
    wanted = set(ids)
    return [
        {"id": rule.id, "version": rule.version, "title": _(rule.title), "basis": _(rule.basis)}
        for rule in monitor.rules
        if rule.id in wanted
    ]


def _record(row: Model, query: Query) -> dict[str, Any]:
    """A record in one line: its first column is its name, its first instant its time, the rest its words."""
    values = [cell(row, column) for column in query.columns]
    moment = next((value for value in values if isinstance(value, datetime)), None)
    words = [str(value) for value in values[1:] if value not in (None, "") and not isinstance(value, datetime)]
    return {
        "code": str(values[0]),
        "title": " · ".join(words),
        "at": moment.isoformat() if moment else None,
        "url": None,
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "code": ticket.code,
        "title": render(ticket.title),
        "note": ticket.assignee.full_name if ticket.assignee else "",
        "at": ticket.due_at.isoformat(),
        "url": f"/tickets/{ticket.public_id}/",
    }


def _deeds(target: str) -> list[dict[str, Any]]:
    deeds = list(AuditEntry.objects.filter(target=target).order_by("-id")[:SHOWN])
    people = User.objects.select_related("person").in_bulk({deed.actor_id for deed in deeds if deed.actor_id})
    return [
        {
            "at": deed.at.isoformat(),
            "who": name_of(people.get(deed.actor_id or 0)) or _("the system"),
            "what": deed.verb.partition(".")[2],
        }
        for deed in deeds
    ]


def _source(monitor: Monitor, slugs: Iterable[str], now: datetime, spent: float, rows: int) -> dict[str, Any]:
    wanted = set(slugs)
    return {
        "name": ", ".join(_(source.title) for source in monitor.sources if source.slug in wanted),
        "read_at": now.isoformat(),
        "milliseconds": round(spent * 1000, 1),
        "rows": rows,
    }

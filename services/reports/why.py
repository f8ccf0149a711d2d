""" "Why?" of a figure or an alert: the sum, the rule and its version, records, tickets, sources and query time."""

import time
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from services import registry
from services.alerts.models import Alert
from services.audit.models import AuditEntry
from services.contract import Column, Monitor, Panel, Query, Scope
from services.directory.models import User
from services.kernel import clock
from services.kernel.text import render
from services.tickets import selectors as tickets

SHOWN = 20
"""Records and tickets that are listed; the export has the rest."""


def cell(row: Model, column: Column) -> Any:
    """Return a column's value of a row; a missing link on the way is empty."""
    try:
        value = attrgetter(column.path)(row)
    except AttributeError:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def headings(query: Query) -> list[str]:
    """Return a query's headings in the reader's language."""
    return [_(column.title) for column in query.columns]


def rules_of(monitor: Monitor, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return rules as "Why?" names them, in the order of the monitor's table."""
    wanted = set(ids)
    return [
        {"id": rule.id, "version": rule.version, "title": _(rule.title), "basis": _(rule.basis)}
        for rule in monitor.rules
        if rule.id in wanted
    ]


def of_panel(user: User, monitor: Monitor, panel: Panel, scope: Scope) -> dict[str, Any]:
    """Explain a panel's figure. Value, records and export come from the one registered query."""
    began = time.perf_counter()
    figure = panel.figure(scope)
    rows = figure.query.rows(scope)
    total = rows.count()
    shown = [[cell(row, column) for column in figure.query.columns] for row in rows[:SHOWN]]
    spent = (time.perf_counter() - began) * 1000
    open_tickets = tickets.open_first_due(user, scope.realm).filter(monitor=monitor.slug)
    address = f"/api/panels/{monitor.slug}/{panel.slug}/rows/?stream={scope.stream}"
    return {
        "title": _(panel.title),
        "value": figure.value,
        "unit": render(figure.unit),
        "target": figure.target,
        "target_text": render(figure.target_text),
        "as_of": figure.as_of.isoformat() if figure.as_of else None,
        "sum": _(figure.query.title),
        "rules": rules_of(monitor, figure.rules or [rule.id for rule in monitor.rules]),
        "columns": headings(figure.query),
        "records": shown,
        "total": total,
        "tickets": [_ticket(one) for one in open_tickets[:SHOWN]],
        "sources": [_(source.title) for source in monitor.sources if source.slug in panel.sources],
        "query_ms": round(spent, 1),
        "links": {"records": address, "export": f"{address}&format=csv"},
    }


def _ticket(ticket: Any) -> dict[str, Any]:
    return {
        "id": str(ticket.public_id),
        "code": ticket.code,
        "text": render(ticket.title),
        "state": ticket.state,
        "due_at": ticket.due_at.isoformat(),
        "url": f"/tickets/{ticket.public_id}/",
    }


def of_alert(user: User, alert: Alert) -> dict[str, Any]:
    """Explain an alert: its rule, the records behind it, its tickets, and what was done by whom."""
    began = time.perf_counter()
    monitor = registry.monitor(alert.monitor)
    query = _evidence_query(monitor)
    scope = Scope(realm=alert.realm, now=clock.now(alert.realm))
    rows = list(query.rows(scope).filter(pk__in=alert.evidence)[:SHOWN]) if query else []
    deeds = AuditEntry.objects.filter(target=f"alert:{alert.public_id}").order_by("-id")[:SHOWN]
    linked = tickets.visible(user, alert.realm).filter(alert=alert).order_by("-pk")
    return {
        "title": render(alert.title),
        "value": alert.count,
        "sum": _("happenings counted on this alert"),
        "rules": rules_of(monitor, [alert.rule]),
        "columns": headings(query) if query else [],
        "records": [[cell(row, column) for column in query.columns] for row in rows] if query else [],
        "total": len(alert.evidence),
        "tickets": [_ticket(one) for one in linked[:SHOWN]],
        "deeds": [{"at": deed.at.isoformat(), "verb": deed.verb} for deed in deeds],
        "sources": [_(source.title) for source in monitor.sources],
        "as_of": alert.last_seen.isoformat(),
        "query_ms": round((time.perf_counter() - began) * 1000, 1),
        "links": {"alert": f"/api/alerts/{alert.public_id}/"},
    }


def _evidence_query(monitor: Monitor) -> Query | None:
    """The monitor's records as its first layer lists them: what evidence ids point at."""
    return monitor.layers[0].query if monitor.layers else None

""" "Why?" of a figure or an alert: the sum, the rule, records, tickets, deeds, source and query time."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services import registry
from services.alerts import selectors as alerts
from services.alerts.models import Alert
from services.contract import Monitor, Panel, Scope
from services.directory.models import User
from services.intake.heartbeats import RULE as SILENT
from services.kernel import clock
from services.kernel.text import localised, render
from services.reports import deeds, records
from services.tickets import selectors as tickets
from services.tickets.models import Ticket

OWN_RULES = {
    SILENT: gettext_noop("A source says nothing for longer than it may"),
    "tickets.nobody_on_duty": gettext_noop("Nobody holds a duty or an office that a ticket's ladder names"),
    "tickets.engine_stopped": gettext_noop("Timers and messages that are due have not been worked on"),
}
"""Rules that no monitor declares since they hold for all of them."""
SHOWN = 20
"""Records, tickets and deeds that are listed; the export has the rest."""


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
        "records": {"total": total, "rows": records.told(shown, figure.query, scope.now)},
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
    monitor, now = registry.owner(alert.monitor), clock.now(alert.realm)
    query = next((rule.records for rule in monitor.rules if rule.id == alert.rule), None) or monitor.records
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
        "rules": [_rule_of(monitor, alert)],
        "records": {"total": len(alert.evidence), "rows": records.told(shown, query, now) if query else []},
        "tickets": {"total": linked.count(), "rows": [_ticket(one) for one in linked[:SHOWN]]},
        "actions": deeds.of_alert(alert),
        "source": _source(monitor, [source.slug for source in monitor.sources], now, spent, len(shown)),
        "links": _alert_links(alert),
    }


def of_ticket(user: User, ticket: Ticket) -> dict[str, Any]:
    """Explain a ticket: the alert, its rule and records it came from, the policy it runs under, and who did what."""
    alert = alerts.visible(user, ticket.realm).filter(pk=ticket.alert_id or 0).first()
    cause = of_alert(user, alert) if alert is not None else _NOTHING | {"source": _of_itself(ticket)}
    policy = {
        "id": ticket.policy["slug"],
        "version": ticket.policy["version"],
        "title": localised(ticket.policy["title"]),
        "basis": "",
    }
    return cause | {
        "title": render(ticket.title),
        "as_of": ticket.opened_at.isoformat(),
        "rules": [*cause["rules"], policy],
        "actions": deeds.of_ticket(ticket),
    }


def _of_itself(ticket: Ticket) -> dict[str, Any]:
    return {"name": "", "read_at": clock.now(ticket.realm).isoformat(), "milliseconds": 0, "rows": 0}


_NOTHING: dict[str, Any] = {
    "value": None,
    "decimals": 0,
    "unit": "",
    "sum": [],
    "rules": [],
    "records": {"total": 0, "rows": []},
    "tickets": {"total": 0, "rows": []},
    "links": [],
}
"""What a ticket is made of that somebody opened without an alert."""


def _rule_of(monitor: Monitor, alert: Alert) -> dict[str, Any]:
    """The rule in the version that found the alert; one of the centre's own, such as silence, has no paragraph."""
    known = {rule["id"]: rule for rule in _rules(monitor, [alert.rule])}
    rule = known.get(alert.rule) or {"id": alert.rule, "title": _(OWN_RULES.get(alert.rule, alert.rule)), "basis": ""}
    return {**rule, "version": alert.rule_version}


def _alert_links(alert: Alert) -> list[dict[str, str]]:
    address = f"/api/alerts/?{urlencode({'realm': alert.realm, 'monitor': alert.monitor, 'rule': alert.rule})}"
    return [
        {"label": _("Alerts of this rule"), "url": address},
        {"label": _("Export as CSV"), "url": f"{address}&format=csv"},
    ]


def _rules(monitor: Monitor, ids: Iterable[str]) -> list[dict[str, Any]]:
    wanted = set(ids)
    return [
        {"id": rule.id, "version": rule.version, "title": _(rule.title), "basis": _(rule.basis)}
        for rule in monitor.rules
        if rule.id in wanted
    ]


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "code": ticket.code,
        "title": render(ticket.title),
        "note": ticket.assignee.full_name if ticket.assignee else "",
        "at": ticket.due_at.isoformat(),
        "url": f"/tickets/{ticket.public_id}/",
    }


def _source(monitor: Monitor, slugs: Iterable[str], now: datetime, spent: float, rows: int) -> dict[str, Any]:
    wanted = set(slugs)
    return {
        "name": ", ".join(_(source.title) for source in monitor.sources if source.slug in wanted),
        "read_at": now.isoformat(),
        "milliseconds": round(spent * 1000, 1),
        "rows": rows,
    }

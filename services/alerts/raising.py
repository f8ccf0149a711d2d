"""Findings become alerts: one upsert per fingerprint and batch; the unique index decides, not a check before it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from psycopg.types.json import Jsonb

from services import registry
from services.alerts import chatter, suppression, workflow
from services.alerts.announce import announce
from services.alerts.merge import merged
from services.alerts.models import EVIDENCE_KEPT, Alert, AlertChange
from services.alerts.timing import REOPEN_WINDOW, next_due
from services.contract import Cleared, Finding, Result, rank_of
from services.directory.models import Department, Unit
from services.directory.selectors import units_by_code
from services.kernel.clock import LOCAL
from services.kernel.ids import new_public_id

MAX_AGE = timedelta(hours=48)
"""A finding about something longer ago is recorded but told to nobody: late data must not wake people."""


@dataclass(frozen=True, slots=True)
class _Context:
    realm: str
    monitor: str
    now: datetime
    historical: bool
    units: dict[str, Unit]
    departments: dict[str, Department]


def raise_alerts(
    *,
    realm: str,
    monitor: str,
    results: Iterable[Result],
    now: datetime,
    historical: bool = False,
    standing: bool = False,
) -> list[Alert]:
    """Raise, repeat, reopen and clear alerts from a monitor's results, in the caller's transaction.

    Return every alert touched. ``historical`` results are kept as closed alerts: no tile, no ticket, no message.
    ``standing`` results say again what still holds (a sweep's): their count and evidence take the place of the earlier
    ones instead of adding to them, and an alert of which nothing changed is not touched.
    """
    findings, clears = merged(results)
    context = _Context(
        realm=realm,
        monitor=monitor,
        now=now,
        historical=historical,
        units=units_by_code(sorted({f.unit for f in findings if f.unit}), now.astimezone(LOCAL).date()),
        departments=_departments({f.department for f in findings if f.department}),
    )
    changes: dict[int, str] = {}
    touched: set[int] = set()
    if findings:
        returned = _return(findings, context)
        changes |= {pk: kind for pk, kind in returned.values() if kind}
        touched |= {pk for pk, _kind in returned.values()}
        rest = [f for f in findings if f.fingerprint not in returned]
        touched |= _upsert(rest, context, changes, standing=standing)
    cleared = _clear(clears, context)
    changes |= dict.fromkeys((pk for pk, told in cleared.items() if told), AlertChange.CLEARED)
    return announce(touched | set(cleared), changes, now=now)


def _departments(slugs: set[str]) -> dict[str, Department]:
    return {one.slug: one for one in Department.objects.filter(slug__in=slugs)} if slugs else {}


def _return(findings: Sequence[Finding], context: _Context) -> dict[str, tuple[int, str]]:
    """Go back to alerts that ended a short while ago: reopen them, or, for late news from before their end, only count.

    What was only recorded, since it was old when it came, is not gone back to: what happens now is told to people.
    Return (id, kind of the change, empty for late news) by fingerprint. One that comes and goes too fast is latched.
    """
    if context.historical:
        return {}
    by_key = {f.fingerprint: f for f in findings}
    ended = Alert.objects.filter(
        realm=context.realm,
        fingerprint__in=by_key,
        state__in=workflow.ENDED,
        merged_into__isnull=True,
        historical=False,
        ended_at__gt=context.now - REOPEN_WINDOW,
    )
    latest: dict[str, Alert] = {}
    for alert in ended.order_by("fingerprint", "-ended_at").select_for_update(of=("self",)):
        latest.setdefault(alert.fingerprint, alert)
    already = Alert.objects.filter(realm=context.realm, fingerprint__in=latest, state__in=workflow.OPEN)
    for fingerprint in already.values_list("fingerprint", flat=True):
        latest.pop(fingerprint)
    returned = {}
    for fingerprint, alert in latest.items():
        finding = by_key[fingerprint]
        again = alert.cleared_seen is None or finding.seen > alert.cleared_seen
        alert.count += finding.count
        alert.evidence = [*alert.evidence, *finding.evidence][-EVIDENCE_KEPT:]
        alert.last_seen = max(alert.last_seen, finding.seen)
        kind = _restart(alert, finding, context.now) if again else ""
        alert.save()
        returned[fingerprint] = (alert.pk, kind)
    return returned


def _restart(alert: Alert, finding: Finding, now: datetime) -> str:
    """Reopen an ended alert; return the kind of the change: latched when it chatters or flaps by now."""
    alert.state, alert.generation = workflow.ACTIVE, alert.generation + 1
    alert.severity_before = alert.severity = rank_of(finding.severity)
    alert.title = dict(finding.title)
    alert.acknowledged_at = alert.acknowledged_by = alert.resolved_at = alert.resolved_by = None
    alert.ended_at = alert.cleared_seen = alert.gone_at = None
    if suppression.by_design(alert.suppressed_by):
        alert.suppressed_by = ""
    alert.swings = chatter.with_swing(alert.swings, finding.seen)
    alert.latched_at = now if chatter.rhythm(alert.swings, max(now, finding.seen)).kind else None
    alert.due_at = next_due(alert, now)
    alert.correlate_at = now if alert.place else None
    return AlertChange.LATCHED if alert.latched_at else AlertChange.REOPENED


_UPSERT = """
INSERT INTO alerts_alert AS a (
    public_id, realm, monitor, rule, rule_version, clears, fingerprint, severity, severity_before, category, title,
    unit_id, department_id, place, deadline, evidence, count, state, historical, opened_at, last_seen,
    suppressed_by, generation, ended_at, previous_id, swings, correlate_at)
VALUES {values}
ON CONFLICT (realm, fingerprint) WHERE state IN ('active', 'acknowledged', 'resolved') DO UPDATE SET
    severity_before = a.severity,
    severity = GREATEST(a.severity, EXCLUDED.severity),
    shelved_until = CASE WHEN EXCLUDED.severity > a.severity THEN NULL ELSE a.shelved_until END,
    shelved_by_id = CASE WHEN EXCLUDED.severity > a.severity THEN NULL ELSE a.shelved_by_id END,
    title = CASE WHEN EXCLUDED.last_seen >= a.last_seen THEN EXCLUDED.title ELSE a.title END,
    last_seen = GREATEST(a.last_seen, EXCLUDED.last_seen),
    swings = CASE WHEN a.gone_at < EXCLUDED.last_seen
                  THEN (a.swings || EXCLUDED.last_seen)[GREATEST(1, cardinality(a.swings) - {swings}):]
                  ELSE a.swings END,
    gone_at = CASE WHEN a.gone_at < EXCLUDED.last_seen THEN NULL ELSE a.gone_at END,
    correlate_at = CASE WHEN EXCLUDED.severity > a.severity THEN EXCLUDED.correlate_at ELSE a.correlate_at END,
    {repeat}
RETURNING a.id, a.xmax = 0, a.severity > a.severity_before
"""
_ADDED = """
    count = a.count + EXCLUDED.count,
    evidence = (a.evidence || EXCLUDED.evidence)[GREATEST(1, cardinality(a.evidence || EXCLUDED.evidence) - {kept}):]
"""
_STANDING = """
    count = EXCLUDED.count,
    evidence = EXCLUDED.evidence
WHERE a.severity < EXCLUDED.severity
   OR a.gone_at < EXCLUDED.last_seen
   OR (a.count, a.evidence, a.title) IS DISTINCT FROM (EXCLUDED.count, EXCLUDED.evidence, EXCLUDED.title)
"""
_NAME_THE_PREVIOUS = """
UPDATE alerts_alert AS a SET previous_id = (
    SELECT p.id FROM alerts_alert p
     WHERE p.realm = a.realm AND p.fingerprint = a.fingerprint AND p.id < a.id ORDER BY p.id DESC LIMIT 1)
 WHERE a.id = ANY(%s)
   AND EXISTS (SELECT 1 FROM alerts_alert p WHERE p.realm = a.realm AND p.fingerprint = a.fingerprint AND p.id < a.id)
"""


def _upsert(findings: Sequence[Finding], context: _Context, changes: dict[int, str], *, standing: bool) -> set[int]:
    """Insert or repeat; note in ``changes`` what tickets must hear; return the ids touched."""
    if not findings:
        return set()
    rows = [_row(finding, context) for finding in findings]
    one = "(" + ", ".join(["%s"] * len(rows[0])) + ")"
    repeat = _STANDING if standing else _ADDED.format(kept=EVIDENCE_KEPT - 1)
    statement = _UPSERT.format(values=", ".join([one] * len(rows)), repeat=repeat, swings=chatter.SWINGS_KEPT - 2)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])
        written = cursor.fetchall()
        cursor.execute(_NAME_THE_PREVIOUS, [[pk for pk, inserted, _worse in written if inserted]])
    for pk, inserted, worse in written:
        if inserted:
            changes[pk] = AlertChange.RAISED
        elif worse:
            changes[pk] = AlertChange.SEVERITY
    return {pk for pk, _inserted, _worse in written}


def _row(finding: Finding, context: _Context) -> list[Any]:
    rule = _rule_of(finding.rule)
    unit = context.units.get(finding.unit or "")
    department = context.departments.get(finding.department or "")
    place = Point(*finding.place, srid=4326).ewkb.hex() if finding.place else None
    past = context.historical or finding.seen < context.now - MAX_AGE
    rank = rank_of(finding.severity)
    return [
        new_public_id(),
        context.realm,
        context.monitor,
        finding.rule,
        rule[0],
        rule[1],
        finding.fingerprint[:300],
        rank,
        rank,
        finding.category,
        Jsonb(dict(finding.title)),
        unit.pk if unit else None,
        department.pk if department else None,
        place,
        Jsonb(dict(finding.deadline)) if finding.deadline else None,
        list(finding.evidence)[-EVIDENCE_KEPT:],
        finding.count,
        workflow.CLOSED if context.historical else workflow.ACTIVE,
        past,
        min(finding.seen, context.now),
        finding.seen,
        "",
        1,
        context.now if context.historical else None,
        None,
        [finding.seen],
        context.now if place and not past else None,
    ]


def _rule_of(rule_id: str) -> tuple[int, bool]:
    """Return version and ``clears`` of a rule; the services' own rules (a silent source) are version 1 and clear."""
    try:
        rule = registry.rule(rule_id)[1]
    except registry.UnknownNameError:
        return 1, True
    return rule.version, rule.clears


def _clear(clears: Sequence[Cleared], context: _Context) -> dict[int, bool]:
    """Clear open alerts whose condition is gone; a clear older than the latest finding is ignored.

    Return whether it is told, by id: the end of a latched alert waits until the condition stayed away for a while.
    """
    if not clears:
        return {}
    by_key = {c.fingerprint: c for c in clears}
    rows = Alert.objects.filter(realm=context.realm, fingerprint__in=by_key, state__in=workflow.OPEN)
    done = {}
    for alert in rows.order_by("fingerprint").select_for_update(of=("self",)):
        seen = by_key[alert.fingerprint].seen
        if seen < alert.last_seen or alert.gone_at:
            continue
        if alert.latched_at:
            alert.gone_at = seen
        else:
            alert.state = workflow.TRANSITIONS["clear"][alert.state]
            alert.ended_at, alert.cleared_seen, alert.shelved_until = context.now, seen, None
            alert.correlate_at = context.now if alert.place else None
        alert.due_at = next_due(alert, context.now)
        alert.save()
        done[alert.pk] = not alert.is_open
    return done

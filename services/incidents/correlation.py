"""Alerts near each other in place and time become incidents: claimed in batches, a constant number of statements each.

One worker at a time in a realm: whoever comes second sees what the first has joined.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from services.alerts.hygiene import Kind, Together, hygiene
from services.alerts.models import Alert
from services.audit.actions import record_many
from services.incidents.grouping import Group, groups
from services.incidents.models import AUTO, MERGED, PERSON, Incident, Member
from services.incidents.summing import refresh
from services.kernel import clock
from services.kernel.claim import claim_due

BATCH = 200


def correlate(limit: int = BATCH) -> int:
    """Look at up to ``limit`` alerts that are new or changed; return how many were claimed."""
    with transaction.atomic():
        claimed = claim_due(Alert.objects.filter(correlate_at__isnull=False), limit=limit, field="correlate_at")
        Alert.objects.filter(pk__in=[alert.pk for alert in claimed]).update(correlate_at=None)
        by_realm: dict[str, list[int]] = defaultdict(list)
        for alert in claimed:
            by_realm[alert.realm].append(alert.pk)
        for realm in sorted(by_realm):
            _correlate(realm, sorted(by_realm[realm]), clock.now(realm))
    return len(claimed)


def _correlate(realm: str, ids: list[int], now: datetime) -> None:
    lock(realm)
    pairs = near_pairs(realm, ids, hygiene().together)
    concerned = {alert for pair in pairs for alert in pair} | set(ids)
    rows = Member.objects.filter(alert__in=concerned).values_list("alert", "incident", "origin", "taken_out_at")
    pinned = {alert for alert, _incident, origin, out in rows if origin == PERSON or out is not None}
    homes = {alert: incident for alert, incident, _origin, out in rows if out is None}
    found = groups([pair for pair in pairs if not pinned & set(pair)], homes)
    changed = _join(realm, found, homes, now) | {homes[alert] for alert in ids if alert in homes}
    refresh(changed, now)


def lock(realm: str) -> None:
    """Wait for whoever changes incidents of this realm, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM kernel_realm WHERE name = %s FOR UPDATE", [realm])


_NEAR = """
WITH together (one_monitor, one_rule, one_category, other_monitor, other_rule, other_category, metres, span) AS (
    VALUES {values})
SELECT DISTINCT LEAST(a.id, b.id), GREATEST(a.id, b.id)
  FROM alerts_alert AS a
  JOIN together AS t
    ON t.one_monitor IN ('', a.monitor) AND t.one_rule IN ('', a.rule) AND t.one_category IN ('', a.category)
  JOIN alerts_alert AS b
    ON b.realm = a.realm AND b.id <> a.id AND NOT b.historical
   AND t.other_monitor IN ('', b.monitor) AND t.other_rule IN ('', b.rule) AND t.other_category IN ('', b.category)
   AND b.place && ST_Expand(a.place, t.metres / {metres_a_degree})
   AND b.opened_at BETWEEN a.opened_at - t.span AND a.opened_at + t.span
   AND ST_DWithin(a.place::geography, b.place::geography, t.metres)
 WHERE a.id = ANY(%s) AND a.realm = %s AND NOT a.historical AND a.place IS NOT NULL
"""
METRES_A_DEGREE = 50_000.0
"""Fewer than a degree of longitude has up to 63° north or south: the index's box is never too small."""


def near_pairs(realm: str, ids: Sequence[int], declared: Sequence[Together]) -> list[tuple[int, int]]:
    """Return the pairs of one of these alerts and any other that are near each other as declared: 1 statement."""
    if not declared or not ids:
        return []
    rows = [(*_kind(x), *_kind(y), one.metres, f"{one.minutes} minutes") for one in declared for x, y in _sides(one)]
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s::float8, %s::interval)"] * len(rows))
    with connection.cursor() as cursor:
        statement = _NEAR.format(values=values, metres_a_degree=METRES_A_DEGREE)
        cursor.execute(statement, [*(value for row in rows for value in row), list(ids), realm])
        return sorted(cursor.fetchall())


def _sides(one: Together) -> Iterable[tuple[Kind, Kind]]:
    return [(one.one, one.other), (one.other, one.one)]


def _kind(kind: Kind) -> tuple[str, str, str]:
    return kind.monitor, kind.rule, kind.category


def _join(realm: str, found: Sequence[Group], homes: dict[int, int], now: datetime) -> set[int]:
    """Make, grow and merge incidents; return the ids of those that changed."""
    fresh = [group for group in found if not group.incidents]
    made = Incident.objects.bulk_create(
        Incident(realm=realm, first_at=now, last_at=now, created_at=now) for _group in fresh
    )
    target = {group: incident.pk for group, incident in zip(fresh, made, strict=True)}
    target |= {group: group.incidents[0] for group in found if group.incidents}
    merging = {loser: target[group] for group in found for loser in group.incidents[1:]}
    _merge(realm, merging, now)
    rows = [
        Member(incident_id=target[group], alert_id=alert, origin=AUTO, added_at=now)
        for group in found
        for alert in group.alerts
        if alert not in homes
    ]
    Member.objects.bulk_create(rows)
    grown = {row.incident_id for row in rows}
    _tell(realm, "opened", [incident.pk for incident in made])
    _tell(realm, "grown", grown - {incident.pk for incident in made})
    return grown | set(merging.values())


_MOVE = """
UPDATE incidents_member AS m SET incident_id = t.into_id
  FROM unnest(%s::bigint[], %s::bigint[]) AS t (from_id, into_id)
 WHERE m.incident_id = t.from_id
"""


def _merge(realm: str, merging: dict[int, int], now: datetime) -> None:
    """Move the members of incidents to those that stay; the emptied ones name where they went."""
    if not merging:
        return
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [list(merging), list(merging.values())])
    emptied = Incident.objects.in_bulk(merging)
    for pk, incident in emptied.items():
        incident.state, incident.closed_at, incident.members_count = MERGED, now, 0
        incident.merged_into_id = merging[pk]
    Incident.objects.bulk_update(emptied.values(), ["state", "closed_at", "members_count", "merged_into"])
    _tell(realm, "merged", merging)


def _tell(realm: str, verb: str, ids: Iterable[int]) -> None:
    names = Incident.objects.filter(pk__in=list(ids)).order_by("pk").values_list("public_id", flat=True) if ids else []
    record_many(verb=f"incident.{verb}", realm=realm, targets=[(f"incident:{name}", {}) for name in names])

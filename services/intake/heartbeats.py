"""Sources that fall silent: each is heard by what it sends, and its silence is an alert of its own."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from services import registry
from services.alerts.actions import raise_alerts
from services.contract import Cleared, Finding, message
from services.intake.models import SourceState
from services.kernel import clock
from services.wall import actions as wall

RULE = "intake.source_silent"

_HEARD = """
INSERT INTO intake_sourcestate AS s (realm, source, last_seen_at) VALUES (%s, %s, %s)
ON CONFLICT (realm, source) DO UPDATE SET last_seen_at = EXCLUDED.last_seen_at
"""
_HEARD_ELSEWHERE = """
INSERT INTO intake_sourcestate AS s (realm, source, last_seen_at) VALUES (%s, %s, %s)
ON CONFLICT (realm, source) DO UPDATE SET last_seen_at = EXCLUDED.last_seen_at
 WHERE s.last_seen_at < EXCLUDED.last_seen_at
"""
_RECENT = """
SELECT 1 FROM intake_sourcestate
 WHERE realm = %s AND source = %s AND last_seen_at > %s::timestamptz - interval '1 second' AND silent_since IS NULL
"""


def heard(realm: str, source: str, now: datetime) -> None:
    """Note that a source sent something; at most once a second, so that simultaneous posts do not queue for one row."""
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [realm, source, now])
        if cursor.fetchone() is None:
            cursor.execute(_HEARD, [realm, source, now])


def _hear_elsewhere(realms: Iterable[str]) -> None:
    """Note when sources spoke by another door: a workbook that was sent through its page."""
    doors = [(f"{monitor.slug}/{one.slug}", one.also_heard) for monitor, one in registry.sources() if one.also_heard]
    spoke = [(realm, name, at) for realm in realms for name, last in doors if (at := last(realm)) is not None]
    with connection.cursor() as cursor:
        for row in spoke:
            cursor.execute(_HEARD_ELSEWHERE, row)


@transaction.atomic
def check() -> int:
    """Raise and clear the alerts of silence in every realm; return how many sources changed.

    Only sources that were heard before can fall silent: one that was never connected is not missed.
    """
    changed = 0
    realms = clock.realms()
    _hear_elsewhere(realms)
    states = SourceState.objects.order_by("realm", "source").select_for_update(skip_locked=True)
    for state in states:
        now = realms.get(state.realm)
        if now is not None:
            changed += _judge(state, now)
    return changed


def silences(realm: str, now: datetime) -> dict[str, tuple[datetime, datetime]]:
    """Return from when to when each source was last silent, until ``now`` where it still is: 1 statement."""
    rows = SourceState.objects.filter(realm=realm).order_by("source")
    found = {}
    for source, since, start, end in rows.values_list("source", "silent_since", "was_silent_from", "was_silent_to"):
        if since:
            found[source] = since, now
        elif start and end:
            found[source] = start, end
    return found


def _judge(state: SourceState, now: datetime) -> bool:
    try:
        monitor, source = registry.source(state.source)
    except registry.UnknownNameError:
        return False  # a monitor that is no longer installed owes nothing
    limit = source.silent_after
    silent = limit is not None and now - state.last_seen_at > limit
    if silent == (state.silent_since is not None):
        return False
    if state.silent_since:
        state.was_silent_from, state.was_silent_to = state.silent_since, now
    state.silent_since = state.last_seen_at if silent else None
    state.save(update_fields=["silent_since", "was_silent_from", "was_silent_to"])
    fingerprint = f"{RULE}:{state.source}"
    result: Finding | Cleared = Cleared(RULE, fingerprint, now)
    if silent:
        title = message(
            gettext_noop("No data from “{source}” since {since}"),
            source={"msgid": source.title},
            since=state.last_seen_at.astimezone(clock.LOCAL).strftime("%H:%M %d/%m"),
        )
        result = Finding(RULE, "medium", fingerprint, title, now, department=monitor.department, category="feed")
    raise_alerts(realm=state.realm, monitor=monitor.slug, results=[result], now=now)
    wall.set_source_silence(realm=state.realm, source=state.source, since=state.silent_since)
    return True

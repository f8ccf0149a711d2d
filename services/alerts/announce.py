"""What every change of an alert brings along, in the same transaction: tile, audit, and a row for the tickets above."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from services.alerts.models import Alert, AlertChange
from services.alerts.settling import Change, hidden_behind, settle
from services.alerts.tiles import SHOWN_ON_TILE, alert_tile
from services.audit.actions import record_many
from services.directory.models import User
from services.kernel.nudge import SOON, nudge
from services.wall import actions as wall


def announce(
    touched: Iterable[int],
    changes: Mapping[int, str],
    *,
    now: datetime,
    acting_user: User | None = None,
    note: str = "",
) -> list[Alert]:
    """Settle what is suppressed by design, then write tiles of ``touched`` alerts, audit and rows of ``changes``.

    ``changes`` gives the kind by the alert's id. Return the touched alerts; others that they hide, or hide no longer,
    are written with them.
    """
    rows = Alert.objects.select_related(*SHOWN_ON_TILE).filter(pk__in=set(touched))
    alerts = sorted(rows, key=lambda alert: (alert.realm, alert.fingerprint))
    for realm, group in groupby(alerts, key=lambda alert: alert.realm):
        of_realm = list(group)
        settled = settle(realm, of_realm, changes, now)
        _show(realm, [*of_realm, *settled.others])
        told = [Change(alert, changes[alert.pk]) for alert in of_realm if alert.pk in changes]
        _tell(realm, told, now=now, acting_user=acting_user, note=note)
        _tell(realm, settled.changes, now=now)
    return alerts


@transaction.atomic
def review(realm: str, rows: QuerySet[Alert], now: datetime) -> int:
    """Judge suppression by design again for alerts of a realm; return how many were suppressed or released.

    An alert that somebody else holds at the moment has its turn next time.
    """
    held = list(rows.select_related(*SHOWN_ON_TILE).select_for_update(of=("self",), skip_locked=True))
    settled = settle(realm, held, {}, now)
    if settled.changes:
        _show(realm, [*dict.fromkeys([*(change.alert for change in settled.changes), *settled.others])])
        _tell(realm, settled.changes, now=now)
    return len(settled.changes)


def _show(realm: str, alerts: list[Alert]) -> None:
    """Put tiles of open alerts, take away the others'; the panels of their monitors are looked at again."""
    shown = [alert for alert in alerts if alert.is_open]
    behind = hidden_behind(realm, shown)
    wall.put_tiles([alert_tile(alert, hides=behind.get(alert.pk, 0)) for alert in shown])
    wall.remove_tiles(realm=realm, keys=[f"alert:{alert.public_id}" for alert in alerts if not alert.is_open])
    for monitor in sorted({alert.monitor for alert in alerts}):
        wall.mark_panels(realm=realm, monitor=monitor)


def _tell(
    realm: str, told: Sequence[Change], *, now: datetime, acting_user: User | None = None, note: str = ""
) -> None:
    if not told:
        return
    AlertChange.objects.bulk_create(
        AlertChange(
            realm=realm,
            alert=change.alert,
            kind=change.kind,
            generation=change.alert.generation,
            at=now,
            due_at=now,
            actor=acting_user,
            note=note,
            cause=change.cause,
        )
        for change in told
        if not change.alert.historical
    )
    for kind in sorted({change.kind for change in told}):
        deeds = [(f"alert:{one.alert.public_id}", _detail(one)) for one in told if one.kind == kind]
        record_many(verb=f"alert.{kind}", realm=realm, targets=deeds, acting_user=acting_user)
    nudge("services.tickets.tasks.follow_alerts", place=SOON)


def _detail(change: Change) -> dict[str, Any]:
    alert = change.alert
    detail = {"state": alert.state, "rule": alert.rule, "generation": alert.generation}
    return {**detail, "cause": change.cause} if change.cause else detail

"""What every change of an alert brings along, in the same transaction: tile, audit, and a row for the tickets above."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby

from services.alerts.models import Alert, AlertChange
from services.alerts.tiles import alert_tile
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
    """Write tiles of ``touched`` alerts, audit and change rows of ``changes`` (alert id → kind); return the alerts."""
    rows = Alert.objects.select_related("unit", "department", "acknowledged_by__person", "shelved_by__person").filter(
        pk__in=set(touched)
    )
    alerts = sorted(rows, key=lambda alert: (alert.realm, alert.fingerprint))
    for realm, group in groupby(alerts, key=lambda alert: alert.realm):
        of_realm = list(group)
        shown = [a for a in of_realm if a.is_open]
        wall.put_tiles([alert_tile(a) for a in shown])
        wall.remove_tiles(realm=realm, keys=[f"alert:{a.public_id}" for a in of_realm if not a.is_open])
        for monitor in sorted({a.monitor for a in of_realm}):
            wall.mark_panels(realm=realm, monitor=monitor)
        _tell(realm, of_realm, changes, now=now, acting_user=acting_user, note=note)
    return alerts


def _tell(
    realm: str, alerts: list[Alert], changes: Mapping[int, str], *, now: datetime, acting_user: User | None, note: str
) -> None:
    told = [alert for alert in alerts if alert.pk in changes]
    if not told:
        return
    AlertChange.objects.bulk_create(
        AlertChange(
            realm=realm,
            alert=alert,
            kind=changes[alert.pk],
            generation=alert.generation,
            at=now,
            due_at=now,
            actor=acting_user,
            note=note,
        )
        for alert in told
        if not alert.historical
    )
    for kind in sorted({changes[alert.pk] for alert in told}):
        deeds = [
            (f"alert:{a.public_id}", {"state": a.state, "rule": a.rule, "generation": a.generation})
            for a in told
            if changes[a.pk] == kind
        ]
        record_many(verb=f"alert.{kind}", realm=realm, targets=deeds, acting_user=acting_user)
    nudge("services.tickets.tasks.follow_alerts", place=SOON)

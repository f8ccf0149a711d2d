"""Pure: when an alert's timer has to look at it next. Every reason has its own column; the earliest one is due."""

from datetime import datetime, timedelta
from typing import Final

from services.alerts import chatter, workflow
from services.alerts.models import Alert

RESOLVE_HOLD: Final = timedelta(hours=1)
"""How long "a person says done" may stand while the condition still holds, before the alert comes back."""
REOPEN_WINDOW: Final = timedelta(hours=24)
"""The same fingerprint within this time after its end is the same story; later it is a new one that names the old."""


def hold_ends(alert: Alert) -> datetime | None:
    """Return when an alert that a person called done comes back unless its condition goes."""
    held = alert.state == workflow.RESOLVED and alert.clears and alert.resolved_at
    return alert.resolved_at + RESOLVE_HOLD if held and alert.resolved_at else None


def closes(alert: Alert) -> datetime | None:
    """Return when a cleared alert can no longer come back as itself."""
    return alert.ended_at + REOPEN_WINDOW if alert.state == workflow.CLEARED and alert.ended_at else None


def end_is_told(alert: Alert) -> datetime | None:
    """Return when the end of a latched alert is believed."""
    return chatter.off_at(alert.swings, alert.gone_at) if alert.is_open and alert.gone_at else None


def unlatches(alert: Alert, now: datetime) -> datetime | None:
    """Return when a latched alert is steady again."""
    return chatter.quiet_at(alert.swings, now) if alert.is_open and alert.latched_at else None


def next_due(alert: Alert, now: datetime) -> datetime | None:
    """Return the earliest instant at which time alone changes the alert."""
    shelf = alert.shelved_until if alert.is_open else None
    reasons = (shelf, hold_ends(alert), closes(alert), end_is_told(alert), unlatches(alert, now))
    return min((at for at in reasons if at is not None), default=None)

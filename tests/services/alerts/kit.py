"""Alerts as tests raise them."""

from datetime import timedelta

from services.alerts.models import Alert, AlertChange
from services.alerts.raising import raise_alerts
from services.contract import Cleared, Finding, message
from services.kernel import clock
from services.wall.models import Tile

RULE = "probe.level"


def finding(key="river:1", severity="medium", *, ago=0.0, rule=RULE, **more):
    """A finding of ``ago`` minutes ago."""
    seen = clock.now("demo") - timedelta(minutes=ago)
    return Finding(rule, severity, key, message("Level {value}", value=3), seen, **more)


def gone(key="river:1", *, rule=RULE, ago=0.0):
    """The clear of a finding."""
    return Cleared(rule, key, clock.now("demo") - timedelta(minutes=ago))


def raise_(*results, monitor="field_reports", **more):
    """Raise findings as a monitor's, now."""
    return raise_alerts(realm="demo", monitor=monitor, results=results, now=clock.now("demo"), **more)


def one(key="river:1"):
    """The newest alert of a fingerprint."""
    return Alert.objects.filter(fingerprint=key).latest("pk")


def kinds(key=None):
    """What befell alerts, in order."""
    rows = AlertChange.objects.order_by("pk")
    return list((rows.filter(alert__fingerprint=key) if key else rows).values_list("kind", flat=True))


def tile(alert):
    """What the wall shows of an alert."""
    return Tile.objects.get(key=f"alert:{alert.public_id}", gone=False).payload


def later(**span):
    """Let the demo realm's time go on."""
    clock.move("demo", timedelta(**span))

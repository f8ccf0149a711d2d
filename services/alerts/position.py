"""One operator position now: whether it is flooded, and its open alerts in few rows. Critical ones pass alone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.alerts import flood
from services.alerts.arrivals import arrivals, standing
from services.alerts.flood import Flood
from services.alerts.hygiene import Desk
from services.alerts.models import Alert
from services.alerts.suppression import CRITICAL
from services.alerts.workflow import ACTIVE

LOOKED_BACK = timedelta(hours=6)
"""A flood is told from what came within this time, as the wall does."""
MOST = 500
"""Alerts that are grouped; the totals are exact all the same."""


@dataclass(frozen=True, slots=True)
class Group:
    """Open alerts of one monitor, cause and place."""

    monitor: str
    rule: str
    place: dict[str, str]
    alerts: tuple[Alert, ...]

    @property
    def worst(self) -> Alert:
        """The worst one, of equals the newest."""
        return max(self.alerts, key=lambda alert: (alert.severity, alert.opened_at))

    @property
    def waiting(self) -> int:
        """How many nobody has in hand."""
        return sum(alert.state == ACTIVE for alert in self.alerts)


@dataclass(frozen=True, slots=True)
class Position:
    """What an operator position has to bear at an instant."""

    desk: Desk
    recent: int
    flood: Flood | None
    total: int
    critical: tuple[Alert, ...]
    groups: tuple[Group, ...]


def position(realm: str, desk: Desk, now: datetime) -> Position:
    """Return the position: 3 statements."""
    came = [one.at for one in arrivals(realm, now - LOOKED_BACK, now, desk)]
    found = flood.floods(came, now, desk.seats)
    shown = standing(realm, desk).filter(suppressed_by="", shelved_until=None)
    alerts = list(shown.select_related("unit", "department").order_by("-severity", "-opened_at", "-pk")[:MOST])
    critical = tuple(alert for alert in alerts if alert.severity >= CRITICAL)
    return Position(
        desk=desk,
        recent=flood.recent(came, now),
        flood=found[-1] if found and found[-1].until is None else None,
        total=shown.count(),
        critical=critical,
        groups=tuple(_grouped([alert for alert in alerts if alert.severity < CRITICAL])),
    )


def _grouped(alerts: list[Alert]) -> list[Group]:
    """Return the groups, the worst first, then the largest."""
    members: dict[tuple[str, str, int | None, int | None], list[Alert]] = defaultdict(list)
    for alert in alerts:
        members[alert.monitor, alert.rule, alert.unit_id, alert.department_id].append(alert)
    made = [
        Group(monitor=key[0], rule=key[1], place=_place(some[0]), alerts=tuple(some)) for key, some in members.items()
    ]
    return sorted(made, key=lambda group: (-group.worst.severity, -len(group.alerts), group.rule))


def _place(alert: Alert) -> dict[str, str]:
    where = alert.unit or alert.department
    return dict(where.label) if where else {}

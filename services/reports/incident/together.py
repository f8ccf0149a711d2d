"""The other alerts of the incident that an alert is in: of the same place and time."""

from typing import Any

from services.alerts.models import Alert
from services.directory.models import User
from services.incidents import selectors
from services.incidents.api import member

SHOWN = 5


def others(user: User, alert: Alert) -> dict[str, Any] | None:
    """Return the incident's other members within the reader's reach, None without any: 2 statements."""
    incident = selectors.of_alert(alert)
    if incident is None:
        return None
    found = [one for one in selectors.members(user, [incident]).get(incident.pk, []) if one.pk != alert.pk]
    if not found:
        return None
    return {"incident": str(incident.public_id), "total": len(found), "members": [member(one) for one in found[:SHOWN]]}

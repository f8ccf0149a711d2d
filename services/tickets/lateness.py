"""How long what is due has been waiting: the ages by which a stopped engine is noticed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

KINDS: Final = {
    "ticket_steps": "SELECT min(escalate_at) FROM tickets_ticket WHERE realm = r.name AND escalate_at IS NOT NULL",
    "alert_timers": "SELECT min(due_at) FROM alerts_alert WHERE realm = r.name AND due_at IS NOT NULL",
    "alert_changes": "SELECT min(due_at) FROM alerts_alertchange WHERE realm = r.name AND done_at IS NULL",
    "messages": "SELECT min(due_at) FROM notify_message WHERE realm = r.name AND state = 'pending' "
    "AND (claimed_until IS NULL OR claimed_until <= ioc_now(r.name))",
}
"""What the engine owes, and SQL for the time of the oldest of it in realm ``r``."""

_OLDEST = " UNION ALL ".join(
    f"SELECT r.name, '{kind}', ({oldest}), ioc_now(r.name) FROM kernel_realm r"  # noqa: S608 - constants
    for kind, oldest in KINDS.items()
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest timer of a kind, due or to come; ``now`` is the realm's clock."""

    realm: str
    kind: str
    since: datetime | None
    now: datetime

    @property
    def age(self) -> float:
        """For how many seconds it has been due."""
        return max(0.0, (self.now - self.since).total_seconds()) if self.since else 0.0


def oldest_due() -> list[Waiting]:
    """Return every realm's oldest timer of each kind: 1 statement along the timers' indexes."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        return [Waiting(*row) for row in cursor.fetchall()]


def oldest(waiting: Sequence[Waiting], realm: str) -> Waiting | None:
    """Return what has waited longest in a realm, None when nothing is due there."""
    due = [one for one in waiting if one.realm == realm and one.age > 0]
    return max(due, key=lambda one: one.age, default=None)

"""What an operator position had to bear during a span: read once, the same for page, API and file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from services.alerts.arrivals import CAME, Arrival, arrivals, changes_of, desks, of_desk
from services.alerts.hygiene import Desk
from services.alerts.models import Alert, AlertChange
from services.alerts.suppression import INHIBITED, MAINTENANCE
from services.reports.load import figures
from services.reports.load.figures import Floods, Rate, Share

LOOKED_BACK = timedelta(hours=6)
"""What came before the span, so that a flood under way at its beginning is known."""


@dataclass(frozen=True, slots=True)
class Frequent:
    """One of the alerts that came most often: its title, how often, its part of all in per cent."""

    public_id: str
    title: Mapping[str, Any]
    monitor: str
    rule: str
    severity: int
    count: int
    percent: float


@dataclass(frozen=True, slots=True)
class Position:
    """One of the declared operator positions during the span: its rate and its floods."""

    desk: Desk
    rate: Rate
    floods: Floods


@dataclass(frozen=True, slots=True)
class Load:
    """The figures of one position; ``taken`` are minutes from coming to acknowledging.

    ``positions`` are the declared ones, of a load that is of everything.
    """

    desk: Desk | None
    since: datetime
    until: datetime
    rate: Rate
    floods: Floods
    priorities: Sequence[Share]
    frequent: Sequence[Frequent]
    chattering: int
    standing: int
    stale: int
    shelved: int
    maintained: int
    inhibited: int
    by_hand: int
    taken: Sequence[float]
    positions: Sequence[Position]

    @property
    def seats(self) -> int:
        """How many operators share the position."""
        return self.desk.seats if self.desk else 1


def load(realm: str, desk: Desk | None, since: datetime, until: datetime) -> Load:
    """Return the load of a position, None for everything together: 6 statements however much came."""
    seats = desk.seats if desk else 1
    came = arrivals(realm, since - LOOKED_BACK, until, desk)
    inside = [one for one in came if one.at >= since]
    counts = _counted(realm, desk, since, until)
    standing, stale = _standing(realm, desk, until)
    return Load(
        desk=desk,
        since=since,
        until=until,
        rate=figures.rate([one.at for one in inside], since, until, seats),
        floods=figures.flooded([one.at for one in came], since, until, seats),
        priorities=figures.priorities(one.severity for one in inside),
        frequent=_frequent(inside),
        chattering=counts["latched"],
        standing=standing,
        stale=stale,
        shelved=counts["shelved"],
        maintained=counts["maintained"],
        inhibited=counts["inhibited"],
        by_hand=counts["by_hand"],
        taken=_taken(realm, desk, since, until),
        positions=[] if desk else [_position(one, came, since, until) for one in desks()],
    )


def _position(desk: Desk, came: Sequence[Arrival], since: datetime, until: datetime) -> Position:
    at = [one.at for one in came if desk.shows(one.monitor, one.department, one.unit)]
    return Position(
        desk=desk,
        rate=figures.rate(at, since, until, desk.seats),
        floods=figures.flooded(at, since, until, desk.seats),
    )


def _counted(realm: str, desk: Desk | None, since: datetime, until: datetime) -> dict[str, int]:
    """Return how many alerts flapped, were put on a shelf, and were suppressed by what: 1 statement."""
    suppressed = Q(kind=AlertChange.SUPPRESSED)
    maintained, inhibited = Q(cause__startswith=MAINTENANCE), Q(cause__startswith=INHIBITED)

    def alerts(condition: Q) -> Count:
        return Count("alert", filter=condition, distinct=True)

    found: dict[str, int] = changes_of(realm, since, until, desk).aggregate(
        latched=alerts(Q(kind=AlertChange.LATCHED)),
        shelved=alerts(Q(kind=AlertChange.SHELVED)),
        maintained=alerts(suppressed & maintained),
        inhibited=alerts(suppressed & inhibited),
        by_hand=alerts(suppressed & ~maintained & ~inhibited),
    )
    return found


def _standing(realm: str, desk: Desk | None, until: datetime) -> tuple[int, int]:
    """Return how many alerts stood open at the end of the span, and how many for over a day: 1 statement."""
    there = Alert.objects.filter(of_desk(desk), realm=realm, historical=False, opened_at__lt=until, suppressed_by="")
    rows = there.filter(Q(ended_at=None) | Q(ended_at__gte=until))
    old = Q(opened_at__lt=until - figures.STALE)
    found = rows.aggregate(all=Count("pk"), stale=Count("pk", filter=old))
    return found["all"], found["stale"]


def _frequent(inside: Sequence[Arrival]) -> list[Frequent]:
    """Return what came most often: 1 statement for the titles."""
    counts = Counter(one.fingerprint for one in inside)
    newest = {one.fingerprint: one for one in inside}
    top = sorted(counts, key=lambda key: (-counts[key], key))[: figures.TOP]
    shown = Alert.objects.in_bulk([newest[key].alert for key in top])
    return [_named(newest[key], shown[newest[key].alert], counts[key], len(inside)) for key in top]


def _named(one: Arrival, alert: Alert, count: int, total: int) -> Frequent:
    return Frequent(
        public_id=str(alert.public_id),
        title=alert.title,
        monitor=one.monitor,
        rule=one.rule,
        severity=one.severity,
        count=count,
        percent=100 * count / total,
    )


def _taken(realm: str, desk: Desk | None, since: datetime, until: datetime) -> list[float]:
    """Return how long alerts waited for somebody to take them, in minutes: 1 statement."""
    earlier = AlertChange.objects.filter(alert=OuterRef("alert"), kind__in=CAME, pk__lt=OuterRef("pk"))
    rows = changes_of(realm, since, until, desk).filter(kind=AlertChange.ACKNOWLEDGED)
    waited = rows.annotate(came=Subquery(earlier.order_by("-pk").values("at")[:1])).filter(came__isnull=False)
    return [(at - came).total_seconds() / 60 for at, came in waited.values_list("at", "came")]

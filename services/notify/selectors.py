"""What is read of messages: one's own, the outbox, and how the gateways are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from services.directory.models import Person, User
from services.kernel import clock
from services.notify.channels import IN_APP, OUTWARD
from services.notify.models import Endpoint, Gateway, Message, Preference

ERRORS_OVER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Oldest:
    """The oldest message of a realm and channel that should have gone out by now: how many seconds it is late."""

    realm: str
    channel: str
    seconds: float
    count: int


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel fares: shares over the last 24 hours, what waits, and until when the gateway is left alone."""

    channel: str
    last_success: datetime | None
    last_failure: datetime | None
    error: str
    hold_until: datetime | None
    held: str
    waiting: int
    oldest: datetime | None
    tried: int
    failed: int
    unknown: int

    @property
    def error_rate(self) -> float | None:
        """Failed and unknown among the tried ones, None when nothing was tried."""
        return (self.failed + self.unknown) / self.tried if self.tried else None


def person_of(user: User) -> Person | None:
    """Return the person behind an account."""
    return Person.objects.select_related("user").filter(user=user).first()


def own(user: User, realm: str) -> QuerySet[Message]:
    """Return all messages to the person behind an account, whatever the channel."""
    return Message.objects.filter(person__user=user, realm=realm).select_related("person__user")


def inbox(user: User, realm: str) -> QuerySet[Message]:
    """Return one's messages in the application, newest first."""
    return own(user, realm).filter(channel=IN_APP).order_by("-pk")


def unread(user: User, realm: str) -> int:
    """Return how many one has not opened."""
    return Message.objects.filter(person__user=user, realm=realm, channel=IN_APP, read_at=None).count()


def outbox(realm: str) -> QuerySet[Message]:
    """Return every message that goes out of the application, newest first."""
    rows = Message.objects.filter(realm=realm, channel__in=OUTWARD).select_related("person__user")
    return rows.order_by("-pk")


def preference_of(person: Person) -> Preference | None:
    """Return what a person wishes, None when they never said."""
    return Preference.objects.filter(person=person).first()


def endpoints_of(person: Person) -> list[Endpoint]:
    """Return a person's browsers and webhooks, oldest first."""
    return list(Endpoint.objects.filter(person=person).order_by("pk"))


def with_companions(rows: QuerySet[Message]) -> QuerySet[Message]:
    """Add ``together``: how many messages went out as one with each, or wait with it for the same instant."""
    every = Message.objects.order_by()
    sent = every.filter(bundle=OuterRef("bundle")).values("bundle").annotate(many=Count("pk")).values("many")
    held = every.filter(
        person=OuterRef("person"), channel=OuterRef("channel"), due_at=OuterRef("due_at"), state=Message.PENDING
    )
    waiting = held.exclude(held="").values("person").annotate(many=Count("pk")).values("many")
    return rows.annotate(together=Coalesce(Subquery(sent), Subquery(waiting), 1))


def gateways(realm: str) -> list[Health]:
    """Return how each channel fares, in three statements."""
    now = clock.now(realm)
    rows = {row.channel: row for row in Gateway.objects.filter(realm=realm)}
    counts = _counts(realm, now)
    return [
        _health(rows.get(channel) or Gateway(realm=realm, channel=channel), counts.get(channel, {}), now)
        for channel in OUTWARD
    ]


def _counts(realm: str, now: datetime) -> dict[str, dict[str, Any]]:
    """Return by channel what was tried lately and what waits."""
    mine = Message.objects.filter(realm=realm, channel__in=OUTWARD).values("channel").order_by("channel")
    tried = mine.filter(tried_at__gt=now - ERRORS_OVER).annotate(
        tried=Count("pk"),
        failed=Count("pk", filter=Q(state=Message.FAILED)),
        unknown=Count("pk", filter=Q(state=Message.UNKNOWN)),
    )
    waiting = mine.filter(state=Message.PENDING).annotate(waiting=Count("pk"), oldest=Min("created_at"))
    found: dict[str, dict[str, Any]] = {}
    for row in (*tried, *waiting):
        found.setdefault(row["channel"], {}).update(row)
    return found


def _health(row: Gateway, counts: Mapping[str, Any], now: datetime) -> Health:
    held = row.hold_until if row.hold_until and row.hold_until > now else None
    return Health(
        channel=row.channel,
        last_success=row.last_success,
        last_failure=row.last_failure,
        error=row.error,
        hold_until=held,
        held=row.held if held else "",
        waiting=counts.get("waiting", 0),
        oldest=counts.get("oldest"),
        tried=counts.get("tried", 0),
        failed=counts.get("failed", 0),
        unknown=counts.get("unknown", 0),
    )


def oldest_pending() -> list[Oldest]:
    """Return, by realm and channel, the oldest message that is due and was not sent; what is held is not late."""
    instants = clock.realms()
    rows = Message.objects.filter(clock.due(), state=Message.PENDING).values("realm", "channel")
    rows = rows.order_by("realm", "channel").annotate(
        first=Min(Greatest(F("due_at"), F("created_at"))), many=Count("pk")
    )
    return [
        Oldest(row["realm"], row["channel"], (instants[row["realm"]] - row["first"]).total_seconds(), row["many"])
        for row in rows
    ]


def held_until(message: Message, holds: Mapping[str, datetime]) -> datetime | None:
    """Return until when a pending message waits: by itself, or because its gateway is left alone."""
    if message.state != Message.PENDING:
        return None
    own_wait = message.due_at if message.held else None
    return max(filter(None, (own_wait, holds.get(message.channel))), default=None)


def holds(realm: str, now: datetime) -> dict[str, datetime]:
    """Return the gateways of a realm that are left alone, and until when."""
    rows = Gateway.objects.filter(realm=realm, hold_until__gt=now).values("channel").annotate(until=Max("hold_until"))
    return {row["channel"]: row["until"] for row in rows}

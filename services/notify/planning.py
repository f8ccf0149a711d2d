"""Claiming: which due messages go out now, which of them together, and which wait for what.

One claimer at a time for each channel (the gateways' rows are locked), so that limits are kept exactly and no two take
the same bundle. What is decided stands in the rows before anything is sent: whoever dies leaves it readable.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.ids import new_public_id
from services.kernel.models import LIVE
from services.notify.channels import CHANNELS, ZALO
from services.notify.config import config
from services.notify.models import Endpoint, Gateway, Message, Preference
from services.notify.rules import CRITICAL, RATE, Decision, Limit, Works, decide, free_at
from services.notify.sending import Delivery
from services.notify.sending.zalo import DIGEST
from services.notify.wishes import wishes_of
from services.worktime.selectors import current_calendar

CLAIM: Final = timedelta(minutes=2)
"""A sender that dies loses its messages to the next one after this long."""
RETRY: Final = "retry"
LARGEST: Final = 200
"""Messages of one bundle."""
LOST: Final = "the sender ended before it could say what came of it"
Of = tuple[str, int]
"""Realm and person."""


@dataclass
class Plan:
    """What one claim came to: what is to be sent, and how many rows it settled otherwise (held, unknown)."""

    deliveries: list[Delivery] = field(default_factory=list)
    settled: int = 0


@dataclass
class _Situation:
    """What is known when deciding, read in a few statements for all rows of a claim."""

    instants: Mapping[str, datetime]
    preferences: Mapping[int, Preference]
    sent: dict[Of, list[datetime]]
    limit: Limit
    works: Works

    def decide(self, message: Message) -> Decision:
        retried = message.bundle is not None
        now = self.instants[message.realm]
        return decide(
            severity=message.severity,
            held=RETRY if retried else message.held,
            now=now,
            wishes=wishes_of(self.preferences.get(message.person_id)),
            works=self.works,
            sent=self.sent[(message.realm, message.person_id)],
            limit=Limit() if retried else self.limit,
        )


def claim(channel: str, limit: int) -> Plan:
    """Claim up to ``limit`` due messages of a channel, with whatever goes out together with them."""
    plan = Plan()
    with transaction.atomic():
        instants = clock.realms()
        gateways = _lock(channel, instants)
        closed = [realm for realm, one in gateways.items() if one.hold_until and one.hold_until > instants[realm]]
        free = Q(claimed_until__isnull=True) | clock.due("claimed_until")
        waiting = Message.objects.filter(free, channel=channel, state=Message.PENDING).exclude(realm__in=closed)
        rows = _take(waiting, limit)
        lost = [row.pk for row in rows if row.going_out]
        if lost:
            plan.settled += Message.objects.filter(pk__in=lost).update(
                state=Message.UNKNOWN, going_out=False, claimed_until=None, held="", error=LOST
            )
        rows = [row for row in rows if not row.going_out]
        if rows:
            _decide(channel, rows, waiting, instants, gateways, plan)
    return plan


def _lock(channel: str, instants: Mapping[str, datetime]) -> dict[str, Gateway]:
    rows = Gateway.objects.select_for_update().filter(channel=channel, realm__in=instants).order_by("realm")
    found = {row.realm: row for row in rows}
    if len(found) < len(instants):
        missing = (Gateway(realm=realm, channel=channel) for realm in instants if realm not in found)
        Gateway.objects.bulk_create(missing, ignore_conflicts=True)
        found = {row.realm: row for row in rows.all()}
    return found


def _take(waiting: QuerySet[Message], limit: int) -> list[Message]:
    """Return due messages, critical ones first, then by age."""
    rows = waiting.select_related("person__user")
    urgent = claim_due(rows.filter(severity=CRITICAL), limit=limit)
    return urgent + (
        claim_due(rows.exclude(severity=CRITICAL), limit=limit - len(urgent)) if len(urgent) < limit else []
    )


def _decide(
    channel: str,
    rows: list[Message],
    waiting: QuerySet[Message],
    instants: Mapping[str, datetime],
    gateways: Mapping[str, Gateway],
    plan: Plan,
) -> None:
    people = {row.person_id for row in rows}
    situation = _Situation(
        instants=instants,
        preferences=Preference.objects.in_bulk(people),
        sent=_sent(channel, people, instants),
        limit=config().per_person.get(channel, Limit()),
        works=current_calendar().is_working_day,
    )
    groups = _groups(channel, rows, waiting)
    held: dict[Decision, list[int]] = defaultdict(list)
    going: list[list[Message]] = []
    budget = _Budget(channel, instants, gateways)
    for group in groups:
        first = group[0]
        decision = situation.decide(next((one for one in group if one.held), first))
        if decision.until is not None:
            held[decision] += [one.pk for one in group]
        elif budget.allows(first):
            going.append(group)
            situation.sent[(first.realm, first.person_id)].append(instants[first.realm])
    for decision, pks in held.items():
        plan.settled += Message.objects.filter(pk__in=pks).update(
            due_at=decision.until, held=decision.reason, claimed_until=None
        )
    plan.deliveries = _claimed(channel, going, instants, situation.preferences)


def _groups(channel: str, rows: list[Message], waiting: QuerySet[Message]) -> list[list[Message]]:
    """Return what goes out together: bundles that were begun before, what was held for the same person, or a bunch."""
    friends = _friends(rows, waiting) if _bundles(channel) else {}
    taken: set[int] = set()
    groups = []
    for row in rows:
        if row.pk in taken:
            continue
        group = [row]
        if row.bundle:
            group = _begun(row.bundle)
        elif row.severity != CRITICAL:
            same = [one for one in friends.get((row.realm, row.person_id), []) if one.pk not in taken]
            if same and (len(same) > config().bunch or any(one.held for one in same)):
                group = same[:LARGEST]
        taken |= {one.pk for one in group}
        groups.append(group)
    return groups


def _begun(bundle: UUID) -> list[Message]:
    rows = Message.objects.filter(bundle=bundle, state=Message.PENDING).select_related("person__user")
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _friends(rows: Iterable[Message], waiting: QuerySet[Message]) -> dict[Of, list[Message]]:
    """Return every due message that may be bundled, of the persons of ``rows``, oldest first."""
    people = {row.person_id for row in rows if not row.bundle and row.severity != CRITICAL}
    if not people:
        return {}
    fresh = waiting.filter(person__in=people, bundle=None, going_out=False).exclude(severity=CRITICAL)
    found: dict[Of, list[Message]] = defaultdict(list)
    for row in claim_due(fresh.select_related("person__user"), limit=LARGEST * 5):
        found[(row.realm, row.person_id)].append(row)
    return found


def _bundles(channel: str) -> bool:
    """Tell whether messages of a channel can be told as one: Zalo only where a template for it was approved."""
    account = config().zalo
    if channel == ZALO and account is not None and DIGEST not in account.templates:
        return False
    return CHANNELS[channel].bundles


class _Budget:
    """How many more requests each realm's gateway takes; when none, its row says until when."""

    def __init__(self, channel: str, instants: Mapping[str, datetime], gateways: Mapping[str, Gateway]) -> None:
        self.limit = config().per_gateway.get(channel, Limit())
        self.instants, self.gateways = instants, gateways
        self.sent = _by_realm(channel, self.limit, instants) if self.limit.count else {}

    def allows(self, message: Message) -> bool:
        """Count one more request, or close the gateway until it takes one."""
        if not self.limit.count:
            return True
        sent, now = self.sent[message.realm], self.instants[message.realm]
        free = free_at(now, sent, self.limit)
        if free <= now:
            sent.append(now)
            return True
        Gateway.objects.filter(pk=self.gateways[message.realm].pk).update(hold_until=free, held=RATE)
        return False


def _sent(channel: str, people: Iterable[int], instants: Mapping[str, datetime]) -> dict[Of, list[datetime]]:
    """Return when each person was sent something by the channel, as far back as limits ask; a bundle counts once."""
    found: dict[Of, list[datetime]] = defaultdict(list)
    limit = config().per_person.get(channel, Limit())
    if limit.count:
        since = min(instants.values()) - limit.per
        rows = Message.objects.filter(channel=channel, person__in=people, tried_at__gt=since)
        for realm, person, _bundle, at in rows.values_list("realm", "person", "bundle", "tried_at").distinct():
            if at is not None:
                found[(realm, person)].append(at)
    return found


def _by_realm(channel: str, limit: Limit, instants: Mapping[str, datetime]) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {realm: [] for realm in instants}
    since = min(instants.values()) - limit.per
    rows = Message.objects.filter(channel=channel, realm__in=instants, tried_at__gt=since)
    for realm, _bundle, at in rows.values_list("realm", "bundle", "tried_at").distinct():
        if at is not None:
            found[realm].append(at)
    return found


def _claimed(
    channel: str, groups: list[list[Message]], instants: Mapping[str, datetime], preferences: Mapping[int, Preference]
) -> list[Delivery]:
    """Write down who goes out together and until when they are ours."""
    endpoints: dict[int, list[Endpoint]] = defaultdict(list)
    people = {group[0].person_id for group in groups}
    for endpoint in Endpoint.objects.filter(kind=channel, person__in=people).order_by("pk"):
        endpoints[endpoint.person_id].append(endpoint)
    deliveries = []
    for group in groups:
        first, now = group[0], instants[group[0].realm]
        bundle = first.bundle or (first.public_id if len(group) == 1 else new_public_id())
        Message.objects.filter(pk__in=[one.pk for one in group]).update(
            bundle=bundle, claimed_until=now + CLAIM, tried_at=now, attempts=F("attempts") + 1
        )
        for one in group:
            one.bundle, one.attempts, one.tried_at = bundle, one.attempts + 1, now
        found = tuple(endpoints[first.person_id])
        deliveries.append(Delivery(tuple(group), preferences.get(first.person_id), found))
    return deliveries


def is_repeatable(delivery: Delivery) -> bool:
    """Tell whether sending again does no harm: the receiver knows the key, or it is a file that is replaced."""
    return delivery.realm != LIVE or CHANNELS[delivery.channel].repeatable

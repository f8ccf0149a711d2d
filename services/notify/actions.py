"""Write messages with the deed they tell of, call them off when it is overtaken, and what people do with them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from services.audit.actions import record
from services.directory.models import Person, User
from services.kernel import bulk, clock
from services.kernel.nudge import nudge
from services.kernel.problems import IllegalVerbError
from services.notify.channels import IN_APP, WEBHOOK
from services.notify.models import Endpoint, Message, Preference
from services.notify.wishes import reachable, wanted

SEND: Final = "services.notify.tasks.send"
RESENDABLE: Final = (Message.FAILED, Message.UNKNOWN)
"""States that a person may send again from; webhooks, whose receiver knows the key, from every state but pending."""
_TWIN: Final = "(realm, subject, generation, step, person_id, channel) DO NOTHING"
"""Named, since otherwise PostgreSQL looks through every unique index first, not only through ``message_once``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell several people; ``context`` holds code, title, severity, due_at, url (see ``texts.letter``)."""

    realm: str
    subject: str
    generation: int
    step: int
    people: Sequence[Person]
    template: str
    context: Mapping[str, Any]
    now: datetime


def enqueue(
    *,
    realm: str,
    subject: str,
    generation: int,
    step: int,
    people: Sequence[Person],
    template: str,
    context: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write one message per person and channel, in the caller's transaction; those already written stay as they are."""
    notice = Notice(
        realm=realm,
        subject=subject,
        generation=generation,
        step=step,
        people=people,
        template=template,
        context=context,
        now=now,
    )
    enqueue_many([notice])


def enqueue_many(notices: Sequence[Notice]) -> None:
    """Write the messages of many notices in three statements: wishes, addresses, rows; a twin is left as it is."""
    people = {person.id for notice in notices for person in notice.people}
    if not people:
        return
    channels = _channels_of(people)
    rows = [
        _columns(notice, person, channel)
        for notice in sorted(notices, key=lambda one: (one.realm, one.subject))
        for person in sorted(notice.people, key=lambda one: one.id)
        for channel in channels(person, str(notice.context.get("severity", "")), notice.realm)
    ]
    bulk.insert_values(Message, rows, conflict=_TWIN)
    nudge(SEND)


def _channels_of(people: set[int]) -> Callable[[Person, str, str], Sequence[str]]:
    """Read wishes and addresses of these persons; return what tells by which channels a notice goes to one of them."""
    preferences = Preference.objects.in_bulk(people)
    kinds: dict[int, set[str]] = defaultdict(set)
    for person, kind in Endpoint.objects.filter(person__in=people).values_list("person", "kind"):
        kinds[person].add(kind)
    known: dict[tuple[int, str, str], Sequence[str]] = {}

    def channels(person: Person, severity: str, realm: str) -> Sequence[str]:
        asked = person.id, severity, realm
        if asked not in known:
            there = reachable(person, kinds[person.id], realm)
            known[asked] = [one for one in wanted(preferences.get(person.id), severity) if one in there]
        return known[asked]

    return channels


def _columns(notice: Notice, person: Person, channel: str) -> dict[str, Any]:
    """Return a row; in the application it is read where it is written, so it is delivered at once."""
    written = channel == IN_APP
    return {
        "realm": notice.realm,
        "subject": notice.subject,
        "generation": notice.generation,
        "step": notice.step,
        "person_id": person.id,
        "channel": channel,
        "template": notice.template,
        "context": dict(notice.context),
        "severity": str(notice.context.get("severity", "")),
        "state": Message.DELIVERED if written else Message.PENDING,
        "created_at": notice.now,
        "due_at": notice.now,
        "sent_at": notice.now if written else None,
        "delivered_at": notice.now if written else None,
    }


def void(*, realm: str, subject: str, through_generation: int) -> int:
    """Call off what was not sent yet for generations up to this one; return how many messages."""
    unsent = Message.objects.filter(realm=realm, subject=subject, state=Message.PENDING)
    return unsent.filter(generation__lte=through_generation).update(state=Message.VOID)


def may_resend(message: Message) -> bool:
    """Tell whether a person may send it again: what failed or is unknown; a webhook in any state that has ended."""
    ended = message.state not in {Message.PENDING, Message.VOID}
    return message.state in RESENDABLE or (message.channel == WEBHOOK and ended)


def resend(*, message: Message, acting_user: User) -> Message:
    """Send again what failed, what nobody knows about, or a webhook (by the same key); IllegalVerbError otherwise."""
    with transaction.atomic():
        row = Message.objects.select_for_update(of=("self",)).select_related("person").get(pk=message.pk)
        if not may_resend(row):
            raise IllegalVerbError("resend", row.state, [])
        before, row.state = row.state, Message.PENDING
        row.due_at, row.held, row.bundle, row.attempts = clock.now(row.realm), "", None, 0
        row.claimed_until, row.going_out, row.error = None, False, ""
        row.sent_at = row.delivered_at = None
        row.save()
        detail = {"from": before, "channel": row.channel, "subject": row.subject}
        record(verb="message.resend", target=row, realm=row.realm, acting_user=acting_user, detail=detail)
        nudge(SEND)
    return row


def mark_read(*, messages: Iterable[int], now: datetime) -> int:
    """Note that somebody opened messages of the application; the first time counts. Return how many were new."""
    unread = Message.objects.filter(pk__in=list(messages), channel=IN_APP, read_at=None)
    return unread.update(read_at=now)


def send_test(*, person: Person, channel: str, realm: str, acting_user: User) -> Message:
    """Write a test message to oneself by one channel, whatever the wishes: quiet hours hold it as any other."""
    now = clock.now(realm)
    message = Message.objects.create(
        realm=realm,
        subject=f"test:{acting_user.pk}:{now.isoformat()}"[:80],
        generation=0,
        step=0,
        person=person,
        channel=channel,
        template="test",
        context={"url": "/notifications/", "severity": "medium"},
        severity="medium",
        created_at=now,
        due_at=now,
        **({"state": Message.DELIVERED, "sent_at": now, "delivered_at": now} if channel == IN_APP else {}),
    )
    nudge(SEND)
    return message

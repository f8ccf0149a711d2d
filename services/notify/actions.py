"""Write messages with the deed they tell of, and call them off when the deed is overtaken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.directory.models import Person
from services.kernel import bulk
from services.kernel.nudge import nudge
from services.notify.models import Message

EMAIL, IN_APP = "email", "in_app"


def channels_of(person: Person) -> list[str]:
    """Return how a person is told: in the application always, by e-mail where an address is known."""
    return [IN_APP, *([EMAIL] if person.email else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What people are to be told about one step of one subject; fields as in ``Message``."""

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
    """Write the messages of many notices in one statement, as ``enqueue`` does for one."""
    rows = [
        {
            "realm": notice.realm,
            "subject": notice.subject,
            "generation": notice.generation,
            "step": notice.step,
            "person_id": person.pk,
            "channel": channel,
            "template": notice.template,
            "context": notice.context,
            "created_at": notice.now,
            "due_at": notice.now,
        }
        for notice in sorted(notices, key=lambda notice: (notice.realm, notice.subject))
        for person in sorted(notice.people, key=lambda one: one.pk)
        for channel in channels_of(person)
    ]
    bulk.insert_values(Message, rows)
    if rows:
        nudge("services.notify.tasks.send")


def void(*, realm: str, subject: str, through_generation: int) -> int:
    """Call off what was not sent yet for generations up to this one; return how many messages."""
    unsent = Message.objects.filter(realm=realm, subject=subject, state=Message.PENDING)
    return unsent.filter(generation__lte=through_generation).update(state=Message.VOID)

"""Write messages with the deed they tell of, and call them off when the deed is overtaken."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.directory.models import Person
from services.kernel.nudge import nudge
from services.notify.models import Message

EMAIL, IN_APP = "email", "in_app"


def channels_of(person: Person) -> list[str]:
    """Return how a person is told: in the application always, by e-mail where an address is known."""
    return [IN_APP, *([EMAIL] if person.email else [])]


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
    Message.objects.bulk_create(
        (
            Message(
                realm=realm,
                subject=subject,
                generation=generation,
                step=step,
                person=person,
                channel=channel,
                template=template,
                context=dict(context),
                created_at=now,
                due_at=now,
            )
            for person in sorted(people, key=lambda one: one.pk)
            for channel in channels_of(person)
        ),
        ignore_conflicts=True,
    )
    if people:
        nudge("services.notify.tasks.send")


def void(*, realm: str, subject: str, through_generation: int) -> int:
    """Call off what was not sent yet for generations up to this one; return how many messages."""
    unsent = Message.objects.filter(realm=realm, subject=subject, state=Message.PENDING)
    return unsent.filter(generation__lte=through_generation).update(state=Message.VOID)

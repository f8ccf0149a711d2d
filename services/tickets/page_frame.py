"""What stands around every page of the workspace: who reads, for which office, and the queues with their counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.directory.access import roles_of
from services.directory.models import Appointment, Person, User
from services.directory.models.validity import valid_on
from services.directory.pack import pack
from services.kernel.clock import LOCAL
from services.tickets import workflow
from services.tickets.page_filters import Filters
from services.tickets.page_rows import Tally, tally
from services.tickets.selectors import visible

HANDLERS: Final = frozenset({"officer", "head"})
"""Who has a queue of their own; the centre's people begin with all tickets."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of the side bar; ``key`` is the holder it asks for."""

    key: str
    icon: str
    title: str


QUEUES: Final = (
    Queue("me", icon="inbox", title=_("My queue")),
    Queue("none", icon="hand", title=_("Nobody has taken")),
    Queue("all", icon="layers", title=_("All tickets")),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """The person reading: name, initials, position and office as localised pairs."""

    user: User
    person: Person | None
    name: str
    initials: str
    role: dict[str, str]
    place: dict[str, str]

    @property
    def default_holder(self) -> str:
        """Whose tickets the list begins with."""
        return "me" if self.person and roles_of(self.user) & HANDLERS else "all"


def reader_of(user: User, now: datetime) -> Reader:
    """Return who is reading, with the present appointment (two statements)."""
    person = Person.objects.filter(user=user).first()
    today = now.astimezone(LOCAL).date()
    held = Appointment.objects.filter(valid_on(today), person=person).select_related("position", "department", "unit")
    post = held.first() if person else None
    office = (post.department or post.unit) if post else None
    centre = pack().centre_short
    name = person.full_name if person else user.get_full_name() or user.get_username()
    return Reader(
        user=user,
        person=person,
        name=name,
        initials=initials_of(person) if person else name[:2].upper(),
        role=post.position.label_in(post.unit) if post else {},
        place=office.label if office else {"vi": centre["vi"], "en": centre["en"]},
    )


def initials_of(person: Person) -> str:
    """Return two letters: of the called name where it has two words (Y Thắng), else given name and family name."""
    words = (person.called_name or person.full_name).split()
    pair = words[:2] if len(words) > 1 else [words[0], person.full_name]
    return "".join(word[0] for word in pair).upper()


def frame(reader: Reader, filters: Filters | None, now: datetime) -> dict[str, Any]:
    """Return the template context of the frame; one statement counts every queue."""
    rows = visible(reader.user).filter(state__in=workflow.OPEN)
    counted = tally(rows, reader.person, now)
    return {
        "now": now,
        "me": reader,
        "place": reader.place,
        "filters": filters or Filters(holder=""),
        "queues": queues_of(counted, reader, filters),
        "counted": counted,
    }


def queues_of(counted: Tally, reader: Reader, filters: Filters | None) -> list[dict[str, Any]]:
    """Return the side bar's queues; the one being read is current."""
    counts = {"me": counted.count(whose="me"), "none": counted.count(whose="none"), "all": counted.count()}
    return [
        {
            "key": queue.key,
            "title": gettext(queue.title),
            "icon": queue.icon,
            "href": f"{reverse('tickets:list')}?holder={queue.key}",
            "count": counts[queue.key],
            "current": filters is not None and filters.holder == queue.key and not filters.narrowed,
        }
        for queue in QUEUES
        if queue.key != "me" or reader.person
    ]

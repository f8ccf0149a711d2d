"""Who reads a page of staff: name, initials, position and office, as the frame around the page shows them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import FilteredRelation

from services.directory.models import Appointment, Person, User
from services.directory.models.validity import valid_on
from services.directory.pack import pack
from services.kernel.clock import LOCAL


@dataclass(frozen=True, slots=True)
class Reader:
    """The person reading: name, initials, position and office as localised pairs."""

    user: User
    person: Person | None
    name: str
    initials: str
    role: dict[str, str]
    place: dict[str, str]


def reader_of(user: User, now: datetime) -> Reader:
    """Return who is reading, with the present appointment, of several the longest held: one statement."""
    today = now.astimezone(LOCAL).date()
    held = FilteredRelation("appointments", condition=valid_on(today, "appointments__"))
    persons = Person.objects.annotate(post=held).filter(user=user).order_by("post__valid_from", "post__pk")
    borders = [f"post__unit__{name}" for name in ("point", "geometry", "outline")]
    with_post = persons.select_related("post__position", "post__department", "post__unit")  # type: ignore[misc]
    person = with_post.defer(*borders).first()
    post: Appointment | None = getattr(person, "post", None)
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

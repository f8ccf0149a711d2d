"""Whom a plan may name: persons of the realm who can still answer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from services.directory.models import Appointment, Person
from services.directory.models.validity import valid_on
from services.kernel.clock import LOCAL
from services.kernel.problems import InvalidInputError


def gone(people: Iterable[Person], at: datetime) -> set[int]:
    """Return the ids of those who have left: the account is closed, or every appointment has ended. 1 statement."""
    known = {person.pk: person for person in people}
    closed = {pk for pk, person in known.items() if person.user is not None and not person.user.is_active}
    today = at.astimezone(LOCAL).date()
    held = Appointment.objects.filter(person__in=known)
    ended = set(held.values_list("person_id", flat=True)) - set(
        held.filter(valid_on(today) | Q(valid_from__gt=today)).values_list("person_id", flat=True)
    )
    return closed | ended


def named(public_ids: Sequence[UUID | str], realm: str, at: datetime, field: str) -> list[Person]:
    """Return the persons in the order of their ids; InvalidInputError names those unknown here or gone."""
    wanted = [_uuid(one) for one in public_ids]
    rows = Person.objects.filter(realm=realm, public_id__in=[one for one in wanted if one]).select_related("user")
    found: Mapping[UUID, Person] = {person.public_id: person for person in rows}
    if any(one not in found for one in wanted):
        raise InvalidInputError({field: _("There is no such person here.")})
    left = gone(found.values(), at)
    if left:
        names = ", ".join(person.full_name for person in found.values() if person.pk in left)
        raise InvalidInputError({field: _("No longer in office: {names}.").format(names=names)})
    return [found[one] for one in wanted if one]


def _uuid(text: UUID | str) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None

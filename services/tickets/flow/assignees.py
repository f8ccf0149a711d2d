"""Who can be given a ticket: the people of its own office who work there today."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from services.directory.models import Appointment, Person
from services.directory.models.validity import valid_on
from services.kernel.clock import LOCAL
from services.kernel.models import LIVE
from services.kernel.problems import InvalidInputError
from services.tickets.models import Ticket


def people_of(ticket: Ticket, now: datetime) -> QuerySet[Person]:
    """Return the persons who hold a post today in the ticket's department, else in its unit, as they are listed.

    Whose account is closed has left. In realm ``live`` invented persons stay out; elsewhere they answer beside real
    ones.
    """
    posts = Appointment.objects.filter(valid_on(now.astimezone(LOCAL).date()))
    if ticket.department_id:
        posts = posts.filter(department=ticket.department_id)
    elif ticket.unit is not None:
        posts = posts.filter(unit__lineage=ticket.unit.lineage)
    people = Person.objects.filter(pk__in=posts.values("person")).exclude(user__is_active=False)
    return people.filter(realm=LIVE) if ticket.realm == LIVE else people


def chosen(ticket: Ticket, person: UUID | str | None, now: datetime) -> Person:
    """Return the person to be given the ticket; InvalidInputError says whether there is none, or of another office."""
    found = Person.objects.filter(public_id=person).first() if person else None
    if found is None:
        raise InvalidInputError({"person": [_("there is no such person")]})
    if not people_of(ticket, now).filter(pk=found.pk).exists():
        raise InvalidInputError({"person": [_refusal(found, now)]})
    return found


def _refusal(person: Person, now: datetime) -> Any:
    posts = Appointment.objects.filter(valid_on(now.astimezone(LOCAL).date()), person=person)
    left = not posts.exists() or (person.user is not None and not person.user.is_active)
    text = _("{name} no longer holds a post here") if left else _("{name} does not belong to the ticket's office")
    return text.format(name=person.full_name)

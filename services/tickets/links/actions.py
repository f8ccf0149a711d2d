"""Make links and end them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from services.audit.actions import record
from services.directory.models import Person, User
from services.kernel import clock
from services.tickets import workflow
from services.tickets.links import tokens
from services.tickets.models import PhoneLink, Ticket

LIFETIME: Final = timedelta(days=7)
"""How long a link opens its ticket."""
_SHARED: Final = timedelta(days=2)
"""A link with at least this much left is sent again instead of a new one, so that reminders name the same address."""


def address_for(ticket: Ticket, person: Person, now: datetime | None = None) -> str:
    """Return the path that opens this ticket on this person's phone; the ticket's page for whoever has no account."""
    return addresses_for(ticket, [person], now)[person.pk]


def addresses_for(ticket: Ticket, people: Sequence[Person], now: datetime | None = None) -> dict[int, str]:
    """Return person's key → path for many at once, in the caller's transaction; two statements, however many."""
    now = now or clock.now(ticket.realm)
    page = reverse("tickets:ticket", args=[ticket.public_id])
    able = [person for person in people if person.user_id is not None]
    valid = PhoneLink.objects.filter(
        ticket=ticket, person__in=able, revoked_at__isnull=True, expires_at__gte=now + _SHARED
    )
    keys = dict(valid.order_by("expires_at").values_list("person_id", "key"))
    new = [
        PhoneLink(
            realm=ticket.realm,
            key=tokens.new_key(),
            ticket=ticket,
            person=person,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        for person in able
        if person.pk not in keys
    ]
    PhoneLink.objects.bulk_create(new)
    keys |= {link.person_id: link.key for link in new}
    opened = {pk: reverse("phone:ticket", args=[tokens.written(key)]) for pk, key in keys.items()}
    return {person.pk: opened.get(person.pk, page) for person in people}


def path_for(public_id: str, person: Person) -> str | None:
    """Return what a message about a ticket leads this person to; None for a ticket that has ended or never was."""
    try:
        UUID(public_id)
    except ValueError:
        return None
    ticket = Ticket.objects.filter(public_id=public_id, state__in=workflow.OPEN).only("realm", "public_id").first()
    return address_for(ticket, person) if ticket else None


@transaction.atomic
def revoke(ticket: Ticket, person: Person | None = None, acting_user: User | None = None) -> int:
    """End the links of a ticket (of one person) at once; return how many."""
    links = PhoneLink.objects.filter(ticket=ticket, revoked_at__isnull=True)
    if person is not None:
        links = links.filter(person=person)
    ended = links.update(revoked_at=clock.now(ticket.realm))
    if ended:
        detail = {"links": ended, **({"person": person.pk} if person else {})}
        record(verb="ticket.phone_link_end", target=ticket, realm=ticket.realm, acting_user=acting_user, detail=detail)
    return ended

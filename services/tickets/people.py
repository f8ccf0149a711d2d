"""Whom a step reaches: resolved when it fires, never before, so that who left or swapped duty is not told."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from services.directory import selectors as directory
from services.directory.models import DutyRoster, Person, Position
from services.duty import selectors as duty
from services.kernel.clock import LOCAL
from services.tickets.models import Ticket

HEAD = gettext_noop("Head of the office")
CHAIR = gettext_noop("Chair of the commune or ward")
AGAIN = gettext_noop("{who}, again ({number})")


def holders(target: Mapping[str, Any], ticket: Ticket, at: datetime) -> list[Person]:
    """Return the persons a target means for this ticket at this instant; empty when nobody holds it.

    Who is away is replaced by who stands in; ``instead_of`` of that one names who is meant.
    """
    there = meant(target, ticket, at)
    return replaced(there, duty.stand_ins([person.pk for person in there], at))


def replaced(meant: Sequence[Person], instead: Mapping[int, Person]) -> list[Person]:
    """Return these persons, those who are away replaced by who stands in for them; each once."""
    found = {person.pk: person for person in meant if person.pk not in instead}
    for person in meant:
        if person.pk in instead and instead[person.pk].pk not in found:
            stand_in = copy(instead[person.pk])
            stand_in.instead_of = person.full_name
            found[stand_in.pk] = stand_in
    return list(found.values())


def written(person: Person) -> dict[str, Any]:
    """Return how a step keeps who was told: id and name, and whom this one stood in for."""
    told: dict[str, Any] = {"id": person.id, "name": person.full_name}
    return told | ({"instead_of": person.instead_of} if person.instead_of else {})


def meant(target: Mapping[str, Any], ticket: Ticket, at: datetime) -> list[Person]:
    """Return the persons a target means, whether or not they are away."""
    kind, value = next(iter(target.items()))
    return _HOLDERS[kind](value, ticket, at)


def _rung(value: Any, ticket: Ticket, at: datetime) -> list[Person]:
    return directory.rung_holders(int(value), unit=ticket.unit, department=ticket.department, at=at, realm=ticket.realm)


def _position(value: Any, ticket: Ticket, at: datetime) -> list[Person]:
    return directory.position_holders(
        str(value), unit=ticket.unit, department=ticket.department, at=at, realm=ticket.realm
    )


def _roster(value: Any, ticket: Ticket, at: datetime) -> list[Person]:
    person = directory.person_on_duty(str(value), at, realm=ticket.realm)
    return [person] if person else []


def _person(value: Any, ticket: Ticket, at: datetime) -> list[Person]:
    person = directory.person_in_office(str(value), at, realm=ticket.realm)
    return [person] if person else []


def _head(value: Any, ticket: Ticket, at: datetime) -> list[Person]:
    del value
    place = ticket.department or ticket.unit
    head = directory.head_of(place, at, realm=ticket.realm) if place else None
    return [head] if head else []


def _chair(value: Any, ticket: Ticket, at: datetime) -> list[Person]:
    del value
    chair = directory.head_of(ticket.unit, at, realm=ticket.realm) if ticket.unit else None
    return [chair] if chair else []


_HOLDERS: dict[str, Callable[[Any, Ticket, datetime], list[Person]]] = {
    "rung": _rung,
    "position": _position,
    "roster": _roster,
    "person": _person,
    "head": _head,
    "chair": _chair,
}


def label(target: Mapping[str, Any], ticket: Ticket, at: datetime) -> dict[str, str]:
    """Return what a step is called before its people are known: the position or roster, in both languages."""
    kind, value = next(iter(target.items()))
    if kind == "rung":
        return _rung_label(int(value), ticket, at)
    if kind == "position":
        position = Position.objects.filter(slug=value).first()
        return position.label_in(ticket.unit) if position else _same(str(value))
    if kind == "roster":
        roster = DutyRoster.objects.filter(slug=value).first()
        return roster.label if roster else _same(str(value))
    if kind == "person":
        person = Person.objects.filter(public_id=str(value)).first()
        return _same(person.full_name if person else "?")
    return _both(CHAIR if kind == "chair" else HEAD)


def again(title: Mapping[str, str], turn: int) -> dict[str, str]:
    """Return the title of a step that tells people once more; ``turn`` 0 is the first time, which says nothing more."""
    if not turn:
        return dict(title)
    words = _both(AGAIN)
    return {language: words[language].format(who=text, number=turn) for language, text in title.items()}


def _same(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def _both(msgid: str) -> dict[str, str]:
    pair = {}
    for language in ("vi", "en"):
        with override(language):
            pair[language] = _(msgid)
    return pair


def _rung_label(order: int, ticket: Ticket, at: datetime) -> dict[str, str]:
    """A rung may be a department's director or a commune's chairman: the ticket's own place decides which is named."""
    positions = directory.rung_positions(order, at.astimezone(LOCAL).date())
    wanted = Position.Scope.DEPARTMENT if ticket.department_id else Position.Scope.UNIT
    positions.sort(key=lambda position: position.scope != wanted)
    return positions[0].label_in(ticket.unit) if positions else _same(str(order))

"""Whom the due steps of many tickets reach, asked once for each target and place: ``people.holders`` for many."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.directory.holders import Place, RungAt, heads_of, holders_of_rungs
from services.directory.models import Person
from services.duty import selectors as duty
from services.tickets import people
from services.tickets.claiming import AnyTicket
from services.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Asked:
    """A step's target as it is meant for a ticket: all tickets with an equal one reach the same people."""

    realm: str
    kind: str
    value: str
    unit: int | None
    department: int | None

    @classmethod
    def of(cls, target: Mapping[str, Any], ticket: AnyTicket) -> "Asked":
        """Return what a target means for this ticket: a roster or a person is the same everywhere."""
        kind, value = next(iter(target.items()))
        if kind in {"roster", "person"}:
            return cls(ticket.realm, kind, str(value), None, None)
        return cls(ticket.realm, kind, str(value), ticket.unit_id, ticket.department_id)

    @property
    def target(self) -> dict[str, Any]:
        """The target as a step has it."""
        return {self.kind: int(self.value) if self.kind == "rung" else self.value}


Told = dict[Asked, list[Person]]


def holders_of(asked: Mapping[Asked, AnyTicket], instants: Mapping[str, datetime]) -> Told:
    """Return the people of each question, empty where nobody holds the target.

    ``asked`` gives each question with a ticket that asks it (unit and department loaded), ``instants`` each realm's
    present. Rungs, heads and chairs take a constant number of statements; other targets a few each, and there are a
    handful of those, since a roster or a person is the same everywhere.
    """
    told: Told = {}
    for realm in sorted({one.realm for one in asked}):
        by_kind: dict[str, dict[Asked, AnyTicket]] = defaultdict(dict)
        for one, ticket in asked.items():
            if one.realm == realm:
                by_kind[one.kind][one] = ticket
        meant: Told = {}
        for kind, same in by_kind.items():
            meant |= _MANY[kind](same, instants[realm], realm) if kind in _MANY else _one_by_one(same, instants[realm])
        instead = duty.stand_ins({person.pk for persons in meant.values() for person in persons}, instants[realm])
        told |= {one: people.replaced(persons, instead) for one, persons in meant.items()}
    return told


def _rungs(asked: Mapping[Asked, AnyTicket], at: datetime, realm: str) -> Told:
    meant = {one: RungAt.of(int(one.value), ticket.unit, ticket.department) for one, ticket in asked.items()}
    found = holders_of_rungs(set(meant.values()), at, realm)
    return {one: found[rung] for one, rung in meant.items()}


def _heads(asked: Mapping[Asked, AnyTicket], at: datetime, realm: str) -> Told:
    meant: dict[Asked, Place | None] = {one: ticket.department or ticket.unit for one, ticket in asked.items()}
    found = heads_of({place for place in meant.values() if place}, at, realm)
    heads = {one: found[place] if place else None for one, place in meant.items()}
    return {one: [head] if head else [] for one, head in heads.items()}


def _chairs(asked: Mapping[Asked, AnyTicket], at: datetime, realm: str) -> Told:
    found = heads_of({ticket.unit for ticket in asked.values() if ticket.unit}, at, realm)
    chairs = {one: found[ticket.unit] if ticket.unit else None for one, ticket in asked.items()}
    return {one: [chair] if chair else [] for one, chair in chairs.items()}


def _one_by_one(asked: Mapping[Asked, AnyTicket], at: datetime) -> Told:
    """Ask for what few tickets differ in: a roster, a person, a position."""
    return {
        one: people.meant(one.target, Ticket(realm=one.realm, unit=ticket.unit, department=ticket.department), at)
        for one, ticket in asked.items()
    }


_MANY = {"rung": _rungs, "head": _heads, "chair": _chairs}

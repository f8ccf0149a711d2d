"""Whom a step reaches: resolved when it fires, never before, so that who left or swapped duty is not told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.directory import selectors as directory
from services.directory.kinds import in_english
from services.directory.models import Person, Position, Rung
from services.kernel.clock import LOCAL
from services.tickets.models import Ticket


def holders(target: Mapping[str, Any], ticket: Ticket, at: datetime) -> list[Person]:
    """Return the persons a target means for this ticket at this instant; empty when nobody holds it."""
    if "rung" in target:
        return directory.rung_holders(int(target["rung"]), unit=ticket.unit, department=ticket.department, at=at)
    if "position" in target:
        return directory.position_holders(
            str(target["position"]), unit=ticket.unit, department=ticket.department, at=at
        )
    if "roster" in target:
        person = directory.person_on_duty(str(target["roster"]), at)
        return [person] if person else []
    if "head" in target:
        head = directory.head_of(ticket.department or ticket.unit, at=at)
        return [head] if head else []
    return list(Person.objects.filter(public_id=target.get("person")))


def label(target: Mapping[str, Any], ticket: Ticket, at: datetime) -> dict[str, str]:
    """Return what a step is called before its people are known: the position or roster, in both languages."""
    if "rung" in target:
        return _rung_label(int(target["rung"]), ticket, at)
    if "position" in target:
        position = Position.objects.filter(slug=target["position"]).first()
        slug = str(target["position"])
        return _titled(position, ticket) if position else {"vi": slug, "en": slug}
    if "roster" in target:
        return directory.roster_label(str(target["roster"]))
    if "head" in target:
        return {"vi": "Thủ trưởng đơn vị", "en": "Head of the office"}
    person = Person.objects.filter(public_id=target.get("person")).first()
    name = person.full_name if person else "?"
    return {"vi": name, "en": name}


def _rung_label(order: int, ticket: Ticket, at: datetime) -> dict[str, str]:
    """A rung may be a department's director or a commune's chairman: the ticket's own place decides which is named."""
    day = at.astimezone(LOCAL).date()
    positions = [rung.position for rung in Rung.objects.on(day).filter(order=order).select_related("position")]
    wanted = "department" if ticket.department_id else "unit"
    for position in sorted(positions, key=lambda p: p.scope != wanted):
        return _titled(position, ticket)
    return {"vi": f"Nấc {order}", "en": f"Rung {order}"}


def _titled(position: Position, ticket: Ticket) -> dict[str, str]:
    """A position's title with the type of the ticket's unit in it: ``Chủ tịch UBND phường``."""
    kind = ticket.unit.kind if ticket.unit else "xã"
    label = position.label
    return {"vi": label["vi"].replace("{kind}", kind), "en": label["en"].replace("{kind}", in_english(kind, "").strip())}

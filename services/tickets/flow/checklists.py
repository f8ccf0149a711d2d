"""What has to be done about a ticket: copied from the templates when it opens, ticked or excused by audited verbs."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from services.directory.access import scope_of
from services.directory.models import User
from services.kernel.problems import InvalidInputError
from services.kernel.text import localised
from services.tickets.flow.models import ChecklistItem, TicketItem
from services.tickets.flow.reach import leads
from services.tickets.flow.said import Detail, Fields, note_of, owed
from services.tickets.models import Ticket


def lay(ticket: Ticket) -> None:
    """Copy every fitting checklist to a ticket that has just been saved for the first time."""
    fitting = ChecklistItem.objects.filter(
        Q(checklist__monitor="") | Q(checklist__monitor=ticket.monitor),
        Q(checklist__category="") | Q(checklist__category=ticket.category),
        checklist__active=True,
    )
    items = fitting.order_by("checklist__order", "checklist__pk", "order", "pk")
    TicketItem.objects.bulk_create(
        TicketItem(
            ticket=ticket,
            order=number,
            text={"vi": item.text, "en": item.text_en or item.text},
            required=item.required,
            department_id=item.department_id,
        )
        for number, item in enumerate(items)
    )


def tick(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Mark one item ``done``, ``excused`` (with a reason) or ``open`` again.

    Who only works along marks the items of the own department.
    """
    item = ticket.items.filter(public_id=fields["item"]).first() if fields.get("item") else None
    if item is None or not _theirs(item, ticket, user):
        raise InvalidInputError({"item": [_("there is no such item that you may tick")]})
    mark = str(fields.get("mark") or TicketItem.DONE)
    if mark not in dict(TicketItem.STATES):
        raise InvalidInputError({"mark": [_("one of {names}").format(names=", ".join(dict(TicketItem.STATES)))]})
    item.note = owed(fields)[:500] if mark == TicketItem.EXCUSED else note_of(fields)[:500]
    item.state, item.at, item.by = mark, now, user
    item.save(update_fields=["state", "at", "by", "note"])
    return {"item": str(item.public_id), "mark": mark, "title": item.text}


def _theirs(item: TicketItem, ticket: Ticket, user: User) -> bool:
    if leads(user, ticket):
        return True
    scope = scope_of(user, "tickets.act")
    return scope is not None and item.department_id in scope.departments


def missing(ticket: Ticket) -> list[TicketItem]:
    """Return the required items that nobody has ticked or excused yet."""
    return list(ticket.items.filter(required=True, state=TicketItem.OPEN))


def demand(ticket: Ticket) -> None:
    """Refuse to report a ticket done while a required item is open; InvalidInputError names them."""
    names = [localised(item.text) for item in missing(ticket)]
    if names:
        text = _("still to be done, or to be excused with a reason: {names}").format(names="; ".join(names))
        raise InvalidInputError({"checklist": [text]})

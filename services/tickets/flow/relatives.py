"""Parts and duplicates: a ticket is split into children, several reports of one thing become one ticket."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from services.contract import message
from services.directory.models import Unit, User
from services.kernel.problems import InvalidInputError
from services.tickets import opening, workflow
from services.tickets.announce import announce
from services.tickets.flow import together
from services.tickets.flow.models import TicketLink
from services.tickets.flow.reach import within
from services.tickets.flow.said import Detail, Fields, note_of, owed
from services.tickets.models import Ticket

TITLE_LIMIT: Final = 120
_INHERITED: Final = (
    "realm",
    "monitor",
    "rule",
    "alert",
    "title",
    "category",
    "severity",
    "unit",
    "department",
    "policy",
    "clock_from",
    "due_at",
)


def destination(ticket: Ticket, now: datetime, fields: Fields) -> None:
    """Put a ticket into the hands of the department or unit that ``fields`` names; nobody holds it there yet."""
    department = together.department_of(fields, now)
    unit = Unit.objects.filter(code=fields["unit"], valid_to__isnull=True).first() if fields.get("unit") else None
    if department is None and unit is None:
        raise InvalidInputError({"department": [_("name a department or a unit that exists")]})
    ticket.department = department
    ticket.unit = unit or ticket.unit
    ticket.assignee = None
    ticket.along = [pk for pk in ticket.along if department is None or pk != department.pk]


def split(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Open a child for another department or unit with a clock of its own; the parent stays."""
    owed(fields)
    child = Ticket(
        code=opening.next_code(ticket.realm, now),
        parent=ticket,
        opened_at=now,
        generation=0,
        **{name: getattr(ticket, name) for name in _INHERITED},
    )
    title = str(fields.get("title") or "").strip()[:TITLE_LIMIT]
    if title:
        child.title = message("{text}", text=title)
    destination(child, now, fields)
    opening.restart(child, now)
    detail = {"parent": ticket.code, "version": child.version}
    announce(child, "open", now=now, before=workflow.NEW, acting_user=user, note=note_of(fields), detail=detail)
    return {"child": child.code}


def open_children(ticket: Ticket) -> list[str]:
    """Return the codes of the children that have not ended."""
    rows = ticket.children.filter(state__in=workflow.OPEN).order_by("pk")
    return list(rows.values_list("code", flat=True))


def demand_parts(ticket: Ticket, fields: Fields) -> None:
    """Refuse to approve a ticket whose parts are not all done, unless a note says why; InvalidInputError names them."""
    waiting = open_children(ticket)
    if waiting and not note_of(fields):
        text = _("{codes} is still open: say why the whole can be closed before its part")
        raise InvalidInputError({"note": [text.format(codes=", ".join(waiting))]})


def merge(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Let another open ticket within the user's reach carry on for this one, with all that hangs on it.

    Both rows are locked.
    """
    rows = Ticket.objects.filter(realm=ticket.realm, state__in=workflow.OPEN)
    named = within(rows, user, workflow.ACTION_OF["merge"])
    into = named.filter(public_id=fields["into"]).first() if fields.get("into") else None
    if into is None or into.pk == ticket.pk or _hangs_below(into, ticket):
        raise InvalidInputError({"into": [_("name another open ticket")]})
    carry_on(ticket, into, now, acting_user=user, note=note_of(fields))
    return {"code": into.code}


def carry_on(ticket: Ticket, into: Ticket, now: datetime, *, acting_user: User | None, note: str) -> None:
    """Bring all that hangs on a ticket to the one that carries on for it; the caller ends and saves the first.

    Watchers, links, parts and helping departments go over; whoever reported this one hears of the survivor's steps;
    its history stays where it was written and is shown with the survivor's.
    """
    ticket.merged_into = into
    ticket.merged.update(merged_into=into)
    ticket.children.exclude(pk=into.pk).update(parent=into)
    into.watchers.add(*ticket.watchers.all())
    _carry_links(ticket, into)
    into.along = sorted({*into.along, *ticket.along} - {into.department_id or 0})
    into.version = into.version + 1
    into.save(update_fields=["along", "version"])
    absorbed = {"from": ticket.code, "version": into.version}
    announce(into, "absorb", now=now, before=into.state, acting_user=acting_user, note=note, detail=absorbed)


def _hangs_below(one: Ticket, whole: Ticket) -> bool:
    """Tell whether a ticket is a part of the other one, or a part of a part: it cannot carry on for it."""
    above, seen = one.parent, set()
    while above is not None and above.pk not in seen:
        if above.pk == whole.pk:
            return True
        seen.add(above.pk)
        above = above.parent
    return False


def _carry_links(ticket: Ticket, into: Ticket) -> None:
    """Links move to the survivor; those it has itself, and those between the two, go."""
    TicketLink.objects.filter(ticket=ticket, other=into).delete()
    TicketLink.objects.filter(ticket=into, other=ticket).delete()
    keys = ("kind", "other_id", "alert_id", "monitor", "record")
    has = set(into.links.values_list(*keys))
    for row in ticket.links.all():
        if tuple(getattr(row, key) for key in keys) in has:
            row.delete()
    ticket.links.update(ticket=into)
    has_back = set(into.linked_from.values_list("ticket_id", "kind"))
    for row in ticket.linked_from.all():
        if (row.ticket_id, row.kind) in has_back:
            row.delete()
    ticket.linked_from.update(other=into)

"""Departments that work along on a ticket: they see it, comment, attach and tick; the deadline stays the lead's."""

from datetime import datetime

from django.utils.translation import gettext as _

from services.directory.models import Department, User
from services.directory.models.validity import valid_on
from services.kernel.clock import LOCAL
from services.kernel.problems import InvalidInputError
from services.tickets.flow.said import Detail, Fields
from services.tickets.models import Ticket


def department_of(fields: Fields, now: datetime) -> Department | None:
    """Return the department of today that ``fields`` names by its slug; None when it names none that exists."""
    if not fields.get("department"):
        return None
    existing = Department.objects.filter(valid_on(now.astimezone(LOCAL).date()))
    return existing.filter(slug=fields["department"]).first()


def involve(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Let one more department work along."""
    del user
    found = department_of(fields, now)
    if found is None:
        raise InvalidInputError({"department": [_("name a department that exists")]})
    if found.pk == ticket.department_id or found.pk in ticket.along:
        raise InvalidInputError({"department": [_("this department is on the ticket already")]})
    ticket.along = [*ticket.along, found.pk]
    return {"title": found.label}


def release(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Let a department that worked along go; what it wrote and ticked stays."""
    del now, user
    found = Department.objects.filter(slug=fields.get("department") or "").first()
    if found is None or found.pk not in ticket.along:
        raise InvalidInputError({"department": [_("this department does not work along")]})
    ticket.along = [pk for pk in ticket.along if pk != found.pk]
    return {"title": found.label}

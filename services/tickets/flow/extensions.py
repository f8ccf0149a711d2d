"""A later deadline: an officer asks with reason and date, whoever answers for the result grants or refuses.

While nobody has decided the old deadline runs on. A monitor may say how often its tickets can be extended: dossiers
once (Decree 61/2018 article 19, kept in Decree 118/2025).
"""

from datetime import datetime

from django.utils.translation import gettext as _

from services.directory.models import User
from services.kernel.problems import InvalidInputError
from services.tickets.dates import redate
from services.tickets.flow.models import Extension
from services.tickets.flow.outside import monitor_of
from services.tickets.flow.said import Detail, Fields, later_than, note_of, owed
from services.tickets.models import Ticket


def ask(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Ask for a later deadline; nothing moves until somebody grants it."""
    reason, due_at = owed(fields), _new_deadline(ticket, now, fields)
    _check_limit(ticket)
    if pending(ticket) is not None:
        raise InvalidInputError({"due_at": [_("a later deadline has been asked for already; it waits for a decision")]})
    Extension.objects.create(
        ticket=ticket, before=ticket.due_at, due_at=due_at, reason=reason, asked_at=now, asked_by=user
    )
    return {"due_at": due_at.isoformat()}


def grant(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Grant what was asked for, or another date in its place."""
    asked = _asked(ticket)
    due_at = _new_deadline(ticket, now, {"due_at": fields.get("due_at") or asked.due_at})
    _check_limit(ticket)
    return _move(ticket, asked, due_at, now, user, note_of(fields))


def refuse(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Refuse it, with a reason that the asker reads; the old deadline stays."""
    asked = _asked(ticket)
    asked.state, asked.answer = Extension.REFUSED, owed(fields)
    asked.decided_at, asked.decided_by = now, user
    asked.save(update_fields=["state", "answer", "decided_at", "decided_by"])
    return {"due_at": asked.due_at.isoformat()}


def extend(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Give a later deadline without having been asked, with a reason; a request that waits is settled by it."""
    reason, due_at = owed(fields), _new_deadline(ticket, now, fields)
    _check_limit(ticket)
    asked = pending(ticket) or Extension(
        ticket=ticket, before=ticket.due_at, due_at=due_at, reason=reason, asked_at=now, asked_by=user
    )
    return _move(ticket, asked, due_at, now, user, reason if asked.pk else "")


def pending(ticket: Ticket) -> Extension | None:
    """Return the request that waits for a decision."""
    return ticket.extensions.filter(state=Extension.ASKED).first()


def lapse(ticket: Ticket, now: datetime) -> None:
    """The ticket ends: what was asked for needs no decision any more."""
    ticket.extensions.filter(state=Extension.ASKED).update(state=Extension.LAPSED, decided_at=now)


def at_most(ticket: Ticket) -> int | None:
    """Return how often the ticket's deadline may be extended in its life; None when its monitor sets no limit."""
    monitor = monitor_of(ticket)
    return monitor.extensions if monitor else None


def _check_limit(ticket: Ticket) -> None:
    most = at_most(ticket)
    if most is not None and ticket.extensions.filter(state=Extension.GRANTED).count() >= most:
        once = _("the deadline of such a ticket is extended once only, and it was")
        often = _("the deadline of such a ticket is extended {count} times at most, and it was")
        text = once if most == 1 else often
        raise InvalidInputError({"due_at": [text.format(count=most)]})


def _new_deadline(ticket: Ticket, now: datetime, fields: Fields) -> datetime:
    return later_than(fields, "due_at", max(now, ticket.due_at), _("name a time after the present deadline"))


def _asked(ticket: Ticket) -> Extension:
    asked = pending(ticket)
    if asked is None:
        raise InvalidInputError({"extension": [_("nobody has asked for a later deadline")]})
    return asked


def _move(ticket: Ticket, row: Extension, due_at: datetime, now: datetime, user: User, answer: str) -> Detail:
    """Settle the request and move the deadline, with the steps that are counted from it."""
    before = ticket.due_at
    row.state, row.due_at, row.answer = Extension.GRANTED, due_at, answer
    row.decided_at, row.decided_by = now, user
    row.save()
    ticket.extended += due_at - before
    redate(ticket)
    return {"before": before.isoformat(), "due_at": due_at.isoformat()}

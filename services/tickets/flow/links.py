"""How a ticket stands to other tickets, to alerts and to records: said by an audited verb, shown to who may see both.

Only what the linker may see can be named, and only what the reader may see is shown: a link tells nobody that
something out of reach exists.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from services import registry
from services.alerts import selectors as alerts
from services.contract import Scope
from services.directory.access import streams_of
from services.directory.models import User
from services.kernel.problems import InvalidInputError
from services.tickets.flow.models import TicketLink
from services.tickets.flow.reach import READ, within
from services.tickets.flow.said import Detail, Fields
from services.tickets.models import Ticket


def link(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Say that the ticket ``relates_to``, is ``caused_by`` or a ``duplicate_of`` another thing of its realm."""
    kind = str(fields.get("kind") or TicketLink.RELATES)
    if kind not in dict(TicketLink.KINDS):
        raise InvalidInputError({"kind": [_("one of {names}").format(names=", ".join(dict(TicketLink.KINDS)))]})
    end, title = _end(ticket, now, user, fields)
    row, made = TicketLink.objects.get_or_create(ticket=ticket, kind=kind, **end, defaults={"at": now, "by": user})
    if not made:
        raise InvalidInputError({"kind": [_("this is linked already")]})
    return {"link": str(row.public_id), "kind": kind, "to": title}


def unlink(ticket: Ticket, now: datetime, user: User, fields: Fields) -> Detail:
    """Take a link away again; the history keeps that it was there."""
    del now
    row = _shown(ticket, user).filter(ticket=ticket, public_id=fields["link"]).first() if fields.get("link") else None
    if row is None:
        raise InvalidInputError({"link": [_("there is no such link")]})
    detail = {"link": str(row.public_id), "kind": row.kind, "to": _title(row, ticket)}
    row.delete()
    return detail


def _end(ticket: Ticket, now: datetime, user: User, fields: Fields) -> tuple[dict[str, Any], str]:
    """Return which end was named, as columns, and what the history calls it."""
    given = [name for name in ("other", "alert", "record") if fields.get(name)]
    if len(given) != 1:
        raise InvalidInputError({"other": [_("name one ticket, alert or record")]})
    if fields.get("other"):
        return _ticket_end(ticket, user, str(fields["other"]))
    if fields.get("alert"):
        alert = alerts.visible(user, ticket.realm).filter(public_id=fields["alert"]).first()
        if alert is None:
            raise InvalidInputError({"alert": [_("there is no such alert")]})
        return {"other": None, "alert": alert, "monitor": "", "record": None}, f"alert:{alert.public_id}"
    monitor, record = str(fields.get("monitor") or ticket.monitor), int(fields["record"])
    if not _has_record(monitor, record, ticket.realm, now, user):
        raise InvalidInputError({"record": [_("there is no such record")]})
    return {"other": None, "alert": None, "monitor": monitor, "record": record}, f"{monitor}:{record}"


def _ticket_end(ticket: Ticket, user: User, named: str) -> tuple[dict[str, Any], str]:
    """A ticket is named by its public id or by its code, as people write it."""
    rows = within(Ticket.objects.filter(realm=ticket.realm), user, READ, along=True)
    by_code = Q(code__iexact=named.strip())
    other = rows.filter(Q(public_id=named) if _is_id(named) else by_code).first()
    if other is None or other.pk == ticket.pk:
        raise InvalidInputError({"other": [_("there is no such other ticket")]})
    return {"other": other, "alert": None, "monitor": "", "record": None}, other.code


def _is_id(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4 and all(c in "0123456789abcdefABCDEF-" for c in text)


def _has_record(monitor: str, record: int, realm: str, now: datetime, user: User) -> bool:
    try:
        query = registry.monitor(monitor).records
    except registry.UnknownNameError:
        return False
    if query is None or not 0 < record < 2**63:
        return False
    scopes = [_scope(stream, realm, now) for stream in streams_of(user, "records.read")]
    return any(query.rows(scope).filter(pk=record).exists() for scope in scopes)


def _scope(stream: str, realm: str, now: datetime) -> Scope:
    kind, _sep, name = stream.partition(":")
    return Scope(realm=realm, now=now, **({kind: name} if name else {}))


@dataclass(frozen=True, slots=True)
class Linked:
    """A link as one of its ends shows it; ``back`` when the other ticket said it."""

    row: TicketLink
    back: bool
    ticket: Ticket | None
    name: str


def links_of(ticket: Ticket, user: User) -> list[Linked]:
    """Return the links from and to a ticket whose other end the reader may see; one statement."""
    found = []
    for row in _shown(ticket, user).order_by("pk"):
        back = row.ticket_id != ticket.pk
        found.append(Linked(row, back, row.ticket if back else row.other, _title(row, ticket)))
    return found


def _shown(ticket: Ticket, user: User) -> Any:
    """Other ends out of reach are filtered out by the statement itself."""
    tickets = within(Ticket.objects.all(), user, READ, along=True).values("pk")
    seen = Q(ticket=ticket) & (Q(other__in=tickets) | Q(alert__in=alerts.visible(user, ticket.realm).values("pk")))
    records = Q(ticket=ticket, record__isnull=False)
    back = Q(other=ticket, ticket__in=tickets)
    return TicketLink.objects.filter(seen | records | back).select_related("ticket", "other", "alert")


def _title(row: TicketLink, ticket: Ticket) -> str:
    if row.other is not None:
        return row.ticket.code if row.ticket_id != ticket.pk else row.other.code
    return f"alert:{row.alert.public_id}" if row.alert is not None else f"{row.monitor}:{row.record}"

"""The history as a ticket's page tells it: its own lines, those of its duplicates, and the ends of its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Max
from django.utils.translation import gettext

from services.directory.models import User
from services.directory.readers import initials_of
from services.kernel.clock import LOCAL
from services.kernel.text import localised
from services.tickets.flow.selectors import ENDINGS, entries_of
from services.tickets.models import Attachment, Ticket, TicketEntry
from services.tickets.page_words import EVENTS, LINKS, MARKS, WAITING

SHOWN = ("all", "public", "internal")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history; ``of`` is the code of the part or duplicate it was written on, empty for the ticket."""

    at: datetime
    who: str
    initials: str
    mine: bool
    public: bool
    comment: bool
    text: str
    note: str
    css: str
    shape: str
    of: str = ""


def history_of(ticket: Ticket, family: Sequence[Ticket], reader: User, shown: str) -> list[Line]:
    """Return the history, newest first; ``shown`` narrows it to public or internal comments. Two statements."""
    entries = entries_of(family).select_related("attachment").order_by("-pk")
    if shown != "all":
        return [_line(entry, ticket, reader) for entry in entries.filter(verb="comment", public=shown == "public")]
    parts = TicketEntry.objects.filter(ticket__parent=ticket, verb__in=ENDINGS)
    both = [*entries, *parts.select_related("actor__person", "ticket")]
    return [_line(entry, ticket, reader) for entry in sorted(both, key=lambda entry: -entry.pk)]


def newest_entry(ticket: Ticket) -> str:
    """Return a mark of the newest line written on the ticket itself: another mark, and something happened."""
    return str(TicketEntry.objects.filter(ticket=ticket).aggregate(newest=Max("pk"))["newest"])


def _line(entry: TicketEntry, ticket: Ticket, reader: User) -> Line:
    css, shape, text = EVENTS.get(entry.verb, ("new", "s-new", entry.verb))
    actor = entry.actor
    person = getattr(actor, "person", None) if actor else None
    mine = actor is not None and actor.pk == reader.pk
    name = person.full_name if person else actor.get_username() if actor else ""
    own = entry.ticket_id == ticket.pk
    return Line(
        at=entry.at,
        who=gettext("You") if mine else name,
        initials=initials_of(person) if person else name[:2].upper(),
        mine=mine,
        public=entry.public,
        comment=entry.verb == "comment",
        text=_told(entry, gettext(text)),
        note=entry.note,
        css=css,
        shape=shape,
        of="" if own else entry.ticket.code,
    )


def _told(entry: TicketEntry, text: str) -> str:
    """Return what happened with what it happened to: to whom, from where, until when, which item."""
    more = _MORE.get(entry.verb)
    said = more(entry) if more else ""
    return f"{text}: {said}" if said else text


def _sent(entry: TicketEntry) -> str:
    title = _pair(entry.detail.get("title"))
    vacant = gettext("nobody holds this post")
    return title if entry.detail.get("people") or not title else f"{title} ({vacant})"


def _pair(value: Any) -> str:
    return localised(value) if isinstance(value, dict) else ""


def _titled(entry: TicketEntry) -> str:
    return _pair(entry.detail.get("title"))


def _ticked(entry: TicketEntry) -> str:
    mark = gettext(MARKS.get(str(entry.detail.get("mark")), ""))
    return f"{_titled(entry)} ({mark})" if mark else _titled(entry)


def _from(entry: TicketEntry) -> str:
    before = _pair(entry.detail.get("before"))
    return gettext("from {office}").format(office=before) if before else ""


def _until(entry: TicketEntry) -> str:
    given = str(entry.detail.get("due_at", ""))
    return f"{datetime.fromisoformat(given).astimezone(LOCAL):%H:%M %d/%m/%Y}" if given else ""


def _waits(entry: TicketEntry) -> str:
    kind = str(entry.detail.get("waiting_for", ""))
    return gettext(WAITING[kind]) if kind in WAITING else ""


def _linked(entry: TicketEntry) -> str:
    kind = str(entry.detail.get("kind", ""))
    return f"{gettext(LINKS[kind])} {entry.detail.get('to', '')}" if kind in LINKS else ""


def _plain(key: str) -> Callable[[TicketEntry], str]:
    return lambda entry: str(entry.detail.get(key) or "")


def _file(entry: TicketEntry) -> str:
    try:
        return entry.attachment.name
    except Attachment.DoesNotExist:
        return ""


_MORE: Final[dict[str, Callable[[TicketEntry], str]]] = {
    "notify": _sent,
    "escalate": _sent,
    "assign": _plain("name"),
    "transfer": _from,
    "involve": _titled,
    "release": _titled,
    "tick": _ticked,
    "wait": _waits,
    "ask_extension": _until,
    "grant_extension": _until,
    "refuse_extension": _until,
    "extend": _until,
    "split": _plain("child"),
    "merge": _plain("code"),
    "absorb": _plain("from"),
    "link": _linked,
    "unlink": _linked,
    "attach": _file,
    "resolve": _plain("public_text"),
}

"""What stands on a ticket's page beside its states: evidence, checklist, relatives, helpers, later deadlines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext

from services.alerts.tiles import name_of
from services.directory.models import User
from services.kernel.text import localised, render
from services.tickets import workflow
from services.tickets.flow import extensions, selectors
from services.tickets.flow.files import SHOWN_IN_PLACE
from services.tickets.flow.links import Linked, links_of
from services.tickets.flow.models import Extension, TicketItem
from services.tickets.flow.reach import helps, leads, may_do
from services.tickets.models import Attachment, Ticket
from services.tickets.page_words import EXTENSIONS, LINKS, LINKS_BACK, MARKS, Look, look_of


@dataclass(frozen=True, slots=True)
class File:
    """A file of the evidence; ``picture`` is the address of one that can be drawn, empty for others."""

    name: str
    href: str
    picture: str
    at: datetime
    by: str
    megabytes: str


def evidence_of(family: Sequence[Ticket]) -> list[File]:
    """Return the files of a ticket and its duplicates, the oldest first; one statement."""
    return [_file(row) for row in selectors.attachments_of(family)]


def _file(row: Attachment) -> File:
    shown = row.content_type in SHOWN_IN_PLACE
    return File(
        name=row.name,
        href=reverse("ticket-attachment", args=[row.public_id]),
        picture=reverse("tickets:picture", args=[row.public_id]) if shown else "",
        at=row.entry.at,
        by=name_of(row.entry.actor),
        megabytes=str(formats.localize(max(0.1, round(row.size / 1024 / 1024, 1)), use_l10n=True)),
    )


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to do as drawn; ``mine`` when the reader may tick it."""

    id: str
    text: str
    done: bool
    excused: bool
    required: bool
    whose: str
    note: str
    by: str
    mine: bool

    @property
    def open(self) -> bool:
        """True while nobody has ticked or excused it."""
        return not (self.done or self.excused)


@dataclass(frozen=True, slots=True)
class Checklist:
    """The things to do, with how many are settled and where a tick goes."""

    items: Sequence[Item]
    href: str
    excused: str

    @property
    def settled(self) -> int:
        """How many are done or excused."""
        return sum(not item.open for item in self.items)


def checklist_of(ticket: Ticket, reader: User) -> Checklist:
    """Return the ticket's checklist; one statement."""
    may = ticket.is_open and may_do(reader, ticket, "tick")
    lead = leads(reader, ticket)
    own = may and not lead and helps(reader, ticket)
    along = set(ticket.along) if own else set()
    items = [_item(row, mine=may and (lead or row.department_id in along)) for row in selectors.items_of(ticket)]
    return Checklist(items, reverse("tickets:act", args=[ticket.public_id, "tick"]), gettext(MARKS["excused"]))


def _item(row: TicketItem, *, mine: bool) -> Item:
    return Item(
        id=str(row.public_id),
        text=localised(row.text),
        done=row.state == TicketItem.DONE,
        excused=row.state == TicketItem.EXCUSED,
        required=row.required,
        whose=localised(row.department.label) if row.department else "",
        note=row.note,
        by=name_of(row.by),
        mine=mine,
    )


@dataclass(frozen=True, slots=True)
class Relative:
    """Another ticket (or an alert, a record) that belongs to this one; without ``href`` it is out of the reader's
    reach. ``unlink`` is the id of the link that the reader may take away.
    """

    code: str
    title: str
    what: str
    look: Look | None
    href: str
    due_at: datetime | None = None
    unlink: str = ""


def relatives_of(ticket: Ticket, family: Sequence[Ticket], reader: User) -> list[Relative]:
    """Return the whole, the parts, the duplicates and the links; three statements at most."""
    whole = [_relative(one, gettext("Part of"), reader) for one in (ticket.parent,) if one]
    carrier = [_relative(one, gettext("Carries on for this one"), reader) for one in (ticket.merged_into,) if one]
    parts = [_relative(one, _part(one), reader) for one in selectors.children_of(ticket)]
    merged = [_relative(one, gettext("Duplicate, merged into this one"), reader) for one in family[1:]]
    may = may_do(reader, ticket, "unlink")
    linked = [_linked(one, reader, unlink=may and not one.back) for one in links_of(ticket, reader)]
    return [*whole, *carrier, *parts, *merged, *linked]


def _part(child: Ticket) -> str:
    place = child.department or child.unit
    return " · ".join(filter(None, [gettext("Part"), localised(place.label) if place else ""]))


def _relative(one: Ticket, what: str, reader: User, unlink: str = "") -> Relative:
    within = bool(selectors.within_reach(reader, [one]))
    return Relative(
        code=one.code,
        title=render(one.title),
        what=what,
        look=look_of(one),
        href=reverse("tickets:ticket", args=[one.public_id]) if within else "",
        due_at=one.due_at if one.state in workflow.RUNNING else None,
        unlink=unlink,
    )


def _linked(one: Linked, reader: User, *, unlink: bool) -> Relative:
    what = gettext((LINKS_BACK if one.back else LINKS)[one.row.kind])
    mine = str(one.row.public_id) if unlink else ""
    if one.ticket is not None:
        return _relative(one.ticket, what, reader, mine)
    if one.row.alert is not None:
        return Relative(gettext("Alert"), render(one.row.alert.title), what, None, "", unlink=mine)
    return Relative(one.name, gettext("Record"), what, None, "", unlink=mine)


@dataclass(frozen=True, slots=True)
class Helper:
    """A department that works along."""

    slug: str
    name: str


def helpers_of(ticket: Ticket) -> list[Helper]:
    """Return the departments that work along; one statement, none without any."""
    return [Helper(one.slug, localised(one.label)) for one in selectors.helpers_of(ticket)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A later deadline that was asked for, and how that stands."""

    state: str
    css: str
    due_at: datetime
    reason: str
    by: str
    at: datetime
    answer: str
    decided_by: str
    pending: bool


_CSS = {Extension.ASKED: "wait", Extension.GRANTED: "done", Extension.REFUSED: "re", Extension.LAPSED: "new"}


def extensions_of(ticket: Ticket, reader: User) -> dict[str, Any]:
    """Return what the deadline's box shows about extensions: the requests, and what the reader may do about them."""
    rows = list(selectors.extensions_of(ticket))
    pending = next((row for row in rows if row.state == Extension.ASKED), None)
    runs = ticket.state in workflow.RUNNING
    granted = sum(row.state == Extension.GRANTED for row in rows)
    most = extensions.at_most(ticket)
    may_grant = may_do(reader, ticket, "grant_extension")
    may_ask = may_do(reader, ticket, "ask_extension") and not may_grant and pending is None
    return {
        "rows": [_asked(row) for row in rows],
        "used_up": most is not None and granted >= most,
        "once": most == 1,
        "may_ask": runs and may_ask and (most is None or granted < most),
        "may_decide": runs and pending is not None and may_grant,
    }


def _asked(row: Extension) -> Asked:
    return Asked(
        state=gettext(EXTENSIONS[row.state]),
        css=_CSS[row.state],
        due_at=row.due_at,
        reason=row.reason,
        by=name_of(row.asked_by),
        at=row.asked_at,
        answer=row.answer,
        decided_by=name_of(row.decided_by),
        pending=row.state == Extension.ASKED,
    )

"""The columns of the table, and of the file that is written from it: the same words in both."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.directory.models import Department, Unit
from services.kernel.clock import LOCAL
from services.kernel.text import localised, render
from services.tickets.categories import category_name
from services.tickets.page_rows import Row
from services.tickets.page_time import left_in_words
from services.tickets.page_words import OUTCOMES, SEVERITIES, look_of, source_of


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in the address, its heading, and what stands in it."""

    key: str
    heading: str
    cell: Callable[[Row], str]

    @property
    def title(self) -> str:
        """The heading in the reader's language."""
        return gettext(self.heading)


def _time(value: datetime | None) -> str:
    return f"{value.astimezone(LOCAL):%d/%m/%Y %H:%M}" if value else ""


def _place(place: Department | Unit | None) -> str:
    return localised(place.label) if place else ""


def _outcome(outcome: str) -> str:
    return gettext(OUTCOMES[outcome]) if outcome else ""


def _next(row: Row) -> str:
    return f"{localised(row.next.title)}, {_time(row.next.due_at)}" if row.next else ""


_ALL: Final = (
    Column("code", _("Code"), lambda row: row.ticket.code),
    Column("title", _("Ticket"), lambda row: render(row.ticket.title)),
    Column("severity", _("Severity"), lambda row: gettext(SEVERITIES[row.ticket.severity_name])),
    Column("state", _("State"), lambda row: look_of(row.ticket).text),
    Column("left", _("Left"), lambda row: left_in_words(row.countdown)),
    Column("due", _("Deadline"), lambda row: _time(row.ticket.due_at)),
    Column("next", _("Next step"), lambda row: _next(row)),
    Column("holder", _("Holder"), lambda row: row.ticket.assignee.full_name if row.ticket.assignee else ""),
    Column("department", _("Department"), lambda row: _place(row.ticket.department)),
    Column("unit", _("Commune or ward"), lambda row: _place(row.ticket.unit)),
    Column("category", _("Category"), lambda row: category_name(row.ticket.category, row.ticket.monitor)),
    Column("source", _("Source"), lambda row: source_of(row.ticket)),
    Column("opened", _("Opened"), lambda row: _time(row.ticket.opened_at)),
    Column("resolved", _("Reported done"), lambda row: _time(row.ticket.resolved_at)),
    Column("outcome", _("How it ended"), lambda row: _outcome(row.ticket.outcome)),
)
COLUMNS: Final = {column.key: column for column in _ALL}
USUAL: Final = ("code", "title", "severity", "source", "unit", "state", "left", "due", "next")
"""What the list shows of a ticket."""


def chosen(cols: str) -> Sequence[Column]:
    """Return the columns that an address names, in its order; the usual ones when it names none that exist."""
    named = [COLUMNS[key] for key in dict.fromkeys(cols.split(",")) if key in COLUMNS]
    return named or [COLUMNS[key] for key in USUAL]

"""The list's filters: query parameters in, links out. An unknown value counts as not given."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.db.models.query import QuerySet
from django.http import QueryDict

from services import registry
from services.contract import SEVERITIES
from services.directory.models import Person
from services.directory.text import fold
from services.tickets import workflow
from services.tickets.models import Ticket
from services.tickets.queue.order import LATE, TODAY, WHEN, end_of_day

HOLDERS: Final = ("me", "none", "all")
STATES: Final = ("open", "ended", "all", *workflow.STATES)
VIEWS: Final = ("list", "table", "board")
_LONGEST_SEARCH: Final = 100
_LONGEST_SLUG: Final = 60
_LAST_PAGE: Final = 10_000
_NOBODY: Final = Q(assignee_id=0)
"""Fits no ticket: the reader's own, when no person stands behind the account."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to, and how it is shown.

    ``holder``: me, none (nobody took it), all, or a person's public id; ``state``: open, ended, all or one; ``due``:
    late, today or later; ``watched``: 1 for those the reader watches; ``view``: list, table or board; ``cols``: the
    table's columns, comma-separated, empty for the usual ones.
    """

    holder: str = "me"
    state: str = "open"
    due: str = ""
    severity: str = ""
    department: str = ""
    unit: str = ""
    category: str = ""
    monitor: str = ""
    outcome: str = ""
    watched: str = ""
    q: str = ""
    page: int = 1
    view: str = "list"
    cols: str = ""

    @property
    def is_open(self) -> bool:
        """True when only open tickets are asked for: those have groups by deadline."""
        return self.state == "open" or self.state in workflow.OPEN

    @property
    def narrowed(self) -> bool:
        """True when more than the queue itself is asked for."""
        return self.state != "open" or any(getattr(self, name) for name in (*_PLAIN, "q"))

    @property
    def states(self) -> tuple[str, ...]:
        """The states asked for."""
        if self.state == "open":
            return workflow.OPEN
        if self.state == "ended":
            return tuple(state for state in workflow.STATES if state not in workflow.OPEN)
        return workflow.STATES if self.state == "all" else (self.state,)

    def but(self, **changes: str | int) -> "Filters":
        """Return these filters with changes, from the first page."""
        return replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]

    @property
    def query(self) -> str:
        """The parameters that make this very list, without a question mark."""
        values = {name: str(getattr(self, name)) for name in self.__slots__}
        usual = {"state": "open", "view": "list", "page": "1"}
        return urlencode({name: value for name, value in values.items() if value and usual.get(name) != value})

    @property
    def here(self) -> str:
        """The address of this very list."""
        return f"?{self.query}"

    def conditions(self, me: Person | None, now: datetime) -> dict[str, Q]:
        """Return the condition of every filter that is set, by its name; the search is not among them."""
        found = {"state": Q(state__in=self.states)}
        if self.holder != "all":
            found["holder"] = _held_by(self.holder, me)
        if self.due:
            found["due"] = due_when(self.due, now)
        for name, path in _PATHS.items():
            if getattr(self, name):
                found[name] = Q(**{path: getattr(self, name)})
        if self.severity:
            found["severity"] = Q(severity=SEVERITIES.index(self.severity))
        return found

    def narrow(self, rows: QuerySet[Ticket], me: Person | None, now: datetime) -> QuerySet[Ticket]:
        """Return the rows that fit; ``me`` is who reads."""
        rows = self.seen(self.matching(rows), me)
        for condition in self.conditions(me, now).values():
            rows = rows.filter(condition)
        return rows

    def seen(self, rows: QuerySet[Ticket], me: Person | None) -> QuerySet[Ticket]:
        """Return only what the reader watches, when that is asked for."""
        return rows.filter(self.watched_by(me)) if self.watched else rows

    @staticmethod
    def watched_by(me: Person | None) -> Q:
        """Return the condition "the reader watches it"."""
        watching = Ticket.watchers.through.objects.filter(user=me.user_id if me else 0)
        return Q(pk__in=watching.values("ticket"))

    def matching(self, rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Return the rows that the search fits: a ticket's code, or words of its unit or title, accents not needed."""
        if not self.q:
            return rows
        rows, found = self.searched(rows)
        return rows.filter(found)

    def searched(self, rows: QuerySet[Ticket]) -> tuple[QuerySet[Ticket], Q]:
        """Return the rows with their ``words``, and the condition that the search fits them."""
        words = self.q.strip()
        found = (
            Q(code__icontains=words) | Q(unit__search_name__contains=fold(self.q)) | Q(words__unaccent__icontains=words)
        )
        return rows.alias(words=Cast("title", TextField())), found


_PATHS: Final = {
    "department": "department__slug",
    "unit": "unit__code",
    "category": "category",
    "monitor": "monitor",
    "outcome": "outcome",
}
_PLAIN: Final = (*_PATHS, "severity", "due", "watched")


def _held_by(holder: str, me: Person | None) -> Q:
    if holder == "none":
        return Q(assignee__isnull=True)
    if holder == "me":
        return Q(assignee=me) if me else _NOBODY
    return Q(assignee__public_id=holder)


def due_when(when: str, now: datetime) -> Q:
    """Return the condition of one group of deadlines as seen from ``now``."""
    if when == LATE:
        return Q(due_at__lte=now)
    return Q(due_at__gt=now, due_at__lt=end_of_day(now)) if when == TODAY else Q(due_at__gte=end_of_day(now))


def filters_from(query: QueryDict, *, holder: str) -> Filters:
    """Read the parameters; ``holder`` is the reader's own default."""

    def one_of(name: str, allowed: tuple[str, ...], default: str = "") -> str:
        value = query.get(name, "")
        return value if value in allowed else default

    unit, page, asked = query.get("unit", ""), query.get("page", ""), query.get("holder", "")
    return Filters(
        holder=asked if asked in HOLDERS or _is_id(asked) else holder,
        state=one_of("state", STATES, "open"),
        due=one_of("due", WHEN),
        severity=one_of("severity", SEVERITIES),
        department=_slug(query.get("department", "")),
        unit=unit if unit.isascii() and unit.isdigit() else "",
        category=_slug(query.get("category", "")),
        monitor=one_of("monitor", tuple(monitor.slug for monitor in registry.monitors())),
        outcome=one_of("outcome", workflow.OUTCOMES),
        watched=one_of("watched", ("1",)),
        q=query.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH],
        page=max(1, min(int(page[:9]), _LAST_PAGE)) if page.isascii() and page.isdigit() else 1,
        view=one_of("view", VIEWS, "list"),
        cols=",".join(filter(None, map(_slug, query.get("cols", "")[:400].split(",")))),
    )


def _slug(text: str) -> str:
    plain = text.replace("-", "").replace("_", "")
    return text if plain.isascii() and plain.isalnum() and len(text) <= _LONGEST_SLUG else ""


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False

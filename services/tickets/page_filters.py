"""The list's filters: query parameters in, links out. An unknown value counts as not given."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

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

HOLDERS: Final = ("me", "none", "all")
STATES: Final = ("open", "ended", "all", *workflow.STATES)
_LONGEST_SEARCH: Final = 100
_LAST_PAGE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to. ``holder``: me, none (nobody took it), all; ``state``: open, ended, all or one."""

    holder: str = "me"
    state: str = "open"
    severity: str = ""
    monitor: str = ""
    unit: str = ""
    q: str = ""
    page: int = 1

    @property
    def is_open(self) -> bool:
        """True when only open tickets are asked for: those have groups by deadline."""
        return self.state == "open" or self.state in workflow.OPEN

    @property
    def narrowed(self) -> bool:
        """True when more than the queue itself is asked for."""
        return bool(self.severity or self.monitor or self.unit or self.q or self.state != "open")

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
    def here(self) -> str:
        """The address of this very list."""
        values = {
            "holder": self.holder,
            "state": self.state if self.state != "open" else "",
            "severity": self.severity,
            "monitor": self.monitor,
            "unit": self.unit,
            "q": self.q,
            "page": str(self.page) if self.page > 1 else "",
        }
        return f"?{urlencode({name: value for name, value in values.items() if value})}"

    def narrow(self, rows: QuerySet[Ticket], me: Person | None) -> QuerySet[Ticket]:
        """Return the rows that fit."""
        rows = self.matching(rows).filter(state__in=self.states)
        if self.holder == "me":
            rows = rows.filter(assignee=me) if me else rows.none()
        elif self.holder == "none":
            rows = rows.filter(assignee=None)
        if self.severity:
            rows = rows.filter(severity=SEVERITIES.index(self.severity))
        if self.monitor:
            rows = rows.filter(monitor=self.monitor)
        return rows.filter(unit__code=self.unit) if self.unit else rows

    def matching(self, rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Return the rows that the search fits: a ticket's code, or words of its unit or title, accents not needed."""
        if not self.q:
            return rows
        words = Q(code__icontains=self.q.strip()) | Q(unit__search_name__contains=fold(self.q))
        return rows.annotate(words=Cast("title", TextField())).filter(
            words | Q(words__unaccent__icontains=self.q.strip())
        )


def filters_from(query: QueryDict, *, holder: str) -> Filters:
    """Read the parameters; ``holder`` is the reader's own default."""

    def one_of(name: str, allowed: tuple[str, ...], default: str = "") -> str:
        value = query.get(name, "")
        return value if value in allowed else default

    unit, page = query.get("unit", ""), query.get("page", "")
    return Filters(
        holder=one_of("holder", HOLDERS, holder),
        state=one_of("state", STATES, "open"),
        severity=one_of("severity", SEVERITIES),
        monitor=one_of("monitor", tuple(monitor.slug for monitor in registry.monitors())),
        unit=unit if unit.isascii() and unit.isdigit() else "",
        q=query.get("q", "").replace("\x00", "").strip()[:_LONGEST_SEARCH],
        page=min(int(page), _LAST_PAGE) if page.isascii() and page.isdigit() and int(page) > 0 else 1,
    )

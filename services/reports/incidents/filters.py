"""The list's filters: query parameters in, links out. An unknown value counts as not given."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from services import registry
from services.contract import SEVERITIES
from services.directory.access import limit
from services.directory.models import User
from services.incidents.models import CLOSED, OPEN, Incident, Member

STATES: Final = (OPEN, CLOSED, "all")
_LAST_PAGE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to: ``state`` open, closed or all; ``monitor`` and ``unit`` (a code) of its alerts."""

    state: str = OPEN
    severity: str = ""
    monitor: str = ""
    unit: str = ""
    page: int = 1

    def but(self, **changes: str | int) -> "Filters":
        """Return these filters with changes, from the first page."""
        return replace(self, **{"page": 1, **changes})  # type: ignore[arg-type]

    @property
    def here(self) -> str:
        """The address of this very list."""
        values = {name: str(getattr(self, name)) for name in self.__slots__}
        usual = {"state": OPEN, "page": "1"}
        return f"?{urlencode({name: value for name, value in values.items() if value and usual.get(name) != value})}"

    @property
    def narrowed(self) -> bool:
        """True when more than "open" is asked for."""
        return self.but() != Filters()

    def narrow(self, rows: QuerySet[Incident], user: User) -> QuerySet[Incident]:
        """Return the incidents that fit; monitor and commune are those of alerts that the reader reaches."""
        if self.state != "all":
            rows = rows.filter(state=self.state)
        if self.severity:
            rows = rows.filter(severity=SEVERITIES.index(self.severity))
        inside = members_in_reach(user)
        if self.monitor:
            rows = rows.filter(pk__in=inside.filter(alert__monitor=self.monitor).values("incident"))
        if self.unit:
            rows = rows.filter(pk__in=inside.filter(alert__unit__code=self.unit).values("incident"))
        return rows


def members_in_reach(user: User) -> QuerySet[Member]:
    """Return who is in incidents now, as far as the reader sees the alerts."""
    rows = Member.objects.filter(taken_out_at=None)
    return limit(rows, user, "alerts.read", unit="alert__unit", department="alert__department")


def filters_from(query: QueryDict) -> Filters:
    """Read the parameters."""

    def one_of(name: str, allowed: tuple[str, ...], default: str = "") -> str:
        value = query.get(name, "")
        return value if value in allowed else default

    unit, page = query.get("unit", ""), query.get("page", "")
    return Filters(
        state=one_of("state", STATES, OPEN),
        severity=one_of("severity", SEVERITIES),
        monitor=one_of("monitor", tuple(monitor.slug for monitor in registry.monitors())),
        unit=unit if unit.isascii() and unit.isdigit() and len(unit) < 10 else "",
        page=min(int(page), _LAST_PAGE) if page.isascii() and page.isdigit() and 0 < len(page) < 9 and int(page) else 1,
    )

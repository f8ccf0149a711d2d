"""What the list shows of each incident: its kinds, places, worst alerts and tickets; four statements for any number."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import BooleanField, Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext

from services import registry
from services.alerts.models import Alert
from services.alerts.workflow import OPEN as ALERT_OPEN
from services.directory.models import Unit, User
from services.incidents.models import Incident, Member
from services.kernel.text import capital, localised, render
from services.reports.incidents.filters import Filters, members_in_reach
from services.tickets import selectors as tickets
from services.tickets import workflow
from services.tickets.page_words import SEVERITIES as SEVERITY_WORDS
from services.tickets.page_words import STATES, Look

PAGE_SIZE: Final = 50
ALERTS_SHOWN: Final = 8
TICKETS_SHOWN: Final = 4
PLACES_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Part:
    """An alert of the incident, with the address of its board."""

    title: str
    source: str
    place: str
    severity: str
    is_open: bool
    href: str


@dataclass(frozen=True, slots=True)
class Work:
    """A ticket of the incident."""

    code: str
    href: str
    look: Look


@dataclass(slots=True)
class Row:
    """One incident as the list shows it; counts, places, alerts and tickets are those within the reader's reach."""

    incident: Incident
    title: str
    severity: str
    severity_word: str
    kinds: list[tuple[str, int]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    alerts: list[Part] = field(default_factory=list)
    tickets: list[Work] = field(default_factory=list)
    tickets_count: int = 0
    members: int = 0

    @property
    def board(self) -> str:
        """The address of the incident's board: that of its worst alert."""
        return self.alerts[0].href if self.alerts else ""

    @property
    def more_alerts(self) -> int:
        """How many alerts are not listed here."""
        return max(0, self.members - len(self.alerts))

    @property
    def more_places(self) -> int:
        """How many communes are not named here."""
        return max(0, len(self.places) - PLACES_SHOWN)

    @property
    def more_tickets(self) -> int:
        """How many tickets are not named here."""
        return max(0, self.tickets_count - len(self.tickets))


def page_of(rows: QuerySet[Incident], filters: Filters, user: User) -> tuple[list[Row], bool]:
    """Return one page, open incidents first, the newest first; and whether another one follows."""
    is_open = Case(When(state="open", then=Value(True)), default=Value(False), output_field=BooleanField())
    ordered = filters.narrow(rows, user).order_by(is_open.desc(), "-pk")
    start = (filters.page - 1) * PAGE_SIZE
    found = list(ordered[start : start + PAGE_SIZE + 1])
    shown = {incident.pk: _row(incident) for incident in found[:PAGE_SIZE]}
    _count(shown, user)
    _add_alerts(shown, user)
    _add_tickets(shown, user)
    return list(shown.values()), len(found) > PAGE_SIZE


def _row(incident: Incident) -> Row:
    severity = incident.severity_name
    return Row(incident, render(incident.title), severity, gettext(SEVERITY_WORDS[severity]))


def source_word(slug: str) -> str:
    """Return a monitor's title; the slug of one that is no longer installed."""
    return gettext(registry.owner(slug).title)


def _count(shown: dict[int, Row], user: User) -> None:
    """Fill in how many alerts of which monitor there are, and in which communes."""
    rows = members_in_reach(user).filter(incident__in=shown).order_by().values_list(
        "incident", "alert__monitor", "alert__unit__kind", "alert__unit__name", "alert__unit__name_en"
    )  # fmt: skip
    kinds: dict[int, Counter[str]] = defaultdict(Counter)
    places: dict[int, Counter[str]] = defaultdict(Counter)
    for incident, monitor, kind, name, english, count in rows.annotate(count=Count("pk")):
        kinds[incident][monitor] += count
        if name is not None:
            places[incident][_place(Unit(kind=kind, name=name, name_en=english))] += count
    for pk, row in shown.items():
        row.kinds = [(source_word(slug), count) for slug, count in kinds[pk].most_common()]
        row.places = [place for place, _count in places[pk].most_common()]
        row.members = kinds[pk].total()


def _place(unit: Unit | None) -> str:
    name = localised(unit.label) if unit else ""
    return capital(name)


def _add_alerts(shown: dict[int, Row], user: User) -> None:
    """Fill in the worst alerts, those still open first."""
    still = Case(When(alert__state__in=ALERT_OPEN, then=Value(0)), default=Value(1))
    worst = (still.asc(), F("alert__severity").desc(), F("alert__opened_at").asc(), F("pk").asc())
    place = Window(RowNumber(), partition_by=F("incident"), order_by=worst)
    ranked = members_in_reach(user).filter(incident__in=shown).annotate(place=place)
    members = (
        ranked.filter(place__lte=ALERTS_SHOWN)
        .select_related("alert__unit")
        .defer("alert__evidence", "alert__unit__point", "alert__unit__geometry", "alert__unit__outline")
        .order_by("incident", "place")
    )
    for member in members:
        shown[member.incident_id].alerts.append(_part(member.alert))


def _part(alert: Alert) -> Part:
    board = f"{reverse('wall-board', args=['incident'])}?alert={alert.public_id}"
    is_open = alert.state in ALERT_OPEN
    return Part(
        render(alert.title), source_word(alert.monitor), _place(alert.unit), alert.severity_name, is_open, board
    )


def _add_tickets(shown: dict[int, Row], user: User) -> None:
    """Fill in the tickets that the reader sees, open ones and the next due first."""
    inside = Member.objects.filter(incident__in=shown, taken_out_at=None)
    of = Subquery(inside.filter(alert=OuterRef("alert")).values("incident")[:1])
    is_open = Case(When(Q(state__in=workflow.OPEN), then=Value(0)), default=Value(1))
    rows = tickets.visible(user).filter(alert__in=inside.values("alert")).select_related(None)
    found: QuerySet[Any, Any] = rows.order_by(is_open, "due_at", "pk").values_list(of, "public_id", "code", "state")
    for incident, public_id, code, state in found:
        row = shown[incident]
        row.tickets_count += 1
        if len(row.tickets) < TICKETS_SHOWN:
            row.tickets.append(Work(code, reverse("tickets:ticket", args=[public_id]), STATES[state]))


def chip_counts(rows: QuerySet[Incident], filters: Filters, user: User) -> dict[str, Counter[str]]:
    """Return how many incidents each value of each filter would show; three statements."""
    from_state: Counter[str] = Counter()
    from_severity: Counter[str] = Counter()
    apart = filters.but(state="all", severity="").narrow(rows, user).order_by()
    for state, severity, count in apart.values_list("state", "severity").annotate(count=Count("pk")):
        name = Incident(severity=severity).severity_name
        if filters.severity in {"", name}:
            from_state[state] += count
            from_state["all"] += count
        if filters.state in {"all", state}:
            from_severity[name] += count
    return {
        "state": from_state,
        "severity": from_severity,
        "monitor": _counted(filters.but(monitor="").narrow(rows, user), "alert__monitor", user),
        "unit": _counted(filters.but(unit="").narrow(rows, user), "alert__unit__code", user),
    }


def _counted(rows: QuerySet[Incident], path: str, user: User) -> Counter[str]:
    inside = members_in_reach(user).filter(incident__in=rows.order_by().values("pk")).order_by()
    found = inside.exclude(**{f"{path}__isnull": True}).values_list(path)
    return Counter(dict(found.annotate(count=Count("incident", distinct=True))))


__all__ = ["Row", "chip_counts", "page_of", "source_word"]

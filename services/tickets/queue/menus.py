"""What a filter can be set to, with how many tickets each choice would show: asked when its menu is opened.

A menu counts the tickets that fit every *other* filter, so that its numbers are what a press would show.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Case, CharField, Count, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services import registry
from services.contract import SEVERITIES
from services.directory.models import Department, Person, Unit
from services.kernel.text import localised
from services.tickets import workflow
from services.tickets.categories import category_name
from services.tickets.models import Ticket
from services.tickets.page_filters import Filters, due_when
from services.tickets.page_rows import GROUPS
from services.tickets.page_words import OUTCOMES, STATES
from services.tickets.page_words import SEVERITIES as SEVERITY_WORDS
from services.tickets.queue.order import LATE, LATER, TODAY

HOLDERS_SHOWN: Final = 30
"""People in the menu of holders, those with most tickets first."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value a filter can take, as a link with how many tickets it would show."""

    title: str
    href: str
    count: int
    severity: str = ""


Choice = tuple[str, str, int]
"""A value as the address has it, what it is called, and its number of tickets."""


def options_of(
    name: str, rows: QuerySet[Ticket], filters: Filters, me: Person | None, now: datetime
) -> Sequence[Option]:
    """Return what one filter can be set to among ``rows`` (all in reach); one statement. KeyError for no filter."""
    others = filters.but(**{name: MENUS[name].off}).narrow(rows, me, now).select_related(None).order_by()
    choices = MENUS[name].choices(others, filters, now)
    return [
        Option(title, filters.but(**{name: key}).here, count, key if name == "severity" else "")
        for key, title, count in choices
    ]


def _grouped(rows: QuerySet[Ticket], *fields: str) -> list[tuple[Any, ...]]:
    """Return each combination of the fields with its number of tickets last."""
    return list(rows.values_list(*fields).annotate(n=Count("pk")))


def _by_title(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: choice[1])


def _in_order(titles: Mapping[str, str], counts: Mapping[str, int]) -> list[Choice]:
    return [(key, title, counts[key]) for key, title in titles.items() if counts.get(key)]


def _holders(rows: QuerySet[Ticket], _filters: Filters, _now: datetime) -> list[Choice]:
    found = _grouped(rows, "assignee__public_id", "assignee__full_name")
    busiest = sorted((row for row in found if row[0]), key=lambda row: -row[2])[:HOLDERS_SHOWN]
    nobody = [("none", gettext("nobody"), count) for person, _name, count in found if person is None]
    return nobody + _by_title((str(person), name, count) for person, name, count in busiest)


def _states(rows: QuerySet[Ticket], _filters: Filters, _now: datetime) -> list[Choice]:
    counts = dict(_grouped(rows, "state"))
    sums = {
        "open": sum(counts.get(state, 0) for state in workflow.OPEN),
        "ended": sum(count for state, count in counts.items() if state not in workflow.OPEN),
    }
    return _in_order(state_titles(), sums | counts)


def state_titles() -> dict[str, str]:
    """Return what the values of the filter of states are called."""
    return {"open": gettext("open"), "ended": gettext("ended")} | {name: look.text for name, look in STATES.items()}


def _due(rows: QuerySet[Ticket], _filters: Filters, now: datetime) -> list[Choice]:
    cases = [When(due_when(when, now), then=Value(when)) for when in (LATE, TODAY)]
    told = rows.annotate(when=Case(*cases, default=Value(LATER), output_field=CharField()))
    return _in_order({key: gettext(title) for key, _css, title in GROUPS}, dict(_grouped(told, "when")))


def _severities(rows: QuerySet[Ticket], _filters: Filters, _now: datetime) -> list[Choice]:
    counts = {SEVERITIES[rank]: count for rank, count in _grouped(rows, "severity")}
    return _in_order({name: gettext(word) for name, word in SEVERITY_WORDS.items()}, counts)


def _departments(rows: QuerySet[Ticket], _filters: Filters, _now: datetime) -> list[Choice]:
    found = _grouped(rows, "department__slug", "department__name", "department__name_en")
    return _by_title(
        (slug, localised(Department(name=name, name_en=name_en).label), count)
        for slug, name, name_en, count in found
        if slug
    )


def _units(rows: QuerySet[Ticket], _filters: Filters, _now: datetime) -> list[Choice]:
    """Return communes by their codes; one that changed its name is called by the newest."""
    found = _grouped(rows, "unit__code", "unit__valid_from", "unit__kind", "unit__name", "unit__name_en")
    named: dict[str, Choice] = {}
    for code, _since, kind, name, name_en, count in sorted((row for row in found if row[0]), key=lambda row: row[:2]):
        before = named[code][2] if code in named else 0
        named[code] = (code, localised(Unit(kind=kind, name=name, name_en=name_en).label), before + count)
    return _by_title(named.values())


def _categories(rows: QuerySet[Ticket], filters: Filters, _now: datetime) -> list[Choice]:
    found = _grouped(rows, "category")
    return _by_title((code, category_name(code, filters.monitor), count) for code, count in found if code)


def _monitors(rows: QuerySet[Ticket], _filters: Filters, _now: datetime) -> list[Choice]:
    titles = {monitor.slug: gettext(monitor.title) for monitor in registry.monitors()}
    return _in_order(titles, dict(_grouped(rows, "monitor")))


def _outcomes(rows: QuerySet[Ticket], _filters: Filters, _now: datetime) -> list[Choice]:
    titles = {name: gettext(word) for name, word in OUTCOMES.items()}
    return _in_order(titles, dict(_grouped(rows, "outcome")))


@dataclass(frozen=True, slots=True)
class Menu:
    """A filter's menu: its title, what "not set" is in the address, and how its choices are counted."""

    title: str
    choices: Callable[[QuerySet[Ticket], Filters, datetime], list[Choice]]
    off: str = ""


MENUS: Final = {
    "holder": Menu(_("Holder"), _holders, off="all"),
    "state": Menu(_("State"), _states, off="all"),
    "due": Menu(_("Deadline"), _due),
    "severity": Menu(_("Severity"), _severities),
    "department": Menu(_("Department"), _departments),
    "unit": Menu(_("Commune or ward"), _units),
    "category": Menu(_("Category"), _categories),
    "monitor": Menu(_("Source"), _monitors),
    "outcome": Menu(_("How it ended"), _outcomes),
}
"""By the filter's name, in the order of the page."""

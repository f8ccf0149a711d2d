"""The filters as the list offers them: what is set with the link that removes it, and menus of what could be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from services import registry
from services.contract import SEVERITIES
from services.directory.models import Department, Person, Unit
from services.kernel.text import localised
from services.tickets.page_filters import Filters
from services.tickets.page_rows import GROUPS
from services.tickets.page_words import OUTCOMES, STATES
from services.tickets.page_words import SEVERITIES as SEVERITY_WORDS
from services.tickets.queue.columns import category_name
from services.tickets.queue.facets import Facets

HOLDERS_SHOWN = 30
"""People in the menu of holders, those with most tickets first."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value a filter can take, as a link with how many tickets it would show."""

    title: str
    href: str
    count: int
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter: its present value with the link that removes it, or what it can be set to."""

    title: str
    value: str
    off: str
    options: Sequence[Option]


def chips_of(filters: Filters, found: Facets) -> list[Chip]:
    """Return every filter; three statements name departments, communes and persons."""
    states = {"open": gettext("open"), "ended": gettext("ended")} | {name: look.text for name, look in STATES.items()}
    chips = [
        _holders(filters, found),
        _chip(filters, "state", gettext("State"), states, found.of("state"), "all"),
        _chip(filters, "due", gettext("Deadline"), {key: gettext(t) for key, _c, t in GROUPS}, found.of("due")),
        _severities(filters, found),
        _chip(filters, "department", gettext("Department"), _departments(filters, found), found.of("department")),
        _chip(filters, "unit", gettext("Commune or ward"), _units(filters, found), found.of("unit")),
        _chip(filters, "category", gettext("Category"), _categories(filters, found), found.of("category")),
        _chip(filters, "monitor", gettext("Source"), _monitors(), found.of("monitor")),
        _chip(filters, "outcome", gettext("How it ended"), _outcomes(), found.of("outcome")),
    ]
    if filters.watched:
        chips.append(Chip(gettext("Watched"), gettext("by me"), filters.but(watched="").here, ()))
    if filters.q:
        chips.append(Chip(gettext("Search"), filters.q, filters.but(q="").here, ()))
    return chips


def _chip(
    filters: Filters, name: str, title: str, values: Mapping[str, str], counts: Mapping[str, int], off: str = ""
) -> Chip:
    present = getattr(filters, name)
    value = values.get(present, present if present != off else "")
    options = [
        Option(text, filters.but(**{name: key}).here, counts[key], key if name == "severity" else "")
        for key, text in values.items()
        if counts.get(key)
    ]
    return Chip(title, value, filters.but(**{name: off}).here, options)


def _severities(filters: Filters, found: Facets) -> Chip:
    titles = {name: gettext(word) for name, word in SEVERITY_WORDS.items()}
    counts = {SEVERITIES[rank]: n for rank, n in found.of("severity").items()}
    return _chip(filters, "severity", gettext("Severity"), titles, counts)


def _holders(filters: Filters, found: Facets) -> Chip:
    counts = {("none" if key is None else key): n for key, n in found.of("holder").items()}
    busiest = sorted((key for key in counts if key != "none"), key=lambda key: -counts[key])[:HOLDERS_SHOWN]
    named = [filters.holder] if filters.holder not in {"me", "none", "all"} else []
    persons = Person.objects.filter(public_id__in=[*busiest, *named])
    names = {str(person.public_id): person.full_name for person in persons}
    titles = {"me": gettext("me"), "none": gettext("nobody"), **names}
    return _chip(filters, "holder", gettext("Holder"), titles, counts, "all")


def _departments(filters: Filters, found: Facets) -> dict[str, str]:
    slugs = {slug for slug in found.of("department") if slug} | {filters.department}
    return {one.slug: localised(one.label) for one in Department.objects.filter(slug__in=slugs)}


def _units(filters: Filters, found: Facets) -> dict[str, str]:
    codes = {code for code in found.of("unit") if code} | {filters.unit}
    units = Unit.objects.filter(code__in=codes).defer("geometry", "outline").order_by("valid_from")
    names = {unit.code: localised(unit.label) for unit in units}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def _categories(filters: Filters, found: Facets) -> dict[str, str]:
    codes = {code for code in found.of("category") if code} | ({filters.category} if filters.category else set())
    return dict(sorted(((code, category_name(code)) for code in codes), key=lambda pair: pair[1]))


def _monitors() -> dict[str, str]:
    return {monitor.slug: gettext(monitor.title) for monitor in registry.monitors()}


def _outcomes() -> dict[str, str]:
    return {name: gettext(word) for name, word in OUTCOMES.items()}

"""The filters as the list offers them: what is set with the link that removes it, and menus of what could be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from services import registry
from services.contract import SEVERITIES
from services.directory.models import Department, Person, Unit
from services.kernel.text import localised
from services.tickets.categories import category_name
from services.tickets.page_filters import HOLDERS, Filters
from services.tickets.page_rows import GROUPS
from services.tickets.page_words import OUTCOMES, STATES
from services.tickets.page_words import SEVERITIES as SEVERITY_WORDS
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
    """Return every filter; no statement, but one for each place or holder asked for that has no ticket."""
    names = _names(filters, found)
    states = {"open": gettext("open"), "ended": gettext("ended")} | {name: look.text for name, look in STATES.items()}
    chips = [
        _holders(filters, found, names["holder"]),
        _chip(filters, "state", gettext("State"), states, found.of("state"), "all"),
        _chip(filters, "due", gettext("Deadline"), {key: gettext(t) for key, _c, t in GROUPS}, found.of("due")),
        _severities(filters, found),
        _chip(filters, "department", gettext("Department"), names["department"], found.of("department")),
        _chip(filters, "unit", gettext("Commune or ward"), names["unit"], found.of("unit")),
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


def _holders(filters: Filters, found: Facets, names: Mapping[str, str]) -> Chip:
    counts = {("none" if key is None else key): n for key, n in found.of("holder").items()}
    busiest = sorted((key for key in counts if key != "none"), key=lambda key: -counts[key])[:HOLDERS_SHOWN]
    named = {key: names[key] for key in [*busiest, filters.holder] if key in names}
    titles = {"me": gettext("me"), "none": gettext("nobody"), **named}
    return _chip(filters, "holder", gettext("Holder"), titles, counts, "all")


def _names(filters: Filters, found: Facets) -> dict[str, dict[str, str]]:
    """Return what holders, departments and communes are called, in order; what is asked for but has no ticket, too."""
    known = {name: dict(found.titles_of(name)) for name in ("holder", "department", "unit")}
    holder = "" if filters.holder in HOLDERS else filters.holder
    asked = {"holder": holder, "department": filters.department, "unit": filters.unit}
    missing = {name: value for name, value in asked.items() if value and value not in known[name]}
    for name, value in missing.items():
        if title := _LOOKED_UP[name](value):
            known[name][value] = title
    return {name: dict(sorted(pairs.items(), key=lambda pair: pair[1])) for name, pairs in known.items()}


def _person(public_id: str) -> str:
    person = Person.objects.filter(public_id=public_id).first()
    return person.full_name if person else ""


def _department(slug: str) -> str:
    department = Department.objects.filter(slug=slug).first()
    return localised(department.label) if department else ""


def _unit(code: str) -> str:
    unit = Unit.objects.filter(code=code).defer("point", "geometry", "outline").order_by("-valid_from").first()
    return localised(unit.label) if unit else ""


_LOOKED_UP: Final = {"holder": _person, "department": _department, "unit": _unit}


def _categories(filters: Filters, found: Facets) -> dict[str, str]:
    codes = {code for code in found.of("category") if code} | ({filters.category} if filters.category else set())
    return dict(sorted(((code, category_name(code, filters.monitor)) for code in codes), key=lambda pair: pair[1]))


def _monitors() -> dict[str, str]:
    return {monitor.slug: gettext(monitor.title) for monitor in registry.monitors()}


def _outcomes() -> dict[str, str]:
    return {name: gettext(word) for name, word in OUTCOMES.items()}

"""The filters as the list offers them: what is set with the link that removes it, and menus of what could be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext

from services import registry
from services.directory.models import Department, Person, Unit
from services.kernel.text import localised
from services.tickets.categories import category_name
from services.tickets.models import Ticket
from services.tickets.page_filters import Filters
from services.tickets.page_rows import GROUPS
from services.tickets.page_words import OUTCOMES
from services.tickets.page_words import SEVERITIES as SEVERITY_WORDS
from services.tickets.queue.menus import MENUS, Menu, Option, state_titles


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter: its present value with the link that removes it, or what it can be set to.

    That is its ``options``, or ``menu``, the address where they are asked for.
    """

    title: str
    value: str
    off: str
    options: Sequence[Option] = ()
    menu: str = ""


def chips_of(filters: Filters, first: Ticket | None) -> list[Chip]:
    """Return every filter. ``first`` is a ticket that fits them: it knows what its place and its holder are called.

    Without one, a statement for each place or holder asked for.
    """
    chips = [
        _chip(filters, name, menu, first) for name, menu in MENUS.items() if name != "outcome" or not filters.is_open
    ]
    if filters.watched:
        chips.append(Chip(gettext("Watched"), gettext("by me"), filters.but(watched="").here))
    if filters.q:
        chips.append(Chip(gettext("Search"), filters.q, filters.but(q="").here))
    return chips


def _chip(filters: Filters, name: str, menu: Menu, first: Ticket | None) -> Chip:
    present = getattr(filters, name)
    value = "" if present == menu.off else _VALUES[name](present, filters, first) or present
    address = f"{reverse('tickets:menu', args=[name])}?{filters.query}"
    return Chip(gettext(menu.title), value, filters.but(**{name: menu.off}).here, menu=address)


def _holder(value: str, _filters: Filters, first: Ticket | None) -> str:
    if value in {"me", "none"}:
        return gettext("me") if value == "me" else gettext("nobody")
    person = first.assignee if first else Person.objects.filter(public_id=value).first()
    return person.full_name if person else ""


def _department(value: str, _filters: Filters, first: Ticket | None) -> str:
    department = first.department if first else Department.objects.filter(slug=value).first()
    return localised(department.label) if department else ""


def _unit(value: str, _filters: Filters, first: Ticket | None) -> str:
    named = Unit.objects.defer("point", "geometry", "outline").order_by("-valid_from")
    unit = first.unit if first else named.filter(code=value).first()
    return localised(unit.label) if unit else ""


def _monitor(value: str, _filters: Filters, _first: Ticket | None) -> str:
    return next((gettext(monitor.title) for monitor in registry.monitors() if monitor.slug == value), "")


def _word(words: Mapping[str, str], value: str) -> str:
    return gettext(words[value]) if value in words else ""


_VALUES: Final[Mapping[str, Callable[[str, Filters, Ticket | None], str]]] = {
    "holder": _holder,
    "state": lambda value, _filters, _first: state_titles().get(value, ""),
    "due": lambda value, _filters, _first: _word({key: title for key, _css, title in GROUPS}, value),
    "severity": lambda value, _filters, _first: _word(SEVERITY_WORDS, value),
    "department": _department,
    "unit": _unit,
    "category": lambda value, filters, _first: category_name(value, filters.monitor),
    "monitor": _monitor,
    "outcome": lambda value, _filters, _first: _word(OUTCOMES, value),
}
"""What the value of each filter is called."""

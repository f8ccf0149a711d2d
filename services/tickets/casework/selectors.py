"""Reads of checklists and standard texts: of all, or of those meant for tickets of a kind."""

from typing import TypeVar

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404

from services.tickets.models import Checklist, ChecklistItem, StandardText

T = TypeVar("T", Checklist, StandardText)


def checklists() -> QuerySet[Checklist]:
    """Return every checklist with its items, in the order in which they are laid: two statements."""
    items = ChecklistItem.objects.select_related("department")
    return Checklist.objects.prefetch_related(Prefetch("items", queryset=items))


def texts() -> QuerySet[StandardText]:
    """Return every standard text, in the order in which they are offered."""
    return StandardText.objects.all()


def fitting(rows: QuerySet[T], *, active: bool | None = None, **ticket: str) -> QuerySet[T]:
    """Return the templates meant for tickets with these values, those for any value among them.

    ``ticket`` may name monitor and category, of texts the state too; an empty value asks for nothing.
    """
    for name, value in ticket.items():
        if value:
            rows = rows.filter(Q(**{name: ""}) | Q(**{name: value}))
    return rows if active is None else rows.filter(active=active)


def one(rows: QuerySet[T], slug: str) -> T:
    """Return the template of that name; Http404 when there is none."""
    found = rows.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found

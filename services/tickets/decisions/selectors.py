"""What a person is to decide: what waits for their approval, and what reached their level and is not done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from services.directory.access import TABLE, limit, may, roles_of
from services.directory.models import Person, User
from services.tickets import workflow
from services.tickets.directives import MONITOR
from services.tickets.models import Extension, Ticket, TicketStep

SHOWN: Final = 30
"""Tickets of one heading on one page."""
HEADINGS: Final = ("approve", "extend", "reached", "directives")
"""What a person decides about, in the page's order."""
DECIDING: Final = frozenset(TABLE["tickets.approve"])
"""Roles that approve."""


def to_approve(user: User, realm: str | None = None) -> QuerySet[Ticket]:
    """Return the tickets that somebody reported done and this user is to approve, the next due first."""
    rows = Ticket.objects.filter(realm=realm or settings.IOC_REALM, state=workflow.RESOLVED)
    return _shown(_asked_of(user, limit(rows, user, "tickets.approve"))).order_by("due_at", "pk")


def to_extend(user: User, realm: str | None = None) -> QuerySet[Extension]:
    """Return the later deadlines that were asked for and this user is to grant, the nearest present deadline first."""
    rows = Ticket.objects.filter(realm=realm or settings.IOC_REALM, state__in=workflow.RUNNING)
    reach = _asked_of(user, limit(rows, user, "tickets.approve"))
    asked = Extension.objects.filter(state=Extension.ASKED, ticket__in=reach.order_by().values("pk"))
    return asked.select_related("asked_by__person", "decided_by__person").order_by("ticket__due_at", "pk")


def _asked_of(user: User, rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Leave a leader what ever reached the own level, and the own directives: the rest is its office's to decide.

    A leader who is also of the centre, or head of an office, decides for it like anybody there.
    """
    if not _only_leads(user):
        return rows
    person = Person.objects.filter(user=user).values_list("pk", flat=True).first()
    told = _told(person or 0).filter(ticket=OuterRef("pk"))
    own = Ticket.watchers.through.objects.filter(ticket=OuterRef("pk"), user=user)
    return rows.filter(Exists(told) | (Q(rule=MONITOR) & Exists(own)))


def _only_leads(user: User) -> bool:
    return roles_of(user) & DECIDING == {"leader"}


def _told(person: int) -> QuerySet[TicketStep]:
    """Return the steps above the first that told this person."""
    return TicketStep.objects.filter(state=TicketStep.FIRED, index__gt=0, holders__contains=[{"id": person}])


def reached(user: User, person: Person | None, realm: str | None = None) -> QuerySet[Ticket]:
    """Return the running tickets whose ladder has told this person, the most severe first.

    Who was told stands in the step as it fired, so a later change of office moves nothing here.
    """
    if person is None:
        return Ticket.objects.none()
    told = _told(person.pk).filter(ticket=OuterRef("pk"), generation=OuterRef("generation"))
    rows = Ticket.objects.filter(realm=realm or settings.IOC_REALM, state__in=workflow.RUNNING)
    return _shown(limit(rows, user, "tickets.approve")).filter(Exists(told)).order_by("-severity", "due_at", "pk")


def directives(user: User, realm: str | None = None) -> QuerySet[Ticket]:
    """Return the open directives in this user's reach, the next due first."""
    rows = Ticket.objects.filter(realm=realm or settings.IOC_REALM, state__in=workflow.OPEN, rule=MONITOR)
    return _shown(limit(rows, user, "tickets.approve")).order_by("due_at", "pk")


def headings(user: User, person: Person | None) -> dict[str, QuerySet[Any]]:
    """Return what stands under each heading: tickets, under ``extend`` requests for more time; nothing is read yet.

    Directives are those of whoever gives some.
    """
    own = directives(user) if may(user, "tickets.direct") else Ticket.objects.none()
    return dict(zip(HEADINGS, (to_approve(user), to_extend(user), reached(user, person), own), strict=True))


def totals(under: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Return how many there are under each heading, however many are shown: one statement."""
    parts = [
        rows.order_by().select_related(None).values(heading=Value(name)).annotate(many=Count("pk"))
        for name, rows in under.items()
    ]
    first, *rest = (one.values_list("heading", "many") for one in parts)
    return dict.fromkeys(under, 0) | dict(first.union(*rest, all=True))


def counts(user: User, person: Person | None, now: datetime, realm: str) -> dict[str, int]:
    """Return how many tickets wait for approval or more time, reached this level, and are overdue of those."""
    approve, level = to_approve(user, realm), reached(user, person, realm)
    late = {*_late(approve, now), *_late(level, now)}
    waiting = approve.count() + to_extend(user, realm).count()
    return {"approve": waiting, "reached": level.count(), "overdue": len(late)}


def _late(rows: QuerySet[Ticket], now: datetime) -> Sequence[int]:
    return list(rows.filter(due_at__lte=now).order_by().values_list("pk", flat=True))


def _shown(rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    shown = rows.select_related("unit", "department", "assignee", "alert")
    return shown.defer("unit__geometry", "unit__outline", "alert__evidence")

"""Which rows of duty a reader reaches for an action; what is out of reach is not there (404)."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import Http404

from services.directory.access import limit, scope_of
from services.directory.models import DutyRoster, Person, User
from services.duty.models import Feed, Leave, Override, Rotation, Swap

M = TypeVar("M", bound=Model)


def _one(rows: QuerySet[M]) -> M:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def roster(user: User, slug: str, action: str = "duty.read") -> DutyRoster:
    """Return a roster within reach."""
    rows = DutyRoster.objects.filter(slug=slug).select_related("department")
    return _one(limit(rows, user, action, unit=None))


def rotation(user: User, public_id: UUID) -> Rotation:
    """Return a rotation that the user may change."""
    rows = Rotation.objects.filter(public_id=public_id).select_related("roster")
    return _one(limit(rows, user, "duty.write", unit=None, department="roster__department"))


def override(user: User, public_id: UUID) -> Override:
    """Return an override that the user may take back."""
    rows = Override.objects.filter(public_id=public_id).select_related("roster")
    return _one(limit(rows, user, "duty.write", unit=None, department="roster__department"))


def swaps(user: User, action: str = "duty.own") -> QuerySet[Swap]:
    """Return the swaps the user has a part in, or (``duty.write``) those of rosters the user answers for."""
    rows = Swap.objects.select_related("roster", "asked_by", "asked_of")
    if action == "duty.write":
        return limit(rows, user, action, unit=None, department="roster__department")
    scope = scope_of(user, action)
    if scope is None or scope.is_empty:
        return rows.none()
    if scope.everything:
        return rows
    return rows.filter(Q(asked_by__user=scope.own) | Q(asked_of__user=scope.own))


def swap(user: User, public_id: UUID, action: str = "duty.own") -> Swap:
    """Return one of ``swaps``."""
    return _one(swaps(user, action).filter(public_id=public_id))


def leaves(user: User) -> QuerySet[Leave]:
    """Return the leaves of the user, those the user stands in for, and those of people whom the user is head of."""
    rows = Leave.objects.select_related("person", "stand_in")
    scope = scope_of(user, "duty.own")
    if scope is None or scope.is_empty:
        return rows.none()
    if scope.everything:
        return rows
    own = Q(person__user=scope.own) | Q(stand_in__user=scope.own) | Q(person__in=staff_of(user).values("pk"))
    return rows.filter(own)


def leave(user: User, public_id: UUID) -> Leave:
    """Return one of ``leaves`` that the user may end: not the one for whom the user merely stands in."""
    found = _one(leaves(user).filter(public_id=public_id))
    if not may_speak_for(user, found.person):
        raise Http404
    return found


def staff_of(user: User) -> QuerySet[Person]:
    """Return the people of the departments and communes that the user answers for."""
    scope = scope_of(user, "duty.write")
    rows = Person.objects.filter(realm=user.realm)
    if scope is None:
        return rows.none()
    if scope.everything:
        return rows
    placed = Q(appointments__department__in=scope.departments) | Q(appointments__unit__in=scope.units)
    return rows.filter(placed, appointments__valid_to=None).distinct()


def may_speak_for(user: User, person: Person) -> bool:
    """Tell whether the user may name a stand-in for a person: oneself, one's own people, or everybody's supervisor."""
    scope = scope_of(user, "duty.write")
    if scope is not None and scope.everything:
        return True
    return person.user_id == user.pk or staff_of(user).filter(pk=person.pk).exists()


def feeds(user: User) -> QuerySet[Feed]:
    """Return the calendar addresses the user has made, or all for who answers for everything."""
    rows = Feed.objects.select_related("roster", "person")
    scope = scope_of(user, "duty.own")
    if scope is None or scope.is_empty:
        return rows.none()
    return rows if scope.everything else rows.filter(made_by=scope.own)


def feed(user: User, public_id: UUID) -> Feed:
    """Return one of ``feeds``."""
    return _one(feeds(user).filter(public_id=public_id))

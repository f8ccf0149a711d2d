"""Which tickets a reader reaches: those of the own place, and those that the own department works along on."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from services.directory.access import scope_of
from services.directory.models import User
from services.tickets import workflow
from services.tickets.models import Ticket

READ = "tickets.read"


def within(rows: QuerySet[Ticket], user: User, action: str, *, along: bool = False) -> QuerySet[Ticket]:
    """Return the tickets of ``rows`` within reach for an action; with ``along`` also those the department helps with.

    ``along`` is an array with an index of its own, so that the condition stays one statement over indexes.
    """
    scope = scope_of(user, action)
    if scope is None:
        return rows.none()
    if scope.everything:
        return rows
    places = Q(unit__in=sorted(scope.units)) | Q(department__in=sorted(scope.departments))
    if along and scope.departments:
        places |= Q(along__overlap=sorted(scope.departments))
    return rows.filter(places)


def leads(user: User, ticket: Ticket, action: str = "tickets.act") -> bool:
    """Tell whether the reader reaches the ticket by its own place, not only by working along."""
    scope = scope_of(user, action)
    return scope is not None and scope.covers(unit_id=ticket.unit_id, department_id=ticket.department_id)


def helps(user: User, ticket: Ticket, action: str = "tickets.act") -> bool:
    """Tell whether the reader's department works along on the ticket."""
    scope = scope_of(user, action)
    return scope is not None and bool(scope.departments & set(ticket.along))


def may_do(user: User, ticket: Ticket, verb: str) -> bool:
    """Tell whether the reader's role reaches this ticket for this verb."""
    return bool(doable(user, ticket, (verb,)))


def doable(user: User, ticket: Ticket, verbs: Iterable[str]) -> list[str]:
    """Return those of the verbs for which the reader's role reaches this ticket; each action is asked once."""
    wanted = list(verbs)
    actions = {workflow.ACTION_OF[verb] for verb in wanted}
    leading = {action for action in actions if leads(user, ticket, action)}
    helping = {action for action in actions - leading if ticket.along and helps(user, ticket, action)}
    reached = {verb: workflow.ACTION_OF[verb] for verb in wanted}
    return [verb for verb, act in reached.items() if act in leading or (verb in workflow.ALONG and act in helping)]


def sees(user: User, ticket: Ticket) -> bool:
    """Tell whether the reader may read this ticket."""
    return leads(user, ticket, READ) or helps(user, ticket, READ)


def locked(verb: str, public_id: UUID | str, user: User, *, into: UUID | str | None = None) -> Ticket:
    """Return the ticket locked for a verb; Http404 out of reach.

    ``into`` is locked along, in the order of the primary keys: two officers who merge two tickets crosswise wait for
    each other instead of meeting in a deadlock.
    """
    wanted = [public_id, into] if verb == "merge" and into else [public_id]
    rows = within(
        Ticket.objects.filter(public_id__in=wanted), user, workflow.ACTION_OF[verb], along=verb in workflow.ALONG
    )
    found = {str(row.public_id): row for row in rows.order_by("pk").select_for_update(of=("self",))}
    if str(public_id) not in found:
        raise Http404
    return found[str(public_id)]

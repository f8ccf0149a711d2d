"""When a ticket counts as seen: at once, or when as many different people said so as its policy asks."""

from services.directory.models import User
from services.tickets.models import Ticket

SEEN_BY = ("acknowledge", "accept")
"""Verbs by which somebody says that they have seen it."""


def enough(ticket: Ticket, user: User | None) -> bool:
    """Tell whether ``user``'s acknowledgement, not yet in the history, makes it enough.

    Counts different people since the ticket's clock began to run; one statement, none where one person is enough.
    """
    needed = int(ticket.policy.get("acknowledgements", 1))
    if needed <= 1:
        return True
    return len(_seen_by(ticket) | ({user.pk} if user else set())) >= needed


def missing(ticket: Ticket) -> int:
    """Return how many more people must acknowledge a ticket that nobody's steps were called off for yet."""
    needed = int(ticket.policy.get("acknowledgements", 1))
    if ticket.acknowledged_at or needed <= 1:
        return 0
    return max(0, needed - len(_seen_by(ticket)))


def _seen_by(ticket: Ticket) -> set[int]:
    said = ticket.entries.filter(verb__in=SEEN_BY, at__gte=ticket.clock_from, actor__isnull=False)
    return {int(pk) for pk in said.values_list("actor_id", flat=True) if pk}

"""Units end when they are merged or renamed: their open tickets go to whoever took over, clock kept."""

from django.db import transaction

from services.directory.selectors import successors
from services.kernel import clock
from services.tickets import workflow
from services.tickets.announce import announce
from services.tickets.models import Ticket


def follow_units(limit: int = 200) -> int:
    """Move open tickets of units that have ended to the successor with the largest share; return how many.

    A ticket whose unit left no successor stays where it is: somebody transfers it by hand.
    """
    today = clock.now().astimezone(clock.LOCAL).date()
    with transaction.atomic():
        stranded = Ticket.objects.filter(
            state__in=workflow.OPEN, unit__valid_to__lt=today, unit__successor_links__isnull=False
        )
        ids = list(stranded.order_by("pk").values_list("pk", flat=True).distinct()[:limit])
        tickets = Ticket.objects.filter(pk__in=ids).select_related("unit").order_by("pk")
        moved = list(tickets.select_for_update(skip_locked=True, of=("self",)))
        for ticket in moved:
            _move(ticket)
    return len(moved)


def _move(ticket: Ticket) -> None:
    assert ticket.unit is not None  # noqa: S101 - the query asked for its unit's end
    before, heir = ticket.unit, successors(ticket.unit)[0].new
    ticket.unit = heir
    ticket.save(update_fields=["unit"])
    detail = {"because": "merger", "from": before.code, "unit": heir.code}
    now = clock.now(ticket.realm)
    announce(ticket, "transfer", now=now, before=ticket.state, acting_user=None, detail=detail)

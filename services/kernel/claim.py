"""``claim_due``: the one way work is taken, by evaluation, timers, sending and panels alike."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from services.kernel import clock

Row = TypeVar("Row", bound=Model)


def claim_due(rows: QuerySet[Row], *, limit: int, field: str = "due_at") -> list[Row]:
    """Lock and return up to ``limit`` rows whose ``field`` has come by their realm's clock, oldest first.

    Call it inside a transaction: rows another worker holds are skipped, and a worker that dies gives its rows back.
    """
    due = rows.filter(clock.due(field)).order_by(field, "pk")
    return list(due.select_for_update(skip_locked=True, of=("self",))[:limit])

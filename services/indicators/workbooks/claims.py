"""A worker's claim on a workbook: ``attempts`` fences it, so that one who was given up for dead writes nothing more."""

from datetime import timedelta
from typing import Final

from django.db import transaction

from services.indicators.models import Workbook
from services.kernel import clock

AT_WORK: Final = timedelta(minutes=2)
"""How long a worker may be silent before another one takes the workbook; each look at the progress renews it."""
_RESULT: Final = (
    "state", "total", "position", "accepted", "revised", "unchanged", "errors", "error_count", "marked", "delivery",
    "codes", "first", "last",
)  # fmt: skip


class LostError(Exception):
    """The workbook is another worker's by now."""


def hold(row: Workbook) -> None:
    """Lock the workbook for this transaction; LostError when it is no longer this worker's."""
    held = Workbook.objects.select_for_update().filter(pk=row.pk, attempts=row.attempts, due_at__isnull=False)
    if not held.values_list("pk").first():
        raise LostError


@transaction.atomic
def keep(row: Workbook, *fields: str) -> None:
    """Write progress down and renew the claim; LostError when it has gone."""
    hold(row)
    row.due_at = clock.now(row.realm) + AT_WORK
    row.save(update_fields=[*fields, "due_at"])


@transaction.atomic
def finish(row: Workbook) -> None:
    """Write the result down: from now on nobody works on it. LostError when it is no longer this worker's.

    The body of a stored one is not needed any more: its values are there, and its digest recognises it.
    """
    hold(row)
    row.due_at = None
    done = row.state == Workbook.State.STORED
    row.body = None if done else row.body
    row.save(update_fields=[*_RESULT, "due_at", *(["body"] if done else [])])
    row.staged.all().delete()

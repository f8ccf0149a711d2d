"""From an uploaded file to stored values: taken up by a worker, then stored whole or not at all.

A worker that dies leaves a claim that runs out; another one begins anew. Whatever a worker writes it writes only while
the claim is its own, and the state "stored" is written in the transaction of the values.
"""

import hashlib
import logging
from datetime import timedelta

from django.db import transaction
from django.utils.translation import override

from services.audit.actions import record
from services.indicators.models import Workbook
from services.indicators.workbooks.claims import AT_WORK, LostError, finish, keep
from services.indicators.workbooks.marking import Mark, marked_copy, marked_unread
from services.indicators.workbooks.opening import UnreadableError
from services.indicators.workbooks.reading import read
from services.indicators.workbooks.work import Work
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.nudge import nudge

log = logging.getLogger(__name__)
GIVE_UP_AFTER = 3
AGAIN_AFTER = timedelta(seconds=15)
"""How long a workbook rests that made the worker fail."""


@transaction.atomic
def submit(
    *, realm: str, name: str, body: bytes, department: str = "", unit: str = "", duty: str = "", period: str = "",
    reason: str = "", claimed: bool = False, acting_user: object = None,
) -> Workbook:  # fmt: skip
    """Keep a file and have a worker check and store it. The same file that was stored before is only pointed out.

    ``claimed``: whoever submits it calls ``process`` next; a worker takes it only when that never comes to its end.
    """
    now, digest = clock.now(realm), hashlib.sha256(body).digest()
    before = Workbook.objects.filter(realm=realm, digest=digest, state=Workbook.State.STORED).order_by("-pk").first()
    row = Workbook.objects.create(
        realm=realm,
        name=name[-200:],
        digest=digest,
        body=None if before else body,
        department=department,
        unit=unit,
        duty=duty,
        period=period,
        reason=reason,
        actor_id=getattr(acting_user, "pk", None),
        received_at=now,
        state=Workbook.State.REPEATED if before else Workbook.State.WAITING,
        repeats=before,
        due_at=None if before else now + AT_WORK if claimed else now,
    )
    record(verb="submit_workbook", target=row, acting_user=acting_user, realm=realm, detail={"state": row.state})
    nudge("services.indicators.tasks.process_workbooks")
    return row


def process_due() -> bool:
    """Check and store the oldest waiting workbook; return whether there was one."""
    with transaction.atomic():
        row = next(iter(claim_due(Workbook.objects.filter(due_at__isnull=False), limit=1)), None)
        if row is None:
            return False
        row.due_at, row.attempts = clock.now(row.realm) + AT_WORK, row.attempts + 1
        row.state = Workbook.State.CHECKING if row.attempts <= GIVE_UP_AFTER else Workbook.State.FAILED
        row.save(update_fields=["due_at", "attempts", "state"])
        if row.state == Workbook.State.FAILED:
            finish(row)
            return True
    process(row)
    return True


def process(row: Workbook) -> Workbook:
    """Check a workbook and store it; what is wrong is on the row and in its marked copy."""
    try:
        with override("vi"):  # what goes back is read by whoever filled it in, not by whoever asks
            _process(row)
    except LostError:
        log.warning("workbook %s was taken by another worker", row.public_id)
    except Exception:
        log.exception("workbook %s", row.public_id)
        again = clock.now(row.realm) + AGAIN_AFTER
        Workbook.objects.filter(pk=row.pk, attempts=row.attempts, due_at__isnull=False).update(due_at=again)
    return row


def _process(row: Workbook) -> None:
    work = Work(row)
    try:
        work.check()
        if not row.error_count and work.store():
            return
        keep(row, "errors", "error_count", "total")
        row.marked = marked_copy(work.body, read(work.body), work.marks)
    except UnreadableError as error:
        if error.__cause__ is not None:
            log.info("workbook %s", row.public_id, exc_info=error)
        mark = Mark(error.cell, str(error))
        work.refuse([mark], error.sheet)
        row.marked = marked_unread(work.body, error.sheet, mark)
    row.state = Workbook.State.REFUSED
    finish(row)

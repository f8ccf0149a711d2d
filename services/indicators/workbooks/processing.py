"""From an uploaded file to stored values: checked row by row with progress, then stored whole or not at all."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from services.audit.actions import record
from services.indicators import periods
from services.indicators.actions import ClosedError, Entry, Given
from services.indicators.catalogue import Catalogue, catalogue
from services.indicators.checking import ACTUAL, Checked, Checker
from services.indicators.models import Delivery, Workbook, WorkbookPart
from services.indicators.rows import save_plans
from services.indicators.territory import Territory, territory
from services.indicators.workbooks.marking import Mark, marked_copy
from services.indicators.workbooks.reading import Row, Table, UnreadableError, read
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.nudge import nudge

log = logging.getLogger(__name__)
SLICE = 2_000
"""Rows between two looks at the progress."""
ERRORS_KEPT = 1_000
GIVE_UP_AFTER = 3
_AT_WORK = timedelta(minutes=10)
"""How long a worker may be silent before another one takes the workbook."""


@transaction.atomic
def submit(
    *, realm: str, name: str, body: bytes, department: str = "", unit: str = "", period: str = "", reason: str = "",
    acting_user: object = None,
) -> Workbook:  # fmt: skip
    """Keep a file and have a worker check and store it. The same file that was stored before is only pointed out."""
    now, digest = clock.now(realm), hashlib.sha256(body).digest()
    before = Workbook.objects.filter(realm=realm, digest=digest, state=Workbook.State.STORED).order_by("-pk").first()
    row = Workbook.objects.create(
        realm=realm,
        name=name[-200:],
        digest=digest,
        body=None if before else body,
        department=department,
        unit=unit,
        period=period,
        reason=reason,
        actor_id=getattr(acting_user, "pk", None),
        received_at=now,
        state=Workbook.State.REPEATED if before else Workbook.State.WAITING,
        repeats=before,
        due_at=None if before else now,
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
        row.due_at, row.attempts = clock.now(row.realm) + _AT_WORK, row.attempts + 1
        row.state = Workbook.State.CHECKING if row.attempts <= GIVE_UP_AFTER else Workbook.State.FAILED
        if row.state == Workbook.State.FAILED:
            row.due_at = None
        row.save(update_fields=["due_at", "attempts", "state"])
    if row.state != Workbook.State.FAILED:
        process(row)
    return True


def process(row: Workbook) -> Workbook:
    """Check a workbook and store it; what is wrong is on the row and in its marked copy."""
    with override("vi"):  # what goes back is read by whoever filled it in, not by whoever asks
        try:
            work = _Work(row)
            work.check()
            if not row.error_count:
                work.store()
            elif work.table is not None:
                row.marked = marked_copy(work.body, read(work.body), work.marks)
        except UnreadableError as error:
            _refuse(row, [Mark(error.cell, str(error))])
        except Exception:
            log.exception("workbook %s", row.public_id)
            raise
    if row.state != Workbook.State.STORED:
        row.state = Workbook.State.REFUSED
    row.due_at = None
    row.save()
    row.staged.all().delete()
    return row


def _refuse(row: Workbook, marks: Sequence[Mark]) -> None:
    row.error_count = sum(1 for mark in marks if mark.level == "error")
    row.errors = [{"cell": mark.cell, "text": mark.text, "level": mark.level} for mark in marks[:ERRORS_KEPT]]


class _Work:
    """One workbook at work."""

    def __init__(self, row: Workbook) -> None:
        self.row, self.body = row, bytes(row.body or b"")
        self.catalogue: Catalogue = catalogue()
        self.territory: Territory = territory()
        self.marks: list[Mark] = []
        self.errors = 0
        self.seen: dict[int, tuple[int, float]] = {}
        self.table: Table | None = None

    def check(self) -> None:
        """Read every row, stage those that are in order, and note the rest."""
        row = self.row
        row.staged.all().delete()
        row.accepted = row.unchanged = row.position = 0
        table = self.table = read(self.body)
        row.total = table.total
        for remark in table.remarks:
            self._note(Mark(remark.cell, remark.text, remark.level))
        checker = Checker(
            row.realm, clock.now(row.realm), self.catalogue, self.territory, row.department, row.unit, row.period,
            row.reason,
        )  # fmt: skip
        found = 0
        for rows in _slices(table.rows):
            staged = [(one.number, checked) for one in rows if (checked := self._checked(one, checker)) is not None]
            found += len(staged)
            if staged and not self.errors:
                self._stage(staged)
            row.position = max(rows[-1].number - table.heading_row, row.position)
            _refuse(row, self.marks)
            row.error_count = self.errors
            row.save(update_fields=["total", "position", "errors", "error_count"])
        if not found and not self.errors:
            self._note(Mark(f"A{table.heading_row}", _("no row has a value")))
        row.error_count = self.errors
        _kept = [{"cell": mark.cell, "text": mark.text, "level": mark.level} for mark in self.marks[:ERRORS_KEPT]]
        row.errors, row.total = _kept, max(row.position, found)

    def _checked(self, row: Row, checker: Checker) -> Checked | None:
        assert self.table is not None  # noqa: S101 - set before the first row is read
        checked, problems = checker.check(row.cells)
        for problem in problems:
            self._note(Mark(self.table.place(problem.field, row.number), problem.text, problem.level))
        return self._only_once(row, checked) if checked else None

    def _only_once(self, row: Row, checked: Checked) -> Checked | None:
        """Return the row unless the same place came before in the file; another value there is an error."""
        assert self.table is not None  # noqa: S101 - as above
        one = checked.given
        place = hash((one.code, one.unit, one.period, checked.kind))
        number, value = self.seen.setdefault(place, (row.number, one.value or 0.0))
        if number == row.number:
            return checked
        same = value == (one.value or 0.0)
        text = _("is in row {row} already") if same else _("row {row} has another value for the same place")
        level = "warning" if same else "error"
        self._note(Mark(self.table.place("value", row.number), text.format(row=number), level))
        return None

    def _note(self, mark: Mark) -> None:
        self.errors += mark.level == "error"
        if len(self.marks) < ERRORS_KEPT:
            self.marks.append(mark)

    def _stage(self, rows: Sequence[tuple[int, Checked]]) -> None:
        WorkbookPart.objects.create(
            workbook=self.row,
            first=rows[0][0],
            indicators=[self.catalogue[one.given.code].pk for _number, one in rows],
            units=[one.given.unit for _number, one in rows],
            periods=[one.given.period.text for _number, one in rows],
            values=[one.given.value for _number, one in rows],
            kinds=[one.kind for _number, one in rows],
        )

    def store(self) -> None:
        """Store everything that was staged in one transaction; a period closed meanwhile refuses it whole."""
        row = self.row
        Workbook.objects.filter(pk=row.pk).update(state=Workbook.State.STORING)
        try:
            with transaction.atomic():
                self._take()
        except ClosedError as error:
            row.accepted = row.unchanged = 0
            row.delivery = None
            self._note(Mark("A1", " ".join(str(text) for text in error.errors.values())))
            _refuse(row, self.marks)
            return
        row.state, row.body = Workbook.State.STORED, None

    def _take(self) -> None:
        row = self.row
        source = f"workbook:{row.public_id}"
        delivery = Delivery(
            realm=row.realm, source=source, at=clock.now(row.realm), actor_id=row.actor_id, reason=row.reason
        )
        entry = Entry(row.realm, delivery, self.catalogue, self.territory)
        entry.expect(self._places())
        for part in row.staged.order_by("first").iterator(chunk_size=1):
            rows = _unstaged(part, self.catalogue)
            done = entry.take([one.given for one in rows if one.kind == ACTUAL])
            plans = [one for one in rows if one.kind != ACTUAL]
            save_plans(row.realm, source, plans, self.catalogue)
            row.accepted += len(done.accepted) + len(done.updated) + len(plans)
            row.unchanged += len(done.unchanged)
        entry.finish()
        row.delivery = None if delivery._state.adding else delivery
        detail = {"accepted": row.accepted, "unchanged": row.unchanged, "reason": row.reason}
        record(verb="store_workbook", target=row, acting_user=_Actor(row.actor_id), realm=row.realm, detail=detail)

    def _places(self) -> set[tuple[str, int]]:
        """Return (code, year) of everything staged, so that all locks are taken at once and in one order."""
        found: set[tuple[str, int]] = set()
        for part in self.row.staged.order_by("first").iterator(chunk_size=1):
            pairs = zip(part.indicators, part.periods, strict=True)
            found |= {(self.catalogue.by_id[pk].code, int(text[:4])) for pk, text in pairs}
        return found


class _Actor:
    """An account by its id, as the audit wants it."""

    def __init__(self, pk: int | None) -> None:
        self.pk = pk


def _slices(rows: Iterator[Row]) -> Iterator[list[Row]]:
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == SLICE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _unstaged(part: WorkbookPart, known: Catalogue) -> list[Checked]:
    columns: Any = (part.indicators, part.units, part.periods, part.values, part.kinds)
    return [
        Checked(Given(known.by_id[pk].code, unit, periods.parse(text), value), kind)
        for pk, unit, text, value, kind in zip(*columns, strict=True)
    ]

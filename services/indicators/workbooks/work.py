"""One workbook at work: every row checked with its progress written down, the good ones staged, then all stored."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from services.audit.actions import record
from services.indicators import periods
from services.indicators.actions import ClosedError, Entry, Given
from services.indicators.catalogue import Catalogue, catalogue
from services.indicators.checking import ACTUAL, Checked, Checker
from services.indicators.models import Delivery, Workbook, WorkbookPart
from services.indicators.rows import save_plans
from services.indicators.territory import Territory, territory
from services.indicators.workbooks.claims import finish, hold, keep
from services.indicators.workbooks.marking import Mark
from services.indicators.workbooks.mending import hint_of
from services.indicators.workbooks.reading import Row, Table, read
from services.kernel import clock

SLICE = 2_000
"""Rows between two looks at the progress."""
ERRORS_KEPT = 1_000
CODES_KEPT = 50


class Work:
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
        row.accepted = row.revised = row.unchanged = row.position = 0
        table = self.table = read(self.body)
        row.total = table.total
        for remark in table.remarks:
            self._note(Mark(remark.cell, remark.text, remark.level, hint=remark.hint))
        checker = Checker(
            row.realm, clock.now(row.realm), self.catalogue, self.territory, row.department, row.unit, row.period,
            row.reason,
        )  # fmt: skip
        found = 0
        for rows in _slices(table.rows):
            staged = [(one.number, checked) for one in rows if (checked := self._checked(one, checker)) is not None]
            row.position = max(rows[-1].number - table.heading_row, row.position)
            row.error_count = self.errors
            with transaction.atomic():
                keep(row, "total", "position", "error_count")
                if not found:
                    row.staged.all().delete()  # of a worker that did not come to its end
                if staged and not self.errors:
                    self._stage(staged)
            found += len(staged)
        if not found and not self.errors:
            self._note(Mark(f"A{table.heading_row}", _("no row has a value"), hint=_("Fill in the coloured column.")))
        self.refuse(self.marks, table.sheet)
        row.error_count, row.total = self.errors, max(row.position, found)

    def _checked(self, row: Row, checker: Checker) -> Checked | None:
        assert self.table is not None  # noqa: S101 - set before the first row is read
        checked, problems = checker.check(row.cells)
        for problem in problems:
            place = self.table.place(problem.field, row.number)
            given = str(getattr(row.cells, problem.field, None) or "")[:60]
            hint = problem.hint or (hint_of(problem.field) if problem.level == "error" else "")
            self._note(Mark(place, problem.text, problem.level, problem.field, given, hint))
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
        hint = "" if same else _("Keep the row that is right and take the other out.")
        self._note(Mark(self.table.place("value", row.number), text.format(row=number), level, "value", hint=hint))
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

    def refuse(self, marks: Sequence[Mark], sheet: str) -> None:
        """Put what is to be said on the row: the first thousand; whether that refuses it is its caller's to say."""
        self.row.error_count = sum(1 for mark in marks if mark.level == "error")
        self.row.errors = [mark.kept(sheet) for mark in marks[:ERRORS_KEPT]]

    def store(self) -> bool:
        """Store everything that was staged in one transaction; a period closed meanwhile refuses it whole.

        Return whether it is stored.
        """
        row = self.row
        assert self.table is not None  # noqa: S101 - checked before
        row.state = Workbook.State.STORING
        keep(row, "state", "errors", "error_count", "total")
        try:
            with transaction.atomic():
                hold(row)
                self._take()
                row.state = Workbook.State.STORED
                finish(row)
        except ClosedError as error:
            row.accepted = row.revised = row.unchanged = 0
            row.delivery, row.codes, row.first, row.last = None, [], "", ""
            text = " ".join(str(text) for text in error.errors.values())
            self._note(Mark("A1", text, hint=_("Send it again with the reason for the change.")))
            self.refuse(self.marks, self.table.sheet)
            return False
        return True

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
            row.revised += len(done.updated)
            row.unchanged += len(done.unchanged)
        entry.finish()
        row.delivery = None if delivery._state.adding else delivery
        detail = {
            "accepted": row.accepted, "revised": row.revised, "unchanged": row.unchanged, "reason": row.reason,
        }  # fmt: skip
        record(verb="store_workbook", target=row, acting_user=_Actor(row.actor_id), realm=row.realm, detail=detail)

    def _places(self) -> set[tuple[str, int]]:
        """Return (code, year) of everything staged, so that all locks are taken at once and in one order.

        What the workbook is about is put on its row on the way.
        """
        found: set[tuple[str, int]] = set()
        times: set[str] = set()
        for part in self.row.staged.order_by("first").iterator(chunk_size=1):
            pairs = zip(part.indicators, part.periods, strict=True)
            found |= {(self.catalogue.by_id[pk].code, int(text[:4])) for pk, text in pairs}
            times |= set(part.periods)
        known = [periods.parse(text) for text in times]
        finest = min((periods.GRAINS.index(one.grain) for one in known), default=0)
        span = sorted(one for one in known if periods.GRAINS.index(one.grain) == finest)
        self.row.first, self.row.last = span[0].text, span[-1].text
        self.row.codes = sorted({code for code, _year in found})[:CODES_KEPT]
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

"""A worker that dies over a workbook, comes back late, or fails: another one takes it, and it is stored once."""

from datetime import timedelta

import pytest

from services.indicators.models import Delivery, Sheet, Workbook, WorkbookPart
from services.indicators.workbooks import processing
from services.indicators.workbooks.claims import AT_WORK, LostError, finish
from services.indicators.workbooks.work import Work
from services.kernel import clock
from tests.services.indicators.books import book, row, saved
from tests.services.indicators.kit import AN, BINH, value

pytestmark = pytest.mark.django_db
WHERE = {"firms": (AN, "2026-09")}


class KilledError(BaseException):
    """What a killed process does to everything that was to come after: nothing of it happens."""


@pytest.fixture(autouse=True)
def _land(land):
    return land


def submit() -> Workbook:
    body = saved(book(row(), row(unit=BINH, value=7)))
    return processing.submit(realm="demo", name="a.xlsx", body=body)


def stored() -> bool:
    return Delivery.objects.exists() or Sheet.objects.filter(realm="demo", known__0__isnull=False).exists()


def die_in(monkeypatch: pytest.MonkeyPatch, name: str, *, after: bool) -> None:
    """Let the worker die before or after one step of its work."""
    real = getattr(Work, name)

    def step(self: Work) -> object:
        if after:
            real(self)
        raise KilledError

    monkeypatch.setattr(Work, name, step)


@pytest.mark.parametrize("name, after", [("check", False), ("check", True), ("store", False), ("_take", True)])
def test_what_a_dead_worker_left_is_taken_up_again_and_stored_once(monkeypatch, name, after):
    sent = submit()
    with monkeypatch.context() as patch:
        die_in(patch, name, after=after)
        with pytest.raises(KilledError):
            processing.process_due()
    sent.refresh_from_db()
    assert sent.state in {"checking", "storing"}
    assert not stored()
    assert not processing.process_due(), "its claim still runs"
    clock.move("demo", AT_WORK + timedelta(seconds=1))
    assert processing.process_due()
    sent.refresh_from_db()
    assert (sent.state, sent.accepted, sent.unchanged) == ("stored", 2, 0)
    assert (value("firms", AN, "2026-09", realm="demo"), Delivery.objects.count()) == (5, 1)
    assert not WorkbookPart.objects.exists()
    assert not processing.process_due()


def test_what_always_fails_is_given_up_and_said_to_be(monkeypatch):
    def fail(self: Work) -> None:
        raise RuntimeError

    sent = submit()
    monkeypatch.setattr(Work, "store", fail)
    for _attempt in range(processing.GIVE_UP_AFTER + 1):
        assert processing.process_due(), "tried again soon"
        clock.move("demo", processing.AGAIN_AFTER + timedelta(seconds=1))
    sent.refresh_from_db()
    assert (sent.state, sent.due_at) == ("failed", None)
    assert not stored()
    assert not WorkbookPart.objects.exists()
    assert not processing.process_due()


def test_a_worker_that_was_given_up_for_dead_writes_nothing_more():
    sent = submit()
    late = Workbook.objects.get()
    late.state = "stored"
    Workbook.objects.update(attempts=1)
    with pytest.raises(LostError):
        finish(late)
    work = Work(late)
    with pytest.raises(LostError):
        work.check()
    assert not WorkbookPart.objects.exists()
    processing.process(late)
    sent.refresh_from_db()
    assert (sent.state, stored()) == ("waiting", False)


def test_one_failure_does_not_hold_up_the_next_workbook(monkeypatch):
    real = Work.store

    def fail_once(self: Work) -> bool:
        if self.row.name == "bad.xlsx":
            raise RuntimeError
        return real(self)

    monkeypatch.setattr(Work, "store", fail_once)
    processing.submit(realm="demo", name="bad.xlsx", body=saved(book(row(value=1))))
    good = submit()
    while processing.process_due():
        pass
    good.refresh_from_db()
    assert good.state == "stored"

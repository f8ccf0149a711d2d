"""A backfill may say when its values had been delivered: they are known since then, their office was as punctual."""

from datetime import UTC, datetime, timedelta

import pytest

from services.indicators import periods
from services.indicators.access import Reach
from services.indicators.delivery import owed_of
from services.indicators.models import Definition, Delivery, Revision, Sheet
from services.indicators.past import values_known
from services.intake.models import IntakeBatch
from services.kernel import clock
from tests.monitors.kit import send
from tests.services.indicators.kit import PROVINCE, define, definition, give

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
PUNCTUAL = datetime(2026, 11, 4, 2, tzinfo=UTC)
LATE = datetime(2026, 11, 9, 2, tzinfo=UTC)
OCTOBER = periods.parse("2026-10")


@pytest.fixture(autouse=True)
def _land(land):
    define(definition("budget_revenue", owner="so-xay-dung"), definition("budget_spending", owner="so-xay-dung"))
    clock.move("demo", NOW - clock.now("demo"))


def backfill(*rows, historical=True):
    items = [
        {"code": code, "period": "2026-10", "value": value, "delivered_at": at.isoformat()} for code, value, at in rows
    ]
    return send("socioeconomy", *items, realm="demo", historical=historical)


def both(revenue_at, spending_at):
    receipt = backfill(("budget_revenue", 5, revenue_at), ("budget_spending", 4, spending_at))
    assert (receipt.accepted, receipt.rejected) == (2, [])


def known(code="budget_revenue"):
    return Sheet.objects.get(realm="demo", indicator__code=code, unit=PROVINCE).known[OCTOBER.slot]


def days_late():
    return owed_of(Reach(everything=True), "xay-dung-thang", "2026-10", "demo", clock.now("demo")).late_by


def test_what_a_backfill_says_was_delivered_in_time_is_known_since_then_and_its_arrival_stays_the_real_one():
    both(PUNCTUAL, PUNCTUAL)
    assert (known(), days_late()) == (PUNCTUAL, 0)
    (delivery,) = Delivery.objects.filter(realm="demo")
    assert delivery.at == PUNCTUAL
    assert delivery.stated_at is not None
    assert delivery.stated_at >= NOW
    assert IntakeBatch.objects.get().received_at >= NOW
    key = (Definition.objects.get(code="budget_revenue").pk,)
    for at, there in ((PUNCTUAL - timedelta(seconds=1), False), (PUNCTUAL, True)):
        found = values_known("demo", "budget_revenue", [2026], at)[(*key, 2026, PROVINCE)]
        assert (found[0][OCTOBER.slot] == 5) is there


def test_who_was_late_stays_late_and_the_last_value_counts():
    both(PUNCTUAL, LATE)
    assert days_late() == 4, "due on 5 November, complete on the 9th"


def test_live_deliveries_are_known_since_they_came_whatever_they_say():
    backfill(("budget_revenue", 5, PUNCTUAL), ("budget_spending", 4, PUNCTUAL), historical=False)
    assert known() >= NOW
    assert days_late() == 17
    assert set(Delivery.objects.values_list("stated_at", flat=True)) == {None}


@pytest.mark.parametrize("said", ["2026-11-04T09:00:00", "2026-12-04T09:00:00+07:00", "soon"])
def test_an_instant_without_zone_in_the_future_or_unreadable_is_refused(said):
    item = {"code": "budget_revenue", "period": "2026-10", "value": 5, "delivered_at": said}
    (refused,) = send("socioeconomy", item, realm="demo", historical=True).rejected
    assert set(refused.errors) == {"delivered_at"}


def test_a_backfill_that_is_older_than_what_is_known_changes_it_today_and_turns_no_history_round():
    give(("budget_revenue", PROVINCE, "2026-10", 7), realm="demo", now=LATE)
    backfill(("budget_revenue", 5, PUNCTUAL))
    assert known() >= NOW
    (revision,) = Revision.objects.all()
    assert (revision.value, revision.known_from) == (7, LATE)
    assert revision.known_to >= NOW


def test_of_several_words_on_one_month_the_latest_stays_in_whatever_order_they_come():
    backfill(("budget_revenue", 6, LATE), ("budget_revenue", 5, PUNCTUAL))
    assert known() == LATE
    (revision,) = Revision.objects.all()
    assert (revision.value, revision.replaced_by, revision.known_from, revision.known_to) == (5, 6, PUNCTUAL, LATE)


def test_a_correction_makes_nobody_late_afterwards():
    both(PUNCTUAL, PUNCTUAL)
    give(("budget_revenue", PROVINCE, "2026-10", 9), realm="demo", reason="gõ nhầm")
    assert known() >= NOW
    assert days_late() == 0

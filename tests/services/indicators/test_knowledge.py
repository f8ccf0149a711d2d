"""What was known when: revisions, closed periods, and everything as it stood on an earlier day."""

from datetime import UTC, datetime

import pytest

from services.audit.models import AuditEntry
from services.indicators import periods, selectors
from services.indicators.actions import ClosedError, close_period, publish, publish_many
from services.indicators.catalogue import UnknownCodeError
from services.indicators.models import Delivery, Revision
from services.kernel.problems import InvalidInputError
from tests.services.indicators.kit import AN, BINH, PROVINCE, give, value

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 10, tzinfo=UTC) for month in (1, 2, 3))
MONTH = periods.parse("2025-12")


@pytest.fixture(autouse=True)
def _land(land):
    return land


def test_a_changed_value_keeps_what_was_known_before_and_why_it_changed():
    give(("firms", AN, "2025-12", 3), now=JANUARY)
    give(("firms", AN, "2025-12", 5), now=FEBRUARY, reason="Bổ sung")
    now, before = selectors.history("firms", AN, MONTH, realm="live")
    assert (now.value, now.since, now.until, now.reason) == (5, FEBRUARY, None, "Bổ sung")
    assert (before.value, before.since, before.until) == (3, JANUARY, FEBRUARY)


def test_the_same_value_again_is_no_revision_and_no_delivery():
    give(("firms", AN, "2025-12", 3), now=JANUARY)
    again = give(("firms", AN, "2025-12", 3), now=FEBRUARY)
    assert (again.unchanged, again.delivery, Revision.objects.count()) == ([0], None, 0)
    assert Delivery.objects.count() == 1


def test_everything_can_be_seen_as_it_was_known_on_an_earlier_day():
    give(("firms", AN, "2025-12", 3), ("stock", AN, "2025-12", 10), now=JANUARY)
    give(("firms", AN, "2025-12", 5), ("firms", BINH, "2025-12", 1), now=FEBRUARY)

    def seen(code: str, unit: str, at: datetime, grain: str = "2025-12") -> float | None:
        period = periods.parse(grain)
        return selectors.series(code, unit, realm="live", first=period, last=period, known_at=at)[0].value

    for at, firms, share in ((JANUARY, 3, 30), (FEBRUARY, 6, 60), (MARCH, 6, 60)):
        assert seen("firms", PROVINCE, at) == seen("firms", PROVINCE, at, "2025-Q4") == firms
        assert seen("share", PROVINCE, at) == share
    assert seen("firms", AN, datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert seen("share", PROVINCE, MARCH) == value("share", PROVINCE, "2025-12")


def test_a_value_taken_back_is_gone_now_and_there_then():
    give(("firms", AN, "2025-12", 3), now=JANUARY)
    give(("firms", AN, "2025-12", None), now=FEBRUARY)
    assert value("firms", PROVINCE, "2025-12") is None
    (before,) = selectors.history("firms", AN, MONTH, realm="live")
    assert (before.value, before.until) == (3, FEBRUARY)


def test_a_closed_period_takes_a_change_with_a_reason_only_and_says_so_for_ever():
    give(("firms", AN, "2025-12", 3), now=JANUARY)
    assert close_period(realm="live", codes=["firms"], period=periods.parse("2025")) == 1
    assert close_period(realm="live", codes=["firms"], period=periods.parse("2025")) == 0
    with pytest.raises(ClosedError):
        give(("firms", AN, "2025-12", 5), ("firms", AN, "2026-01", 5), now=FEBRUARY)
    assert (value("firms", AN, "2025-12"), value("firms", AN, "2026-01")) == (3, None)
    give(("firms", AN, "2025-12", 5), now=FEBRUARY, reason="Đính chính")
    assert Revision.objects.get().after_close
    assert selectors.history("firms", AN, MONTH, realm="live")[0].after_close
    assert AuditEntry.objects.filter(verb="close_period").count() == 1


@pytest.mark.parametrize("row, error", [
    (("nothing", AN, "2025-12", 1), UnknownCodeError),
    (("firms", "99009", "2025-12", 1), InvalidInputError),
    (("firms", "99005", "2025-07", 1), InvalidInputError),
    (("firms", AN, "2025-12", float("nan")), InvalidInputError),
    (("firms", AN, "2025-12", 1e300), InvalidInputError),
])  # fmt: skip
def test_what_cannot_be_stored_stores_nothing_of_its_delivery(row, error):
    with pytest.raises(error):
        give(("firms", AN, "2025-12", 1), row)
    assert value("firms", AN, "2025-12") is None


def test_a_monitor_publishes_and_another_reads():
    publish("firms", "2026-01", AN, 7, realm="live", monitor="first")
    publish_many([("firms", MONTH, AN, 1), ("stock", MONTH, AN, 4)], realm="live", monitor="first")
    read = selectors.published(["firms", "stock", "share"], [AN, PROVINCE, BINH], MONTH, realm="live")
    assert read == {("firms", AN): 1, ("stock", AN): 4, ("share", AN): 25,
                    ("firms", PROVINCE): 1, ("stock", PROVINCE): 4, ("share", PROVINCE): 25}  # fmt: skip
    assert {one.source for one in Delivery.objects.all()} == {"publish:first"}


def test_a_publication_goes_on_after_its_period_was_closed():
    publish("firms", "2025-12", AN, 7, realm="live", monitor="first")
    close_period(realm="live", codes=["firms"], period=MONTH)
    publish("firms", "2025-12", AN, 8, realm="live", monitor="first")
    assert Revision.objects.get().after_close

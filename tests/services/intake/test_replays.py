"""What is sent twice is stored once and said to be so, whichever way it comes twice."""

import pytest

from monitors.field_reports.models import Report
from services.intake.models import IntakeBatch, IntakeChunk
from tests.services.intake.kit import Sender, counts, errors, held, report, stored

pytestmark = pytest.mark.django_db
AT = "2026-11-02T08:15:00+07:00"


def test_a_replay_is_all_duplicates_and_leaves_nothing_to_judge(sender):
    items = [report(f"r{n}", occurred_at=AT) for n in range(5)]
    assert counts(sender.post(items)) == (5, 0, 0, 0)
    assert counts(sender.post(items)) == (0, 0, 5, 0)
    assert counts(sender.post(items[::-1])) == (0, 0, 5, 0)
    assert len(stored()) == 5
    assert IntakeChunk.objects.count() == 1
    assert list(IntakeBatch.objects.order_by("pk").values_list("accepted", "duplicate")) == [(5, 0), (0, 5), (0, 5)]


def test_an_event_twice_in_one_body_is_stored_once(sender):
    one = report("r", occurred_at=AT)
    assert counts(sender.post([one, one, one])) == (1, 0, 2, 0)


def test_the_same_instant_in_another_zone_is_the_same_event(sender):
    assert counts(sender.post(report("r", occurred_at=AT))) == (1, 0, 0, 0)
    assert counts(sender.post(report("r", occurred_at="2026-11-02T01:15:00Z"))) == (0, 0, 1, 0)


def test_the_same_id_with_another_time_is_a_conflict_kept_in_quarantine(sender):
    sender.post(report("r", occurred_at=AT))
    found = errors(sender.post(report("r", occurred_at="2026-11-02T08:16:00+07:00")))
    assert list(found) == ["external_id"]
    assert "2026-11-02T01:15:00" in found["external_id"]
    assert len(held()) == 1
    assert len(stored()) == 1


def test_the_same_id_in_another_realm_is_another_event(sender):
    one = report("r", occurred_at=AT)
    assert counts(sender.post(one)) == (1, 0, 0, 0)
    assert counts(Sender(realm="live").post(one)) == (1, 0, 0, 0)
    assert sorted(Report.objects.values_list("realm", flat=True)) == ["demo", "live"]


def test_an_idempotency_key_answers_the_same_and_acts_once(sender):
    body = report("a")
    first, again = (sender.post(body, idempotency_key="k") for _ in range(2))
    assert (again.status_code, again.json()) == (202, first.json())
    assert again["Idempotency-Replayed"] == "true"
    assert IntakeBatch.objects.count() == 1


def test_an_idempotency_key_used_for_another_body_is_a_409(sender):
    sender.post(report("a"), idempotency_key="k")
    assert sender.post(report("b"), idempotency_key="k").status_code == 409
    assert stored() == ["a"]


def test_an_idempotency_key_belongs_to_who_sent_it(sender):
    sender.post(report("a"), idempotency_key="k")
    assert counts(Sender().post(report("b"), idempotency_key="k")) == (1, 0, 0, 0)


def test_a_key_whose_request_was_refused_may_be_used_again(sender):
    assert sender.post("{", idempotency_key="k").status_code == 400
    assert counts(sender.post(report("a"), idempotency_key="k")) == (1, 0, 0, 0)


@pytest.mark.parametrize("key", ["x" * 201, "a\x07b"])
def test_a_key_that_is_too_long_or_not_printable_is_a_400(sender, key):
    assert sender.post(report("a"), idempotency_key=key).status_code == 400

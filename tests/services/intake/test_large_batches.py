"""A body of more items than are answered at once: kept whole, stored slice by slice, progress at its address."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.intake import large, tasks
from services.intake.models import IntakeBatch
from services.kernel import clock
from tests.services.intake.kit import PORTAL, Sender, counts, held, report, stored, waiting

pytestmark = pytest.mark.django_db
ITEMS = 45
STEP = 20


@pytest.fixture
def small_steps(settings, monkeypatch):
    """More than 20 items are many, and are stored 20 at a time."""
    settings.IOC_INTAKE_MAX_ITEMS = STEP
    monkeypatch.setattr(large, "SLICE", STEP // 10)
    monkeypatch.setattr(large, "STEP", 60.0)


@pytest.fixture
def sent(sender, small_steps):
    """The answer to such a body: one item in nine is wrong, one is there twice."""
    items = [report(f"r{n}") if n % 9 else report(f"bad{n}", category="no-such") for n in range(ITEMS - 1)]
    return sender.post([*items, items[1]])


def progress(sender, answer):
    found = sender.get(answer.json()["location"]).json()
    assert found["batch"] == answer.json()["batch"]
    return found


def test_the_answer_names_the_batchs_address_and_nothing_is_stored_yet(sender, sent):
    assert counts(sent) == (0, 0, 0, 0)
    assert sent["Location"] == sent.json()["location"] == f"/api/intake/batches/{sent.json()['batch']}/"
    found = progress(sender, sent)
    assert (found["state"], found["total"], found["position"]) == ("receiving", ITEMS, 0)
    assert stored() == []


def test_progress_is_told_step_by_step_and_the_counts_in_the_end(sender, sent):
    positions = []
    while large.store_due():
        positions.append(progress(sender, sent)["position"])
    assert positions == [20, 40, 45]
    found = progress(sender, sent)
    assert (found["state"], found["accepted"], found["duplicate"], found["rejected_count"]) == ("done", 39, 1, 5)
    assert [refused["index"] for refused in found["rejected"]] == [0, 9, 18, 27, 36]
    assert len(stored()) == 39
    assert [row.index for row in held()] == [0, 9, 18, 27, 36]
    assert IntakeBatch.objects.get().body is None, "what was stored need not be kept twice"


def test_a_worker_that_fails_on_the_way_repeats_nothing_and_loses_nothing(sender, sent, monkeypatch):
    assert large.store_due()
    with monkeypatch.context() as broken:
        broken.setattr(large, "store", lambda *args, **more: 1 / 0)
        assert large.store_due()
    batch = IntakeBatch.objects.get()
    assert (batch.position, batch.attempts, batch.state) == (20, 1, "receiving")
    assert "ZeroDivisionError" in batch.error
    assert not large.store_due(), "it is tried again later, not at once"
    clock.move("demo", timedelta(seconds=3))
    while large.store_due():
        pass
    batch.refresh_from_db()
    assert (batch.accepted, batch.duplicate, batch.rejected, batch.state) == (39, 1, 5, "done")


def test_a_batch_that_never_works_is_given_up_and_keeps_its_body(sender, sent, monkeypatch):
    monkeypatch.setattr(large, "store", lambda *args, **more: 1 / 0)
    for _ in range(large.GIVE_UP_AFTER):
        assert large.store_due()
        clock.move("demo", timedelta(hours=1))
    assert not large.store_due()
    batch = IntakeBatch.objects.get()
    assert batch.state == "failed"
    assert batch.body
    assert progress(sender, sent)["state"] == "failed"


def test_what_is_stored_late_is_judged_too(sender, sent, monkeypatch):
    monkeypatch.setattr(tasks, "TURN", 60.0)
    tasks.evaluate()
    assert len(stored()) == 39
    assert waiting() == 0


def test_a_batch_is_shown_to_its_own_source_alone(sender, sent):
    assert Sender("cybersecurity/suricata").get(sent.json()["location"]).status_code == 404
    assert Sender(token="").get(sent.json()["location"]).status_code in {401, 403}


def test_staff_see_a_batch_by_their_role(client, sender, sent, province):
    client.force_login(province.user("op", "operator"))
    assert client.get(sent.json()["location"]).status_code == 200
    client.force_login(province.user("cv", "officer", department="so-xay-dung"))
    assert client.get(sent.json()["location"]).status_code in {403, 404}


def test_a_retry_with_its_key_is_the_same_batch(sender, small_steps):
    items = [report(f"r{n}") for n in range(ITEMS)]
    first = sender.post(items, idempotency_key="k")
    again = sender.post(items, idempotency_key="k")
    assert again.json() == first.json()
    assert IntakeBatch.objects.count() == 1


def test_a_long_backlog_asks_senders_to_slow_down(sender, monkeypatch):
    monkeypatch.setattr("services.intake.api.BACKLOG_LIMIT", 2)
    assert [sender.post(report()).status_code for _ in range(3)] == [202, 202, 429]
    answer = sender.post(report(), to=PORTAL)
    assert int(answer["Retry-After"]) > 0


def test_a_step_ends_with_the_slice_after_which_its_time_is_over(sender, sent, monkeypatch):
    monkeypatch.setattr(large, "STEP", 0.0)
    assert large.store_due()
    assert progress(sender, sent)["position"] == STEP // 10


def test_who_finds_somebody_judging_or_storing_leaves(sender, sent, monkeypatch):
    monkeypatch.setattr(large, "alone", lambda: False)
    assert not large.store_due()
    assert progress(sender, sent)["position"] == 0


def test_a_source_that_sends_without_end_holds_up_no_other(sender, small_steps):
    for n in range(12):
        sender.post([report(f"{n}-{k}") for k in range(STEP + 1)])
    other = Sender("cybersecurity/suricata")
    at = clock.now("demo").isoformat()
    other.post([{"timestamp": at, "event_type": "stats", "n": n} for n in range(STEP + 1)])
    mine = IntakeBatch.objects.filter(source=other.source)
    while mine.filter(state="receiving").exists():
        assert large.store_due()
    assert IntakeBatch.objects.filter(source=sender.source, state="receiving").exists()


def test_a_step_writes_the_body_no_second_time(sender, sent):
    with CaptureQueriesContext(connection) as statements:
        large.store_due()
    updates = [one["sql"] for one in statements if one["sql"].startswith('UPDATE "intake_intakebatch"')]
    assert updates
    assert not [sql for sql in updates if '"body" =' in sql]

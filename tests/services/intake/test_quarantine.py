"""What was refused waits: staff correct it and send it again, or set it aside; both once."""

from datetime import timedelta

import pytest

from services.audit.models import AuditEntry
from services.directory.models import User
from services.intake import corrections, tasks
from services.intake.models import Quarantined
from services.kernel import clock
from tests.services.intake.kit import counts, held, report, stored, waiting

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(sender):
    """A report with an unknown category, held."""
    assert counts(sender.post(report("a", category="no-such"))) == (0, 0, 0, 1)
    return held()[0]


@pytest.fixture
def operator(client, province):
    """The client, signed in as an operator."""
    client.force_login(province.user("op", "operator"))
    return client


def send(client, row, verb, **body):
    return client.post(f"/api/intake/quarantine/{row.public_id}/{verb}/", body, content_type="application/json")


def test_the_list_shows_the_raw_form_and_the_reasons(operator, refused):
    (row,) = operator.get("/api/intake/quarantine/?state=held").json()["results"]
    assert (row["id"], row["source"], row["count"]) == (str(refused.public_id), "field_reports/portal", 1)
    assert list(row["errors"]) == ["category"]
    assert '"no-such"' in row["raw"]


def test_a_corrected_item_is_stored_and_its_raw_form_kept(operator, refused):
    answer = send(operator, refused, "correct", item=report("a"))
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    assert stored() == ["a"]
    assert waiting() == 1
    refused.refresh_from_db()
    assert (refused.state, refused.settled_at is not None) == ("corrected", True)
    assert '"no-such"' in refused.raw


def test_an_item_still_wrong_stays_held_and_the_receipt_says_why(operator, refused):
    answer = send(operator, refused, "correct", item=report("a", category="nor-this"))
    assert answer.status_code == 200
    assert list(answer.json()["rejected"][0]["errors"]) == ["category"]
    refused.refresh_from_db()
    assert refused.state == "held"
    assert stored() == []


def test_a_discarded_item_stays_readable(operator, refused):
    assert send(operator, refused, "discard").json()["state"] == "discarded"
    assert Quarantined.objects.get().raw == refused.raw
    assert stored() == []


@pytest.mark.parametrize("first", ["correct", "discard"])
@pytest.mark.parametrize("second", ["correct", "discard"])
def test_what_is_settled_is_settled(operator, refused, first, second):
    send(operator, refused, first, item=report("a"))
    assert send(operator, refused, second, item=report("b")).status_code == 409
    assert "b" not in stored()


def test_the_same_item_refused_again_after_it_was_settled_is_held_anew(operator, sender, refused):
    send(operator, refused, "discard")
    sender.post(report("a", category="no-such"))
    (again,) = held()
    assert again.pk != refused.pk


def test_both_are_audited_with_who_did_it(operator, refused):
    send(operator, refused, "correct", item=report("a"))
    entry = AuditEntry.objects.get(verb="quarantine.correct")
    assert entry.actor_id == User.objects.get(username="op").pk


@pytest.mark.parametrize("item", [None, "text", [], 5])
def test_a_correction_that_is_no_object_is_a_400(operator, refused, item):
    assert send(operator, refused, "correct", item=item).status_code == 400


def test_who_may_not_correct_finds_nothing_to_correct(client, province, refused):
    client.force_login(province.user("cv", "officer", department="so-xay-dung"))
    assert send(client, refused, "discard").status_code in {403, 404}
    client.force_login(province.user("au", "auditor"))
    assert send(client, refused, "discard").status_code in {403, 404}
    refused.refresh_from_db()
    assert refused.state == "held"


def test_what_a_refused_item_said_is_emptied_after_its_days_and_how_many_is_audited(sender, refused, settings):
    settings.IOC_QUARANTINE_DAYS = 30
    clock.move("demo", timedelta(days=29))
    assert corrections.empty_old() == 0
    sender.post(report("a", category="no-such"))  # the same again makes it no younger
    sender.post(report("b", category="no-such"))
    clock.move("demo", timedelta(days=2))
    assert corrections.empty_old() == 1
    refused.refresh_from_db()
    assert (refused.raw, refused.state, refused.count) == ("", "discarded", 2)
    assert list(refused.errors) == ["category"]
    assert ['"b"' in row.raw for row in held()] == [True]
    entry = AuditEntry.objects.get(verb="quarantine.empty")
    assert (entry.realm, entry.actor_id, entry.detail) == ("demo", None, {"count": 1, "days": 30})
    assert corrections.empty_old() == 0


def test_what_was_corrected_is_emptied_too_and_stays_corrected(operator, refused):
    send(operator, refused, "correct", item=report("a"))
    clock.move("demo", timedelta(days=31))
    assert corrections.empty_old() == 1
    refused.refresh_from_db()
    assert (refused.raw, refused.state) == ("", "corrected")


def test_more_than_a_batch_is_emptied_at_once_by_the_nudge(sender, monkeypatch):
    monkeypatch.setattr(corrections, "EMPTIED_AT_ONCE", 2)
    sender.post([report(f"n{number}", category="no-such") for number in range(5)])
    clock.move("demo", timedelta(days=31))
    tasks.empty_quarantine()
    assert set(Quarantined.objects.values_list("raw", "state")) == {("", "discarded")}
    assert sum(entry.detail["count"] for entry in AuditEntry.objects.filter(verb="quarantine.empty")) == 5


def test_an_emptied_item_sent_again_is_held_anew(sender, refused):
    clock.move("demo", timedelta(days=31))
    corrections.empty_old()
    sender.post(report("a", category="no-such"))
    (again,) = held()
    assert again.pk != refused.pk
    assert '"no-such"' in again.raw

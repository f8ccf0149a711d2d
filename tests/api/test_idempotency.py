"""``Idempotency-Key``: the same POST again acts once and answers the same, whoever repeats it and however soon."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from services.intake.models import Quarantined
from services.kernel.idempotency import IdempotentMixin
from services.kernel.models import IdempotencyKey
from services.tickets.models import TicketEntry
from tests.api.kit import assert_problem, caller, source
from tests.shape.addresses import addresses

INTAKE = "/api/intake/field_reports/portal/"
ITEM = {"external_id": "one", "description": "Hỏng.", "lon": 110.05, "lat": 10.1}
KEY = {"Idempotency-Key": "k1"}


def test_every_post_of_the_api_honours_the_key():
    posts = [a for a in addresses() if a.is_api and "post" in a.methods]
    assert len(posts) > 25
    assert not [str(a) for a in posts if not issubclass(type(a.view), IdempotentMixin)]


def test_a_verb_repeated_acts_once_and_answers_the_same(world):
    desk, ticket = caller(world, "operator"), world.near["ticket"].key
    path = f"/api/tickets/{ticket}/comment/"
    first = desk.post(path, {"note": "Đã gọi."}, **KEY)
    again = desk.post(path, {"note": "Đã gọi."}, **KEY)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (None, "true")
    assert TicketEntry.objects.filter(ticket__public_id=ticket, verb="comment").count() == 1


def test_a_verb_that_is_no_longer_legal_is_answered_as_it_was(world):
    """A double tap: the second finds the alert acknowledged already, and must not be told 409."""
    path = f"/api/alerts/{world.near['alert'].key}/acknowledge/"
    answers = [caller(world, "operator").post(path, {}, **KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert_problem(caller(world, "operator").post(path, {}), 409)


def test_intake_repeated_answers_with_the_same_receipt(world):
    answers = [source(world).post(INTAKE, [ITEM], **KEY) for _ in range(2)]
    assert [answer.json()["accepted"] for answer in answers] == [1, 1]
    assert answers[0].json() == answers[1].json()
    assert source(world).post(INTAKE, [ITEM]).json()["duplicate"] == 1


def test_a_correction_repeated_is_stored_once(world):
    row = world.near["quarantined"].key
    path, body = f"/api/intake/quarantine/{row}/correct/", {"item": {**ITEM, "external_id": "corrected"}}
    answers = [caller(world, "operator").post(path, body, **KEY) for _ in range(2)]
    assert [answer.json()["accepted"] for answer in answers] == [1, 1]
    assert Quarantined.objects.get(public_id=row).state == "corrected"


def test_a_file_repeated_is_kept_once(world):
    ticket = world.near["ticket"].key
    client = world.client("operator")
    before = TicketEntry.objects.filter(verb="attach").count()
    for _ in range(2):
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")
        answer = client.post(f"/api/tickets/{ticket}/attach/", {"file": file}, headers=KEY)
        assert answer.status_code == 200
    assert TicketEntry.objects.filter(verb="attach").count() == before + 1


def test_the_same_key_for_something_else_is_a_conflict(world):
    path = f"/api/tickets/{world.near['ticket'].key}/comment/"
    assert caller(world, "operator").post(path, {"note": "a"}, **KEY).status_code == 200
    assert_problem(caller(world, "operator").post(path, {"note": "b"}, **KEY), 409)


def test_a_key_belongs_to_its_owner_and_address(world):
    near, far = (f"/api/tickets/{things['ticket'].key}/comment/" for things in (world.near, world.far))
    for name, path in (("operator", near), ("operator", far), ("supervisor", near)):
        answer = caller(world, name).post(path, {"note": "a"}, **KEY)
        assert (answer.status_code, answer.headers.get("Idempotency-Replayed")) == (200, None)


def test_an_answer_is_replayed_only_to_whoever_may_still_see_it(world):
    """The guard comes before the key: an account that lost its role gets nothing of its earlier answers."""
    path = f"/api/tickets/{world.near['ticket'].key}/comment/"
    assert caller(world, "operator").post(path, {"note": "a"}, **KEY).status_code == 200
    world.users["operator"].grants.all().delete()
    assert_problem(caller(world, "operator").post(path, {"note": "a"}, **KEY), 404)


def test_what_failed_is_not_kept_so_that_it_can_be_put_right(world):
    path = f"/api/alerts/{world.near['alert'].key}/suppress/"
    desk = caller(world, "supervisor")
    assert_problem(desk.post(path, {}, **KEY), 400)
    assert not IdempotencyKey.objects.exists()
    assert desk.post(path, {"reason": "Bảo trì"}, **KEY).status_code == 200


@pytest.mark.parametrize("key", ["x" * 201, "a\tb"])
def test_an_unusable_key_is_refused(world, key):
    path = f"/api/alerts/{world.near['alert'].key}/acknowledge/"
    assert_problem(caller(world, "operator").post(path, {}, **{"Idempotency-Key": key}), 400)

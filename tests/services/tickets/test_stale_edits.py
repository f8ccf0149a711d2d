"""Two officers at one ticket: whoever comes second overwrites nothing and sees both texts."""

import pytest

from services.tickets.models import Ticket
from tests.services.tickets.kit import as_, call, desk, do, opened, press, working

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(province):
    return desk(province, "hanh", "officer"), desk(province, "bao", "officer")


def rows(ticket):
    return Ticket.objects.filter(pk=ticket.pk).values().get(), ticket.entries.count()


def test_the_api_answers_409_with_both_texts_and_what_is_legal_now(two):
    first, second = two
    ticket = working(opened(), first)
    seen = ticket.version
    do("resolve", ticket, first, note="Đã vá", public_text="Đã vá xong", version=seen)
    before = rows(ticket)
    fields = {"note": "Chờ vật tư", "until": "2030-01-01T08:00:00+07:00", "version": seen}
    answer = call(as_(second), ticket, "wait", **fields)
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert (body["seen"], body["version"], body["state"]) == (seen, seen + 1, "resolved")
    assert body["legal"] == [verb for verb in body["legal"] if verb in {*body["legal"]}]
    assert "approve" in body["legal"]
    assert body["yours"]["note"] == "Chờ vật tư"
    assert [(line["verb"], line["actor"], line["note"], line["public_text"]) for line in body["theirs"]] == [
        ("resolve", first.person.full_name, "Đã vá", "Đã vá xong")
    ]
    assert rows(ticket) == before


def test_a_newer_version_than_there_is_is_refused_as_well_and_none_is_not_compared(two):
    first, _second = two
    ticket = opened()
    client = as_(first)
    assert call(client, ticket, "accept", version=ticket.version + 1).status_code == 409
    for nonsense in (0, -1, "x", 2**40):
        assert call(client, ticket, "accept", version=nonsense).status_code == 400
    assert call(client, ticket, "accept", version=ticket.version).status_code == 200
    assert call(client, ticket, "start").status_code == 200


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_the_page_shows_both_texts_side_by_side_and_keeps_what_was_typed_in_a_fresh_form(two, headers):
    first, second = two
    ticket = working(opened(), first)
    typed = {"outcome": "fixed", "public_text": "Đã thay nắp mới", "version": ticket.version}
    do("assign", ticket, first, person=second.person.public_id, note="Anh Bảo ở gần hơn")
    before = rows(ticket)
    client = as_(second)
    answer = client.post(f"/tickets/{ticket.public_id}/resolve/", typed, headers=headers)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else was quicker. Nothing of yours was written yet." in shown
    assert shown.index("What you wrote") < shown.index("Đã thay nắp mới") < shown.index("Anh Bảo ở gần hơn")
    form = shown[shown.index('<form class="do"') :]
    assert "Đã thay nắp mới</textarea>" in form
    assert f'name="version" value="{ticket.version + 1}"' in form
    assert rows(ticket) == before
    assert press(client, ticket, "resolve", **{**typed, "version": ticket.version + 1}).status_code == 302


def test_a_step_that_the_state_no_longer_allows_shows_the_text_and_names_what_is_possible(two):
    first, second = two
    ticket = working(opened(), first)
    version = ticket.version
    do("cancel", ticket, first, note="Trùng với dự án")
    typed = {"outcome": "fixed", "public_text": "Đã thay nắp mới", "version": version}
    answer = press(as_(second), ticket, "resolve", **typed)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "“Report it done” is not possible: the ticket is now “Cancelled”." in shown
    assert "Đã thay nắp mới" in shown
    assert "Trùng với dự án" in shown


def test_what_only_adds_is_never_stale(two):
    first, second = two
    ticket = opened()
    form = as_(second).get(f"/tickets/{ticket.public_id}/").content.decode()
    say = form[form.index('<form class="say') :]
    assert 'name="version"' not in say[: say.index("</form>")]
    do("comment", ticket, first, note="một")
    assert press(as_(second), ticket, "comment", note="hai").status_code == 302
    assert ticket.entries.filter(verb="comment").count() == 2


def test_a_text_of_hostile_letters_comes_back_as_text(two):
    first, second = two
    ticket = opened()
    seen = ticket.version
    do("acknowledge", ticket, first)
    hostile = "<script>alert(1)</script>\"'>"
    answer = press(as_(second), ticket, "cancel", note=hostile, version=seen)
    assert answer.status_code == 409
    assert "<script>alert" not in answer.content.decode()


def test_the_same_request_with_the_same_key_acts_once_though_the_version_has_risen(two):
    first, _second = two
    ticket = opened()
    client = as_(first)
    body = {"version": ticket.version}
    address = f"/api/tickets/{ticket.public_id}/accept/"
    answers = [
        client.post(address, body, content_type="application/json", headers={"Idempotency-Key": "a"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert ticket.entries.filter(verb="accept").count() == 1

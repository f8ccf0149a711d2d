"""Saved views over HTTP: one's own and nobody else's, edited only as they were read."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.tickets.models import SavedView
from services.tickets.queue import saved
from tests.services.tickets.queue_kit import as_, officer_of

pytestmark = pytest.mark.django_db
VIEWS = "/api/tickets/views/"


def post(client, path, body=None, **headers):
    return client.post(f"{VIEWS}{path}", body or {}, content_type="application/json", headers=headers)


@pytest.fixture
def officer(province):
    return officer_of(province)


def test_a_view_is_kept_renamed_given_other_filters_and_forgotten(officer):
    client = as_(officer)
    made = post(client, "new/", {"name": " Quá  hạn ", "query": "due=late&unknown=1&severity=high"})
    assert made.status_code == 201
    view = made.json()
    assert (view["name"], view["version"], view["is_default"]) == ("Quá hạn", 1, False)
    assert view["query"] == "holder=all&due=late&severity=high", "in the list's own words; what it does not know is out"
    here = f"{view['id']}/"
    renamed = post(client, f"{here}edit/", {"version": 1, "name": "Trễ hạn"}).json()
    assert (renamed["name"], renamed["query"], renamed["version"]) == ("Trễ hạn", view["query"], 2)
    first = post(client, f"{here}edit/", {"version": 2, "is_default": True, "query": "state=ended"}).json()
    assert (first["is_default"], first["query"]) == (True, "holder=all&state=ended")
    assert client.get(VIEWS).json() == {"results": [first]}
    assert client.get(f"{VIEWS}{here}").json() == first
    assert "Trễ hạn" in client.get(f"/tickets/?saved={view['id']}").content.decode(), "the page opens it"
    assert post(client, f"{here}remove/").status_code == 204
    assert client.get(f"{VIEWS}{here}").status_code == 404


def test_what_was_changed_meanwhile_is_not_overwritten_wherever_it_was_changed(officer):
    client = as_(officer)
    here = f"{post(client, 'new/', {'name': 'A'}).json()['id']}/"
    assert post(client, f"{here}edit/", {"name": "B"}).status_code == 400, "an edit says what it edits"
    as_(officer).post("/tickets/views/", {"id": here[:-1], "do": "default"})
    assert post(client, f"{here}edit/", {"version": 1, "name": "B"}).status_code == 409
    other = post(client, "new/", {"name": "C", "is_default": True}).json()
    assert [(one["name"], one["is_default"], one["version"]) for one in client.get(VIEWS).json()["results"]] == [
        ("A", False, 3),
        ("C", True, 1),
    ], "only one is shown first"
    refused = post(client, f"{other['id']}/edit/", {"version": 1, "name": "A"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["name"])
    assert SavedView.objects.get(public_id=other["id"]).name == "C"


def test_anothers_view_is_not_there(province, officer):
    post(as_(officer), "new/", {"name": "Của tôi"})
    view = SavedView.objects.get()
    for name, role in (("Vân", "operator"), ("Bảo", "supervisor"), ("Trị", "admin")):
        client = as_(province.user(name, role))
        assert client.get(VIEWS).json() == {"results": []}
        assert client.get(f"{VIEWS}{view.public_id}/").status_code == 404
        assert post(client, f"{view.public_id}/edit/", {"version": 1, "name": "x"}).status_code == 404
        assert post(client, f"{view.public_id}/remove/").status_code == 404
    view.refresh_from_db()
    assert (view.name, view.version) == ("Của tôi", 1)


def test_a_view_is_made_once_for_a_key_and_thirty_are_enough(officer):
    client = as_(officer)
    answers = [post(client, "new/", {"name": "A"}, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert [answer.json()["version"] for answer in answers] == [1, 1]
    SavedView.objects.bulk_create(
        SavedView(realm="demo", owner=officer, name=f"{number:02}") for number in range(saved.MOST - 1)
    )
    refused = post(client, "new/", {"name": "Z"})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["name"])
    assert post(client, "new/", {"name": "A"}).json()["version"] == 2, "one of the same name is replaced"
    with CaptureQueriesContext(connection) as seen:
        assert len(client.get(VIEWS).json()["results"]) == saved.MOST
    assert len(seen) <= 4

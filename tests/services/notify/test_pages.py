"""Pages and API of messages: everybody their own, the outbox without words, wishes that are kept and previewed."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.audit.models import AuditEntry
from services.directory.models import Person
from services.notify import outbox
from services.notify.models import Endpoint, Message, Preference
from tests.services.notify.kit import FakeBrowser, tell

pytestmark = pytest.mark.django_db
REALM = "live"


@pytest.fixture(autouse=True)
def shown(settings):
    settings.IOC_REALM = REALM


@pytest.fixture
def desk(province):
    """An officer's and a supervisor's browser, with the persons behind them."""

    def sign_in(name, role, **place):
        user = province.user(name, role, **place)
        client = Client()
        client.force_login(user)
        return client, Person.objects.get(user=user)

    return sign_in


@pytest.fixture
def officer(desk):
    return desk("Hạnh", "officer", department="so-xay-dung")


@pytest.fixture
def supervisor(desk):
    return desk("Giám", "supervisor")


def text(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_inbox_shows_ones_own_and_counts_what_was_not_opened(officer, supervisor):
    client, person = officer
    mine, other = tell(person)[0], tell(supervisor[1])[0]
    page = text(client.get("/notifications/"))
    assert mine.context["code"] in page
    assert other.context["code"] not in page
    assert "1" in text(client.get("/notifications/unread/"))
    opened = client.get(f"/notifications/{mine.public_id}/")
    assert opened["Location"] == mine.context["url"]
    assert text(client.get("/notifications/unread/")).strip() == ""
    assert client.get(f"/notifications/{other.public_id}/").status_code == 404
    assert Message.objects.get(pk=other.pk).read_at is None


def test_a_link_out_of_the_house_is_not_followed(officer):
    client, person = officer
    for url in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        message = tell(person, url=url)[0]
        assert client.get(f"/notifications/{message.public_id}/")["Location"] == "/notifications/"


def test_all_are_read_by_one_press(officer):
    client, person = officer
    tell(person, times=3)
    client.post("/notifications/read/")
    assert not Message.objects.filter(channel="in_app", read_at=None).exists()


def test_a_page_of_forty_takes_no_more_statements_than_a_page_of_one(officer, supervisor):
    for client, person, path in ((*officer, "/notifications/"), (*supervisor, "/notifications/outbox/")):
        counts = []
        for times in (1, 45):
            tell(person, times=times)
            with CaptureQueriesContext(connection) as caught:
                text(client.get(path))
            counts.append(len(caught))
        assert counts[0] == counts[1] <= 14, path


def test_wishes_are_kept_audited_and_previewed(officer):
    client, person = officer
    person.phone = "0905000318"
    person.save()
    given = {
        "channels_critical": ["email", "sms"],
        "channels_medium": ["email"],
        "quiet_from": "22:00",
        "quiet_to": "06:00",
        "digest_minutes": "0",
        "accents": "on",
    }
    assert client.post("/notifications/settings/", given).status_code == 302
    kept = Preference.objects.get(person=person)
    assert (str(kept.quiet_from), kept.accents, kept.channels["critical"]) == ("22:00:00", True, ["email", "sms"])
    assert AuditEntry.objects.filter(verb="notifications.wish").count() == 1
    page = text(client.get("/notifications/settings/"))
    assert "06:00" in page
    assert "Đinh" not in page
    assert "70" in page


@pytest.mark.parametrize(
    "given",
    [
        {"quiet_from": "22:00", "digest_minutes": "0"},
        {"quiet_from": "25:00", "quiet_to": "06:00", "digest_minutes": "0"},
        {"digest_minutes": "7"},
        {"digest_minutes": "0", "language": "fr"},
    ],
)
def test_what_cannot_be_wished_is_shown_again_with_what_is_wrong(officer, given):
    client, person = officer
    channels = {"channels_critical": ["email"]}
    answer = client.post("/notifications/settings/", {**channels, **given})
    assert (answer.status_code, b"error" in answer.content) == (422, True)
    assert not Preference.objects.filter(person=person).exists()


def test_critical_messages_cannot_be_switched_off(officer):
    client, person = officer
    assert client.post("/notifications/settings/", {"digest_minutes": "0"}).status_code == 422
    answer = client.put(
        "/api/notifications/preferences/", {"channels": {"critical": ["in_app"]}}, content_type="application/json"
    )
    assert (answer.status_code, "channels" in answer.json()["errors"]) == (400, True)
    assert not Preference.objects.filter(person=person).exists()


def test_wishes_by_api_are_those_of_the_page(officer):
    client, _person = officer
    path = "/api/notifications/preferences/"
    assert "sms" in client.get(path).json()["channels"]["critical"]
    given = {"quiet_from": "21:30", "quiet_to": "05:30", "digest_minutes": 60, "channels": {"low": ["email"]}}
    answer = client.put(path, given, content_type="application/json").json()
    assert (answer["quiet_from"], answer["digest_minutes"]) == ("21:30", 60)
    assert client.get(path).json() == answer


def test_a_test_message_goes_to_oneself_and_nobody_else(officer, mail):
    client, person = officer
    client.post("/notifications/test/", {"channel": "email"})
    outbox.send_due()
    (envelope,) = mail.letters
    assert envelope.rcpt_tos == [person.email]


def test_a_browser_is_kept_by_its_keys_and_forgotten_on_demand(officer, supervisor):
    client, person = officer
    browser, url = FakeBrowser(), "https://push.example/abc"
    given = {"endpoint": url, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}, "name": "Chrome"}

    def post(path, body, who=client):
        return who.post(f"/api/notifications/devices/{path}", json.dumps(body), content_type="application/json")

    assert post("", given).status_code == 201
    assert post("", {**given, "endpoint": "ftp://x/"}).status_code == 400
    assert post("", {**given, "keys": {"p256dh": "AAAA", "auth": "AAAA"}}).status_code == 400
    shown = client.get("/api/notifications/devices/")
    assert [one["name"] for one in shown.json()] == ["Chrome"]
    assert browser.auth not in shown.content.decode()
    assert post("end/", {"endpoint": url}, who=supervisor[0]).json() == {"forgotten": False}
    assert post("end/", {"endpoint": url}).json() == {"forgotten": True}
    assert not Endpoint.objects.filter(person=person).exists()


def test_the_outbox_names_people_and_states_and_shows_nobodys_words(officer, supervisor):
    title = {"msgid": "Chuyện riêng của dân", "params": {}}
    message = tell(officer[1], title=title)[1]
    client, _person = supervisor
    for path in ("/notifications/outbox/", "/api/notifications/outbox/"):
        shown = text(client.get(path))
        assert message.context["code"] in shown
        assert "Hạnh" in shown
        assert "Chuyện riêng" not in shown
        assert officer[0].get(path).status_code == 404


def test_what_failed_is_sent_again_after_a_question_and_the_deed_is_written_down(officer, supervisor, mail):
    message = next(one for one in tell(officer[1]) if one.channel == "email")
    Message.objects.filter(pk=message.pk).update(state="unknown", error="lost")
    client, _person = supervisor
    path = f"/notifications/outbox/{message.public_id}/resend/"
    assert path in text(client.get("/notifications/outbox/?state=unknown&channel=email"))
    assert path not in text(client.get("/notifications/outbox/?state=sent"))
    assert "lost" in text(client.get(path))
    assert client.post(path).status_code == 302
    outbox.send_due()
    assert len(mail.letters) == 1
    assert client.post(path).status_code == 409
    api = client.post(f"/api/notifications/outbox/{message.public_id}/resend/", content_type="application/json")
    assert api.status_code == 409
    assert AuditEntry.objects.filter(verb="message.resend").count() == 1


def test_the_list_by_api_is_ones_own_with_words(officer, supervisor):
    client, person = officer
    mine = tell(person)
    tell(supervisor[1])
    rows = client.get("/api/notifications/").json()["results"]
    assert {row["id"] for row in rows} == {str(one.public_id) for one in mine}
    assert mine[0].context["code"] in rows[0]["title"]
    read = client.post(f"/api/notifications/{mine[0].public_id}/read/", content_type="application/json").json()
    assert read["read_at"]
    assert client.get("/api/notifications/?unread=true&channel=in_app").json()["results"] == []


def test_the_health_of_each_gateway_is_shown(supervisor, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    client, person = supervisor
    tell(person)
    outbox.send_due()
    rows = {row["channel"]: row for row in client.get("/api/notifications/gateways/").json()}
    assert (rows["email"]["waiting"], rows["email"]["held"]) == (1, "trouble")
    assert rows["email"]["last_success"] is None
    assert "refused" in text(client.get("/notifications/outbox/"))

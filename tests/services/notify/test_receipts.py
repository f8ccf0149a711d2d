"""Receipts: the gateway says afterwards what arrived, proves who it is, and may say it twice or early."""

import hashlib
import json

import pytest
from django.test import Client

from services.notify import outbox
from services.notify.models import Message
from services.notify.planning import claim
from tests.services.notify.kit import hang_up, person, states, tell
from tests.services.notify.test_sending import ZALO

pytestmark = pytest.mark.django_db
PATH = "/api/notifications/receipts/sms/"


def say(given, *, token="geheim", form=False, query=""):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if form:
        return Client().post(PATH + query, given, headers=headers)
    return Client().post(PATH + query, json.dumps(given), content_type="application/json", headers=headers)


@pytest.fixture
def sent(sms):
    tell(person(email=""), severity="critical")
    outbox.send_due()
    return Message.objects.get(channel="sms")


@pytest.mark.parametrize("status, state", [("DELIVRD", "delivered"), ("UNDELIV", "failed"), ("ENROUTE", "sent")])
def test_a_receipt_ends_what_was_sent(sent, status, state):
    assert say({"id": "m-1", "status": status}).status_code == 200
    sent.refresh_from_db()
    assert sent.state == state
    assert (sent.delivered_at is not None) == (state == "delivered")


def test_the_first_receipt_counts_and_a_repetition_changes_nothing(sent):
    assert say({"id": "m-1", "status": "DELIVRD"}).json() == {"messages": 1}
    assert say({"id": "m-1", "status": "UNDELIV"}, form=True).json() == {"messages": 1}
    assert states("sms") == ["delivered"]


def test_a_gateway_that_names_our_own_number_is_understood_and_its_token_may_stand_in_the_address(sent):
    answer = say({"id": str(sent.public_id), "status": "DELIVRD"}, token="", query="?token=geheim", form=True)
    assert answer.json() == {"messages": 1}
    assert states("sms") == ["delivered"]


@pytest.mark.parametrize("token", ["", "wrong"])
def test_nobody_else_may_say_it(sent, token):
    assert say({"id": "m-1", "status": "DELIVRD"}, token=token).status_code == 401
    assert states("sms") == ["sent"]


@pytest.mark.parametrize("given", [{}, {"id": "", "status": "DELIVRD"}, {"id": "nobody's", "status": "DELIVRD"}])
def test_a_receipt_for_nothing_known_changes_nothing(sent, given):
    assert say(given).json() == {"messages": 0}
    assert states("sms") == ["sent"]


def test_nonsense_is_refused(sent):
    answer = Client().post(PATH, "[", content_type="application/json", headers={"Authorization": "Bearer geheim"})
    assert answer.status_code == 400


def test_a_receipt_tells_what_became_of_an_unknown_one(sms):
    sms.replies.append(hang_up)
    tell(person(email=""), severity="critical")
    outbox.send_due()
    message = Message.objects.get(channel="sms")
    assert message.state == "unknown"
    say({"id": str(message.public_id), "status": "DELIVRD"})
    assert states("sms") == ["delivered"]


def test_a_receipt_that_is_quicker_than_the_sender_is_not_overwritten(sms):
    tell(person(email=""), severity="critical")
    plan = claim("sms", 10)
    message = Message.objects.get(channel="sms")
    say({"id": str(message.public_id), "status": "DELIVRD"})
    for delivery in plan.deliveries:
        outbox._send(delivery)
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("delivered", "m-1")


def test_zalo_proves_itself_by_its_signature(server, configure):
    configure(ZALO.format(url=server.url))
    message = tell(person(email=""), severity="critical")[0]
    Message.objects.filter(pk=message.pk).update(channel="zalo", state="sent", provider_id="z-1")
    body = json.dumps({"event_name": "user_received_message", "timestamp": "17", "message": {"msg_id": "z-1"}})
    signed = hashlib.sha256(f"1{body}17o".encode()).hexdigest()
    path = "/api/notifications/receipts/zalo/"
    refused = Client().post(path, body, content_type="application/json", headers={"X-ZEvent-Signature": "mac=0"})
    taken = Client().post(path, body, content_type="application/json", headers={"X-ZEvent-Signature": f"mac={signed}"})
    assert (refused.status_code, taken.status_code) == (401, 200)
    assert states("zalo") == ["delivered"]

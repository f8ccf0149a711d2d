"""Every channel over real sockets, and what each failure is called."""

import hashlib
import hmac
import json
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from services.kernel import clock
from services.notify import outbox
from services.notify.actions import resend
from services.notify.models import Endpoint, Gateway, Message, Preference, Token
from services.notify.wishing import add_webhook, subscribe
from tests.services.notify.kit import FakeBrowser, answer, hang_up, never_end, person, states, tell, twice

pytestmark = pytest.mark.django_db
EVERYWHERE = '\n[webhook]\nallow = ["127.0.0.0/8"]\n'


def sent(limit=20):
    return outbox.send_due(limit)


def only(channel):
    return Message.objects.get(channel=channel)


def free(channel="sms"):
    """Let the time pass that a message and its gateway wait for: its own time comes now."""
    Message.objects.filter(state="pending").update(due_at=clock.now())
    Gateway.objects.filter(channel=channel).update(hold_until=None)


# --- e-mail ----------------------------------------------------------------------------------------------------------


def test_a_letter_arrives_once_with_the_messages_own_id(mail):
    tell(person("H'Hen Niê", phone=""))
    sent()
    sent()
    (envelope,) = mail.letters
    letter = message_from_bytes(envelope.content, policy=policy.default)
    message = only("email")
    assert (message.state, message.attempts, envelope.rcpt_tos) == ("sent", 1, ["thang@example.vn"])
    assert letter["Message-ID"] == f"<{message.public_id}@ioc>"
    assert "Ổ gà sâu" in letter["Subject"]
    assert "H'Hen Niê" in letter.get_content()


def test_a_mail_server_that_says_later_is_tried_again_and_one_that_says_never_is_not(mail):
    mail.to_letter += ["451 try later"]
    tell(person(phone=""))
    sent()
    message = only("email")
    assert (message.state, message.held, message.due_at > clock.now()) == ("pending", "retry", True)
    free("email")
    mail.to_recipient += ["550 no such user"]
    sent()
    message.refresh_from_db()
    assert (message.state, message.error[:3], len(mail.letters)) == ("failed", "550", 0)


def test_a_dead_mail_server_holds_its_letters_and_loses_none(settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    tell(person(phone=""), times=3)
    sent()
    assert states("email") == ["pending"] * 3
    kept = Gateway.objects.get(channel="email", realm="live")
    assert kept.hold_until
    assert (kept.held, kept.failures, kept.hold_until > clock.now()) == ("trouble", 1, True)
    attempts = sorted(Message.objects.filter(channel="email").values_list("attempts", flat=True))
    assert attempts == [0, 0, 1], "the others were given back untried"


def test_a_letter_whose_connection_was_lost_goes_again_under_the_same_id(mail):
    mail.to_letter += ["lost"]
    tell(person(phone=""))
    sent()
    free("email")
    sent()
    ids = {message_from_bytes(one.content)["Message-ID"] for one in mail.letters}
    assert (len(mail.letters), len(ids), states("email")) == (2, 1, ["sent"])


# --- SMS -------------------------------------------------------------------------------------------------------------


def test_an_sms_says_whom_what_until_when_and_where_in_as_few_letters_as_the_reader_wants(sms):
    plain, accents = person(email=""), person("Nguyễn Ất", email="", phone="+84 905 000 319")
    Preference.objects.create(person=accents, accents=True, updated_at=clock.now())
    tell(plain, accents, severity="critical")
    sent()
    first, second = (json.loads(body) for body in sms.bodies)
    assert (first["to"], first["unicode"], second["to"], second["unicode"]) == ("84905000318", 0, "84905000319", 1)
    assert first["text"].isascii()
    assert "Ổ gà" in second["text"]
    for text in (first["text"], second["text"]):
        assert "PA-" in text
        assert "17:00 23/11/2026" in text
        assert "https://ioc.example.vn/tickets/" in text
    assert sms.seen[0].headers["Authorization"] == "Bearer k"
    rows = Message.objects.filter(channel="sms").order_by("pk")
    assert [(one.state, one.provider_id, one.parts > 0) for one in rows] == [("sent", "m-1", True)] * 2


def test_a_long_title_gives_way_and_code_due_time_and_link_stay(sms):
    title = {"msgid": 'Sạt lở "đường" \\ vào buôn ' * 40, "params": {}}
    tell(person(email=""), severity="critical", title=title)
    sent()
    told = json.loads(sms.bodies[0])
    message = only("sms")
    assert message.parts == 3
    assert told["text"].endswith(f"{message.context['url']}")
    assert "17:00 23/11/2026" in told["text"]


@pytest.mark.parametrize(
    "reply, state, held",
    [
        (answer(), "sent", ""),
        (answer(body='{"status":"queued","id":"m-1"}'), "sent", ""),
        (answer(body='{"status":"refused"}'), "failed", ""),
        (answer(body="<html>Welcome</html>"), "unknown", ""),
        (answer(400, "no such number"), "failed", ""),
        (answer(500, "oops"), "pending", "retry"),
        (answer(503, "later"), "pending", "retry"),
        (answer(429, "slow down", Retry_After="90"), "pending", "retry"),
        (answer(502, "bad gateway"), "unknown", ""),
        (answer(504, "timeout"), "unknown", ""),
        (hang_up, "unknown", ""),
        (never_end, "unknown", ""),
        (twice, "sent", ""),
    ],
)
def test_each_answer_of_a_gateway_has_its_honest_name(sms, reply, state, held):
    sms.replies.append(reply)
    tell(person(email=""), severity="critical")
    sent()
    sent()
    message = only("sms")
    assert (message.state, message.held, len(sms.seen), message.going_out) == (state, held, 1, False)


def test_a_gateway_nobody_listens_at_took_nothing(server, configure):
    from tests.services.notify.conftest import SMS  # noqa: PLC0415 - its template

    configure(SMS.format(url="http://127.0.0.1:1", timeout=2))
    tell(person(email=""), severity="critical")
    sent()
    assert states("sms") == ["pending"]


def test_a_gateway_that_asks_for_time_gets_it_with_all_its_messages(sms):
    sms.replies.append(answer(429, "slow down", Retry_After="90"))
    tell(person(email=""), person("Lê Bính", email="", phone="0905000320"), severity="critical")
    sent()
    kept = Gateway.objects.get(channel="sms", realm="live")
    assert kept.hold_until
    wait = kept.hold_until - clock.now()
    assert timedelta(seconds=80) < wait <= timedelta(seconds=90)
    assert (len(sms.seen), sent()) == (1, 0)
    free()
    sent()
    assert (states("sms"), len(sms.seen)) == (["sent", "sent"], 3)


def test_what_keeps_failing_is_given_up_at_last_and_a_person_may_send_it_again(sms, django_user_model):
    sms.usual = answer(500)
    tell(person(email=""), severity="critical")
    for _ in range(outbox.ATTEMPTS):
        sent()
        free()
    message = only("sms")
    assert (message.state, message.attempts, len(sms.seen)) == ("failed", outbox.ATTEMPTS, outbox.ATTEMPTS)
    sms.usual = answer()
    free()
    resend(message=message, acting_user=django_user_model.objects.create_user("s"))
    sent()
    assert states("sms") == ["sent"]


@pytest.mark.parametrize("attempts, low, high", [(1, 22, 38), (2, 45, 75), (8, 2700, 4500), (99, 2700, 4500)])
def test_every_wait_is_longer_up_to_an_hour_and_none_like_another(attempts, low, high):
    waits = [outbox.backoff(attempts).total_seconds() for _ in range(50)]
    assert low <= min(waits) <= max(waits) <= high
    assert len(set(waits)) > 40


# --- killed senders --------------------------------------------------------------------------------------------------


def abandon(channel, *, going_out):
    """What a sender leaves that was killed after its claim, and, for some, after its request began."""
    claimed = Message.objects.filter(channel=channel)
    for one in claimed:
        Message.objects.filter(pk=one.pk).update(bundle=one.public_id, attempts=1, going_out=going_out)
    claimed.update(claimed_until=clock.now() - timedelta(seconds=1), tried_at=clock.now())


def test_an_sms_whose_sender_died_while_it_went_out_is_unknown_and_never_sent_by_itself(sms):
    tell(person(email=""), severity="critical")
    abandon("sms", going_out=True)
    sent()
    sent()
    assert (states("sms"), sms.seen) == (["unknown"], [])


def test_an_sms_whose_sender_died_before_is_sent_once(sms):
    tell(person(email=""), severity="critical")
    abandon("sms", going_out=False)
    sent()
    sent()
    assert (states("sms"), len(sms.seen)) == (["sent"], 1)


def test_a_claimed_message_is_left_alone_while_its_claim_runs(sms):
    tell(person(email=""), severity="critical")
    abandon("sms", going_out=True)
    Message.objects.update(claimed_until=clock.now() + timedelta(seconds=60))
    assert sent() == 0
    assert states("sms") == ["pending"]


def test_a_letter_whose_sender_died_is_sent_by_the_next_one_under_the_same_id(mail):
    tell(person(phone=""))
    abandon("email", going_out=False)
    sent()
    assert (states("email"), len(mail.letters)) == (["sent"], 1)
    assert message_from_bytes(mail.letters[0].content)["Message-ID"] == f"<{only('email').public_id}@ioc>"


# --- webhooks --------------------------------------------------------------------------------------------------------


@pytest.fixture
def hook(server, configure):
    """A person whose program is told by webhook, at a server that the configuration allows."""
    configure(EVERYWHERE)
    reader = person(email="", phone="")
    endpoint = add_webhook(person=reader, url=f"{server.url}/in?a=1", name="", now=clock.now(), acting_user=None)
    return server, reader, endpoint


def test_a_webhook_is_signed_and_says_which_message_it_is_at_every_repetition(hook):
    server, reader, endpoint = hook
    server.replies += [answer(500), hang_up]
    tell(reader)
    for _ in range(3):
        sent()
        free("webhook")
    message = only("webhook")
    assert (message.state, len(server.seen)) == ("delivered", 3)
    for one in server.seen:
        stamp = one.headers["Webhook-Timestamp"]
        signed = hmac.new(endpoint.secrets["key"].encode(), f"{stamp}.".encode() + one.body, hashlib.sha256)
        assert one.headers["Webhook-Signature"] == f"v1={signed.hexdigest()}"
        assert one.headers["Idempotency-Key"] == str(message.public_id)
        assert one.path == "/in?a=1"
    told = json.loads(server.bodies[0])
    assert (told["id"], told["context"]["code"]) == (str(message.public_id), message.context["code"])


def test_a_webhook_is_replayed_by_hand_under_its_key(hook, django_user_model):
    server, reader, _endpoint = hook
    tell(reader)
    sent()
    resend(message=only("webhook"), acting_user=django_user_model.objects.create_user("s"))
    sent()
    assert len({one.headers["Idempotency-Key"] for one in server.seen}) == 1
    assert len(server.seen) == 2


@pytest.mark.parametrize(
    "url",
    [
        "{server}/in",
        "https://127.0.0.1/in",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost/",
        "https://0.0.0.0/",
        "https://2130706433/",
        "http://192.0.2.1/",
    ],
)
def test_a_webhook_never_reaches_into_private_networks(server, url):
    reader = person(email="", phone="")
    address = url.format(server=server.url)
    add_webhook(person=reader, url=address, name="", now=clock.now(), acting_user=None)
    tell(reader)
    sent()
    assert (states("webhook"), server.seen) == (["failed"], [])


def test_a_redirect_is_not_followed(hook):
    server, reader, _endpoint = hook
    server.replies.append(answer(302, Location="http://127.0.0.1:1/"))
    tell(reader)
    sent()
    assert (states("webhook"), len(server.seen)) == (["failed"], 1)


# --- browsers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def browsers(server, configure):
    """A person with two browsers whose push service is our server."""
    configure(EVERYWHERE)
    reader = person(email="", phone="")
    pair = [FakeBrowser(), FakeBrowser()]
    for number, one in enumerate(pair):
        url = f"{server.url}/push/{number}"
        subscribe(person=reader, url=url, p256dh=one.p256dh, auth=one.auth, name="Chrome", now=clock.now())
    return server, reader, pair


def test_each_browser_reads_its_own_notification_and_a_click_opens_the_ticket(browsers):
    server, reader, pair = browsers
    server.usual = answer(201)
    tell(reader, severity="critical")
    sent()
    message = only("push")
    assert message.state == "sent"
    for number, one in enumerate(pair):
        seen = next(request for request in server.seen if request.path == f"/push/{number}")
        told = json.loads(one.read(seen.body))
        assert (told["url"], told["tag"]) == (message.context["url"], str(message.public_id))
        assert message.context["code"] in told["title"]
        assert (seen.headers["Urgency"], seen.headers["Content-Encoding"]) == ("high", "aes128gcm")
        assert seen.headers["Authorization"].startswith("vapid t=")


def test_a_subscription_that_ended_is_forgotten_and_the_other_browser_is_told(browsers):
    server, reader, _pair = browsers
    server.replies.append(answer(410, "gone"))
    tell(reader, severity="critical")
    sent()
    assert (states("push"), Endpoint.objects.count()) == (["sent"], 1)
    server.replies.append(answer(404, "gone"))
    tell(reader, severity="critical")
    sent()
    assert (states("push"), Endpoint.objects.count()) == (["sent", "failed"], 0)


# --- Zalo ------------------------------------------------------------------------------------------------------------

ZALO = """
[zalo]
app_id = "1"
app_secret = "s"
oa_secret = "o"
refresh_token = "r0"
url = "{url}/message/template"
token_url = "{url}/access_token"
timeout = 2
[zalo.templates.ticket_new]
id = "7"
params = {{ ma = "code", viec = "title", han = "due" }}
"""


@pytest.fixture
def zalo(server, configure):
    """An official account at our server, and a person who wants Zalo."""
    configure(ZALO.format(url=server.url))
    reader = person(email="")
    Preference.objects.create(person=reader, channels={"medium": ["zalo"]}, updated_at=clock.now())
    return server, reader


def renewed(number):
    return answer(body=json.dumps({"access_token": f"a{number}", "refresh_token": f"r{number}", "expires_in": "90000"}))


def told(error=0, message="Success"):
    return answer(body=json.dumps({"error": error, "message": message, "data": {"msg_id": "z-1"}}))


def test_zalo_is_told_by_its_approved_template_with_a_token_that_is_renewed_when_needed(zalo):
    server, reader = zalo
    server.replies += [renewed(1), told(), told(-124, "Access token invalid"), renewed(2), told()]
    tell(reader, times=2)
    sent()
    assert states("zalo") == ["sent", "sent"]
    paths = [one.path for one in server.seen]
    assert paths == ["/access_token", *["/message/template"] * 2, "/access_token", "/message/template"]
    assert [one.headers.get("access_token") for one in server.seen] == [None, "a1", "a1", None, "a2"]
    assert "refresh_token=r1" in server.bodies[3]
    assert Token.objects.get().refresh == "r2"
    first = json.loads(server.bodies[1])
    message = Message.objects.filter(channel="zalo").earliest("pk")
    assert (first["template_id"], first["phone"], first["tracking_id"]) == ("7", "84905000318", str(message.public_id))
    assert first["template_data"]["ma"] == message.context["code"]
    assert message.provider_id == "z-1"


@pytest.mark.parametrize(
    "reply, state",
    [(told(-108, "Phone number invalid"), "failed"), (told(-144, "quota"), "pending"), (hang_up, "unknown")],
)
def test_each_answer_of_zalo_has_its_honest_name(zalo, reply, state):
    server, reader = zalo
    server.replies += [renewed(1), reply]
    tell(reader)
    sent()
    assert states("zalo") == [state]


def test_what_has_no_approved_template_fails_and_says_so(zalo):
    _server, reader = zalo
    tell(reader, template="nobody_on_duty")
    sent()
    assert (only("zalo").state, only("zalo").error) == ("failed", "no approved template for nobody_on_duty")


# --- realms ----------------------------------------------------------------------------------------------------------


def test_nothing_of_another_realm_than_live_reaches_a_socket(server, sms, mail, configure, sinks):
    from tests.services.notify.conftest import SMS  # noqa: PLC0415 - its template

    both = SMS.format(url=server.url, timeout=2) + ZALO.format(url=server.url) + EVERYWHERE
    configure(both)
    reader, browser = person(), FakeBrowser()
    subscribe(person=reader, url=f"{server.url}/p", p256dh=browser.p256dh, auth=browser.auth, name="", now=clock.now())
    add_webhook(person=reader, url=f"{server.url}/w", name="", now=clock.now(), acting_user=None)
    every = ["email", "sms", "zalo", "push", "webhook"]
    Preference.objects.create(person=reader, channels={"critical": every}, updated_at=clock.now())
    messages = tell(reader, realm="demo", severity="critical")
    sent()
    rows = {one.channel: one for one in Message.objects.all()}
    assert {name: rows[name].state for name in every} == dict.fromkeys(every, "sent")
    assert (server.seen, mail.letters) == ([], [])
    for name in ("sms", "zalo", "push", "webhook"):
        kept = json.loads((sinks / "sink" / "demo" / name / f"{rows[name].public_id}.json").read_text())
        assert messages[0].context["code"] in json.dumps(kept)
    assert (sinks / "mail" / "demo" / f"{rows['email'].public_id}.eml").exists()

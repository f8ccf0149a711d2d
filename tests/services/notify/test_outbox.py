"""The outbox: whom a notice reaches, what goes out together, what waits and says so, and nothing twice."""

import json
from datetime import time, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.kernel import clock
from services.notify import outbox, selectors
from services.notify.actions import Notice, enqueue_many, void
from services.notify.models import Gateway, Message, Preference
from services.notify.planning import claim
from tests.services.notify.conftest import SMS
from tests.services.notify.kit import person, states, tell

pytestmark = pytest.mark.django_db


def wish(reader, **fields):
    Preference.objects.create(person=reader, updated_at=clock.now(), **fields)


def at_local(realm, hour, minute):
    """Move a realm's clock to a time of day, on a Wednesday that is no holiday."""
    now = clock.now(realm).astimezone(clock.LOCAL)
    days = (2 - now.weekday()) % 7 + 7
    wanted = (now + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
    clock.move(realm, wanted - now)
    return clock.now(realm)


def pass_on(realm="demo"):
    """Move the clock to just after the next message is due."""
    due = Message.objects.filter(realm=realm, state="pending").earliest("due_at").due_at
    clock.move(realm, due - clock.now(realm) + timedelta(seconds=1))


def newest():
    """Return the outbox's newest message as its page shows it."""
    found: Any = selectors.with_companions(selectors.outbox("demo")).first()
    return found


def letters(sinks):
    return [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in (sinks / "mail/demo").glob("*.eml")
    ]


# --- whom a notice reaches -------------------------------------------------------------------------------------------


def test_who_has_no_wishes_is_told_by_severity_and_by_what_is_known_of_them(sms):
    tell(person(), severity="critical")
    tell(person("Lê Bính", email="b@example.vn"), severity="medium")
    tell(person("Lê Đinh", email="", phone=""), severity="critical")
    told = list(Message.objects.order_by("pk").values_list("person__full_name", "channel"))
    assert told == [
        ("Y Thắng Niê", "in_app"),
        ("Y Thắng Niê", "email"),
        ("Y Thắng Niê", "sms"),
        ("Lê Bính", "in_app"),
        ("Lê Bính", "email"),
        ("Lê Đinh", "in_app"),
    ]


def test_without_a_gateway_live_writes_no_sms_and_says_nothing_untrue():
    tell(person(), severity="critical")
    assert states("sms") == []


def test_whoever_wants_critical_news_nowhere_is_told_by_the_usual_ways():
    reader = person()
    wish(reader, channels={"critical": ["in_app"], "medium": ["in_app"]})
    tell(reader, severity="critical")
    tell(reader, severity="medium")
    assert list(Message.objects.values_list("channel", flat=True).order_by("pk")) == ["in_app", "email", "in_app"]


def test_a_message_in_the_application_is_there_at_once():
    tell(person())
    assert states("in_app") == ["delivered"]


def test_many_notices_take_as_many_statements_as_one():
    readers = [person(f"Lê {n}", email=f"{n}@example.vn") for n in range(5)]
    counts = []
    for times in (1, 40):
        with CaptureQueriesContext(connection) as caught:
            tell(*readers, times=times)
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert Message.objects.count() == 41 * 5 * 2


def test_the_same_notice_twice_is_one_message_and_no_error():
    written = tell(person())
    first = written[0]
    again = Notice(
        realm="live",
        subject=first.subject,
        generation=1,
        step=0,
        people=[first.person],
        template="ticket_new",
        context=first.context,
        now=clock.now(),
    )
    enqueue_many([again, again])
    assert Message.objects.count() == len(written)


# --- what waits ------------------------------------------------------------------------------------------------------


def test_at_night_a_normal_letter_waits_for_the_morning_and_a_critical_one_does_not(sinks):
    at_local("demo", 22, 15)
    reader = person(phone="")
    wish(reader, quiet_from=time(22), quiet_to=time(6))
    tell(reader, realm="demo")
    tell(reader, realm="demo", severity="critical")
    outbox.send_due()
    normal, critical = Message.objects.filter(channel="email").order_by("pk")
    assert (normal.state, normal.held, critical.state) == ("pending", "quiet", "sent")
    assert normal.due_at.astimezone(clock.LOCAL).time() == time(6)
    pass_on()
    outbox.send_due()
    assert states("email") == ["sent", "sent"]


def test_what_waited_through_the_night_comes_as_one_letter_that_names_all_of_it(sinks):
    at_local("demo", 22, 15)
    reader = person(phone="")
    wish(reader, quiet_from=time(22), quiet_to=time(6))
    messages = [one for one in tell(reader, realm="demo", times=12) if one.channel == "email"]
    outbox.send_due()
    shown = newest()
    assert (shown.together, shown.held) == (12, "quiet")
    pass_on()
    outbox.send_due()
    assert states("email") == ["sent"] * 12
    found = letters(sinks)
    assert len(found) == 12, "each message has its file"
    assert len({letter["Message-ID"] for letter in found}) == 1
    text = found[0].get_content()
    assert all(one.context["code"] in text for one in messages)
    assert newest().together == 12


def test_a_flood_that_is_due_at_once_goes_out_as_one_and_critical_ones_alone(mail):
    reader = person(phone="")
    tell(reader, times=40)
    tell(reader, severity="critical", times=2)
    while outbox.send_due():
        pass
    assert len(mail.letters) == 3
    assert set(states("email")) == {"sent"}


def test_up_to_five_come_one_by_one(mail):
    tell(person(phone=""), times=5)
    outbox.send_due()
    assert len(mail.letters) == 5


def test_a_digest_waits_for_its_window_and_says_how_many_it_holds(sinks):
    at_local("demo", 9, 20)
    reader = person(phone="")
    wish(reader, digest_minutes=60)
    tell(reader, realm="demo", times=3)
    outbox.send_due()
    rows = Message.objects.filter(channel="email")
    assert {(one.held, one.due_at.astimezone(clock.LOCAL).time()) for one in rows} == {("digest", time(10))}
    pass_on()
    tell(reader, realm="demo")
    outbox.send_due()
    assert states("email") == ["sent"] * 4, "what came meanwhile goes along"
    assert Message.objects.filter(channel="email").values("bundle").distinct().count() == 1


def test_nobodys_telephone_gets_more_than_the_limit_and_nothing_is_lost(sinks, configure):
    configure("[limits.person]\nsms = [2, 15]\n")
    now = at_local("demo", 9, 0)
    reader, other = person(email=""), person("Lê Bính", email="", phone="0905000320")
    wish(reader, channels={"medium": ["sms"]})
    wish(other, channels={"medium": ["sms"]})
    for _ in range(4):
        tell(reader, realm="demo")
        outbox.send_due()
    tell(other, realm="demo")
    outbox.send_due()
    rows = list(Message.objects.filter(channel="sms").order_by("pk"))
    assert [one.state for one in rows] == ["sent", "sent", "pending", "pending", "sent"]
    assert {one.held for one in rows[2:4]} == {"rate"}
    assert all(timedelta(minutes=14) < one.due_at - now < timedelta(minutes=16) for one in rows[2:4])
    clock.move("demo", timedelta(minutes=16))
    outbox.send_due()
    assert set(states("sms")) == {"sent"}
    assert Message.objects.filter(channel="sms").values("bundle").distinct().count() == 4, "the held ones came as one"


def test_a_gateways_own_limit_holds_everybody_but_critical_ones_go_first(server, configure):
    configure(SMS.format(url=server.url, timeout=2) + "[limits.gateway]\nsms = [2, 1]\n")
    readers = [person(f"Lê {n}", email="", phone=f"09050003{n}") for n in range(10, 14)]
    for one in readers:
        wish(one, channels={"medium": ["sms"], "critical": ["sms"]})
    tell(*readers[:3])
    tell(readers[3], severity="critical")
    while outbox.send_due():
        pass
    assert len(server.seen) == 2
    assert json.loads(server.bodies[0])["to"] == "84905000313"
    kept = Gateway.objects.get(channel="sms", realm="live")
    assert kept.hold_until
    assert (kept.held, kept.hold_until > clock.now()) == ("rate", True)
    assert states("sms").count("pending") == 2


def test_what_is_called_off_before_it_goes_out_is_never_sent(mail):
    first = tell(person(phone=""))[0]
    void(realm="live", subject=first.subject, through_generation=1)
    outbox.send_due()
    assert (states("email"), mail.letters) == (["void"], [])


def test_what_is_called_off_while_it_goes_out_is_told_as_it_was(sms):
    first = tell(person(email=""), severity="critical")[0]
    plan = claim("sms", 10)
    void(realm="live", subject=first.subject, through_generation=1)
    for delivery in plan.deliveries:
        outbox._send(delivery)
    assert (len(sms.seen), states("sms")) == (1, ["sent"])


def test_two_claimers_never_get_the_same_message(sms):
    tell(person(email=""), severity="critical", times=3)
    first, second = claim("sms", 10), claim("sms", 10)
    assert (len(first.deliveries), len(second.deliveries)) == (3, 0)


def test_what_is_late_is_counted_and_what_is_held_is_not():
    reader = person(phone="")
    wish(reader, digest_minutes=1440)
    tell(reader)
    since = clock.now() - timedelta(seconds=90)
    Message.objects.filter(channel="email").update(due_at=since, created_at=since)
    (late,) = selectors.oldest_pending()
    assert (late.realm, late.channel, late.count) == ("live", "email", 1)
    assert 89 < late.seconds < 100
    outbox.send_due()
    assert (states("email"), selectors.oldest_pending()) == (["pending"], [])


def test_an_idle_look_takes_few_statements():
    with CaptureQueriesContext(connection) as caught:
        assert outbox.send_due() == 0
    assert len(caught) <= 3

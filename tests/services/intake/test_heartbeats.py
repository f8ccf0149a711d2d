"""A source that falls silent is an alert of its own, with a ticket; it clears when the source speaks again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.alerts.models import Alert
from services.indicators.workbooks import processing
from services.intake import heartbeats
from services.intake.models import SourceState
from services.kernel import clock
from services.tickets import following
from services.tickets.models import Ticket
from services.wall.models import SourceSilence
from tests.services.indicators.books import book, row, saved
from tests.services.indicators.kit import PROVINCE, define, definition
from tests.services.intake.kit import Sender, counts

pytestmark = pytest.mark.django_db
LIMIT = timedelta(minutes=15)


@pytest.fixture
def sensor(sender):
    """A source that may be silent for 15 minutes, and has just spoken."""
    found = Sender("cybersecurity/suricata")
    speak(found)
    return found


def speak(sensor):
    at = clock.now("demo").isoformat()
    counts(sensor.post({"timestamp": at, "event_type": "stats"}))


def silence():
    return Alert.objects.filter(rule=heartbeats.RULE).order_by("pk").last()


def settle():
    while following.follow_alerts():
        pass


def test_a_source_that_was_never_heard_is_not_missed(sender):
    clock.move("demo", timedelta(days=30))
    assert heartbeats.check() == 0
    assert silence() is None


def test_silence_up_to_the_limit_is_no_alert(sensor):
    clock.move("demo", LIMIT - timedelta(seconds=30))
    assert heartbeats.check() == 0


def test_longer_silence_is_one_alert_with_one_ticket(sensor):
    clock.move("demo", LIMIT + timedelta(seconds=1))
    assert [heartbeats.check(), heartbeats.check()] == [1, 0]
    alert = silence()
    assert (alert.state, alert.monitor, alert.fingerprint) == (
        "active", "cybersecurity", f"{heartbeats.RULE}:{sensor.source}"
    )  # fmt: skip
    assert alert.title["params"]["source"]["msgid"] == "Suricata sensors"
    settle()
    assert Ticket.objects.get().policy["slug"] == "source-silent"
    assert SourceSilence.objects.get().since == SourceState.objects.get().last_seen_at


def test_a_source_that_speaks_again_clears_its_alert_and_closes_the_ticket(sensor):
    clock.move("demo", LIMIT * 2)
    heartbeats.check()
    settle()
    speak(sensor)
    assert heartbeats.check() == 1
    settle()
    assert silence().state == "cleared"
    assert (Ticket.objects.get().state, Ticket.objects.get().outcome) == ("closed", "fixed")
    assert not SourceSilence.objects.exists()


def test_what_is_refused_is_heard_all_the_same(sensor):
    clock.move("demo", LIMIT - timedelta(seconds=1))
    sensor.post({"timestamp": "never", "event_type": "stats"})
    clock.move("demo", LIMIT - timedelta(seconds=1))
    assert heartbeats.check() == 0


def test_each_realm_has_its_own_silence(sensor):
    clock.move("demo", LIMIT * 2)
    Sender("cybersecurity/suricata", realm="live").post({"timestamp": clock.now().isoformat(), "event_type": "stats"})
    assert heartbeats.check() == 1
    assert list(Alert.objects.values_list("realm", flat=True)) == ["demo"]


def test_posts_in_a_row_do_not_queue_for_the_heartbeats_row(sensor):
    now = SourceState.objects.get().last_seen_at
    with CaptureQueriesContext(connection) as statements:
        heartbeats.heard("demo", sensor.source, now)
    assert [s["sql"].split()[0] for s in statements] == ["SELECT"], "heard within this second: nothing is written"


def test_a_workbook_sent_through_its_page_is_a_sign_of_life_of_the_indicators_source_and_of_no_other(
    pack_of_indicators,
):
    source = "socioeconomy/workbook"
    sent = pack_of_indicators
    assert SourceState.objects.filter(source=source).count() == 0
    sent("budget_revenue", 5)
    heartbeats.check()
    assert set(SourceState.objects.values_list("realm", "source")) == {("demo", source)}
    clock.move("demo", timedelta(days=44))
    sent("budget_revenue", 6)
    clock.move("demo", timedelta(days=44))
    assert heartbeats.check() == 0, "88 days after the first, 44 after the second"
    clock.move("demo", timedelta(days=2))
    assert heartbeats.check() == 1
    assert silence().monitor == "socioeconomy"
    sent("budget_revenue", 6)  # the very same file: nothing new, but somebody is there
    assert heartbeats.check() == 1
    assert silence().state != "active"


@pytest.fixture
def pack_of_indicators(sender):
    """Send a workbook of one value, and let the worker store it."""
    define(definition("budget_revenue", topic="socioeconomy"))

    files: dict[Any, Any] = {}

    def sent(code, value):
        made = files.setdefault(value, saved(book(row(code, PROVINCE, "2026-01", value))))
        found = processing.submit(realm="demo", name="a.xlsx", body=made, reason="Bổ sung")
        while processing.process_due():
            pass
        found.refresh_from_db()
        assert found.state in {"stored", "repeated"}

    return sent

"""Messages of a real broker are taken in once, acknowledged after the commit, and survive whoever falls over."""

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.publish
import pytest
from django.db import OperationalError

from ioc.machine.child import Child
from ioc.machine.mosquitto import USER, Mosquitto
from monitors.environment.models import Observation
from services.intake import listening
from services.intake.listening import Listener, LostLeaseError
from services.intake.models import Quarantined
from services.intake.receiving import receive
from services.intake.topics import Letter
from services.kernel import clock, lease
from tests.harness.waiting import wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("province")]
RIVER = "v1.1/Datastreams(cau-mau:water_level)/Observations"


class Running:
    """A broker that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.server = Mosquitto(folder / "mqtt")
        self.server.create()
        self.child = Child("mosquitto", self.server.command(), log=folder / "mosquitto.log")

    def start(self) -> None:
        self.child.start()
        wait_for(self.server.ready, what="the broker")

    def publish(self, topic: str, payload: Any) -> None:
        """Publish with QoS 1 and return when the broker has it."""
        password = (self.server.data / "password").read_text()
        text = payload if isinstance(payload, str) else json.dumps(payload)
        paho.mqtt.publish.single(
            topic,
            text,
            qos=1,
            hostname="127.0.0.1",
            port=self.server.port,
            auth={"username": USER, "password": password},
        )


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    running.start()
    yield running
    running.child.stop()


@pytest.fixture
def listener(broker: Running) -> Iterator[Listener]:
    made = Listener(broker.server.url())
    subscribed(made)
    yield made
    made._leave()


def subscribed(listener: Listener) -> None:
    """Turn until the broker knows the session."""

    def there() -> bool:
        listener.turn()
        return bool(listener._broker and listener._broker._connection)

    wait_for(there, what="the subscription")
    listener.turn()


def turned(listener: Listener) -> bool:
    """Turn once and tell whether it listens."""
    listener.turn()
    return listener._broker is not None


def heights() -> list[float]:
    return sorted(Observation.objects.values_list("value", flat=True))


def turn_until(listener: Listener, *values: float) -> None:
    def there() -> bool:
        listener.turn()
        return heights() == sorted(values)

    wait_for(there, what=f"{values}")


def height(value: float, minutes: int = 0) -> dict[str, Any]:
    return {"result": value, "phenomenonTime": (clock.now("demo") - timedelta(minutes=minutes)).isoformat()}


def test_an_observation_is_taken_in_with_its_station_from_the_topic(broker, listener):
    broker.publish(RIVER, height(8.42))
    turn_until(listener, 8.42)
    record = Observation.objects.get()
    assert (record.station, record.prop, record.realm, record.raw["topic"]) == ("cau-mau", "water_level", "demo", RIVER)


def test_what_is_no_json_or_no_observation_waits_in_quarantine_and_holds_nothing_up(broker, listener):
    broker.publish(RIVER, "8,42 m")
    broker.publish("v1.1/Datastreams(x)/Observations", {"result": 1})
    broker.publish(RIVER, height(8.42))
    turn_until(listener, 8.42)
    assert Quarantined.objects.count() == 2


@pytest.mark.slow
def test_a_message_is_acknowledged_only_after_the_commit(broker, listener, monkeypatch):
    monkeypatch.setattr(listening, "store", lambda *_a, **_k: (_ for _ in ()).throw(OperationalError("gone")))
    broker.publish(RIVER, height(8.42))

    def failed() -> bool:
        listener.turn()
        return bool(listener._held)

    wait_for(failed, what="the database to fail")
    listener._leave()
    monkeypatch.undo()
    successor = Listener(broker.server.url())
    turn_until(successor, 8.42)
    successor._leave()


@pytest.mark.slow
def test_a_database_that_comes_back_gets_what_was_held(broker, listener, monkeypatch):
    real, failures = listening.store, iter([True, True, False])

    def flaky(letters, *, term):
        if next(failures, False):
            raise OperationalError("gone")
        real(letters, term=term)

    monkeypatch.setattr(listening, "store", flaky)
    broker.publish(RIVER, height(8.42))
    turn_until(listener, 8.42)


@pytest.mark.slow
def test_a_broker_that_restarts_loses_nothing(broker, listener):
    broker.publish(RIVER, height(8.1, 20))
    turn_until(listener, 8.1)
    broker.child.stop()
    broker.start()
    broker.publish(RIVER, height(8.2, 10))
    turn_until(listener, 8.1, 8.2)


@pytest.mark.slow
def test_what_comes_while_nobody_listens_is_kept_over_a_restart(broker, listener):
    listener._hang_up()
    broker.publish(RIVER, height(8.2))
    broker.child.stop()
    broker.start()
    turn_until(listener, 8.2)


def test_the_same_message_twice_is_one_record(broker, listener):
    message = height(8.42)
    broker.publish(RIVER, message)
    broker.publish(RIVER, message)
    broker.publish(RIVER, height(8.5, 30))
    turn_until(listener, 8.42, 8.5)


@pytest.mark.slow
def test_one_listens_and_the_other_waits(broker, listener, monkeypatch):
    monkeypatch.setattr(listening, "STANDBY", 0.0)
    other = Listener(broker.server.url())
    assert not turned(other)
    listener._leave()
    assert turned(other)
    other._leave()


def test_who_lost_the_lease_stores_nothing():
    term = lease.acquire(listening.LEASE, "somebody", lasting=timedelta(seconds=30))
    assert term
    letter = Letter(RIVER, json.dumps(height(8.4)).encode(), 1, 1, 1)
    with pytest.raises(LostLeaseError):
        listening.store([letter], term=term + 1)
    assert heights() == []


def test_a_message_that_cannot_be_stored_is_kept_and_the_others_go_through(monkeypatch):
    term = lease.acquire(listening.LEASE, "somebody", lasting=timedelta(seconds=30))
    real = receive

    def refuse(**arguments):
        if any(isinstance(item.value, dict) and item.value.get("poison") for item in arguments["items"]):
            raise ZeroDivisionError
        return real(**arguments)

    monkeypatch.setattr(listening, "receive", refuse)
    bodies = [height(8.4), {"poison": 1}, height(8.5, 30)]
    letters = [Letter(RIVER, json.dumps(body).encode(), n, 1, 1) for n, body in enumerate(bodies)]
    listening.store(letters, term=term or 0)
    assert heights() == [8.4, 8.5]
    assert "ZeroDivisionError" in str(Quarantined.objects.get().errors)


def test_strangers_are_refused_by_the_broker(broker):
    command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(broker.server.port), "-t", RIVER, "-m", "{}"]
    try:
        answer = subprocess.run(command, capture_output=True, check=False, timeout=10)
    except FileNotFoundError:
        with pytest.raises(paho.mqtt.MQTTException):
            paho.mqtt.publish.single(RIVER, "{}", hostname="127.0.0.1", port=broker.server.port)
        return
    assert answer.returncode != 0

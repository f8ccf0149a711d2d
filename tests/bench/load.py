"""Senders for measurements: batches over HTTP, single values over MQTT, at a pace or as quickly as they are taken."""

import json
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from ioc.machine.child import Child, wait_until
from ioc.machine.mosquitto import Mosquitto
from tests.bench.streams import Reading
from tests.flow.kit import Source
from tests.harness.processes import IocProcesses

OBSERVATIONS = "environment/observations"
BATCH = 50


class Broker:
    """A private broker for one measurement."""

    def __init__(self, server: Mosquitto) -> None:
        self._server = server
        self._child = Child("mosquitto", server.command(), log=server.data / "log")

    def __enter__(self) -> "Broker":
        """Start it and wait until it answers."""
        self._child.start()
        wait_until(self._server.ready, seconds=20, what="the broker", alive=self._child.running)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._child.stop()

    @property
    def url(self) -> str:
        """Its address, with the password."""
        return self._server.url()


class Publisher:
    """Publishes values one by one with QoS 1."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.username_pw_set(unquote(parts.username or ""), unquote(parts.password or ""))
        self._client.max_inflight_messages_set(500)
        self._client.connect(parts.hostname or "", parts.port or 1883)
        self._client.loop_start()

    def send(self, readings: Sequence[Reading]) -> None:
        """Hand values over; the broker acknowledges them in its own time."""
        for reading in readings:
            self._client.publish(reading.topic, json.dumps(reading.message()), qos=1)

    def close(self) -> None:
        """Hang up when everything has gone."""
        self._client.disconnect()
        self._client.loop_stop()


def post(source: Source, readings: Sequence[Reading]) -> None:
    """Post values in batches of fifty, each answered before the next."""
    for start in range(0, len(readings), BATCH):
        answer = source.post([reading.item() for reading in readings[start : start + BATCH]])
        answer.raise_for_status()
        assert not answer.json()["rejected"], answer.text


class Paced:
    """Calls ``act`` every so many seconds in a thread of its own until the block ends; late calls are made up for."""

    def __init__(self, every: float, act: Callable[[], None]) -> None:
        self._every, self._act = every, act
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.calls = 0
        self.behind = 0.0
        """Seconds that the last call was late: more than a moment means that the pace wasn't held."""
        self.trouble: Exception | None = None

    def __enter__(self) -> "Paced":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, and say so if a call failed."""
        self._ended.set()
        self._thread.join(timeout=60)
        if self.trouble is not None and problem is None:
            raise self.trouble

    def _run(self) -> None:
        due = time.monotonic()
        try:
            while not self._ended.is_set():
                self._act()
                self.calls += 1
                due += self._every
                self.behind = time.monotonic() - due
                self._ended.wait(max(0.0, -self.behind))
        except Exception as trouble:
            self.trouble = trouble


def judged(centre: IocProcesses) -> bool:
    """Tell whether nothing stored waits for its rules."""
    return bool(centre.query("SELECT count(*) = 0 FROM intake_intakechunk WHERE evaluated_at IS NULL")[0][0])

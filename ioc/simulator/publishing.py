"""Sending through the sensors' door: one message an observation, on the topics that real stations use."""

import json
import logging
from collections.abc import Mapping, Sequence
from threading import Condition
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import MQTT_ERR_QUEUE_SIZE, Client
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ioc.simulator.sending import KEPT, Sender
from services.intake.broker import PORTS

log = logging.getLogger(__name__)
LAST_WORDS = 5.0
"""Seconds that messages on their way have when the simulator ends."""


def topic_of(item: Mapping[str, Any]) -> str:
    """Return the SensorThings topic of a datastream: ``v1.1/Datastreams(<station>:<property>)/Observations``."""
    return f"v1.1/Datastreams({item['station']}:{item['property']})/Observations"


class Publisher:
    """Publishes with QoS 1; what a broker that is away cannot take waits in order, and goes when it is back."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            message = "MQTT_URL is mqtt://user:password@host:port or mqtts://…"
            raise ValueError(message)
        self.sent = 0
        self.dropped = 0
        self._taken = 0
        self._arrival = Condition()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_publish = self._arrived
        self._client.max_queued_messages_set(KEPT)
        if parts.username:
            self._client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            self._client.tls_set()
        self._client.connect_async(parts.hostname, parts.port or PORTS[parts.scheme])
        self._client.loop_start()

    def add(self, items: Sequence[Mapping[str, Any]]) -> None:
        """Publish items."""
        for item in items:
            payload = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
            told = self._client.publish(topic_of(item), payload.encode(), qos=1)
            if told.rc == MQTT_ERR_QUEUE_SIZE:
                self.dropped += 1
            else:
                self._taken += 1

    @property
    def waiting(self) -> int:
        """How many messages the broker has not acknowledged yet."""
        return self._taken - self.sent

    def close(self) -> None:
        """Let what is on its way arrive, as far as the broker takes it in a few seconds, and leave."""
        with self._arrival:
            self._arrival.wait_for(lambda: not self.waiting or not self._client.is_connected(), LAST_WORDS)
        if self.waiting:
            log.warning("%d observations did not reach the broker", self.waiting)
        self._client.disconnect()
        self._client.loop_stop()

    def _arrived(self, client: Client, data: Any, number: int, code: ReasonCode, properties: Properties | None) -> None:
        del client, data, number, code, properties
        with self._arrival:
            self.sent += 1
            self._arrival.notify_all()


class Doors:
    """Both ways in: the sources of ``by_mqtt`` are published, the others posted."""

    def __init__(self, sender: Sender, publisher: Publisher | None, by_mqtt: frozenset[str]) -> None:
        self._sender = sender
        self._publisher = publisher
        self._by_mqtt = by_mqtt

    def add(self, source: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Queue items of ``<monitor>/<source>``."""
        if self._publisher is not None and source in self._by_mqtt:
            self._publisher.add(items)
        else:
            self._sender.add(source, items)

    @property
    def waiting(self) -> int:
        """How many items have not arrived yet."""
        return self._sender.waiting + (self._publisher.waiting if self._publisher else 0)

    @property
    def sent(self) -> int:
        """How many items arrived."""
        return self._sender.sent + (self._publisher.sent if self._publisher else 0)

    @property
    def dropped(self) -> int:
        """How many items were refused or let go."""
        return self._sender.dropped + (self._publisher.dropped if self._publisher else 0)

    def flush(self) -> None:
        """Post what is queued; what is published goes by itself."""
        self._sender.flush()

    def close(self) -> None:
        """Hang up."""
        if self._publisher is not None:
            self._publisher.close()

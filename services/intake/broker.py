"""One connection to an MQTT broker: it subscribes, hands messages over, and acknowledges them when it is told to.

QoS 1 and a session that the broker keeps: what was not acknowledged comes again, after a restart of either side.
"""

import logging
import queue
import time
from typing import Any
from urllib.parse import unquote, urlsplit

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from services.intake.topics import Letter, routes

log = logging.getLogger(__name__)
PORTS = {"mqtt": 1883, "mqtts": 8883}
KEEP_ALIVE = 30
LONGEST_BACKOFF = 30
TOGETHER = 500
GATHER = 0.02
"""Seconds that are waited for more messages to store with the first."""


class Broker:
    """A connection that comes back by itself. ``name`` is the session that the broker keeps for us."""

    def __init__(self, url: str, name: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            message = "MQTT_URL is mqtt://user:password@host:port or mqtts://…"
            raise ValueError(message)
        self._host, self._port = parts.hostname, parts.port or PORTS[parts.scheme]
        self._letters: queue.SimpleQueue[Letter] = queue.SimpleQueue()
        self._connection = 0
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=name,
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
            manual_ack=True,
        )
        if parts.username:
            self._client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            self._client.tls_set()
        self._client.reconnect_delay_set(min_delay=1, max_delay=LONGEST_BACKOFF)
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._arrived

    def open(self) -> None:
        """Connect, now or as soon as the broker is there."""
        self._client.connect_async(self._host, self._port, keepalive=KEEP_ALIVE)
        self._client.loop_start()

    def close(self) -> None:
        """Leave; what was not acknowledged comes to the next one."""
        self._client.disconnect()
        self._client.loop_stop()

    def take(self, seconds: float) -> list[Letter]:
        """Return what came: empty after so many seconds of silence, else the first messages and those right behind."""
        try:
            letters = [self._letters.get(timeout=seconds)]
        except queue.Empty:
            return []
        until = time.monotonic() + GATHER
        while len(letters) < TOGETHER:
            try:
                letters.append(self._letters.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
        return letters

    def acknowledge(self, letters: list[Letter]) -> None:
        """Say that these are safe. Those of a lost connection come again: their numbers mean others by now."""
        for letter in letters:
            if letter.qos and letter.connection == self._connection:
                self._client.ack(letter.mid, letter.qos)

    def _connected(
        self, client: Client, data: Any, flags: ConnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        del data, flags, properties
        if code.is_failure:
            log.warning("the broker at %s:%d refuses us: %s", self._host, self._port, code)
            return
        self._connection += 1
        log.info("listening to the broker at %s:%d", self._host, self._port)
        client.subscribe([(topic, 1) for topic, _source in routes()])

    def _disconnected(
        self, client: Client, data: Any, flags: DisconnectFlags, code: ReasonCode, properties: Properties | None
    ) -> None:
        del client, data, flags, properties
        if code.is_failure:
            log.warning("the broker at %s:%d is gone (%s), trying again", self._host, self._port, code)

    def _arrived(self, client: Client, data: Any, message: MQTTMessage) -> None:
        del client, data
        self._letters.put(Letter(message.topic, bytes(message.payload), message.mid, message.qos, self._connection))

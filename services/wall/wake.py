"""Best-effort messages over Redis: "look now" to the relay and the hubs.

Whoever misses one finds the work by polling.
"""

import logging
import threading
import time

from django.db import connection, transaction
from redis.exceptions import RedisError

from services.kernel.redisclient import client

log = logging.getLogger(__name__)

RELAY = "ioc:wall:wake"
"""Channel on which actions wake the relay."""
AUTH = "ioc:auth:"
"""Followed by an account's id: it signed out, was switched off or has other roles; hubs look at once."""
PAUSE = 1.0
"""Seconds without another try after a failure, so that a dead Redis isn't paid for at every commit."""

lost = 0
"""Messages this process could not deliver; shown by /metrics."""
_silent_until = 0.0
_lock = threading.Lock()


def frames_channel(realm: str) -> str:
    """Return the channel on which the relay publishes a realm's frames."""
    return f"ioc:wall:{realm}"


def wake_relay() -> None:
    """Wake the relay once the present transaction has committed; many calls in one transaction are one message."""
    if any(entry[1] is _wake for entry in connection.run_on_commit):
        return
    transaction.on_commit(_wake, robust=True)


def publish(channel: str, message: str | bytes) -> bool:
    """Publish now and return whether Redis took it; never raises, never waits longer than the client's timeout."""
    global lost, _silent_until
    if time.monotonic() < _silent_until:
        lost += 1
        return False
    try:
        client().publish(channel, message)
    except (RedisError, OSError) as error:
        with _lock:
            lost += 1
            _silent_until = time.monotonic() + PAUSE
        log.warning("Redis did not take a message for %s (%s): polling will find the work", channel, error)
        return False
    return True


def _wake() -> None:
    publish(RELAY, b"")

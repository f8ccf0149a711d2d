"""How a worker waits for a Redis that went away."""

from functools import partial
from typing import Any

from celery.worker.consumer import Consumer

RECONNECT = 1.0
"""Seconds between two tries; Celery's own grow to 30, in which nobody judges and nothing escalates."""


class QuickConsumer(Consumer):
    """A consumer that is back at work a moment after Redis is."""

    def ensure_connected(self, conn: Any) -> Any:
        """Wait for a connection, asking every second."""
        interval = {"interval_start": RECONNECT, "interval_step": 0, "interval_max": RECONNECT}
        conn.ensure_connection = partial(conn.ensure_connection, **interval)
        return super().ensure_connected(conn)

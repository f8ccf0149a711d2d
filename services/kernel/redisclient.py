"""One client of Redis per process: what is sent over it may be lost, so nobody waits for it."""

from functools import cache

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT = 0.3
"""Seconds a request may be held up by a Redis that doesn't answer."""


@cache
def client() -> Redis:
    """Return this process's client: short timeouts and no retries (the library's default is three)."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )

"""Fixtures that every test may ask for; the servers themselves are started by ``tests.harness.plugin``."""

from collections.abc import Iterator

import pytest
import redis
from hypothesis import HealthCheck, settings

from tests.harness.plugin import SERVERS

settings.register_profile("ioc", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("ioc")


@pytest.fixture
def redis_client() -> "Iterator[redis.Redis]":
    """A client of the run's Redis, which starts and ends empty."""
    client = redis.Redis.from_url(SERVERS.redis.url(), decode_responses=True)
    client.flushall()
    yield client
    client.flushall()
    client.close()

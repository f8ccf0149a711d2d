"""The relay's process: keep the lease, wait for work, survive the loss of Redis and of the database."""

import logging
import secrets
import time
from contextlib import suppress
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection
from redis import Redis
from redis.client import PubSub
from redis.exceptions import RedisError

from services.kernel import lease
from services.kernel.redisclient import client
from services.wall import wake
from services.wall.relay import LEASE, LostLeaseError, dirty_realms, relay_realm

log = logging.getLogger(__name__)

POLL = 0.2
"""Seconds after which the relay looks without having been woken."""
PACE = 0.02
"""Least seconds between two rounds: what arrives meanwhile shares a transaction."""
LASTING = timedelta(seconds=3)
"""How long a relay that died keeps its successor waiting."""
RENEW = 1.0
STANDBY = 0.5
LONGEST_BACKOFF = 2.0
RESUBSCRIBE = 1.0


class Waker:
    """Waits for a wake-up from Redis, or for the time to pass when there is no Redis."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._subscription: PubSub | None = None
        self._try_again_at = 0.0

    def wait(self, seconds: float) -> None:
        """Return at a wake-up, at the latest after so many seconds. Several wake-ups in a row count as one."""
        started = time.monotonic()
        try:
            subscription = self._subscribed()
            if subscription is not None and subscription.get_message(timeout=seconds):
                while subscription.get_message(timeout=0):
                    pass
                return
        except (RedisError, OSError) as error:
            log.warning("the relay polls, since Redis is not there (%s)", error)
            self.close()
            self._try_again_at = started + RESUBSCRIBE
        time.sleep(max(0.0, min(seconds, RESUBSCRIBE) - (time.monotonic() - started)))

    def close(self) -> None:
        """Give the subscription up."""
        if self._subscription is not None:
            with suppress(RedisError, OSError):
                self._subscription.close()
            self._subscription = None

    def _subscribed(self) -> PubSub | None:
        if self._subscription is None and time.monotonic() >= self._try_again_at:
            subscription = self._client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            subscription.subscribe(wake.RELAY)
            self._subscription = subscription
        return self._subscription


class RelayLoop:
    """Turns until a KeyboardInterrupt (SIGTERM and SIGINT alike) ends it."""

    def __init__(self, waker: Waker | None = None) -> None:
        self.holder = f"{lease.holder_name()}:{secrets.token_hex(4)}"
        self._waker = waker or Waker(client())
        self._term: int | None = None
        self._renew_at = 0.0
        self._backoff = 0.0

    def run(self) -> None:
        """Relay until interrupted, then let a successor in at once."""
        try:
            while True:
                self.turn()
        except KeyboardInterrupt:
            log.info("relay %s leaves", self.holder)
        finally:
            self._leave()

    def turn(self) -> None:
        """Do what is to be done now, then wait for more."""
        try:
            busy = self._work()
        except LostLeaseError:
            log.warning("relay %s lost its lease", self.holder)
            self._term = None
        except (OperationalError, InterfaceError) as error:
            self._after_database_error(error)
        else:
            self._backoff = 0.0
            if self._term is None:
                time.sleep(STANDBY)
            elif busy:
                time.sleep(PACE)
            else:
                self._waker.wait(POLL)

    def _work(self) -> bool:
        if not self._holds():
            return False
        busy = False
        for realm in dirty_realms():
            done = relay_realm(realm, term=self._term or 0)
            busy = busy or done.frames > 0
        return busy

    def _holds(self) -> bool:
        if self._term is None or time.monotonic() >= self._renew_at:
            before = self._term
            self._term = lease.acquire(LEASE, self.holder, lasting=LASTING)
            self._renew_at = time.monotonic() + RENEW
            if self._term != before:
                log.info("relay %s: %s", self.holder, f"term {self._term}" if self._term else "waits")
        return self._term is not None

    def _after_database_error(self, error: Exception) -> None:
        log.warning("the relay has no database (%s)", error)
        self._term = None
        with suppress(Exception):  # a broken connection may not even close
            connection.close()
        self._backoff = min(LONGEST_BACKOFF, (self._backoff or 0.1) * 2)
        time.sleep(self._backoff)

    def _leave(self) -> None:
        self._waker.close()
        if self._term is not None:
            with suppress(OperationalError, InterfaceError):
                lease.release(LEASE, self.holder)
        connection.close()

"""The listener's loop: whoever has the lease listens, stores what came, and only then acknowledges it."""

import logging
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from services.intake.broker import Broker
from services.intake.decoding import RawItem
from services.intake.receiving import receive
from services.intake.topics import Letter, items_of, source_of, unreadable
from services.kernel import lease

log = logging.getLogger(__name__)
LEASE = "mqtt"
LASTING = timedelta(seconds=6)
"""How long a listener that died keeps its successor waiting."""
RENEW = 2.0
STANDBY = 1.0
POLL = 0.5
LONGEST_BACKOFF = 5.0


class LostLeaseError(Exception):
    """Somebody else listens now: what we hold is theirs."""


class Listener:
    """Listens until ``stop`` is set. Messages belong to the realm that this centre shows."""

    def __init__(self, url: str, stop: threading.Event | None = None) -> None:
        self.holder = f"{lease.holder_name()}:{secrets.token_hex(4)}"
        self.stop = stop or threading.Event()
        self._url = url
        self._broker: Broker | None = None
        self._term: int | None = None
        self._renew_at = 0.0
        self._backoff = 0.0
        self._held: list[Letter] = []

    def run(self) -> None:
        """Turn until stopped, then let a successor in at once."""
        try:
            while not self.stop.is_set():
                self.turn()
        finally:
            self._leave()

    def turn(self) -> None:
        """Store what came, or wait for something to come; with the database away, hold on to what is not stored."""
        try:
            if not self._holds():
                self._hang_up()
                self.stop.wait(STANDBY)
                return
            self._work()
        except LostLeaseError:
            log.warning("listener %s lost its lease", self.holder)
            self._term = None
            self._hang_up()
        except (OperationalError, InterfaceError) as error:
            self._after_database_error(error)
        else:
            self._backoff = 0.0

    def _work(self) -> None:
        broker = self._broker
        if broker is None:
            # The session's name is the centre's, so that the broker keeps for a successor what we did not finish.
            broker = self._broker = Broker(self._url, f"ioc-{settings.IOC_REALM}")
            broker.open()
        self._held = self._held or broker.take(POLL)
        if self._held:
            store(self._held, term=self._term or 0)
            broker.acknowledge(self._held)
            self._held = []

    def _holds(self) -> bool:
        if self._term is None or time.monotonic() >= self._renew_at:
            before, self._term = self._term, lease.acquire(LEASE, self.holder, lasting=LASTING)
            self._renew_at = time.monotonic() + RENEW
            if self._term != before:
                log.info("listener %s: %s", self.holder, f"term {self._term}" if self._term else "waits")
        return self._term is not None

    def _hang_up(self) -> None:
        self._held = []
        if self._broker is not None:
            self._broker.close()
            self._broker = None

    def _after_database_error(self, error: Exception) -> None:
        log.warning("the listener has no database (%s)", error)
        self._renew_at = 0.0
        with suppress(Exception):  # a broken connection may not even close
            connection.close()
        self._backoff = min(LONGEST_BACKOFF, (self._backoff or 0.25) * 2)
        self.stop.wait(self._backoff)

    def _leave(self) -> None:
        self._hang_up()
        if self._term is not None:
            with suppress(OperationalError, InterfaceError):
                lease.release(LEASE, self.holder)
        connection.close()


def store(letters: Sequence[Letter], *, term: int) -> None:
    """Store messages in one transaction, fenced by the lease's term; LostLeaseError when it is no longer ours.

    A message that cannot be stored at all is kept in quarantine, so that it does not come back for ever.
    """
    try:
        _store(letters, term)
    except (OperationalError, InterfaceError, LostLeaseError):
        raise
    except Exception:
        log.exception("%d messages could not be stored together", len(letters))
        for letter in letters:
            _store_alone(letter, term)


def _store(letters: Sequence[Letter], term: int) -> None:
    items: dict[str, list[RawItem]] = defaultdict(list)
    for letter in letters:
        source = source_of(letter.topic)
        if source:
            items[source] += items_of(letter)
    with transaction.atomic():
        _fence(term)
        for source, raws in sorted(items.items()):
            receive(source=source, realm=settings.IOC_REALM, items=raws)


def _store_alone(letter: Letter, term: int) -> None:
    try:
        _store([letter], term)
    except (OperationalError, InterfaceError, LostLeaseError):
        raise
    except Exception as error:
        log.exception("a message on %s could not be stored", letter.topic)
        source = source_of(letter.topic) or ""
        with transaction.atomic():
            _fence(term)
            reason = f"{type(error).__name__}: {error}"[:500]
            receive(source=source, realm=settings.IOC_REALM, items=[unreadable(letter, reason)])


def _fence(term: int) -> None:
    if not lease.holds(LEASE, term):
        raise LostLeaseError

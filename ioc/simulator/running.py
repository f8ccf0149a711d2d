"""The simulator's loop: what is due is queued, what is queued is sent, what was sent is remembered."""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.db import DatabaseError, close_old_connections

from ioc.simulator import progress
from ioc.simulator.feed import Sent
from ioc.simulator.officers import Officers
from services.kernel import clock

log = logging.getLogger(__name__)
AHEAD = timedelta(minutes=10)
"""How far ahead the world is drawn at a time."""
CATCH_UP = timedelta(hours=48)
"""A world that stood still for longer does not make up for all of it."""
OVERLAP = timedelta(minutes=2)
"""Sent again after a restart, in case the last answer was lost: the same ids change nothing."""
OFFICE_EVERY = 20.0
REMEMBER_EVERY = 30.0
TAKEN_FOR = timedelta(minutes=2)
"""A scenario that was stopped gives its monitors back after so long."""
TICK = 0.25


class Told(Protocol):
    """What tells the loop what happens when: the feeds of a world."""

    def between(self, start: datetime, end: datetime, monitors: frozenset[str]) -> list[Sent]:
        """Return what these monitors' sources send in ``[start, end)``, oldest first."""
        ...


class Way(Protocol):
    """What takes items to the centre; what could not be sent stays queued, in order."""

    @property
    def waiting(self) -> int:
        """Return how many items are queued."""
        ...

    def add(self, source: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Queue items of ``<monitor>/<source>``."""
        ...

    def flush(self) -> None:
        """Send what is queued, as far as it goes now."""
        ...


class Clock(Protocol):
    """What tells the loop the time."""

    def now(self) -> datetime:
        """Return the present instant."""
        ...


@dataclass(slots=True)
class WorldClock:
    """The realm's time without asking the database every time; true again every minute, or as soon as it answers."""

    realm: str
    offset: timedelta = timedelta(0)
    asked: float = -1e9

    def now(self) -> datetime:
        """Return the realm's present instant."""
        if time.monotonic() - self.asked > 60:
            try:
                self.offset = clock.now(self.realm) - datetime.fromtimestamp(time.time(), UTC)
                self.asked = time.monotonic()
            except DatabaseError:
                close_old_connections()
                self.asked = time.monotonic() - 55
        return datetime.fromtimestamp(time.time(), UTC) + self.offset


@dataclass(slots=True)
class Run:
    """One run of the simulator. ``resumes``: it is the demo's own world and goes on where it stopped.

    ``takes_over``: the monitors for which the demo's own world is silent while this run lasts. ``speed``: how many
    times as fast its clock runs; ``until``: when it is over by that clock.
    """

    feeds: Told
    monitors: frozenset[str]
    sender: Way
    clock: Clock
    stop: threading.Event
    officers: Officers | None = None
    resumes: bool = True
    takes_over: frozenset[str] = frozenset()
    speed: float = 1.0
    until: datetime | None = None
    drawn: list[Sent] = field(default_factory=list)
    drawn_until: datetime | None = None
    _office_at: float = 0.0
    _remember_at: float = 0.0

    def run(self, seconds: float | None) -> None:
        """Send until the time is over (None: for ever) or ``stop`` is set; then what is queued, as far as it goes."""
        end = None if seconds is None else time.monotonic() + seconds
        self.drawn_until = self._begin()
        while not self.stop.is_set() and (end is None or time.monotonic() < end):
            now = self.clock.now()
            self._take_over(now)
            self._draw(now)
            self._queue(now)
            self.sender.flush()
            self._office(now)
            self._remember()
            if self.until is not None and now >= self.until:
                break
            self.stop.wait(TICK)
        self.sender.flush()
        self._give_back()
        self._remember(at_once=True)

    def _begin(self) -> datetime:
        now = self.clock.now()
        if not self.resumes:
            return now
        known = progress.recall()
        since = min((known[name] for name in self.monitors if name in known), default=now)
        return max(min(since - OVERLAP, now), now - CATCH_UP)

    def _draw(self, now: datetime) -> None:
        assert self.drawn_until is not None  # noqa: S101 - set when the run begins
        while self.drawn_until <= now:
            until = max(now, self.drawn_until) + AHEAD
            mine = self.monitors - self._others(now)
            self.drawn += self.feeds.between(self.drawn_until, until, mine) if mine else []
            self.drawn_until = until

    def _queue(self, now: datetime) -> None:
        due = [sent for sent in self.drawn if sent.at <= now]
        if due:
            self.drawn = [sent for sent in self.drawn if sent.at > now]
            others = self._others(now)
            for source, items in by_source(sent for sent in due if sent.monitor not in others).items():
                self.sender.add(source, items)

    def _others(self, now: datetime) -> frozenset[str]:
        """Return the monitors for which another run speaks: their items are neither drawn nor sent."""
        return progress.spoken_for(now) if self.resumes else frozenset()

    def _office(self, now: datetime) -> None:
        if self.officers is None or time.monotonic() < self._office_at:
            return
        self._office_at = time.monotonic() + OFFICE_EVERY
        try:
            self.officers.work(now)
        except DatabaseError:
            log.info("the officers wait for the database")
        finally:
            close_old_connections()

    def _take_over(self, now: datetime) -> None:
        if not self.takes_over or time.monotonic() < self._remember_at:
            return
        self._remember_at = time.monotonic() + REMEMBER_EVERY
        try:
            progress.take_over(self.takes_over, now + TAKEN_FOR * self.speed)
        except OSError as error:
            log.warning("the demo's own world goes on beside this one: %s", error)

    def _give_back(self) -> None:
        if self.takes_over:
            with suppress(OSError):
                progress.take_over(self.takes_over, self.clock.now())

    def _remember(self, *, at_once: bool = False) -> None:
        if not self.resumes or self.sender.waiting or (time.monotonic() < self._remember_at and not at_once):
            return
        self._remember_at = time.monotonic() + REMEMBER_EVERY
        try:
            progress.remember({**progress.recall(), **dict.fromkeys(self.monitors, self.clock.now())})
        except OSError as error:
            log.warning("progress not kept: %s", error)


def by_source(items: Iterable[Sent]) -> Mapping[str, list[Mapping[str, Any]]]:
    """Return the items by the source that sends them, in their order."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for sent in items:
        found[sent.source].append(sent.item)
    return found

"""How a process or one socket gets to where the frames are: from the ring, stored frames, or a snapshot."""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.wall import history
from services.wall.door import Threads
from services.wall.feed import Feed, Stream, Wall
from services.wall.history import Snapshot, Standing
from services.wall.outlet import Message, text_message
from services.wall.relay import SentFrame

log = logging.getLogger(__name__)

BLIND_AFTER = 6.0
"""Seconds without a look at the database after which heartbeats stop: a wall must not claim a good link."""
STALLED_AFTER = 10.0
"""Seconds a change may wait for the relay before heartbeats stop, for the same reason."""
CATCH_UP = 2_000
"""Missed frames a process reads; past them a snapshot is cheaper."""
RESUME_SPAN = 20_000
"""How far back a socket may resume from stored frames."""
RESUME_FRAMES = 1_000
"""How many of them may concern it."""
REUSE = 32
"""Frames that may follow a snapshot before a new one is taken for the next socket."""
REUSE_SECONDS = 5.0
REFRESH = 120.0
"""Seconds after which a board whose entities do not all fit is sent anew: others may be the worst by now."""
TOGETHER = 16 * 1024
"""Characters of frames that go to a socket in one go: well below what a socket takes before it counts as full."""
BREATH = 0.01
"""Seconds of sending after which other work of the process gets its turn."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the last look at the database said, and when that was (monotonic)."""

    standing: Standing
    at: float


async def apply(feed: Feed, epoch: str, frames: Sequence[SentFrame]) -> bool:
    """Send frames on, letting other work in between; False when one of them isn't the next."""
    turn = time.monotonic()
    for part in _parts(frames):
        if not feed.apply(epoch, part):
            return False
        if time.monotonic() - turn > BREATH:
            await asyncio.sleep(0)
            turn = time.monotonic()
    return True


def _parts(frames: Sequence[SentFrame]) -> Iterator[Sequence[SentFrame]]:
    """Cut frames into runs of at most ``TOGETHER`` characters; a longer frame stands alone."""
    start, size = 0, 0
    for number, frame in enumerate(frames):
        size += len(frame.tile)
        if size > TOGETHER and number > start:
            yield frames[start:number]
            start, size = number, len(frame.tile)
    if start < len(frames):
        yield frames[start:]


class CatchUp:
    """Reads what was missed. Every method may be called by many sockets at once."""

    def __init__(self, threads: Threads) -> None:
        self.feeds: dict[str, Feed] = {}
        self._threads = threads
        self._looks: dict[str, Look] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._snapshots: dict[Stream, asyncio.Task[Snapshot]] = {}

    # --- a process -----------------------------------------------------------------------------------------------

    async def feed(self, realm: str) -> Feed:
        """Return the realm's feed, begun at its first wall where the frames stand then."""
        async with self._lock(realm):
            if realm not in self.feeds:
                self.feeds[realm] = Feed(realm, await self._standing(realm))
        return self.feeds[realm]

    async def look(self, feed: Feed) -> None:
        """Ask where the frames stand and apply what this process lacks; if it can't, everybody gets a snapshot."""
        async with self._lock(feed.realm):
            before = feed.seq
            standing = await self._standing(feed.realm)
            if standing.epoch != feed.epoch or standing.seq < before:
                log.info(
                    "%s stands at %s %s, not at %s %s", feed.realm, standing.epoch, standing.seq, feed.epoch, before
                )
                feed.restart(standing)
            elif standing.seq - feed.seq > CATCH_UP or not await self._read(feed, standing):
                feed.restart(standing)

    async def _read(self, feed: Feed, standing: Standing) -> bool:
        if standing.seq <= feed.seq:
            return True
        frames = await self._threads.call(history.frames_after, feed.realm, standing.epoch, feed.seq, limit=CATCH_UP)
        await apply(feed, standing.epoch, frames)
        return feed.seq >= standing.seq

    async def _standing(self, realm: str) -> Standing:
        standing = await self._threads.call(history.standing, realm)
        self._looks[realm] = Look(standing, time.monotonic())
        return standing

    def _lock(self, realm: str) -> asyncio.Lock:
        return self._locks.setdefault(realm, asyncio.Lock())

    def heartbeat(self, feed: Feed, stream: Stream) -> str | None:
        """Return a stream's heartbeat as text, or None while this process cannot vouch for what the wall shows."""
        look = self._looks[feed.realm]
        age = time.monotonic() - look.at
        if age > BLIND_AFTER or look.standing.waiting > STALLED_AFTER:
            return None
        totals = f',"totals":{stream.totals}' if stream.totals else ""
        return f'{{"type":"heartbeat","epoch":"{feed.epoch}","seq":{stream.last},"now":"{self._now(feed)}"{totals}}}'

    def _now(self, feed: Feed) -> str:
        """Return the realm's instant by the last look and the time since."""
        look = self._looks[feed.realm]
        return (look.standing.now + timedelta(seconds=time.monotonic() - look.at)).isoformat()

    async def recount(self, feed: Feed, stream: Stream) -> None:
        """Count again what a board with too many entities hides, and send it anew now and then, and once all fit."""
        if stream.snapshot is None or not stream.snapshot.more:
            stream.totals = ""
            return
        taken = await self._snapshot(feed, stream)
        stream.totals = taken.totals
        if not taken.more or time.monotonic() - stream.refreshed_at > REFRESH:
            stream.refreshed_at = time.monotonic()
            for outlet in list(stream.outlets):
                outlet.fall_behind()

    # --- a socket ------------------------------------------------------------------------------------------------

    async def resumed(self, wall: Wall, feed: Feed, epoch: str, seq: int) -> list[Message] | None:
        """Register a socket and return what it missed after ``seq``; None when it needs a snapshot instead."""
        if epoch == feed.epoch and seq > feed.seq:
            await self.look(feed)  # the socket knows more than this process
        if epoch != feed.epoch or seq > feed.seq or feed.seq - seq > RESUME_SPAN:
            return None
        stored: Sequence[SentFrame] = ()
        if not feed.covers(seq):
            position, limit = feed.seq, RESUME_FRAMES + 1
            stored = await self._threads.call(
                history.frames_after, wall.realm, epoch, seq, limit=limit, scopes=wall.visitor.streams
            )
            if len(stored) == limit or epoch != feed.epoch or not feed.covers(position):
                return None
        feed.register(wall)
        stream = feed.stream(wall.board, wall.visitor.streams)
        missed = feed.since(seq, stream, stored)
        beat = self.heartbeat(feed, stream)
        return missed if beat is None else [*missed, text_message(beat)]

    async def fresh(self, wall: Wall) -> list[Message]:
        """Register a socket and return a snapshot with what came after it; TimeoutError when none can be had."""
        feed = await self.feed(wall.realm)
        for _ in range(5):
            stream = feed.stream(wall.board, wall.visitor.streams)
            taken = await self._recent(feed, stream)
            if _joins(feed, taken):
                feed.register(wall)
                return [text_message(taken.message(self._now(feed))), *feed.since(taken.seq, stream)]
            await self.look(feed)
        message = f"the frames of {wall.realm} move faster than snapshots can be taken"
        raise TimeoutError(message)

    async def refill(self, wall: Wall) -> list[Message]:
        """Return ``fresh`` for a socket that fell behind, however often it takes to get it."""
        while True:
            try:
                return await self.fresh(wall)
            except Exception as error:
                log.warning("no snapshot for a wall that fell behind: %s", error)
                await asyncio.sleep(1)

    async def _recent(self, feed: Feed, stream: Stream) -> Snapshot:
        """Return the snapshot somebody else got a moment ago, or a new one."""
        known = stream.snapshot
        young = time.monotonic() - stream.taken_at < REUSE_SECONDS
        if known is not None and young and _joins(feed, known) and len(feed.since(known.seq, stream)) <= REUSE:
            return known
        return await self._snapshot(feed, stream)

    async def _snapshot(self, feed: Feed, stream: Stream) -> Snapshot:
        """Take a snapshot; those who want the same one meanwhile share it."""
        running = self._snapshots.get(stream)
        if running is None:
            asked = self._threads.call(history.snapshot, feed.realm, stream.board, stream.scopes)
            running = self._snapshots[stream] = asyncio.ensure_future(asked)
            running.add_done_callback(lambda _: self._snapshots.pop(stream, None))
        taken = await asyncio.shield(running)
        stream.snapshot, stream.taken_at = taken, time.monotonic()
        return taken


def _joins(feed: Feed, taken: Snapshot) -> bool:
    """Tell whether the frames after a snapshot are all here, or still to come."""
    return taken.epoch == feed.epoch and (taken.seq > feed.seq or feed.covers(taken.seq))

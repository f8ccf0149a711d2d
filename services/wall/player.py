"""Plays the past to one socket: a snapshot of the moment, then the recorded frames as fast as asked.

Each replay is a task of its own that waits for its own socket only. Time goes on while a socket is full, so a slow one
gets less and never holds another up: of every tile only the last frame of each step is sent.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.wall import replay
from services.wall.boards import Board
from services.wall.door import Threads
from services.wall.feed import Stream
from services.wall.history import Snapshot
from services.wall.moments import Recorded
from services.wall.relay import SentFrame
from services.wall.replay import PastFrame

STEP = 0.5
"""Seconds between two steps: a wall changes twice a second at most."""
AHEAD = 2.0
"""Seconds of playing that are read at once."""
MANY = 2_000
"""Frames read at once; where there are more, a snapshot says the same in less."""
LAG = timedelta(seconds=3)
"""How long after it happened a frame is surely stored: a replay ends so long before now."""
FASTEST = 3_600

SendText = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a replay stands: the instant as far as which it has read, and the last frame's place in its history."""

    at: datetime
    epoch: str
    seq: int


def speed_of(text: str) -> int | None:
    """Return how many seconds of the past a second shows, 0 for a still picture; None for what is no such number."""
    if not text:
        return 1
    speed = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else FASTEST + 1
    return speed if speed <= FASTEST else None


class Player:
    """One replay of a board from a moment on, for somebody who may see ``scopes``."""

    def __init__(
        self,
        threads: Threads,
        realm: str,
        board: Board,
        scopes: Sequence[str],
        *,
        at: datetime,
        past: Recorded,
        speed: int,
    ) -> None:
        self._threads = threads
        self._realm = realm
        self._stream = Stream(board, tuple(scopes))
        self._speed = speed
        self._begun_at, self._now = at, past.now
        self._begun = time.monotonic()
        self._read = Position(at, "", 0)
        self._told = 0
        self._waiting: deque[PastFrame] = deque()

    async def play(self, send: SendText) -> None:
        """Send until the present is reached; a still picture goes on saying that it is there until it is cancelled."""
        await self._show(send, self._begun_at)
        while True:
            await asyncio.sleep(STEP if self._speed else 4 * STEP)
            at, ended = self._moment()
            await self._step(send, at)
            await send(self._beat(at, ended=ended))
            if ended:
                return

    def _elapsed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._begun)

    def _moment(self) -> tuple[datetime, bool]:
        """Return the moment to show now, and whether it is the last one."""
        wanted = self._begun_at + self._speed * self._elapsed()
        last = max(self._begun_at, self._now + self._elapsed() - LAG)
        return min(wanted, last), bool(self._speed) and wanted >= last

    async def _show(self, send: SendText, at: datetime) -> None:
        shot = await self._threads.call(replay.state_at, self._realm, self._stream.board, self._stream.scopes, at)
        self._read, self._told = Position(at, shot.epoch, shot.seq), shot.seq
        self._waiting.clear()
        await send(snapshot_message(shot, real=self._real()))

    async def _step(self, send: SendText, at: datetime) -> None:
        if at > self._read.at and not await self._fetch(at):
            await self._show(send, at)
            return
        due: list[PastFrame] = []
        while self._waiting and self._waiting[0].at <= at:
            due.append(self._waiting.popleft())
        for past in latest_of_each(due):
            tile = self._stream.tile_of(past.frame)
            if tile is not None:
                await send(frame_message(past, self._told, tile))
                self._told = past.frame.seq

    async def _fetch(self, at: datetime) -> bool:
        """Read as far as ``at`` and a little beyond; False when a snapshot is to be sent instead."""
        until = min(at + timedelta(seconds=AHEAD * self._speed), self._now + self._elapsed() - LAG)
        after = (self._read.at, self._read.seq)
        frames = await self._threads.call(
            replay.frames_between, self._realm, self._stream.scopes, after, max(at, until), limit=MANY
        )
        if len(frames) == MANY or any(past.epoch != self._read.epoch for past in frames):
            return False
        self._waiting.extend(frames)
        self._read = Position(max(at, until), self._read.epoch, _END)
        return True

    def _real(self) -> str:
        return (self._now + self._elapsed()).isoformat()

    def _beat(self, at: datetime, *, ended: bool) -> str:
        beat = {"type": "heartbeat", "epoch": self._read.epoch, "seq": self._told, "now": at.isoformat()}
        return json.dumps({**beat, "real": self._real(), "speed": self._speed, "ended": ended})


_END = (1 << 63) - 1
"""After every frame of an instant."""


def latest_of_each(frames: Sequence[PastFrame]) -> Iterable[PastFrame]:
    """Return the last frame of every tile, in order. Tombstones stay: versions begin anew after them."""
    last = {past.frame.key: index for index, past in enumerate(frames)}
    return [past for index, past in enumerate(frames) if _ends(past.frame) or last[past.frame.key] == index]


def _ends(frame: SentFrame) -> bool:
    return frame.gone or bool(frame.left)


def snapshot_message(shot: Snapshot, *, real: str) -> str:
    """Return the protocol's snapshot of a moment; ``real`` is what time it is meanwhile."""
    return f'{shot.message(shot.now.isoformat())[:-1]},"real":"{real}"}}'


def frame_message(past: PastFrame, prev: int, tile: str) -> str:
    """Return a recorded frame as it is sent again, with its instant."""
    return (
        f'{{"type":"frame","epoch":"{past.epoch}","seq":{past.frame.seq},"prev":{prev},'
        f'"at":"{past.at.isoformat()}","tile":{tile}}}'
    )

"""The websocket's way into the past: ``&at=<ISO time>&speed=<seconds of it a second>``.

Refusals are close codes with the reason in a word: ``not-a-time``, ``future``, ``too-old``, ``not-recorded``,
``not-a-speed``.
"""

import asyncio
import logging
from contextlib import suppress

from services.wall.door import TRY_LATER, Threads
from services.wall.feed import Wall
from services.wall.moments import MomentError, moment, recorded
from services.wall.outlet import Outlet
from services.wall.player import Player, speed_of

log = logging.getLogger(__name__)

NO_MOMENT = 4416
"""Close code: that moment cannot be shown."""
ENDED = 1000
"""Close code: the replay has reached the present."""


class RefusedError(Exception):
    """The replay asked for is not to be had; ``reason`` says why in a word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Replaying:
    """Holds the task that plays to one socket."""

    def __init__(self, threads: Threads, wall: Wall) -> None:
        self._threads = threads
        self._wall = wall
        self._task: asyncio.Task[None] | None = None
        wall.outlet = Outlet(wall.send, _nothing)  # a hub may close any wall it knows

    async def begin(self, at: str, speed: str) -> None:
        """Start playing; RefusedError when there is nothing to play."""
        fast = speed_of(speed)
        if fast is None:
            raise RefusedError("not-a-speed")
        past = await self._threads.call(recorded, self._wall.realm)
        try:
            begin = moment(at, past)
        except MomentError as error:
            raise RefusedError(error.fault) from error
        player = Player(
            self._threads, self._wall.realm, self._wall.board, self._wall.visitor.streams,
            at=begin, past=past, speed=fast,
        )  # fmt: skip
        self._task = asyncio.get_running_loop().create_task(self._run(player))

    def end(self) -> None:
        """Stop playing."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, player: Player) -> None:
        code = ENDED
        try:
            await player.play(self._send)
        except Exception as error:
            log.warning("a replay broke off: %r", error)
            code = TRY_LATER
        with suppress(Exception):
            if not self._wall.outlet.closed:
                await self._wall.send({"type": "websocket.close", "code": code})

    async def _send(self, text: str) -> None:
        if self._wall.outlet.closed:  # the hub let it go: signed out, or another role
            raise asyncio.CancelledError
        await self._wall.send({"type": "websocket.send", "text": text})


async def _nothing() -> tuple[()]:
    return ()

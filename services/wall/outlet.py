"""One socket's way out. Nobody who pushes ever waits, and hardly anything is ever queued.

What is sent goes out there and then as long as the socket takes data: no task, no wake-up, which is what makes one
process serve thousands. Where the server has a door for ready bytes (``wire.py``) it is used; else, and whenever that
door says no, the server's ``send`` is driven by hand. A socket that is full gets a writer of its own and a few messages
of patience; past them it is *behind*: nothing is queued any more, and it gets one snapshot when it can take it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable
from dataclasses import dataclass
from typing import Any

from services.wall.wire import HandOver, wire_frame

log = logging.getLogger(__name__)

Message = dict[str, Any]
Send = Callable[[Message], Coroutine[Any, Any, None]]

PATIENCE = 64
"""Messages that may wait for a full socket: about what arrives while a snapshot goes out over a slow line."""


def text_message(text: str) -> Message:
    """Return the server's message for a text."""
    return {"type": "websocket.send", "text": text}


@dataclass(frozen=True, slots=True)
class Packet:
    """Messages that go out together: made once, shared by all sockets of a stream."""

    messages: tuple[Message, ...]
    wire: bytes
    """The same as they go over the wire, for servers that take them so."""


def packet(texts: Iterable[str]) -> Packet:
    """Return what sends these texts, in their order."""
    kept = tuple(texts)
    return Packet(tuple(map(text_message, kept)), b"".join(map(wire_frame, kept)))


class Outlet:
    """Sends messages in order. ``refill`` is asked for (and awaited) when the socket comes back from being behind."""

    __slots__ = ("_hand_over", "_pending", "_refill", "_send", "_writer", "behind", "closed")

    def __init__(
        self, send: Send, refill: Callable[[], Awaitable[Iterable[Message]]], hand_over: HandOver | None = None
    ) -> None:
        self._send = send
        self._refill = refill
        self._hand_over = hand_over
        self._pending: deque[Message] = deque()
        self._writer: asyncio.Task[None] | None = None
        self.behind = False
        self.closed = False

    def push_all(self, several: Packet) -> None:
        """Send messages in their order: at once where the server takes ready bytes, else one by one."""
        if (
            self._writer is None
            and self._hand_over is not None
            and not (self.behind or self.closed)
            and self._hand_over(several.wire)
        ):
            return
        for message in several.messages:
            self.push(message)

    def push(self, message: Message) -> None:
        """Send the message, queue it if the socket is full, or drop it for a later snapshot."""
        if self.behind or self.closed:
            return
        if self._writer is not None:
            self._wait_in_line(message)
            return
        step = self._send(message)
        try:
            blocked_by = step.send(None)
        except StopIteration:
            return
        except Exception as error:
            self._lost(error)
            return
        self._writer = asyncio.get_running_loop().create_task(self._write(_Rest(step, blocked_by)))

    def fall_behind(self) -> None:
        """Forget what is queued and get a snapshot instead, as soon as the socket can take it."""
        if self.closed:
            return
        self._pending.clear()
        self.behind = True
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write(None))

    def close(self) -> None:
        """Send nothing any more."""
        self.closed = True
        self._pending.clear()
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None

    def _wait_in_line(self, message: Message) -> None:
        if len(self._pending) < PATIENCE:
            self._pending.append(message)
        else:
            self._pending.clear()
            self.behind = True

    async def _write(self, half_sent: Awaitable[None] | None) -> None:
        try:
            if half_sent is not None:
                await half_sent
            while True:
                while self._pending:
                    await self._send(self._pending.popleft())
                if not self.behind:
                    break
                # The snapshot is queued in the same step in which this socket counts as live again: no frame is lost.
                self._pending.extend(await self._refill())
                self.behind = False
        except Exception as error:
            self._lost(error)
        self._writer = None

    def _lost(self, error: Exception) -> None:
        log.debug("a wall is gone: %r", error)
        self.closed = True
        self._pending.clear()


class _Rest:
    """Awaits the rest of a coroutine that was begun by hand and is blocked by a future."""

    def __init__(self, step: Coroutine[Any, Any, None], blocked_by: Any) -> None:
        self._step = step
        self._blocked_by = blocked_by

    def __await__(self) -> Generator[Any, Any, None]:
        while True:
            try:
                try:
                    yield self._blocked_by
                except BaseException as error:  # a cancellation belongs to what is being awaited
                    self._blocked_by = self._step.throw(error)
                else:
                    self._blocked_by = self._step.send(None)
            except StopIteration:
                return

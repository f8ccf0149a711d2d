"""Thousands of walls in one process of their own: plain sockets, one epoll, and no more of RFC 6455 than they need.

They check what a browser checks: each frame's ``prev`` against what they have. As every frame of the measurement
concerns every one of them, a number that is left out although ``prev`` fits is a gap that nobody reported.
"""

import json
import os
import select
import socket
import time
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

_READ = 1 << 18
_KNOWN = 2_000
"""Chunks remembered: what two thousand sockets bring is the same bytes two thousand times, and is read once."""
_PING, _CLOSE = 0x89, 0x88


@dataclass
class Tally:
    """What the walls saw since the last time they were asked."""

    frames: int = 0
    snapshots: int = 0
    gaps: int = 0
    """Frames whose ``prev`` says that something is missing: a browser would resume."""
    unreported: int = 0
    """Numbers left out although ``prev`` fitted: nobody would have known."""
    lost: int = 0
    """Sockets that the server closed."""
    seconds: Sequence[float] = field(default_factory=list)
    """From the moment written in each frame to its arrival."""
    opening: Sequence[float] = field(default_factory=list)
    """From the beginning of ``open`` to each wall's first message."""
    positions: dict[int, int] = field(default_factory=dict)
    """How many walls stand at which number."""


class Walls:
    """The walls' process, driven from here; use it as a context manager."""

    def __enter__(self) -> "Walls":
        """Start the process."""
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(theirs,), daemon=True)
        self._process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, and with it every socket."""
        self._process.terminate()
        self._process.join()

    def open(self, port: int, path: str, cookies: Sequence[str], *, narrow: bool = False, seconds: float = 60) -> Tally:
        """Open a wall for each cookie at once and wait for the first message of each (``narrow``: small buffers)."""
        return self._ask("open", port, path, list(cookies), narrow, seconds)

    def wait(self, frames: int, seconds: float = 30) -> Tally:
        """Return what was seen once that many frames came in, or after so many seconds; counting begins anew."""
        return self._ask("wait", frames, seconds)

    def stall(self, count: int) -> Tally:
        """Let the walls opened last read nothing; 0: all read again."""
        return self._ask("stall", count)

    def hang_up(self) -> None:
        """Close every wall."""
        self._ask("hang_up")

    def _ask(self, *command: Any) -> Tally:
        self._pipe.send(command)
        if not self._pipe.poll(120):
            message = f"the walls' process does not answer {command[0]}"
            raise TimeoutError(message)
        told: Tally = self._pipe.recv()
        return told


@dataclass(slots=True)
class _Said:
    """One message: of which kind, and what it says of order and time."""

    kind: str
    seq: int
    prev: int
    at: float


@dataclass(eq=False, slots=True)
class _Wall:
    line: socket.socket
    rest: bytes
    open: bool = False
    began: bool = False
    seq: int = 0


class _Room:
    """All walls of the process."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._poll = select.epoll()
        self._poll.register(pipe.fileno(), select.EPOLLIN)
        self._walls: dict[int, _Wall] = {}
        self._stalled: list[int] = []
        self._known: dict[bytes, tuple[_Said, ...]] = {}
        self._wanted: tuple[str, int, float] | None = None
        self._began = 0.0
        self._seen, self._seconds, self._opening = Tally(), array("d"), array("d")

    def run(self) -> None:
        """Read whatever comes until the other side of the pipe is gone."""
        while True:
            for number, event in self._poll.poll(0.05 if self._wanted else 1.0):
                if number == self._pipe.fileno():
                    self._command()
                elif event & select.EPOLLOUT:
                    self._poll.modify(number, select.EPOLLIN)
                    self._walls[number].line.sendall(self._walls[number].rest)
                    self._walls[number].rest = b""
                else:
                    self._read(self._walls[number])
            self._answer()

    # --- what is asked for -------------------------------------------------------------------------------------------

    def _command(self) -> None:
        name, *given = self._pipe.recv()
        if name == "wait":
            self._wanted = ("frames", given[0], time.monotonic() + given[1])
        elif name == "open":
            self._open(*given)
        else:
            getattr(self, f"_{name}")(*given)
            self._pipe.send(self._told())

    def _open(self, port: int, path: str, cookies: list[str], narrow: bool, seconds: float) -> None:
        self._began, self._opening = time.monotonic(), array("d")
        for cookie in cookies:
            line = socket.socket()
            line.setblocking(False)
            if narrow:
                # Small segments too, since the server's kernel sizes what it holds for a socket by them.
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            line.connect_ex(("127.0.0.1", port))
            self._walls[line.fileno()] = _Wall(line, _handshake(port, path, cookie))
            self._poll.register(line.fileno(), select.EPOLLOUT)
        self._wanted = ("opening", len(cookies), self._began + seconds)

    def _stall(self, count: int) -> None:
        for number in self._stalled:
            self._poll.register(number, select.EPOLLIN)
        self._stalled = list(self._walls)[-count:] if count else []
        for number in self._stalled:
            self._poll.unregister(number)

    def _hang_up(self) -> None:
        for wall in list(self._walls.values()):
            self._drop(wall)

    def _answer(self) -> None:
        if self._wanted is None:
            return
        what, count, deadline = self._wanted
        if (len(self._opening) if what == "opening" else self._seen.frames) < count and time.monotonic() < deadline:
            return
        self._wanted = None
        self._pipe.send(self._told())

    def _told(self) -> Tally:
        told = self._seen
        told.seconds, told.opening = list(self._seconds), list(self._opening)
        for wall in self._walls.values():
            told.positions[wall.seq] = told.positions.get(wall.seq, 0) + 1
        self._seen, self._seconds = Tally(), array("d")
        return told

    # --- what arrives ------------------------------------------------------------------------------------------------

    def _read(self, wall: _Wall) -> None:
        try:
            data = wall.line.recv(_READ)
        except OSError:
            data = b""
        if not data:
            self._seen.lost += 1
            self._drop(wall)
            return
        now = time.monotonic()
        said = None if wall.rest else self._known.get(data)
        if said is None:
            said = self._parse(wall, data)
        for one in said:
            self._take(wall, one, now)

    def _take(self, wall: _Wall, said: _Said, now: float) -> None:
        if not wall.began:
            wall.began = True
            self._opening.append(now - self._began)
        if said.kind == "frame":
            self._seen.frames += 1
            self._seconds.append(now - said.at)
            if said.seq:
                self._seen.gaps += said.prev > wall.seq
                self._seen.unreported += said.prev <= wall.seq and said.seq != wall.seq + 1
                wall.seq = said.seq
        elif said.kind == "snapshot":
            self._seen.snapshots += 1
            wall.seq = said.seq
        else:
            self._seen.gaps += said.seq > wall.seq

    def _parse(self, wall: _Wall, data: bytes) -> tuple[_Said, ...]:
        """Return the messages of a chunk; what is whole and the same for all is remembered."""
        plain = wall.open and not wall.rest
        chunk = wall.rest + data
        if not wall.open:
            head, found, chunk = chunk.partition(b"\r\n\r\n")
            if not found:
                wall.rest = head
                return ()
            if b" 101 " not in head[:20]:
                raise ConnectionError(head[:200])
            wall.open, wall.rest = True, b""
        said, wall.rest, shared = self._messages(wall, chunk)
        if plain and shared and not wall.rest:
            if len(self._known) > _KNOWN:
                self._known.clear()
            self._known[data] = said
        return said

    def _messages(self, wall: _Wall, chunk: bytes) -> tuple[tuple[_Said, ...], bytes, bool]:
        """Return the whole messages, what is left of the next one, and whether none was meant for this wall alone."""
        said, start, shared = [], 0, True
        while (found := _frame(chunk, start)) is not None:
            opcode, body, start = found
            if opcode == _PING:
                shared = False
                wall.line.send(b"\x8a" + bytes([0x80 | len(body)]) + b"\0\0\0\0" + body)
            elif opcode != _CLOSE:
                said.append(_said(json.loads(body)))
        return tuple(said), chunk[start:], shared

    def _drop(self, wall: _Wall) -> None:
        number = wall.line.fileno()
        del self._walls[number]
        if number in self._stalled:
            self._stalled.remove(number)
        else:
            self._poll.unregister(number)
        wall.line.close()


def _frame(chunk: bytes, start: int) -> tuple[int, bytes, int] | None:
    """Return (first byte, payload, where the next frame begins) of an unmasked frame; None while it is not whole."""
    if len(chunk) < start + 2:
        return None
    size, head = chunk[start + 1], 2
    if size > 125:
        head += 2 if size == 126 else 8
        size = int.from_bytes(chunk[start + 2 : start + head], "big")
    end = start + head + size
    return (chunk[start], chunk[start + head : end], end) if len(chunk) >= end else None


def _said(message: dict[str, Any]) -> _Said:
    payload = message.get("tile", {}).get("payload") or {}
    return _Said(message["type"], message["seq"], message.get("prev", 0), payload.get("at", 0.0))


def _handshake(port: int, path: str, cookie: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: ioc.wall.v1",
        f"Cookie: {cookie}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _run(pipe: Connection) -> None:
    try:
        _Room(pipe).run()
    except (EOFError, KeyboardInterrupt):
        os._exit(0)

"""One realm's stream in this process: the last frames, and who watches which part of them. Nothing here waits.

A *stream* is what a board holds, as one set of scopes sees it; its frames are encoded once, however many watch.
``last`` is the number of the last frame that concerned it: the next one's ``prev`` and the heartbeat's ``seq``. So a
client that has everything is never told of a number it doesn't have, and one that lacks something is told at once.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from services.wall.boards import Board, Content
from services.wall.history import Snapshot, Standing
from services.wall.outlet import Message, Outlet, Packet, Send, packet, text_message
from services.wall.relay import SentFrame, SentFrames
from services.wall.visitors import Visitor
from services.wall.wire import HandOver

RING = 5_000
"""Frames a process remembers,"""
RING_SIZE = 32 * 1024 * 1024
"""but no more than so many characters of them."""


@dataclass(eq=False, slots=True)
class Wall:
    """One socket: who, which board of which realm, and its way out. ``stream`` is set while it is registered."""

    visitor: Visitor
    realm: str
    board: Board
    send: Send
    hand_over: HandOver | None = None
    outlet: Outlet = field(init=False)
    stream: "Stream | None" = None


class Stream:
    """A board as seen by a set of scopes, and the sockets that show it."""

    def __init__(self, board: Board, scopes: tuple[str, ...]) -> None:
        self.board = board
        self.scopes = scopes
        self.last = 0
        self.outlets: dict[Outlet, None] = {}
        self.snapshot: Snapshot | None = None
        self.taken_at = 0.0
        self.totals = ""
        self.refreshed_at = 0.0
        self.idle = False
        self._scopes = frozenset(scopes)

    def tile_of(self, frame: SentFrame) -> str | None:
        """Return what a frame says here: the tile, a tombstone for what may no longer be seen, or None."""
        if not self.board.shows(frame.kind, frame.monitor, frame.key):
            return None
        if not self._scopes.isdisjoint(frame.audience):
            return frame.tile
        if not self._scopes.isdisjoint(frame.left):
            return json.dumps({"key": frame.key, "version": frame.version, "gone": True})
        return None

    def broadcast(self, several: Packet) -> None:
        """Hand the same messages to every socket."""
        for outlet in list(self.outlets):
            outlet.push_all(several)


class Feed:
    """Where this process stands in a realm's frames, with the last ones in a ring."""

    def __init__(self, realm: str, standing: Standing) -> None:
        self.realm = realm
        self.epoch = standing.epoch
        self.seq = standing.seq
        self.streams: dict[tuple[Content, tuple[str, ...]], Stream] = {}
        self._ring: deque[SentFrame] = deque()
        self._size = 0
        self._by_scope: dict[str, dict[Stream, None]] = {}

    # --- streams and who watches them --------------------------------------------------------------------------------

    def stream(self, board: Board, scopes: tuple[str, ...]) -> Stream:
        """Return the stream of a board as these scopes see it; it is kept up to date from now on."""
        known = self.streams.get((board.content, scopes))
        if known is not None:
            return known
        stream = Stream(board, scopes)
        concerning = (frame.seq for frame in reversed(self._ring) if stream.tile_of(frame) is not None)
        stream.last = next(concerning, 0)
        self.streams[board.content, scopes] = stream
        for scope in scopes:
            self._by_scope.setdefault(scope, {})[stream] = None
        return stream

    def register(self, wall: Wall) -> None:
        """Let a socket get whatever is applied from now on, unless it left meanwhile."""
        if not wall.outlet.closed:
            wall.stream = self.stream(wall.board, wall.visitor.streams)
            wall.stream.outlets[wall.outlet] = None

    def sweep(self) -> None:
        """Forget the streams that nobody watched at two sweeps in a row."""
        for name, stream in list(self.streams.items()):
            if stream.outlets:
                stream.idle = False
            elif not stream.idle:
                stream.idle = True
            else:
                del self.streams[name]
                for scope in stream.scopes:
                    self._by_scope[scope].pop(stream)
                    if not self._by_scope[scope]:
                        del self._by_scope[scope]

    @property
    def is_watched(self) -> bool:
        """True while a socket shows something of this realm."""
        return any(stream.outlets for stream in self.streams.values())

    @property
    def scopes(self) -> set[str]:
        """What those who watch may see."""
        return {scope for stream in self.streams.values() if stream.outlets for scope in stream.scopes}

    # --- frames ------------------------------------------------------------------------------------------------------

    def apply(self, epoch: str, frames: Iterable[SentFrame]) -> bool:
        """Send the next frames to whom they concern, each socket's in one go.

        False when one of them isn't the next one: those before it were sent, nothing was done with the others.
        """
        texts: dict[Stream, list[str]] = {}
        is_next = True
        for frame in frames:
            if epoch != self.epoch or frame.seq > self.seq + 1:
                is_next = False
                break
            if frame.seq == self.seq + 1:
                self.seq = frame.seq
                self._remember(frame)
                for stream in self._concerned(frame):
                    self._tell(stream, frame, texts)
        for stream, told in texts.items():
            stream.broadcast(packet(told))
        return is_next

    def follows(self, sent: SentFrames) -> bool:
        """Tell whether published frames can be applied here, wholly or but for those already applied."""
        return sent.epoch == self.epoch and sent.prev <= self.seq

    def restart(self, standing: Standing) -> None:
        """Stand somewhere else, without the frames in between: everybody gets a snapshot."""
        self.epoch, self.seq = standing.epoch, standing.seq
        self._ring.clear()
        self._size = 0
        for stream in self.streams.values():
            stream.last, stream.snapshot = 0, None
            for outlet in stream.outlets:
                outlet.fall_behind()

    def covers(self, seq: int) -> bool:
        """Tell whether the ring holds every frame after ``seq``."""
        if seq >= self.seq:
            return seq == self.seq
        return bool(self._ring) and self._ring[0].seq <= seq + 1

    def since(self, seq: int, stream: Stream, also: Iterable[SentFrame] = ()) -> list[Message]:
        """Return what brings a client from ``seq`` up to here: ``also`` (older, stored frames), then the ring's."""
        messages = []
        prev = seq
        for frame in (*also, *self._after(seq)):
            tile = stream.tile_of(frame) if frame.seq > prev else None
            if tile is not None:
                messages.append(text_message(_frame_text(self.epoch, frame.seq, prev, tile)))
                prev = frame.seq
        return messages

    def _remember(self, frame: SentFrame) -> None:
        self._ring.append(frame)
        self._size += len(frame.tile)
        while len(self._ring) > RING or self._size > RING_SIZE:
            self._size -= len(self._ring.popleft().tile)

    def _after(self, seq: int) -> Iterator[SentFrame]:
        if not self._ring:
            return iter(())
        return islice(self._ring, max(0, seq + 1 - self._ring[0].seq), None)

    def _concerned(self, frame: SentFrame) -> Iterable[Stream]:
        found: dict[Stream, None] = {}
        for scope in (*frame.audience, *frame.left):
            found |= self._by_scope.get(scope, {})
        return found

    def _tell(self, stream: Stream, frame: SentFrame, texts: dict[Stream, list[str]]) -> None:
        tile = stream.tile_of(frame)
        if tile is not None:
            texts.setdefault(stream, []).append(_frame_text(self.epoch, frame.seq, stream.last, tile))
            stream.last = frame.seq


def _frame_text(epoch: str, seq: int, prev: int, tile: str) -> str:
    return f'{{"type":"frame","epoch":"{epoch}","seq":{seq},"prev":{prev},"tile":{tile}}}'

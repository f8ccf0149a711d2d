"""uvicorn's websocket protocol with one more door: bytes that are already encoded as they go over the wire.

A frame for two thousand sockets is the same bytes two thousand times, since a server's frames are not masked and
nothing is compressed. ``--ws services.wall.wire:WireProtocol`` offers this door as an extension of the scope
(``scope["extensions"]["ioc.wire"]``, a function like ``WireProtocol.hand_over``). Under any other server it isn't
there, and at any moment it may say no: whoever uses it keeps the ASGI ``send`` for these cases.

What it relies on in uvicorn: ``handle_connect`` makes ``scope`` before the application runs, ``writable`` follows the
transport's buffer, and each frame of its own (a ping, a close) is one whole ``transport.write``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

EXTENSION = "ioc.wire"
HandOver = Callable[[bytes], bool]

_TEXT = 0x81  # a whole message of text (RFC 6455, section 5.2)


def wire_frame(text: str) -> bytes:
    """Return a text message as one unmasked frame."""
    data = text.encode()
    size = len(data)
    if size < 126:
        return bytes((_TEXT, size)) + data
    if size < 1 << 16:
        return bytes((_TEXT, 126)) + size.to_bytes(2, "big") + data
    return bytes((_TEXT, 127)) + size.to_bytes(8, "big") + data


def door_of(scope: Mapping[str, Any]) -> HandOver | None:
    """Return the door of a connection; None where the server has none."""
    door: HandOver | None = (scope.get("extensions") or {}).get(EXTENSION)
    return door


class WireProtocol(WebSocketsSansIOProtocol):
    """Takes whole frames as they are while the connection is open and negotiated no extension.

    ``hand_over`` is called two thousand times for one frame: it looks at as few objects as it can, since on a busy
    machine none of them is still in the processor's cache.
    """

    _plain = False
    _full = False

    def handle_connect(self, event: Request) -> None:
        """Begin the application with one extension more in its scope."""
        super().handle_connect(event)
        scope: dict[str, Any] | None = getattr(self, "scope", None)  # none after a refused handshake
        if scope is not None:
            scope["extensions"][EXTENSION] = self.hand_over

    def pause_writing(self) -> None:
        """The transport holds more than its limit."""
        self._full = True
        super().pause_writing()

    def resume_writing(self) -> None:
        """The transport takes data again."""
        self._full = False
        super().resume_writing()

    def hand_over(self, frames: bytes) -> bool:
        """Write whole frames now and return True; False, and nothing done, when the ASGI ``send`` must be used.

        That is: before the handshake and after the end, with a compressed connection, and while the transport holds
        more than its limit, so that whoever sends notices a slow client.
        """
        if not self._plain and not self._is_plain_now():
            return False
        if self._full or self.close_sent or self.transport.is_closing():
            return False
        self.transport.write(frames)
        return True

    def _is_plain_now(self) -> bool:
        """Tell whether frames may go out as they are from now on; what was negotiated stays so."""
        self._plain = self.conn.state is State.OPEN and not self.conn.extensions
        return self._plain

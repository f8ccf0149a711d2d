"""uvicorn's websocket protocol with one more door: messages that are already encoded as they go over the wire.

A frame for two thousand sockets is the same bytes two thousand times, since a server's frames are not masked and
nothing is compressed. ``--ws services.wall.wire:WireProtocol`` writes them as they are; every other server ignores
``wire`` and takes ``text``, which is always there too.
"""

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

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


class WireProtocol(WebSocketsSansIOProtocol):
    """Writes ``message["wire"]`` as it is while the connection is open and negotiated no extension."""

    async def send(self, message: "ASGISendEvent") -> None:
        """Send a message; one with ``wire`` costs no encoding."""
        wire: Any = message.get("wire")
        if wire is None or not self.handshake_complete or self.conn.extensions:
            await super().send(message)
            return
        if not self.writable.is_set():
            await self.writable.wait()
        if self.disconnected or self.close_sent or self.conn.state is not State.OPEN:
            await super().send(message)  # it knows what to raise
            return
        self.transport.write(wire)

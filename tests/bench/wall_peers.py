"""What the hub is measured against, in a server process of its own, with the same server and the same kind of sockets.

``/limit/``: a prebuilt frame handed to the kernel for one socket after the other, which no program can undercut.
``/textbook/``: a consumer per socket in a group, as the manual of Channels shows it, over its Redis layer.

A line on standard input writes the prebuilt frame to every socket of ``/limit/``.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from typing import Any, cast

import uvicorn
import uvloop
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.conf import settings
from django.urls import path
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from services.wall.wire import wire_frame
from tests.bench.wall_frames import GREETING, GROUP, frame_text, layers

settings.CHANNEL_LAYERS = layers(settings.REDIS_URL)
_sockets: list[socket.socket] = []


class Limit:
    """Accepts a socket, says one word, and leaves the rest to ``_write_round``."""

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """Serve one socket until it leaves."""
        del scope
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "ioc.wall.v1"})
        await send({"type": "websocket.send", "text": GREETING})
        protocol: WebSocketsSansIOProtocol = send.__self__
        line = protocol.transport.get_extra_info("socket")
        _sockets.append(line)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        _sockets.remove(line)


class Textbook(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels is not typed
    """One socket in the group."""

    async def connect(self) -> None:
        """Join the group and say one word."""
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept("ioc.wall.v1")
        await self.send(text_data=GREETING)

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        del code
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def wall_frame(self, event: dict[str, Any]) -> None:
        """Pass a frame on."""
        await self.send(text_data=event["text"])


application = URLRouter([path("limit/", cast("Any", Limit())), path("textbook/", Textbook.as_asgi())])


def _write_round(frame: bytes) -> None:
    os.read(0, 1)
    for number in [line.fileno() for line in _sockets]:
        os.write(number, frame)


async def _serve(port: int) -> None:
    asyncio.get_running_loop().add_reader(0, _write_round, wire_frame(frame_text(0)))
    options = {"ws": "websockets-sansio", "ws_per_message_deflate": False, "lifespan": "off", "log_level": "warning"}
    await uvicorn.Server(uvicorn.Config(application, port=port, **options)).serve()  # type: ignore[arg-type]


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))

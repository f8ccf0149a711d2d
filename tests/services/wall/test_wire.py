import asyncio
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import connect
from websockets.frames import Opcode
from websockets.protocol import SERVER, Protocol, State

from services.wall.wire import HandOver, door_of, wire_frame
from tests.harness.processes import free_port


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 200_000])
def test_a_frame_encoded_once_is_what_the_library_would_send(size):
    text = ("Đắk " * size)[:size]
    protocol = Protocol(SERVER, state=State.OPEN)
    protocol.send_text(text.encode())
    assert wire_frame(text) == b"".join(protocol.data_to_send())
    assert protocol.state is State.OPEN
    assert wire_frame(text)[0] & 0x0F == Opcode.TEXT


class App:
    """Accepts a socket, and lets a test do with its door and its ``send`` what it likes."""

    def __init__(self):
        self.ready = asyncio.Event()
        self.left = asyncio.Event()
        self.door: HandOver | None = None
        self.before_accepting: bool | None = None

    def hand_over(self, data: bytes) -> bool:
        assert self.door is not None
        return self.door(data)

    async def __call__(self, scope, receive, send):
        await receive()
        self.door, self.send = door_of(scope), send
        if self.door is not None:
            self.before_accepting = self.hand_over(wire_frame("too early"))
        await send({"type": "websocket.accept"})
        self.ready.set()
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self.left.set()


@asynccontextmanager
async def served(app, protocol="services.wall.wire:WireProtocol", **more):
    """Serve an application by the uvicorn that is installed; yields a client that is connected."""
    options: dict[str, Any] = {
        "ws_per_message_deflate": False,
        "lifespan": "off",
        "log_level": "warning",
        "ws_ping_interval": 0.05,
    }
    server = uvicorn.Server(uvicorn.Config(app, port=free_port(), ws=protocol, **options | more))
    running = asyncio.create_task(server.serve())
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        async with connect(f"ws://127.0.0.1:{server.config.port}/", max_size=None) as client:
            await app.ready.wait()
            yield client
    finally:
        server.should_exit = True
        await running


def test_bytes_handed_over_and_messages_sent_arrive_in_the_order_in_which_they_were_given():
    """Pings of the server go out in between: they must not fall into the middle of anything."""

    async def scene():
        app = App()
        async with served(app) as client:
            assert app.before_accepting is False
            for number in range(60):
                assert app.hand_over(wire_frame(f"a{number}") + wire_frame(f"b{number}"))
                await app.send({"type": "websocket.send", "text": f"c{number}"})
                await asyncio.sleep(0.005)
            said = [await client.recv() for _ in range(180)]
            assert said == [f"{letter}{number}" for number in range(60) for letter in "abc"]

    asyncio.run(scene())


def test_the_door_is_closed_while_the_client_takes_nothing_and_opens_again():
    async def scene():
        app, big = App(), wire_frame("x" * 100_000)
        async with served(app, ws_ping_interval=None) as client:
            client.transport.pause_reading()
            given = 0
            while app.hand_over(big):
                given += 1
                assert given < 1_000, "nothing holds back what a client does not take"
                await asyncio.sleep(0)
            client.transport.resume_reading()
            for _ in range(given):
                await client.recv()
            async with asyncio.timeout(10):
                while not app.hand_over(big):
                    await asyncio.sleep(0.01)

    asyncio.run(scene())


def test_nothing_is_handed_over_once_either_side_has_closed():
    async def scene():
        for closed_by_the_server in (True, False):
            app = App()
            async with served(app) as client:
                assert app.hand_over(wire_frame("in time"))
                if closed_by_the_server:
                    await app.send({"type": "websocket.close", "code": 4401})
                    assert app.hand_over(wire_frame("late")) is False
                    await client.wait_closed()
                    assert client.close_code == 4401
                else:
                    await client.close()
                    await app.left.wait()
                    assert app.hand_over(wire_frame("late")) is False

    asyncio.run(scene())


def test_there_is_no_door_on_a_compressed_connection_nor_under_another_server():
    async def scene():
        app = App()
        async with served(app, ws_per_message_deflate=True) as client:
            assert client.protocol.extensions
            assert app.hand_over(wire_frame("plain")) is False
        app = App()
        async with served(app, protocol="websockets-sansio"):
            assert app.door is None

    asyncio.run(scene())

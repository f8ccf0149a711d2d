"""Walls without a browser: signed-in people, and websockets that speak the protocol through the real consumer."""

import asyncio
import json
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.conf import settings
from django.test import Client as Browser

from services.directory.models import Department, RoleGrant, User
from services.wall import hub
from services.wall.consumers import SUBPROTOCOL
from services.wall.routing import websocket_urlpatterns
from tests.services.wall.kit import Client

application = URLRouter(websocket_urlpatterns)


async def in_db(function, *args, **kwargs):
    """Run a function that uses the database in a thread of its own, as the hub does."""
    return await database_sync_to_async(function, thread_sensitive=False)(*args, **kwargs)


def sign_in(name, role="operator", *, departments=()):
    """Return the session of a new account with this role (in these departments)."""
    user = User.objects.create_user(name, password="long enough 1")
    if role:
        for department in departments or [None]:
            RoleGrant.objects.create(user=user, role=role, department=department and _department(department))
    browser = Browser()
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def _department(slug):
    names = {"name": slug, "name_en": slug, "short_name": slug, "short_name_en": slug, "valid_from": "2025-07-01"}
    return Department.objects.get_or_create(slug=slug, defaults=names)[0]


class Socket:
    """One websocket, and the client state that its messages make."""

    def __init__(self, session, **query):
        headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode())] if session else []
        scope = {
            "type": "websocket",
            "path": "/ws/wall/",
            "query_string": urlencode(query).encode(),
            "headers": headers,
            "subprotocols": [SUBPROTOCOL],
        }
        self._wire = ApplicationCommunicator(application, scope)
        position = str(query.get("seq", ""))
        self.client = Client(query.get("epoch"), int(position) if position.isascii() and position.isdecimal() else 0)
        self.messages = []

    async def open(self):
        """Shake hands; the subprotocol must have been chosen."""
        await self._wire.send_input({"type": "websocket.connect"})
        answer = await self._wire.receive_output(timeout=10)
        assert (answer["type"], answer["subprotocol"]) == ("websocket.accept", SUBPROTOCOL)
        return self

    async def next(self):
        """Return the next message of any kind, taken into the client's state."""
        return self.take(await self._wire.receive_output(timeout=10))

    def take(self, output):
        """Take what the server sent into the client's state and return it."""
        assert output["type"] == "websocket.send", output
        message = json.loads(output["text"])
        self.messages.append(message)
        self.client.take(message)
        return message

    async def next_but_beats(self):
        """Return the next message that isn't a heartbeat."""
        while True:
            message = await self.next()
            if message["type"] != "heartbeat":
                return message

    async def until(self, condition, *, seconds=10):
        """Take messages until the client's state is as wanted."""
        async with asyncio.timeout(seconds):
            while not condition(self.client):
                await self.next()

    async def quiet(self, seconds=0.15):
        """Tell whether nothing but heartbeats comes for a while."""
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            if await self._wire.receive_nothing(timeout=left, interval=0.02):
                return True
            if (await self.next())["type"] != "heartbeat":
                return False
        return True

    async def close_code(self):
        """Return the code with which the server closes the socket; what comes before is taken."""
        return (await self.closed())[0]

    async def closed(self):
        """Return code and reason with which the server closes the socket; what comes before is taken."""
        while True:
            output = await self._wire.receive_output(timeout=10)
            if output["type"] == "websocket.close":
                return output["code"], output.get("reason") or ""

    async def leave(self):
        """Hang up."""
        await self._wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._wire.wait(timeout=10)


@asynccontextmanager
async def walls():
    """Give a function that opens sockets; all are closed and the hub is stopped in the end."""
    opened = []

    async def open_one(session, **query):
        socket = Socket(session, **query)
        opened.append(socket)
        return await socket.open()

    try:
        yield open_one
    finally:
        for socket in opened:
            await socket.leave()
        await hub.stop()

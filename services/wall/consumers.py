"""The wall's websocket: ``/ws/wall/?board=<slug>&layout=<version>&epoch=<e>&seq=<n>``, subprotocol ``ioc.wall.v1``.

With ``&at=<ISO time>&speed=<n>`` it plays what was recorded from then on (``services.wall.replaying``).

The server speaks, the client listens: whatever a client sends is ignored. A refusal is a close code, so the socket is
accepted first (a browser learns nothing from a refused handshake).
"""

import logging
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from services.wall import hub
from services.wall.boards import OVERVIEW, UnknownBoardError
from services.wall.door import NEW_LAYOUT, NO_BOARD, NOT_YOURS, SIGN_IN, TRY_LATER
from services.wall.feed import Wall
from services.wall.replaying import NO_MOMENT, RefusedError, Replaying
from services.wall.visitors import session_of
from services.wall.wire import door_of

log = logging.getLogger(__name__)

SUBPROTOCOL = "ioc.wall.v1"


class WallConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels is not typed
    """One socket, from its handshake to its end; what it is sent is the hub's business."""

    access = "wall.read"
    wall: Wall | None = None
    replaying: Replaying | None = None

    async def connect(self) -> None:
        """Let the visitor in, or say by a close code why not."""
        await self.accept(SUBPROTOCOL if SUBPROTOCOL in self.scope.get("subprotocols", ()) else None)
        reason = ""
        try:
            refusal = await self._enter()
        except RefusedError as error:
            refusal, reason = NO_MOMENT, error.reason
        except Exception as error:
            log.warning("a wall could not be let in: %s", error)
            refusal = TRY_LATER
        if refusal is not None:
            await self.disconnect(refusal)
            await self.close(code=refusal, reason=reason)

    async def disconnect(self, code: int) -> None:
        """Forget the socket, whatever the code."""
        del code
        if self.replaying is not None:
            self.replaying.end()
        if self.wall is not None:
            hub.current().leave(self.wall)
            self.wall = None

    async def _enter(self) -> int | None:
        asked = {name: values[-1] for name, values in parse_qs(self.scope["query_string"].decode("latin-1")).items()}
        here = hub.current()
        visitor = await here.door.visitor(session_of(self.scope["headers"]))
        if visitor is None:
            return SIGN_IN
        if not visitor.streams:
            return NOT_YOURS
        try:
            wanted = await here.boards.board(asked.get("board", OVERVIEW), visitor.role)
        except UnknownBoardError:
            return NO_BOARD
        if asked.get("layout", wanted.version) != wanted.version:
            return NEW_LAYOUT
        self.wall = Wall(visitor, settings.IOC_REALM, wanted, self.base_send, door_of(self.scope))
        if "at" in asked:
            self.replaying = here.admit(self.wall)
            await self.replaying.begin(asked["at"], asked.get("speed", ""))
        else:
            await here.join(self.wall, asked.get("epoch", ""), _number(asked.get("seq", "")))
        return None


def _number(text: str) -> int | None:
    """Return a frame's number as a client may give it, None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None

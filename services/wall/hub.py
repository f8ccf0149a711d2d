"""The hub: one per process. Takes the relay's frames from one Redis subscription and hands them to every wall here.

Redis only makes it quick. Once a second the hub asks the database where the frames stand and reads what it missed, so a
lost message, a dead Redis or a relay killed before it published costs a second and no frame.
"""

import asyncio
import logging
import resource
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from weakref import WeakKeyDictionary

import msgspec
from django.conf import settings
from django.db import InterfaceError, OperationalError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from services.kernel.models import DEMO, LIVE
from services.wall import wake
from services.wall.catchup import CatchUp, apply
from services.wall.door import NEW_LAYOUT, Door, Threads, verdict
from services.wall.feed import Wall
from services.wall.outlet import Outlet, Send, packet
from services.wall.relay import SentFrames
from services.wall.replaying import Replaying
from services.wall.shown import ShownBoards
from services.wall.watching import watch

log = logging.getLogger(__name__)

HEARTBEAT = 2.0
POLL = 1.0
POLL_WITHOUT_REDIS = 0.25
RECHECK = 30.0
"""Seconds between two looks at whether sessions are still good."""
RECOUNT = 10.0
"""Seconds between two exact counts for boards whose entities do not all fit."""
RENEW_WATCH = 20.0
LET_GO = 5.0
"""Seconds a socket may take to accept that it is closed."""

_decode = msgspec.json.Decoder(SentFrames).decode


class Hub:
    """All of it runs in one event loop; the database is asked in threads."""

    def __init__(self) -> None:
        self.threads = Threads()
        self.door = Door(self.threads)
        self.boards = ShownBoards(self.threads)
        self.walls: dict[Wall, None] = {}
        self._catchup = CatchUp(self.threads)
        self._feeds = self._catchup.feeds
        self._wake = asyncio.Event()
        self._redis_is_up = False
        self._noted: set[tuple[str, tuple[str, ...]]] = set()
        self._aside: set[asyncio.Future[None]] = set()
        loops = (self._listen, self._poll, self._beat, self._recheck, self._recount, self._renew_watch)
        self._tasks = [asyncio.get_running_loop().create_task(_forever(loop)) for loop in loops]

    async def stop(self) -> None:
        """End everything that runs for this hub; its sockets get nothing any more."""
        running = [*self._tasks, *self._aside]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for wall in list(self.walls):
            self.leave(wall)
        self.threads.close()

    # --- coming and going --------------------------------------------------------------------------------------------

    async def join(self, wall: Wall, epoch: str, seq: int | None) -> None:
        """Bring a new socket up to date (from ``seq`` where possible, else by a snapshot) and keep it so."""
        wall.outlet = Outlet(wall.send, lambda: self._catchup.refill(wall), wall.hand_over)
        self.walls[wall] = None
        feed = await self._catchup.feed(wall.realm)
        self._note(wall)
        messages = None
        if epoch and seq is not None:
            messages = await self._catchup.resumed(wall, feed, epoch, seq)
        for message in await self._catchup.fresh(wall) if messages is None else messages:
            wall.outlet.push(message)

    def admit(self, wall: Wall) -> Replaying:
        """Let a socket in that is shown the past; it stays as long as its session and roles, like any other."""
        replaying = Replaying(self.threads, wall)
        self.walls[wall] = None
        return replaying

    def leave(self, wall: Wall) -> None:
        """Forget a socket; safe to call twice."""
        if wall not in self.walls:
            return
        del self.walls[wall]
        wall.outlet.close()
        if wall.stream is not None:
            wall.stream.outlets.pop(wall.outlet, None)
            wall.stream = None

    def _note(self, wall: Wall) -> None:
        """Tell that somebody watches, unless somebody said the same a moment ago."""
        name = (wall.realm, wall.visitor.streams)
        if name not in self._noted:
            self._noted.add(name)
            self._set_aside(self.threads.call(watch, *name))

    # --- what goes on all the time -----------------------------------------------------------------------------------

    async def _listen(self) -> None:
        client = Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0), health_check_interval=5
        )
        try:
            async with client.pubsub(ignore_subscribe_messages=True) as subscription:
                realms = (LIVE, DEMO, "drill-*")
                await subscription.psubscribe(*map(wake.frames_channel, realms), f"{wake.AUTH}*")
                self._redis_is_up = True
                self._wake.set()
                while True:
                    message = await subscription.get_message(timeout=POLL)
                    if message is not None:
                        await self._take(message["channel"].decode(), message["data"])
        except (RedisError, OSError) as error:
            log.warning("the hub polls, since Redis is not there (%s)", error)
            await asyncio.sleep(POLL)
        finally:
            self._redis_is_up = False
            with suppress(RedisError, OSError):
                await client.aclose()

    async def _take(self, channel: str, data: bytes) -> None:
        if channel.startswith(wake.AUTH):
            self._set_aside(self._check([w for w in self.walls if str(w.visitor.user) == channel[len(wake.AUTH) :]]))
            return
        feed = self._feeds.get(channel.rpartition(":")[2])
        if feed is None:
            return
        sent = _decode(data)
        if not (feed.follows(sent) and await apply(feed, sent.epoch, sent.frames)):
            self._wake.set()

    async def _poll(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL if self._redis_is_up else POLL_WITHOUT_REDIS)
        self._wake.clear()
        for feed in list(self._feeds.values()):
            if feed.is_watched:
                await self._catchup.look(feed)

    async def _beat(self) -> None:
        await asyncio.sleep(HEARTBEAT)
        for feed in self._feeds.values():
            feed.sweep()
            for stream in list(feed.streams.values()):
                beat = self._catchup.heartbeat(feed, stream)
                if beat is not None:
                    stream.broadcast(packet([beat]))
            await asyncio.sleep(0)

    async def _recount(self) -> None:
        await asyncio.sleep(RECOUNT)
        for feed in list(self._feeds.values()):
            for stream in list(feed.streams.values()):
                if stream.outlets:
                    await self._catchup.recount(feed, stream)

    async def _renew_watch(self) -> None:
        await asyncio.sleep(RENEW_WATCH)
        self._noted.clear()
        for feed in list(self._feeds.values()):
            await self.threads.call(watch, feed.realm, feed.scopes)

    async def _recheck(self) -> None:
        await asyncio.sleep(RECHECK)
        await self._check(list(self.walls))

    async def _check(self, walls: Iterable[Wall]) -> None:
        """Close the sockets of those who signed out, were switched off, have other roles, or whose board changed."""
        asked = list(walls)
        found = await self.door.visitors({wall.visitor.session for wall in asked})
        for wall in asked:
            code = verdict(wall.visitor, found.get(wall.visitor.session))
            if code is None and not await self.boards.still_shows(wall.board, wall.visitor.role):
                code = NEW_LAYOUT
            if code is not None and wall in self.walls:
                self.leave(wall)
                self._set_aside(close(wall.send, code))

    def _set_aside(self, work: Awaitable[None]) -> None:
        """Run something nobody waits for, and keep it alive until it is done."""
        task = asyncio.ensure_future(work)
        self._aside.add(task)
        task.add_done_callback(self._put_away)

    def _put_away(self, task: "asyncio.Future[None]") -> None:
        self._aside.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.warning("something beside the wall's stream failed: %r", task.exception())


async def close(send: Send, code: int) -> None:
    """Close a socket with a code; one that takes nothing any more is left to the server's keep-alive."""
    with suppress(Exception):
        await asyncio.wait_for(send({"type": "websocket.close", "code": code}), LET_GO)


async def _forever(work: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await work()
        except (OperationalError, InterfaceError) as error:
            log.warning("the hub has no database (%s)", error)
            await asyncio.sleep(POLL)
        except Exception:
            log.exception("the hub goes on after an error")
            await asyncio.sleep(POLL)


def open_many() -> None:
    """Let this process have as many sockets as the machine allows: the usual limit is a thousand files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def current() -> Hub:
    """Return the hub of the running event loop, started at the first call."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        open_many()
        _hubs[loop] = Hub()
    return _hubs[loop]


async def stop() -> None:
    """Stop the hub of the running event loop, if it has one."""
    hub = _hubs.pop(asyncio.get_running_loop(), None)
    if hub is not None:
        await hub.stop()

"""Lets walls in and, again and again, asks whether they may stay. Look-ups that come together share one statement."""

import asyncio
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

from services.wall.visitors import Visitor, look_up

P = ParamSpec("P")
R = TypeVar("R")

SIGN_IN = 4401
"""Close code: not signed in, or no longer."""
NOT_YOURS = 4403
"""Close code: the account's roles do not reach the wall, or changed."""
NO_BOARD = 4404
"""Close code: there is no such board."""
NEW_LAYOUT = 4409
"""Close code: the board was laid out anew since the page was loaded; it has to be loaded again."""
TRY_LATER = 1013
"""Close code: the database doesn't answer."""

_AT_ONCE = 500


class Threads:
    """The hub's own few threads for the database: web requests never queue behind walls, nor walls behind them."""

    def __init__(self, count: int = 3) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="wall")

    async def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function there; its database connection goes back to the pool afterwards."""
        run = database_sync_to_async(function, thread_sensitive=False, executor=self._pool)
        answer: R = await run(*args, **kwargs)
        return answer

    def close(self) -> None:
        """Let the threads end."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Door:
    """Answers who a session is, many at once."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._waiting: dict[str, asyncio.Future[Visitor | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def visitor(self, session: str) -> Visitor | None:
        """Return who a session is; None when nobody is signed in by it. The database's error when it doesn't answer."""
        if not session:
            return None
        loop = asyncio.get_running_loop()
        answer = self._waiting.get(session)
        if answer is None:
            answer = self._waiting[session] = loop.create_future()
        if self._task is None:
            self._task = loop.create_task(self._answer())
        return await asyncio.shield(answer)

    async def visitors(self, sessions: Collection[str]) -> dict[str, Visitor]:
        """Return who these sessions are; those missing are nobody's."""
        found: dict[str, Visitor] = {}
        for part in _parts(sorted(set(sessions))):
            found |= await self._threads.call(look_up, part)
        return found

    async def _answer(self) -> None:
        while self._waiting:
            asked = dict(list(self._waiting.items())[:_AT_ONCE])
            for session in asked:
                del self._waiting[session]
            try:
                found = await self._threads.call(look_up, list(asked))
            except Exception as error:
                for answer in asked.values():
                    answer.set_exception(error)
            else:
                for session, answer in asked.items():
                    answer.set_result(found.get(session))
        self._task = None


def verdict(before: Visitor, now: Visitor | None) -> int | None:
    """Return the code to close a socket with, None while its visitor may stay."""
    if now is None or now.user != before.user:
        return SIGN_IN
    changed = (now.access_version, now.streams) != (before.access_version, before.streams)
    return NOT_YOURS if changed or not now.streams else None


def _parts(sessions: list[str]) -> Iterable[list[str]]:
    return (sessions[start : start + _AT_ONCE] for start in range(0, len(sessions), _AT_ONCE))

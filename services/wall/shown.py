"""The boards that this process's sockets show. Settings are read at most once a second, for all sockets together."""

import asyncio
import time

from services.wall.boards import Board, UnknownBoardError
from services.wall.door import Threads
from services.wall.models import BoardSetting
from services.wall.overrides import boards_of, find

KEPT = 1.0
"""Seconds for which what was read counts."""


class ShownBoards:
    """Answers how a role gets a board. Every method may be called by many sockets at once."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._lock = asyncio.Lock()
        self._settings: list[BoardSetting] = []
        self._read_at = 0.0
        self._boards: dict[str, list[Board]] = {}

    async def board(self, slug: str, role: str) -> Board:
        """Return the board as the role gets it now; UnknownBoardError when it isn't offered one of that name."""
        async with self._lock:
            if not self._read_at or time.monotonic() - self._read_at > KEPT:
                self._settings = await self._threads.call(_settings)
                self._read_at = time.monotonic()
                self._boards.clear()
            if role not in self._boards:
                self._boards[role] = boards_of(role, self._settings)
            return find(slug, self._boards[role])

    async def still_shows(self, board: Board, role: str) -> bool:
        """Tell whether the role still gets the board as a socket of it was opened."""
        try:
            return (await self.board(board.slug, role)).version == board.version
        except UnknownBoardError:
            return False


def _settings() -> list[BoardSetting]:
    return list(BoardSetting.objects.all())

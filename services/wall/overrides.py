"""The boards of a role: as they are declared, with what an administrator changed for it."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace

from services.directory.access import Reader, roles_of
from services.wall.boards import OVERVIEW, TOGETHER, Board, UnknownBoardError, boards, laid_out, together
from services.wall.layouts import LayoutError
from services.wall.models import BoardSetting

log = logging.getLogger(__name__)

RANKED_ROLES = (
    "leader",
    "supervisor",
    "operator",
    "auditor",
    "admin",
    "head",
    "officer",
    "kiosk",
    "local_kiosk",
    "citizen",
)
"""Of several roles the first one decides how boards look."""


def role_of(user: Reader) -> str:
    """Return the role whose boards a user gets, an empty text when there is none."""
    held = roles_of(user)
    return next((role for role in RANKED_ROLES if role in held), "")


def boards_of(role: str, settings: Iterable[BoardSetting] | None = None) -> list[Board]:
    """Return the boards that a role is offered, in its order: one statement unless the ``settings`` are given.

    A layout that no longer fits (a panel it shows is gone) is left out, and said in the log: the declared one is shown.
    """
    rows = BoardSetting.objects.filter(role__in={role, ""}) if settings is None else settings
    chosen = _chosen(role, rows)
    placed = []
    for number, declared in enumerate(boards(), 1):
        setting = chosen.get(declared.slug)
        if setting is None:
            placed.append((number, 1, declared))
        elif not setting.hidden or declared.slug == OVERVIEW:
            order = (setting.order, 0) if setting.order else (number, 1)
            placed.append((*order, _changed(declared, setting)))
    return [one for *_order, one in sorted(placed, key=lambda entry: entry[:2])]


def board_of(slug: str, role: str) -> Board:
    """Return one board as a role gets it; UnknownBoardError when there is none or the role isn't offered it."""
    return find(slug, boards_of(role))


def find(slug: str, offered: Iterable[Board]) -> Board:
    """Return the board of a name, or several as one (``overview+health``); UnknownBoardError when one isn't offered."""
    by_name = {one.slug: one for one in offered}
    try:
        return together([by_name[name] for name in dict.fromkeys(slug.split(TOGETHER))])
    except KeyError as error:
        raise UnknownBoardError(slug) from error


def _chosen(role: str, rows: Iterable[BoardSetting]) -> Mapping[str, BoardSetting]:
    """Return the row that counts for each board: the role's own before the one for every role."""
    found: dict[str, BoardSetting] = {}
    for row in rows:
        if row.role == role or (not row.role and row.board not in found):
            found[row.board] = row
    return found


def _changed(declared: Board, setting: BoardSetting) -> Board:
    shown = declared
    if setting.layout:
        try:
            shown = laid_out(declared, setting.layout)
        except LayoutError as error:
            log.warning("the setting %s is left out: %s", setting, error)
    return replace(shown, seconds=setting.seconds or declared.seconds)

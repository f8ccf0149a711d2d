"""The board that a request to the API names."""

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from services.directory.access import user_of
from services.wall.boards import Board, UnknownBoardError
from services.wall.overrides import board_of, role_of


def asked_board(request: Request, slug: str) -> Board:
    """Return a board as the reader's role gets it; NotFound when there is none of that name."""
    try:
        return board_of(slug, role_of(user_of(request)))
    except UnknownBoardError as error:
        raise NotFound from error

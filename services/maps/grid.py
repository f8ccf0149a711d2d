"""Tiles and the cells in them: the web's usual square of the world (EPSG:3857), halved ``z`` times. Pure.

A tile of 512 px holds ``CELLS`` × ``CELLS`` cells. What lies in one cell is one feature, so a tile has at most 64 of
them however many things it covers, and symbols do not run into each other on any screen. Every place on earth lies in
one cell of a zoom and every cell in one tile, so nothing is counted twice or lost at an edge.
"""

import math
import re
from dataclasses import dataclass

CELLS = 8
"""Cells along a tile's side: 64 px each, which a finger can hit."""
EXTENT = 4096
"""Units along a tile's side in the vector tile."""
MAX_ZOOM = 22

_CELL = re.compile(r"(\d{1,2})-(\d{1,9})-(\d{1,9})")


class NoSuchTileError(ValueError):
    """The world has no tile or cell of this number."""


@dataclass(frozen=True, slots=True)
class TileAt:
    """Column ``x`` from the west and row ``y`` from the north of the ``2^z`` × ``2^z`` tiles of a zoom."""

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        """Raise NoSuchTileError for a number outside the world."""
        if not (0 <= self.z <= MAX_ZOOM and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            raise NoSuchTileError

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees, a little wider than the tile: a filter before the exact one."""
        side = 1 / (1 << self.z)
        slack = side / 1000
        west, east = self.x * side - slack, (self.x + 1) * side + slack
        north, south = self.y * side - slack, (self.y + 1) * side + slack
        return max(-180.0, _lon(west)), _lat(south), min(180.0, _lon(east)), _lat(north)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a zoom, counted from the north-west corner of the world."""

    z: int
    column: int
    row: int

    @property
    def tile(self) -> TileAt:
        """The tile the cell lies in; NoSuchTileError when that is outside the world."""
        return TileAt(self.z, self.column // CELLS, self.row // CELLS)


def read_cell(text: str) -> Cell:
    """Read ``<z>-<column>-<row>``; NoSuchTileError when it names no cell of the world."""
    found = _CELL.fullmatch(text) if text.isascii() else None
    if found is None:
        raise NoSuchTileError
    cell = Cell(*map(int, found.groups()))
    _ = cell.tile
    return cell


def _lon(share: float) -> float:
    return share * 360 - 180


def _lat(share: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))

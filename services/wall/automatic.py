"""The layout of a monitor that declares none: numbers above, charts and the map between, lists and tables below. Pure.

Open alerts and climbing tickets stand at the right, where they stand on every board.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from services.contract import Panel
from services.wall.layouts import Layout, Place

COLUMNS, ROWS = 24, 20
SIDE = 6
"""Columns of the lists at the right."""
_MAIN = COLUMNS - SIDE
_ABREAST: Final = {"number": 6, "chart": 3, "list": 3}
"""Most tiles beside each other in a band."""


def automatic(monitor: str, panels: Sequence[Panel]) -> Layout:
    """Return a layout with every panel of a monitor; the maps share one tile, which offers each of them."""
    numbers = [_named(monitor, one, "number") for one in panels if one.kind == "number"]
    charts = [_named(monitor, one, "chart") for one in panels if one.kind == "chart"]
    if any(one.kind == "map" for one in panels):
        charts.insert(0, ("map", None))
    lists = [_named(monitor, one, one.kind) for one in panels if one.kind in {"list", "table", "video"}]
    bands = [*_lines(numbers, "number"), *_lines(charts, "chart"), *_lines(lists, "list")]
    places = [place for band, (top, height) in zip(bands, _heights(bands), strict=True)
              for place in _band(band, top, height)]  # fmt: skip
    split = round(ROWS * 0.55)
    side = _MAIN + 1
    return Layout(
        COLUMNS,
        ROWS,
        (
            *places,
            Place("alerts", side, 1, SIDE, split),
            Place("tickets", side, split + 1, SIDE, ROWS - split),
        ),
    )


_Item = tuple[str, str | None]


def _named(monitor: str, panel: Panel, kind: str) -> _Item:
    return kind, f"{monitor}/{panel.slug}"


def _lines(items: list[_Item], kind: str) -> list[list[_Item]]:
    """Return the items in lines of about the same length."""
    if not items:
        return []
    count = -(-len(items) // _ABREAST[kind])
    cuts = [round(n * len(items) / count) for n in range(count + 1)]
    return [items[a:b] for a, b in pairwise(cuts)]


def _heights(bands: list[list[_Item]]) -> list[tuple[int, int]]:
    """Return the first row and height of each band: a band of numbers counts half of any other."""
    shares = [1 if band[0][0] == "number" else 2 for band in bands]
    cuts = [1 + round(ROWS * sum(shares[:n]) / (sum(shares) or 1)) for n in range(len(bands) + 1)]
    return [(a, b - a) for a, b in pairwise(cuts)]


def _band(items: list[_Item], top: int, height: int) -> list[Place]:
    cuts = [1 + round(n * _MAIN / len(items)) for n in range(len(items) + 1)]
    return [
        Place(kind, cuts[n], top, cuts[n + 1] - cuts[n], height, panel=panel) for n, (kind, panel) in enumerate(items)
    ]

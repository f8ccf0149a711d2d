"""Boards: which tiles a wall shows and where. The overview and others of ``declared/``, then one for each monitor.

A board is data: a small TOML file (``services/wall/declared/``, ``monitors/<name>/board.toml``) or, for a monitor
without one, the automatic layout; what an administrator sets for a role (``settings.py``) stands in place of both.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from services import registry
from services.contract import Message, Monitor, Panel, message
from services.wall.automatic import automatic
from services.wall.layouts import Layout, LayoutError, Place, layout_of

OVERVIEW = "overview"
TOGETHER = "+"
"""Between the names of boards that a screen shows in turn: ``overview+health``."""
DECLARED = Path(__file__).parent / "declared"

_PLACES = (
    gettext_noop("Information security"),
    gettext_noop("Socio-economic indicators"),
    gettext_noop("Public services"),
    gettext_noop("Government performance"),
    gettext_noop("Health"),
    gettext_noop("Education"),
    gettext_noop("Tourism"),
    gettext_noop("Field reports"),
    gettext_noop("Public order and traffic safety"),
    gettext_noop("Natural resources and environment"),
)
"""What stands in a cell whose monitor is not there yet, by ``Monitor.position``."""


Content = tuple[str, str | None, frozenset[str]]
"""A board's name, its monitor and its panels."""


class UnknownBoardError(LookupError):
    """There is no board of that name."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One place of a board. A ``number`` without ``monitor`` keeps the place of one that does not exist yet."""

    kind: str
    monitor: str | None
    panel: str | None
    title: Message | None
    text: Mapping[str, str] | None
    col: int
    row: int
    width: int
    height: int


@dataclass(frozen=True)
class Board:
    """One board. ``monitor`` None: entities of all monitors; ``panels`` are ``<monitor>/<panel>`` names it shows."""

    slug: str
    title: Message
    monitor: str | None
    tiles: tuple[Tile, ...]
    panels: frozenset[str]
    columns: int = 24
    rows: int = 20
    seconds: int = 30

    def shows(self, kind: str, monitor: str, key: str) -> bool:
        """Tell whether a tile of this kind, monitor and key belongs on the board."""
        if kind == "panel":
            return panel_of(key) in self.panels
        return self.monitor is None or self.monitor == monitor

    @cached_property
    def content(self) -> Content:
        """What a stream of it holds: layouts of a board that show the same share one stream."""
        return self.slug, self.monitor, self.panels

    @cached_property
    def version(self) -> str:
        """A name for what it shows and where: another one means that a screen must load it again."""
        parts = [self.columns, self.rows, self.monitor, sorted(self.panels), [list(_said(tile)) for tile in self.tiles]]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _said(tile: Tile) -> Iterator[Any]:
    return (getattr(tile, name) for name in Tile.__slots__)


def tile_key(panel: str, stream: str) -> str:
    """Return the key of the tile of a panel, ``<monitor>/<panel>``, for one stream."""
    return f"panel:{panel}@{stream}"


def panel_of(key: str) -> str:
    """Return ``<monitor>/<panel>`` of a panel's key."""
    return key.removeprefix("panel:").partition("@")[0]


def boards() -> list[Board]:
    """Return all boards as they are declared: those of ``declared/``, the overview first, then one for each monitor."""
    files = sorted(DECLARED.glob("*.toml"), key=lambda file: (file.stem != OVERVIEW, file.stem))
    return [*map(from_file, files), *map(of_monitor, registry.monitors())]


def board(slug: str) -> Board:
    """Return one board as it is declared; UnknownBoardError when there is none of that name."""
    for candidate in boards():
        if candidate.slug == slug:
            return candidate
    raise UnknownBoardError(slug)


def together(several: Sequence[Board]) -> Board:
    """Return what a screen that shows boards in turn has to know: one stream with all that any of them shows."""
    if len(several) == 1:
        return several[0]
    monitors = {one.monitor for one in several}
    return Board(
        slug=TOGETHER.join(one.slug for one in several),
        title=several[0].title,
        monitor=monitors.pop() if len(monitors) == 1 else None,
        tiles=tuple(tile for one in several for tile in one.tiles),
        panels=frozenset().union(*(one.panels for one in several)),
        columns=several[0].columns,
        rows=several[0].rows,
    )


def laid_out(declared: Board, layout: Mapping[str, Any]) -> Board:
    """Return a board with another layout (``columns``, ``rows``, ``tiles``); LayoutError when it can't be shown."""
    return _built(declared.slug, declared.title, declared.monitor, _layout(declared.slug, layout, declared.monitor))


def leading_panel(monitor: Monitor) -> Panel | None:
    """Return the panel that stands for the monitor on the overview: the one marked so, else its first."""
    marked = [panel for panel in monitor.panels if panel.key]
    return next(iter([*marked, *monitor.panels]), None)


# --- from a layout to a board ----------------------------------------------------------------------------------------


def from_file(file: Path) -> Board:
    """Return the board of a file; LayoutError when it cannot be shown."""
    declared = _read(file)
    monitor = declared.get("monitor")
    layout = _layout(file.stem, declared, monitor)
    if layout.title is None:
        raise LayoutError(file.stem, ["it has no title"])
    return _built(file.stem, message("{title}", title=dict(layout.title)), monitor, layout)


def of_monitor(monitor: Monitor) -> Board:
    """Return the board of a monitor; LayoutError when its file cannot be shown."""
    if monitor.board is None:
        layout = automatic(monitor.slug, monitor.panels)
    else:
        layout = _layout(monitor.slug, _read(monitor.board), monitor.slug)
    return _built(monitor.slug, message(monitor.title), monitor.slug, layout)


@cache
def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LayoutError(file.stem, [f"{file.name} cannot be read: {error}"]) from error


def _layout(slug: str, declared: Mapping[str, Any], monitor: str | None) -> Layout:
    return layout_of(slug, declared, _kind_of, monitor)


def _kind_of(name: str) -> str | None:
    try:
        return registry.panel(*name.split("/", 1))[1].kind if "/" in name else None
    except registry.UnknownNameError:
        return None


def _built(slug: str, title: Message, monitor: str | None, layout: Layout) -> Board:
    tiles = tuple(tile for place in layout.places for tile in _tiles(place))
    return Board(
        slug=slug,
        title=title,
        monitor=monitor,
        tiles=tiles,
        panels=frozenset(_panels(tiles, monitor)),
        columns=layout.columns,
        rows=layout.rows,
        seconds=layout.seconds,
    )


def _panels(tiles: Iterable[Tile], monitor: str | None) -> Iterator[str]:
    """Yield the panels whose figures a board needs: those of its tiles, and for a map every one that can colour it."""
    for tile in tiles:
        if tile.monitor and tile.panel:
            yield f"{tile.monitor}/{tile.panel}"
        if tile.kind == "map":
            for owner in registry.monitors():
                if monitor in {None, owner.slug}:
                    yield from (f"{owner.slug}/{panel.slug}" for panel in owner.panels if panel.kind == "map")


def _tiles(place: Place) -> Iterator[Tile]:
    if place.kind == "monitors":
        yield from _key_figures(place)
        return
    monitor, _, panel = (place.panel or "").partition("/")
    title = message("{title}", title=dict(place.title)) if place.title else None
    if title is None and panel:
        title = message(registry.panel(monitor, panel)[1].title)
    yield Tile(place.kind, monitor or None, panel or None, title, place.text, *_area(place))


def _area(place: Place) -> tuple[int, int, int, int]:
    return place.col, place.row, place.width, place.height


def _key_figures(block: Place) -> Iterator[Tile]:
    """Yield a tile for each of the ten places and, in the order of their places, for the monitors beyond them."""
    monitors = registry.monitors()
    by_place = {monitor.position: monitor for monitor in monitors}
    wanted = [(by_place.get(n), by_place[n].title if n in by_place else title) for n, title in enumerate(_PLACES)]
    wanted += [(monitor, monitor.title) for monitor in monitors if monitor.position >= len(_PLACES)]
    lines = -(-len(wanted) // block.across)
    for number, (monitor, title) in enumerate(wanted):
        line, beside = divmod(number, block.across)
        col, width = _part(block.col, block.width, beside, block.across)
        row, height = _part(block.row, block.height, line, lines)
        panel = leading_panel(monitor) if monitor else None
        names = (monitor.slug if monitor else None, panel.slug if panel else None)
        yield Tile("number", *names, message(title), None, col, row, width, height)


def _part(first: int, size: int, index: int, count: int) -> tuple[int, int]:
    """Return where one of ``count`` parts of a length begins and how long it is: as even as whole cells allow."""
    begin, end = (first + round(size * n / count) for n in (index, index + 1))
    return begin, max(1, end - begin)

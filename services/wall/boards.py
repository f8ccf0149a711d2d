"""Boards, declared: which tiles a wall shows and where. The overview has ten cells that never move.

A monitor whose place lies beyond the ten follows them in the order of places, without gaps.

A board is data, so that screens, sizes and roles can be adjusted later without another way to declare one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from services import registry
from services.contract import Message, Monitor, Panel, message

OVERVIEW = "overview"

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


class UnknownBoardError(LookupError):
    """There is no board of that name."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One fixed place. ``monitor`` and ``panel`` are None until the monitor of that place exists."""

    monitor: str | None
    panel: str | None
    title: Message


@dataclass(frozen=True, slots=True)
class Board:
    """One board. ``monitor`` None: entities of all monitors; ``panels`` are ``<monitor>/<panel>`` names it shows."""

    slug: str
    title: Message
    monitor: str | None
    cells: tuple[Cell, ...]
    panels: frozenset[str]

    def shows(self, kind: str, monitor: str, key: str) -> bool:
        """Tell whether a tile of this kind, monitor and key belongs on the board."""
        if kind == "panel":
            return panel_of(key) in self.panels
        return self.monitor is None or self.monitor == monitor


def tile_key(panel: str, stream: str) -> str:
    """Return the key of the tile of a panel, ``<monitor>/<panel>``, for one stream."""
    return f"panel:{panel}@{stream}"


def panel_of(key: str) -> str:
    """Return ``<monitor>/<panel>`` of a panel's key."""
    return key.removeprefix("panel:").partition("@")[0]


def boards() -> list[Board]:
    """Return all boards: the overview, then one for each monitor by its place."""
    return [_overview(), *(_of_monitor(monitor) for monitor in registry.monitors())]


def board(slug: str) -> Board:
    """Return one board; UnknownBoardError when there is none of that name."""
    for candidate in boards():
        if candidate.slug == slug:
            return candidate
    raise UnknownBoardError(slug)


def _overview() -> Board:
    monitors = registry.monitors()
    by_place = {monitor.position: monitor for monitor in monitors}
    fixed = [_cell(by_place.get(place), title) for place, title in enumerate(_PLACES)]
    more = [_cell(monitor, monitor.title) for monitor in monitors if monitor.position >= len(_PLACES)]
    return Board(
        slug=OVERVIEW,
        title=message(gettext_noop("Overview")),
        monitor=None,
        cells=(*fixed, *more),
        panels=_names((m, p) for m in monitors for p in m.panels if p is leading_panel(m) or p.kind == "map"),
    )


def _cell(monitor: Monitor | None, title: str) -> Cell:
    if monitor is None:
        return Cell(None, None, message(title))
    panel = leading_panel(monitor)
    return Cell(monitor.slug, panel.slug if panel else None, message(monitor.title))


def _of_monitor(monitor: Monitor) -> Board:
    return Board(
        slug=monitor.slug,
        title=message(monitor.title),
        monitor=monitor.slug,
        cells=tuple(Cell(monitor.slug, panel.slug, message(panel.title)) for panel in monitor.panels),
        panels=_names((monitor, panel) for panel in monitor.panels),
    )


def leading_panel(monitor: Monitor) -> Panel | None:
    """Return the panel that stands for the monitor on the overview: the one marked so, else its first."""
    marked = [panel for panel in monitor.panels if panel.key]
    return next(iter([*marked, *monitor.panels]), None)


def _names(pairs: Iterable[tuple[Monitor, Panel]]) -> frozenset[str]:
    return frozenset(f"{monitor.slug}/{panel.slug}" for monitor, panel in pairs)

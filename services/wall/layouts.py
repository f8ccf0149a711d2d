"""A board's layout: tiles on a grid, as a small TOML file declares it or an administrator's JSON gives it. Pure.

``columns`` and ``rows`` divide the screen, so one layout serves every size of screen, a screen can be cut over several
at any column, and an editor only has to write these numbers. A tile stands at ``col``, ``row`` (from 1) and covers
``width`` columns and ``height`` rows. Everything wrong with a layout is said at once, by the name of its board.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Literal, get_args

Kind = Literal[
    "number",
    "chart",
    "list",
    "table",
    "map",
    "video",
    "alerts",
    "tickets",
    "text",
    "monitors",
    "curve",
    "timeline",
    "slips",
    "cameras",
]
"""``monitors`` is a block of key figures, each monitor's in its fixed place; boards get the tiles it stands for.

The last four show one incident: what its alert rests on over time, how it went on, its tickets, the nearest cameras.
"""
KINDS: Final = get_args(Kind)
OF_A_PANEL: Final = frozenset({"number", "chart", "list", "table", "video"})
"""Kinds that show one panel's figure; a ``map`` may name the panel that colours it."""

LARGEST = 120
"""Most columns and rows of a grid."""
BOARD_KEYS = {"title", "columns", "rows", "seconds", "tiles", "monitor"}
TILE_KEYS = {"kind", "panel", "title", "text", "col", "row", "width", "height", "across"}
LANGUAGES = {"vi", "en"}
SHORTEST, LONGEST = 5, 3600
"""Seconds a board may stay on a screen that shows one after the other."""


class LayoutError(ValueError):
    """A layout that cannot be shown; ``faults`` says all that is wrong with it."""

    def __init__(self, board: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"board {board}: {'; '.join(faults)}")


@dataclass(frozen=True, slots=True)
class Place:
    """What stands where. ``panel`` is ``<monitor>/<panel>``; ``title`` and ``text`` hold a text per language."""

    kind: str
    col: int
    row: int
    width: int
    height: int
    panel: str | None = None
    title: Mapping[str, str] | None = None
    text: Mapping[str, str] | None = None
    across: int = 2
    """Tiles beside each other in a block of ``monitors``."""

    def overlaps(self, other: "Place") -> bool:
        """Tell whether two places share any cell of the grid."""
        beside = self.col + self.width <= other.col or other.col + other.width <= self.col
        above = self.row + self.height <= other.row or other.row + other.height <= self.row
        return not (beside or above)

    def fits(self, columns: int, rows: int) -> bool:
        """Tell whether the place lies inside a grid."""
        inside = self.col >= 1 and self.col + self.width <= columns + 1
        return inside and self.width >= 1 and self.height >= 1 and self.row >= 1 and self.row + self.height <= rows + 1


@dataclass(frozen=True, slots=True)
class Layout:
    """A grid and what stands on it; ``seconds`` is how long the board stays where boards take turns."""

    columns: int
    rows: int
    places: tuple[Place, ...]
    seconds: int = 30
    title: Mapping[str, str] | None = None


def layout_of(
    board: str, declared: Mapping[str, Any], panel_kind: Callable[[str], str | None], monitor: str | None = None
) -> Layout:
    """Return the layout that a file or an administrator declares; LayoutError with every fault.

    ``panel_kind`` answers the kind of the panel of a name, None for one that does not exist. On a monitor's own board
    (``monitor``) a panel's name needs no monitor before it and no other monitor's panel can be shown.
    """
    faults = [f"unknown key {name!r}" for name in sorted(set(declared) - BOARD_KEYS)]
    columns, rows = (_number(declared, name, LARGEST, faults) for name in ("columns", "rows"))
    seconds = declared.get("seconds", 30)
    if not _whole(seconds) or not SHORTEST <= seconds <= LONGEST:
        faults.append(f"seconds must be {SHORTEST} to {LONGEST}")
    title = _words(declared.get("title"), "the board's title", faults)
    given = declared.get("tiles")
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise LayoutError(board, [*faults, "tiles must be a list that is not empty"])
    places = []
    for number, one in enumerate(given, 1):
        place = _place(one, f"tile {number}", faults, monitor)
        if place is not None:
            places.append(place)
            faults.extend(f"tile {number} {fault}" for fault in _faults_of(place, panel_kind, monitor))
    if columns and rows:
        faults.extend(f"{_said(place)} is outside the grid" for place in places if not place.fits(columns, rows))
    faults.extend(f"{_said(a)} overlaps {_said(b)}" for a, b in combinations(places, 2) if a.overlaps(b))
    if faults:
        raise LayoutError(board, faults)
    return Layout(columns, rows, tuple(places), seconds, title)


def _said(place: Place) -> str:
    return f"{place.panel or place.kind} at column {place.col}, row {place.row}"


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(declared: Mapping[str, Any], name: str, most: int, faults: list[str]) -> int:
    value = declared.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
        return value
    faults.append(f"{name} must be a whole number from 1 to {most}")
    return 0


def _words(value: object, what: str, faults: list[str]) -> Mapping[str, str] | None:
    if value is None:
        return None
    if isinstance(value, Mapping) and set(value) == LANGUAGES and all(isinstance(v, str) and v for v in value.values()):
        return dict(value)
    faults.append(f"{what} must be given in Vietnamese and English")
    return None


def _place(one: object, name: str, faults: list[str], monitor: str | None) -> Place | None:
    if not isinstance(one, Mapping):
        faults.append(f"{name} is not a table of keys")
        return None
    before = len(faults)
    faults.extend(f"{name} has an unknown key {key!r}" for key in sorted(set(one) - TILE_KEYS))
    kind, panel = one.get("kind"), one.get("panel")
    if kind not in KINDS:
        faults.append(f"{name} has no kind of {', '.join(KINDS)}")
    if panel is not None and not isinstance(panel, str):
        faults.append(f"{name} names its panel by no text")
    numbers = {key: one.get(key, 2 if key == "across" else 0) for key in ("col", "row", "width", "height", "across")}
    faults.extend(f"{name}: {key} must be a whole number from 1" for key, n in numbers.items() if not _counts(n))
    title, text = (_words(one.get(key), f"{key} of {name}", faults) for key in ("title", "text"))
    if len(faults) > before:
        return None
    full = panel if panel is None or monitor is None or "/" in panel else f"{monitor}/{panel}"
    return Place(kind=str(kind), panel=full, title=title, text=text, **numbers)


def _counts(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LARGEST


def _faults_of(place: Place, panel_kind: Callable[[str], str | None], monitor: str | None) -> Iterable[str]:
    """Yield what a tile of this kind lacks, or has and must not have."""
    if place.kind == "text" and not place.text:
        yield "has no text"
    if place.panel is None:
        if place.kind in OF_A_PANEL:
            yield f"of kind {place.kind} names no panel"
        return
    if place.kind not in OF_A_PANEL | {"map"}:
        yield f"of kind {place.kind} shows no panel"
        return
    found = panel_kind(place.panel)
    if found is None:
        yield f"names {place.panel}, which does not exist"
    elif place.kind == "map" and found != "map":
        yield f"colours the map with {place.panel}, which has no figures by commune"
    if monitor is not None and not place.panel.startswith(f"{monitor}/"):
        yield f"shows {place.panel}, which is another monitor's"

"""A monitoring service as a whole: what it receives, notices and shows, on one screen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.contract.findings import Change, Moment, Rule
from services.contract.incoming import Source
from services.contract.maps import Layer
from services.contract.records import Fact, Query
from services.contract.showing import Page, Panel


@dataclass(frozen=True, slots=True)
class Monitor:
    """A monitoring service on one screen. ``position`` is its cell on the overview: 0 to 9 are fixed, more follow."""

    slug: str
    title: str
    department: str
    position: int
    sources: tuple[Source, ...]
    rules: tuple[Rule, ...]
    panels: tuple[Panel, ...]
    layers: tuple[Layer, ...] = ()
    pages: tuple[Page, ...] = ()
    records: Query | None = None
    """Every record of the monitor, in scope: what the ids in a finding's evidence point at."""
    follow: Callable[[Change], None] | None = None
    facts: Callable[[Sequence[int]], Sequence[Fact]] | None = None
    """What a finding's records tell the people who act on it; read when a ticket is shown, kept nowhere."""
    extensions: int | None = None
    """How often the deadline of one of its tickets may be extended; None: as often as somebody grants it."""
    publish: Callable[[Moment], int] | None = None
    """Writes what the monitor knows as indicators, for other monitors to read; returns how many values.

    Called about once an hour in a transaction of its own (``services/indicators/publishing.py``); it must say the same
    again when nothing has changed.
    """
    categories: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the categories of its findings are called: a message id by code."""
    board: Path | None = None
    """The file that says what stands where on its board (``services/wall/layouts.py``); none = laid out by itself."""

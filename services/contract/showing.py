"""What is shown: the figures of the wall's tiles, and a monitor's pages on the citizens' portal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from services.contract.records import Column, Query, Scope
from services.contract.words import Message, Severity


@dataclass(frozen=True, slots=True)
class Figure:
    """What a panel shows. ``value`` None = no data. ``values`` colours a map by unit code.

    ``rows`` with ``columns`` fill a table or draw a chart. Rows without columns are a list, each with what is known of
    ``id``, ``at`` (ISO instant), ``title``, ``unit``, ``department``, ``value``, ``state``, ``open`` and ``severity``.
    """

    value: float | None
    as_of: datetime | None
    query: Query
    unit: Message | None = None
    decimals: int = 0
    target: float | None = None
    target_text: Message | None = None
    severity: Severity | None = None
    trend: Sequence[float] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    elsewhere: float | None = None
    """The value of units that ``values`` leaves out; None = not known: the map shows them as without data."""
    rows: Sequence[Mapping[str, Any]] = ()
    rules: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    running: bool = False
    """The last point of ``trend`` and of a chart's ``rows`` is of a span that is not over: drawn as not final."""
    short: Message | None = None
    """What the figure counts, and of when, in some thirty letters: the line below it on a tile."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A tile of the wall. ``fresh_for``: older than this it fades; ``key`` marks the monitor's own key figure."""

    slug: str
    title: str
    kind: Literal["number", "chart", "map", "list", "table", "video"]
    figure: Callable[[Scope], Figure]
    sources: tuple[str, ...]
    refresh: timedelta = timedelta(minutes=1)
    fresh_for: timedelta = timedelta(minutes=15)
    key: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a monitor offers on the citizens' portal; ``address`` is a URL name, ``icon`` a Lucide icon's name."""

    slug: str
    title: str
    lead: str
    address: str
    icon: str
    primary: bool = False

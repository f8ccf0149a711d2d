"""What a map shows: layers of places, how each place is drawn, and what a camera there shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from services.contract.records import Query
from services.contract.words import Message, Severity, Words


@dataclass(frozen=True, slots=True)
class Look:
    """How a layer's place is drawn while ``Layer.state`` has this ``value``, or is at least ``least``.

    ``icon`` is a Lucide icon's name, ``title`` its words in the legend. ``severity`` adds that severity's shape and
    colour: only for what somebody should look at.
    """

    title: str
    icon: str
    value: str = ""
    least: float | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What one camera shows: its name, how it stands in words, and when its last picture was taken (None: never).

    ``picture`` is that picture's address, empty without one; the address itself asks for the right to look.
    """

    name: Message
    state: Message
    at: datetime | None
    lost: bool
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A set of places: its query, the point or polygon attribute, the properties shown and who may see it.

    The rest is how a map draws it and needs nothing but the declared properties: ``name`` is the one that names a
    place, ``state`` the one that ``looks`` explain (worst first; the first that fits counts), ``figure`` the one
    written beside a single place, ``at`` the one that says when it was true: a place older than ``fresh_for`` is drawn
    as old. ``words`` say what the codes of a property mean where the query's column doesn't (those of a field with
    choices are known), ``titles`` name properties that the query has no column for, ``address`` is where one record is
    read, such as ``/api/things/{public_id}/``.
    """

    slug: str
    title: str
    query: Query
    geometry: str
    properties: tuple[str, ...]
    audience: Literal["public", "staff"] = "staff"
    icon: str = "map-pin"
    name: str = ""
    state: str = ""
    looks: tuple[Look, ...] = ()
    figure: str = ""
    at: str = ""
    fresh_for: timedelta | None = None
    words: Mapping[str, Words] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    views: Callable[[Sequence[Any], datetime], Sequence[View]] | None = None
    """For a layer of cameras: what each of some rows shows at an instant, in their order."""

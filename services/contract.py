"""The contract between monitors and services: the only file that both sides must know.

Plain frozen dataclasses and callables. A monitor describes what it receives (``Source``), what it notices (``Rule``),
what it shows (``Panel``, ``Layer``, ``Page``); the services do the rest. Every instant is an aware ``datetime`` in
UTC; every code of an administrative unit is its five-digit text code; every coordinate is longitude, latitude in
degrees (EPSG:4326).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

if TYPE_CHECKING:
    import msgspec
    from django.db.models import QuerySet

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
"""From the mildest to the worst; a severity's rank is its index here."""
SEVERITY_CHOICES = [(name, name) for name in reversed(SEVERITIES)]


def rank_of(severity: Severity) -> int:
    """Return 0 (info) to 4 (critical): what the database stores, so that worse compares greater."""
    return SEVERITIES.index(severity)


class Message(TypedDict):
    """A text that is rendered where it is read: an English message id with ``{name}`` placeholders and their values.

    A value is a number, a string, an ISO instant, another message, or a pair ``{"vi": …, "en": …}``. Never a citizen's
    words or personal values: messages are stored in tiles, frames and the audit.
    """

    msgid: str
    params: NotRequired[dict[str, Any]]


def message(msgid: str, **params: Any) -> Message:
    """Build a message; wrap the id in ``gettext_noop`` where it is written, so that it is found for translation."""
    return {"msgid": msgid, "params": params}


# --- what comes in -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Item:
    """One decoded item of a batch. ``digest`` is the sha256 of its canonical JSON: equal content, equal digest."""

    index: int
    payload: Any
    raw: Mapping[str, Any]
    digest: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What a source sent at once. ``source`` is ``<monitor>/<source>``; ``now`` is the realm's clock."""

    realm: str
    source: str
    now: datetime
    historical: bool
    items: Sequence[Item]


Outcome = Literal["accepted", "updated", "duplicate", "rejected"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one item: its record, or the errors by field that keep it in quarantine."""

    index: int
    outcome: Outcome
    record_id: int | None = None
    errors: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A feed of a monitor. ``store`` writes records in the caller's transaction and answers for every item.

    ``kind``: an ``event`` happened once (same id again = duplicate); a ``state`` is the newest truth about a thing
    (same id with newer content = update). ``silent_after``: how long it may say nothing before that is an alert of
    its own.
    """

    slug: str
    title: str
    kind: Literal["event", "state"]
    payload: "type[msgspec.Struct]"
    store: Callable[[Batch], list[Stored]]
    silent_after: timedelta | None = None
    also_heard: Callable[[str], datetime | None] | None = None
    """When it last spoke in a realm by another door than intake, which counts against its silence just as well."""
    adapt: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    """Turns a foreign item (an agency's own field names) into the payload's shape before it is validated."""


# --- what is noticed -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where a rule looks: the realm and its clock. A rule uses no other clock.

    ``silences``: when each source (``<monitor>/<source>``) was last silent as a whole, from and to, ``as_of`` while it
    lasts; told to sweeps alone. That is an alert of its own already: whatever it explains is no second finding.
    """

    realm: str
    as_of: datetime
    silences: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know. The same fingerprint while its alert is open is the same alert.

    ``unit`` is a commune's code, ``department`` a department's slug, ``place`` longitude and latitude; ``evidence``
    the ids of the records that show it; ``category`` lets policies tell kinds apart; ``seen`` is when the latest
    evidence occurred and ``count`` how many happenings stand behind this finding.
    """

    rule: str
    severity: Severity
    fingerprint: str
    title: Message
    seen: datetime
    unit: str | None = None
    department: str | None = None
    place: tuple[float, float] | None = None
    category: str = ""
    evidence: Sequence[int] = ()
    count: int = 1
    deadline: Mapping[str, int] | None = None
    """The period its own rules promise, such as ``{"working_days": 5}``; without one the escalation policy decides."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """The condition behind a fingerprint is gone since ``seen``; ignored when older than the latest finding."""

    rule: str
    fingerprint: str
    seen: datetime


Result = Finding | Cleared


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a monitor: pure, writes nothing.

    ``detect(ids, moment)`` judges records that just arrived; ``sweep(moment)`` finds what became true by time alone,
    at most ``every``. ``basis`` names the law, standard or practice it comes from. ``clears`` tells whether the
    condition can be seen to end (a river falls) or is a happening that only people finish (a report).
    """

    id: str
    version: int
    severity: Severity
    title: str
    basis: str
    sources: tuple[str, ...] = ()
    detect: Callable[[Sequence[int], Moment], Iterable[Result]] | None = None
    sweep: Callable[[Moment], Iterable[Result]] | None = None
    every: timedelta = timedelta(minutes=1)
    clears: bool = True
    records: "Query | None" = None
    """What the ids in its findings' evidence point at, where that is not ``Monitor.records``."""
    facts: "Callable[[Sequence[int]], Sequence[Fact]] | None" = None
    """What its findings' records tell, where that is not ``Monitor.facts``."""
    curve: "Callable[[Sequence[int], Moment], Curve | None] | None" = None
    """What a finding rests on over time, from its evidence, up to a moment; None when those records have no course."""


@dataclass(frozen=True, slots=True)
class CurveLine:
    """A level that a curve is held against; ``severity`` is that of a finding beyond it, None for no finding."""

    title: Message
    value: float
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """What a finding rests on over time: instants (aware, rising) with values, None where nothing is known.

    ``unit`` is what the values are counted in. ``lines`` are the levels, each reached at its very value. ``change`` is
    the span over which its change is worth telling (a river: an hour); None: it is not.
    """

    title: Message
    points: Sequence[tuple[datetime, float | None]]
    unit: Message | None = None
    decimals: int = 0
    lines: Sequence[CurveLine] = ()
    change: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a monitor is told when a ticket that came from its finding changes (``Monitor.follow``).

    ``note`` is what an official said to the public just now, empty when the change is another one.
    """

    realm: str
    rule: str
    fingerprint: str
    evidence: Sequence[int]
    ticket: str
    state: str
    outcome: str
    public_text: str
    unit: str | None
    department: str | None
    due_at: datetime | None
    at: datetime
    note: str = ""


# --- what is shown -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose figures: the whole province, one unit or one department, at ``now`` of the realm's clock."""

    realm: str
    now: datetime
    unit: str | None = None
    department: str | None = None

    @property
    def stream(self) -> str:
        """The name the wall uses: ``province``, ``unit:<code>`` or ``department:<slug>``."""
        if self.unit:
            return f"unit:{self.unit}"
        return f"department:{self.department}" if self.department else "province"


Words = Callable[[], Mapping[str, Any]]
"""What codes mean: a message or a pair ``{"vi": …, "en": …}`` by code, read when it is asked for."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list, export, table or chart: a dotted attribute path or a row's key, and its heading.

    The heading is an English message id. Of a figure's columns the first names the row: an instant (ISO text) along a
    chart's axis, or what a bar or a line of a table stands for; every other one is a series or a column of cells.
    """

    path: str
    title: str
    decimals: int | None = None
    """Of a figure's numbers; None = as many as they have."""
    goal: bool = False
    """A series that others are measured against (a plan, an alarm level): dashed, and never a bar."""
    words: Words | None = None
    """What a record's codes mean, for people; choices of a field, units and departments are known without it."""


@dataclass(frozen=True, slots=True)
class Query:
    """The one place a figure, its "Why?", its list and its CSV come from. ``rows`` must honour the scope."""

    slug: str
    title: str
    rows: "Callable[[Scope], QuerySet[Any]]"
    columns: tuple[Column, ...]


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


@dataclass(frozen=True, slots=True)
class Page:
    """What a monitor offers on the citizens' portal; ``address`` is a URL name, ``icon`` a Lucide icon's name."""

    slug: str
    title: str
    lead: str
    address: str
    icon: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a record tells whoever handles its ticket: a heading (an English message id) and a value.

    ``words`` marks a citizen's own words, shown as a quotation. Who reported it is never a fact.
    """

    title: str
    value: str | Mapping[str, str]
    words: bool = False


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

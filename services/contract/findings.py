"""What is noticed: rules, their findings, and what a monitor is told of what people did about them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.contract.curves import Curve
from services.contract.records import Fact, Query
from services.contract.words import Message, Severity


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
    records: Query | None = None
    """What the ids in its findings' evidence point at, where that is not ``Monitor.records``."""
    facts: Callable[[Sequence[int]], Sequence[Fact]] | None = None
    """What its findings' records tell, where that is not ``Monitor.facts``."""
    curve: Callable[[Sequence[int], Moment], Curve | None] | None = None
    """What a finding rests on over time, from its evidence, up to a moment; None when those records have no course."""


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

"""What comes in: a source of a monitor, the batches it sends and what becomes of their items."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import msgspec


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

"""What every feed of the simulator gives: items with the instant at which their source sends them, and a past."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self

SLOT = timedelta(minutes=10)
"""Events are drawn for ten minutes at a time, so that any span of time can be asked for and gives the same events."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Part = tuple[str, list[dict[str, Any]], bool]
"""A source, its items, and whether they are a backfill."""


@dataclass(frozen=True, slots=True, order=True)
class Sent:
    """One item on its way: when it is sent, by which source, and what it says."""

    at: datetime
    source: str
    key: str
    item: Mapping[str, Any]

    @property
    def monitor(self) -> str:
        """The monitor whose source sends it."""
        return self.source.partition("/")[0]


class Feed(Protocol):
    """What the sources of one monitor send: any span of time may be asked for, and gives the same every time."""

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        ...

    def mean(self, at: datetime) -> float:
        """Return how many items are sent in an hour at that time."""
        ...

    def times(self, factor: float) -> Self:
        """Return the same feed with so many times as much, where there can be more."""
        ...

    def past(self, now: datetime) -> list[Part]:
        """Return what a fresh centre is told of the time before ``now``; what is no backfill is somebody's duty now."""
        ...


def items_of(sent: Iterable[Sent]) -> list[dict[str, Any]]:
    """Return the items in the order in which they are sent."""
    return [dict(one.item) for one in sorted(sent)]


def dated_items_of(sent: Iterable[Sent]) -> list[dict[str, Any]]:
    """Return the items of a backfill, each with the instant at which its source had delivered it."""
    return [{**one.item, "delivered_at": one.at.isoformat()} for one in sorted(sent)]


def slots(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the beginnings of the ten minutes that touch ``[start, end)``, in UTC."""
    seconds = int(SLOT.total_seconds())
    first = int(start.timestamp()) // seconds * seconds
    slot = datetime.fromtimestamp(first, UTC)
    while slot < end:
        yield slot
        slot += SLOT

"""What every feed of the simulator gives: items with the instant at which their source sends them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

SLOT = timedelta(minutes=10)
"""Events are drawn for ten minutes at a time, so that any span of time can be asked for and gives the same events."""


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
    """The items of one source: any span of time may be asked for, and gives the same items every time."""

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        ...

    def mean(self, at: datetime) -> float:
        """Return how many things happen in an hour at that time."""
        ...


def slots(start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the beginnings of the ten minutes that touch ``[start, end)``, in UTC."""
    seconds = int(SLOT.total_seconds())
    first = int(start.timestamp()) // seconds * seconds
    slot = datetime.fromtimestamp(first, UTC)
    while slot < end:
        yield slot
        slot += SLOT

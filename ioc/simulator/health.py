"""Health in the world: what communes report and hospitals say, one monitor with two sources."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from ioc.simulator.cases import CaseFeed
from ioc.simulator.feed import Part, Sent
from ioc.simulator.hospitals import HospitalFeed


@dataclass(frozen=True)
class HealthFeed:
    """Case reports and bed counts."""

    cases: CaseFeed
    hospitals: HospitalFeed

    def between(self, start: datetime, end: datetime) -> Iterator[Sent]:
        """Yield what is sent in ``[start, end)``."""
        yield from self.cases.between(start, end)
        yield from self.hospitals.between(start, end)

    def mean(self, at: datetime) -> float:
        """Return how many items are sent in an hour."""
        return self.cases.mean(at) + self.hospitals.mean(at)

    def times(self, factor: float) -> Self:
        """Return the same feed with so many times as many cases; hospitals speak once an hour."""
        return replace(self, cases=self.cases.times(factor))

    def past(self, now: datetime) -> list[Part]:
        """Return what both have said."""
        return self.cases.past(now) + self.hospitals.past(now)

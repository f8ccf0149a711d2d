"""When complaints about one place need more than their own answer. All numbers are configuration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(days=7)
SEVERAL = 3
"""Complaints about one place within ``WINDOW``, settled or not, that are more than chance."""
TERM_DAYS = 5
"""Working days within which a complaint is to be answered (practice of tourism hotlines; configuration)."""


@dataclass(frozen=True, slots=True)
class Grievance:
    """A complaint: when it was received, by when it is owed an answer, when it got one (None: not yet)."""

    pk: int
    received: datetime
    due: datetime
    settled: datetime | None

    def late(self, now: datetime) -> bool:
        """Tell whether it still waits although its term is over."""
        return self.settled is None and self.due < now


def lately(all_of: Sequence[Grievance], now: datetime) -> list[Grievance]:
    """Return the complaints of the window when they are several, else none."""
    recent = [one for one in all_of if now - WINDOW < one.received <= now]
    return recent if len(recent) >= SEVERAL else []


def unanswered(all_of: Sequence[Grievance], now: datetime) -> list[Grievance]:
    """Return the complaints whose term is over without an answer, the oldest first."""
    return sorted((one for one in all_of if one.late(now)), key=lambda one: (one.due, one.pk))

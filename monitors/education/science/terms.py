"""On which days a level has school: terms, breaks, public holidays and the days of its week. Pure.

The ministry frames the school year (September to May), the province sets its days: configuration of the pack. For years
whose terms nobody entered the months of the frame hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

MONTHS = frozenset((9, 10, 11, 12, 1, 2, 3, 4, 5))
FIVE, SIX = frozenset(range(5)), frozenset(range(6))
"""Monday to Friday; Monday to Saturday."""
LOOKED_BACK = 200
"""Days: longer than any summer."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in it."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class SchoolDays:
    """When schools teach. ``off`` are public holidays; ``weekdays`` of a level, Monday is 0, by default five."""

    terms: Sequence[Span] = ()
    breaks: Sequence[Span] = ()
    off: frozenset[date] = field(default=frozenset(), repr=False)
    weekdays: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def is_school_day(self, day: date, level: str) -> bool:
        """Tell whether schools of a level teach on a day."""
        return (
            day.weekday() in self.weekdays.get(level, FIVE)
            and day not in self.off
            and not any(pause.holds(day) for pause in self.breaks)
            and self._in_term(day)
        )

    def latest(self, upto: date, level: str) -> date | None:
        """Return the newest school day of a level, that day included; None after a long break."""
        days = (upto - back * DAY for back in range(LOOKED_BACK))
        return next((day for day in days if self.is_school_day(day, level)), None)

    def owed(self, now: datetime, by: time, level: str, zone: tzinfo) -> date | None:
        """Return the newest school day whose attendance is due by ``now``: each day's own at ``by`` of that day."""
        local = now.astimezone(zone)
        today = local.date()
        return self.latest(today if local.time() >= by else today - DAY, level)

    def _in_term(self, day: date) -> bool:
        known = bool(self.terms) and self.terms[0].first <= day <= max(term.last for term in self.terms)
        return any(term.holds(day) for term in self.terms) if known else day.month in MONTHS

"""A count against the same period of the year before: ``(x − x0) / x0``, and N/A when there was nothing to compare."""

from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo


@dataclass(frozen=True, slots=True)
class Change:
    """``now`` of a period, ``before`` of the same period last year; ``percent`` None is N/A."""

    now: int
    before: int

    @property
    def percent(self) -> float | None:
        """The change in percent, rounded to a tenth; None when it was 0."""
        return round(100 * (self.now - self.before) / self.before, 1) if self.before else None


def year_before(day: date) -> date:
    """Return the same day a year earlier; 29 February becomes the 28th."""
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def start_of(period: str, day: date) -> date:
    """Return the first day of the ``month`` or ``year`` that a day lies in."""
    return day.replace(day=1) if period == "month" else day.replace(month=1, day=1)


def periods(now: datetime, period: str, zone: tzinfo) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """Return [start, now] of the period so far, and the same stretch of the year before, to the same hour."""
    local = now.astimezone(zone)
    start = start_of(period, local.date())
    before = year_before(local.date())
    return (
        (datetime.combine(start, time(), zone), local),
        (datetime.combine(start_of(period, before), time(), zone), datetime.combine(before, local.time(), zone)),
    )


def share(part: int, whole: int) -> float | None:
    """Return the part in percent, rounded to a tenth; None when there is no whole."""
    return round(100 * part / whole, 1) if whole else None

"""How late a task is, and how grave that is: pure functions over days and the working calendar.

A task is due by the end of its day and late from the next one. How late is counted in working days: over a long holiday
nobody becomes later. The limits are configuration.
"""

from collections.abc import Iterable
from datetime import date

from services.contract import Severity
from services.worktime.calendar import WorkCalendar, days_between

SOON_DAYS = 2
"""So many working days ahead a task is due soon."""
HIGH_AFTER, CRITICAL_AFTER = 5, 20
"""Later than so many working days is high, than so many is critical."""


def days_late(due_on: date, today: date, calendar: WorkCalendar) -> int:
    """Return how many working days have passed since the day a task was due; 0 on its day and before."""
    return max(0, days_between(calendar, due_on, today)) if today > due_on else 0


def due_soon(due_on: date, today: date, calendar: WorkCalendar) -> bool:
    """Tell whether a task that is not late is due within two working days."""
    return due_on >= today and days_between(calendar, today, due_on) <= SOON_DAYS


def severity(late: Iterable[int]) -> Severity:
    """Return how grave it is that tasks are so many working days late: the latest one counts."""
    worst = max(late, default=0)
    if worst > CRITICAL_AFTER:
        return "critical"
    return "high" if worst > HIGH_AFTER else "medium"

"""By when a case is to be reported: 24 hours, 48 hours or with the week. Pure. Days are the province's own.

Circular 15/2026/TT-BYT (V): a suspected case to the commune station within 24 hours; by disease 24 h (measles,
diphtheria, meningococcal …), 48 h (dengue, rabies, hand-foot-mouth …), the rest weekly. When a week's report is due is
not among what was read (R): Tuesday 14:00 after the week, configuration.
"""

from datetime import date, datetime, time, timedelta

from services.kernel.clock import LOCAL

WEEK = timedelta(days=7)
WEEKLY_DUE = timedelta(days=8), time(14, 0)
"""After a week's Monday: the next week's Tuesday, 14:00."""


def monday(day: date) -> date:
    """Return the first day of a day's week: weeks start on Monday."""
    return day - timedelta(days=day.weekday())


def week_due(day: date) -> datetime:
    """Return when the report of a day's week is due."""
    after, clock = WEEKLY_DUE
    return datetime.combine(monday(day) + after, clock, LOCAL)


def case_due(day: date, detected: datetime | None, hours: int) -> datetime:
    """Return when a case of a day is due: ``hours`` after it was found, else after its day ended; 0 = with the week."""
    if not hours:
        return week_due(day)
    found = detected or datetime.combine(day + timedelta(days=1), time(0), LOCAL)
    return found + timedelta(hours=hours)


def owed_week(now: datetime) -> date:
    """Return the Monday of the latest week whose report is due by ``now``."""
    week = monday(now.astimezone(LOCAL).date()) - WEEK
    return week if week_due(week) <= now else week - WEEK

"""By when a report is promised to be done: clock hours or working days, as its category says (configuration). Pure.

A report's ticket has this deadline from its finding; what an older system handled before had no ticket here and is
judged by the same promise.
"""

from datetime import datetime, timedelta

from services.directory.pack import Category
from services.worktime.calendar import WorkCalendar, add_days


def promise(category: Category | None) -> dict[str, int] | None:
    """Return the period a category promises: clock minutes where it is urgent, working days elsewhere."""
    if category is None:
        return None
    return {"minutes": 60 * category.deadline_hours} if category.urgent else {"working_days": category.deadline_days}


def promised_until(category: Category | None, reported: datetime, calendar: WorkCalendar) -> datetime | None:
    """Return the instant by which a report of that category is to be done; None when nothing was promised."""
    if category is None:
        return None
    if category.urgent:
        return reported + timedelta(hours=category.deadline_hours)
    return add_days(calendar, reported, category.deadline_days)

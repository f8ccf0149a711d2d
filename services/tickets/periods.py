"""Pure: the instants of a ticket's deadline and steps, from a policy's periods and the working calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.tickets.ladder.shapes import KINDS
from services.worktime.calendar import WorkCalendar, add_days, add_minutes


def after(start: datetime, period: Mapping[str, int], calendar: WorkCalendar) -> datetime:
    """Return ``start`` plus a period of exactly one kind; ValueError for an unknown one."""
    kinds = [kind for kind in KINDS if kind in period]
    if len(kinds) != 1 or len(period) != 1:
        message = f"a period has one of {', '.join(KINDS)}, not {dict(period)!r}"
        raise ValueError(message)
    amount = int(period[kinds[0]])
    if kinds[0] == "minutes":
        return start + timedelta(minutes=amount)
    if kinds[0] == "working_minutes":
        return add_minutes(calendar, start, amount)
    return add_days(calendar, start, amount)


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a ticket is due and when each of its steps fires, all in UTC."""

    due_at: datetime
    steps: tuple[datetime, ...]


def schedule(
    start: datetime, deadline: Mapping[str, int], steps: Sequence[Mapping[str, Any]], calendar: WorkCalendar
) -> Schedule:
    """Compute every step's first time at once. A step never comes before the one below it, whatever its period says."""
    due_at = after(start, deadline, calendar)
    times: list[datetime] = []
    for step in steps:
        origin = due_at if step.get("from") == "deadline" else start
        moment = after(origin, step["after"], calendar) if step.get("after") else origin
        times.append(max(moment, times[-1]) if times else moment)
    return Schedule(due_at, tuple(times))

"""Pure: a policy's steps become dated rows. A repeated step is one row for each time it tells people.

A row is known by ``(step, turn)``: the step's place in the policy and which time it is, 0 the first. The order of rows
is settled when a ticket opens, by time; later their dates may move (calendar, waiting, extension) but never pass each
other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.tickets.periods import after, schedule
from services.worktime.calendar import WorkCalendar

Key = tuple[int, int]
Steps = Sequence[Mapping[str, Any]]


def keys(steps: Steps) -> Iterator[Key]:
    """Yield every row's key: each step once, and as many times again as its ``repeat`` says."""
    for number, step in enumerate(steps):
        for turn in range(1 + int((step.get("repeat") or {}).get("times", 0))):
            yield number, turn


def order(start: datetime, deadline: Mapping[str, int], steps: Steps, calendar: WorkCalendar) -> list[Key]:
    """Return the rows in the order in which they come; at the same instant the lower step is first."""
    at = _moments(start, deadline, steps, calendar)
    return sorted(keys(steps), key=lambda key: (at(key), key))


def dates(
    rows: Sequence[Key],
    *,
    start: datetime,
    deadline: Mapping[str, int],
    steps: Steps,
    calendar: WorkCalendar,
    moved: timedelta = timedelta(0),
    extended: timedelta = timedelta(0),
) -> tuple[datetime, list[datetime]]:
    """Return the deadline and the instant of each row, never earlier than that of the row before it.

    ``moved`` shifts everything, ``extended`` the deadline and what is counted from it.
    """
    at = _moments(start, deadline, steps, calendar)
    found: list[datetime] = []
    for key in rows:
        of_deadline = steps[key[0]].get("from") == "deadline"
        moment = at(key) + moved + (extended if of_deadline else timedelta(0))
        found.append(max(moment, found[-1]) if found else moment)
    return after(start, deadline, calendar) + moved + extended, found


def _moments(
    start: datetime, deadline: Mapping[str, int], steps: Steps, calendar: WorkCalendar
) -> Callable[[Key], datetime]:
    """Return the function that says when a row comes, before anything moved it."""
    first = schedule(start, deadline, steps, calendar).steps

    def moment(key: Key) -> datetime:
        number, turn = key
        if not turn:
            return first[number]
        kind, amount = next(iter(steps[number]["repeat"]["every"].items()))
        return after(first[number], {kind: int(amount) * turn}, calendar)

    return moment

"""Pure: when announced work happens, once or again and again, counted on the province's calendar and clock.

A repetition is a RRULE of RFC 5545 with the parts that plans of work need; what could search for ages for a day that
never comes is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from dateutil.rrule import rrule, rrulestr
from django.utils.translation import gettext_noop as _

from services.kernel.clock import LOCAL

LONGEST: Final = timedelta(days=7)
"""How long one time of a repeated work may last."""
LONGEST_ONCE: Final = timedelta(days=60)
COUNTED: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
CHOSEN: Final = {
    "DAILY": frozenset[str](),
    "WEEKLY": frozenset({"BYDAY"}),
    "MONTHLY": frozenset({"BYDAY", "BYMONTHDAY", "BYSETPOS"}),
    "YEARLY": frozenset({"BYMONTH", "BYMONTHDAY", "BYDAY"}),
}
"""Which days each frequency may choose; the time of day is that of the first time."""
_PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]{1,80})")
_DAY = re.compile(r"UNTIL=[0-9]{8}(?!T)")
"""An end that is a day holds that whole day."""
_MOST: Final = 366


class ScheduleError(ValueError):
    """A schedule that says no time, or more than it may. ``field`` names what is wrong, ``why`` how (a message id)."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why


@dataclass(frozen=True, slots=True)
class Plan:
    """First time from ``starts`` to ``ends`` (aware instants), and its repetition, empty for once."""

    starts: datetime
    ends: datetime
    rrule: str = ""

    @property
    def lasts(self) -> timedelta:
        """How long each time lasts."""
        return self.ends - self.starts


Span = tuple[datetime, datetime]


def check(plan: Plan) -> None:
    """Raise ScheduleError unless the plan says when something happens."""
    if plan.lasts <= timedelta(0):
        raise ScheduleError("ends", _("ends after it starts"))
    if plan.lasts > (LONGEST if plan.rrule else LONGEST_ONCE):
        raise ScheduleError("ends", _("too long for announced work"))
    if plan.rrule:
        _check_parts(plan.rrule)
        first, second = (*islice(_starts(plan, plan.starts), 2), None, None)[:2]
        if first is None:
            raise ScheduleError("rrule", _("never happens"))
        if second is not None and second - first < plan.lasts:
            raise ScheduleError("rrule", _("comes again before it is over"))


def _check_parts(text: str) -> None:
    parts = {match[1]: match[2] for match in _PART.finditer(text)}
    if ";".join(f"{name}={value}" for name, value in parts.items()) != text:
        raise ScheduleError("rrule", _("not a RRULE of RFC 5545"))
    allowed = CHOSEN.get(parts.get("FREQ", ""))
    if allowed is None or parts.keys() - COUNTED - allowed:
        raise ScheduleError("rrule", _("not a RRULE of RFC 5545"))
    interval = parts.get("INTERVAL", "1")
    if not (interval.isdecimal() and 0 < int(interval) <= _MOST):
        raise ScheduleError("rrule", _("not a RRULE of RFC 5545"))
    if "Z" in parts.get("UNTIL", ""):
        raise ScheduleError("rrule", _("UNTIL is a day, or local time without Z"))
    try:
        rrulestr(text, dtstart=datetime(2026, 1, 1))  # noqa: DTZ001 - local time, as the rule counts
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise ScheduleError("rrule", _("not a RRULE of RFC 5545")) from error


def at_or_after(plan: Plan, at: datetime) -> Span | None:
    """Return the time that is under way at ``at`` or comes next; None when none is to come."""
    return next(upcoming(plan, at), None)


def upcoming(plan: Plan, at: datetime) -> Iterator[Span]:
    """Yield the times whose end is after ``at``, in order: perhaps for ever."""
    if not plan.rrule:
        if plan.ends > at:
            yield plan.starts, plan.ends
        return
    for start in _starts(plan, at):
        yield start, start + plan.lasts


def _starts(plan: Plan, at: datetime) -> Iterator[datetime]:
    """Yield the starts of times that end after ``at``."""
    rule = rrulestr(_DAY.sub(r"\g<0>T235959", plan.rrule), dtstart=_local(plan.starts))
    assert isinstance(rule, rrule)  # noqa: S101 - one RRULE makes one rule
    for start in rule.xafter(_local(at - plan.lasts), inc=False):
        yield start.replace(tzinfo=LOCAL)


def _local(at: datetime) -> datetime:
    return at.astimezone(LOCAL).replace(tzinfo=None)

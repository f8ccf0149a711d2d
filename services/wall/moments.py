"""Which moments of the past can be shown: between the first recorded one and now, ninety days at most."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.db import connection
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop

from services.contract import Message
from services.kernel.clock import LOCAL

KEPT = timedelta(days=90)
"""How long the wall's past is kept."""

BROWSERS = timedelta(milliseconds=1)
"""What a browser's clock cannot tell apart."""
PASSING = timedelta(minutes=1)
"""How long the earliest moment stays one that can be shown: time goes on while somebody reads of it."""

Fault = Literal["not-a-time", "future", "too-old", "not-recorded"]

_FAULTS: Mapping[Fault, str] = {
    "not-a-time": gettext_noop("This is not a time. Write it like 2026-03-02T08:15:00+07:00."),
    "future": gettext_noop("This moment has not come yet. It is now {now}."),
    "too-old": gettext_noop("The wall's past is kept for 90 days. The earliest moment is {earliest}."),
    "not-recorded": gettext_noop("Nothing was recorded yet at that time. The wall is recorded since {earliest}."),
}

_RECORDED = """
SELECT ioc_now(%(realm)s),
       LEAST((SELECT min(at) FROM wall_checkpoint WHERE realm = %(realm)s),
             (SELECT min(at) FROM wall_frame WHERE realm = %(realm)s))
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What there is of a realm's past: ``now`` is the realm's instant, ``first`` the first one kept (None: nothing)."""

    now: datetime
    first: datetime | None

    @property
    def earliest(self) -> datetime | None:
        """The earliest moment that can be shown."""
        return None if self.first is None else max(self.first, self.now - KEPT + PASSING)


class MomentError(ValueError):
    """A moment that cannot be shown; ``fault`` says why in a word, ``said`` in a sentence."""

    def __init__(self, fault: Fault, recorded: Recorded) -> None:
        super().__init__(fault)
        self.fault = fault
        self.recorded = recorded
        params: dict[str, Any] = {"now": recorded.now}
        if recorded.earliest is not None:
            params["earliest"] = recorded.earliest
        self.said: Message = {"msgid": _FAULTS[fault], "params": params}


def recorded(realm: str) -> Recorded:
    """Return what there is of a realm's past, from one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_RECORDED, {"realm": realm})
        return Recorded(*cursor.fetchone())


def moment(text: str, past: Recorded) -> datetime:
    """Return the instant that ``text`` names (ISO 8601; without an offset: local time); MomentError when none to show.

    A ``+`` that a careless address turned into a blank is read as a plus.
    """
    at = _parsed(text)
    if at is None:
        raise MomentError("not-a-time", past)
    if at > past.now:
        raise MomentError("future", past)
    if at < past.now - KEPT:
        raise MomentError("too-old", past)
    if past.first is None or at < past.first - BROWSERS:
        raise MomentError("not-recorded", past)
    return max(at, past.first)


def _parsed(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.strip().replace(" ", "+") if "T" in text else text.strip())
        if found is None:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=LOCAL)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

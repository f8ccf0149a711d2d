"""Which span and position a reader asks for, from the address: a wrong word is an error, never another report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext as _

from services.alerts.arrivals import desk_named
from services.alerts.hygiene import Desk
from services.kernel.clock import LOCAL
from services.kernel.problems import InvalidInputError

LONGEST: Final = 92
"""Days of the longest span."""
SPANS: Final = {"1": 1, "7": 7, "30": 30}
"""Spans that the page offers: so many days until now."""


@dataclass(frozen=True, slots=True)
class Asked:
    """From ``since`` (included) to ``until`` (excluded), for a desk or for everything."""

    since: datetime
    until: datetime
    desk: Desk | None
    desk_slug: str
    days: str
    first: date
    last: date


def asked(query: Mapping[str, str], now: datetime) -> Asked:
    """Return what is asked for: ``?days=7`` until now, or whole days ``?from=…&to=2026-11-07``, and ``?desk=``.

    InvalidInputError by parameter for what cannot be read, and for a span that is empty, to come or too long.
    """
    slug = query.get("desk", "")
    desk = desk_named(slug) if slug else None
    if slug and desk is None:
        raise InvalidInputError({"desk": [_("there is no operator position of that name")]})
    today = now.astimezone(LOCAL).date()
    if query.get("from") or query.get("to"):
        first, last = _day(query, "from", today), _day(query, "to", today)
        since, until = _midnight(first), min(_midnight(last + timedelta(days=1)), now)
        if not timedelta(0) < until - since <= timedelta(days=LONGEST):
            raise InvalidInputError({"from": [_("a span that has begun, of at most {days} days").format(days=LONGEST)]})
        return Asked(since, until, desk, slug, "", first, last)
    days = query.get("days") or "1"
    if days not in SPANS:
        raise InvalidInputError({"days": [_("one of {choices}").format(choices=", ".join(SPANS))]})
    since = now - timedelta(days=SPANS[days])
    return Asked(since, now, desk, slug, days, since.astimezone(LOCAL).date(), today)


def _day(query: Mapping[str, str], name: str, today: date) -> date:
    try:
        found = date.fromisoformat(query[name]) if query.get(name) else today
    except ValueError:
        raise InvalidInputError({name: [_("a day as 2026-11-30")]}) from None
    if not date(2000, 1, 1) <= found <= today:
        raise InvalidInputError({name: [_("a day that has begun")]})
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL)

"""When a message goes out: now, later, or together with others. Pure: no clock, no database.

In this order. Critical messages go out at once, whatever the person wished. A new message of somebody who wants digests
waits for the end of the window. Nothing goes out in quiet hours, nor, where wished, on days off. Whoever got as many
messages as the limit allows gets the next one when the window has moved on. Nothing is ever dropped: every decision but
``NOW`` names an instant, and what waits for the same instant goes out as one message.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Asia/Ho_Chi_Minh")
CRITICAL: Final = "critical"
QUIET, DAY_OFF, DIGEST, RATE = "quiet", "day_off", "digest", "rate"
"""Why a message waits."""
OPENING: Final = time(7, 30)
"""When the quiet of a day off ends for those who named no quiet hours, and when the daily digest is due."""
DAY: Final = timedelta(days=1)
FARTHEST: Final = 31
"""Days that quiet may last at most, far beyond the longest holiday: a wrong calendar must not silence anybody."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants: quiet from one time of day to another (over midnight too), on days off, in digests.

    ``digest`` is the window's length, zero for each message by itself; windows of less than a day begin at midnight,
    the daily one ends at ``OPENING``.
    """

    quiet_from: time | None = None
    quiet_to: time | None = None
    days_off: bool = False
    digest: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` messages within any span of ``per``; a count of zero is no limit."""

    count: int = 0
    per: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Decision:
    """Send now (``until`` is None), or hold until an instant for a reason."""

    until: datetime | None = None
    reason: str = ""


NOW: Final = Decision()
Works = Callable[[date], bool]
"""Tells whether the administration works on a day."""


def decide(
    *,
    severity: str,
    held: str,
    now: datetime,
    wishes: Wishes,
    works: Works,
    sent: Sequence[datetime] = (),
    limit: Limit = Limit(),
    zone: tzinfo = LOCAL,
) -> Decision:
    """Decide about a message that is due. ``held`` says why it waited so far; ``sent`` when others were sent to the
    same person by the same channel, in any order.
    """
    if severity == CRITICAL:
        return NOW
    start, reason = now, ""
    if wishes.digest and not held:
        start, reason = window_end(now, wishes.digest, zone), DIGEST
    ends, why = quiet_end(start, wishes, works, zone)
    if ends > start:
        return Decision(ends, why)
    if reason:
        return Decision(start, reason)
    free = free_at(now, sent, limit)
    return Decision(free, RATE) if free > now else NOW


def quiet_end(moment: datetime, wishes: Wishes, works: Works, zone: tzinfo = LOCAL) -> tuple[datetime, str]:
    """Return the first instant from ``moment`` on that is not quiet, and why the time until then is."""
    at, reason = moment.astimezone(zone), ""
    farthest = at + FARTHEST * DAY
    while at < farthest:
        why = _quiet_by(at, wishes, works)
        if not why:
            break
        reason = DAY_OFF if DAY_OFF in {why, reason} else why
        at = _next(at, _wakes(wishes, why))
    return at.astimezone(UTC), reason


def window_end(moment: datetime, length: timedelta, zone: tzinfo = LOCAL) -> datetime:
    """Return the end of the digest window that ``moment`` falls in; a moment on a border begins the next window."""
    local = moment.astimezone(zone)
    if length >= DAY:
        return _next(local, OPENING).astimezone(UTC)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + ((local - midnight) // length + 1) * length
    return min(end, midnight + DAY).astimezone(UTC)


def free_at(now: datetime, sent: Sequence[datetime], limit: Limit) -> datetime:
    """Return when one more message keeps the limit: ``now``, or when the oldest of the last ones leaves the span."""
    recent = sorted(at for at in sent if at > now - limit.per)
    if not limit.count or len(recent) < limit.count:
        return now
    return recent[-limit.count] + limit.per


def _wakes(wishes: Wishes, why: str) -> time:
    """Return the time of day at which a kind of quiet may end: a day off ends as a night does, or at the opening."""
    begins, ends = wishes.quiet_from, wishes.quiet_to
    if begins is None or ends is None or (why == DAY_OFF and begins <= ends):
        return OPENING
    return ends


def _quiet_by(at: datetime, wishes: Wishes, works: Works) -> str:
    """Return why a local instant is quiet, empty when it is not. A night belongs to the day that it ends on."""
    begins, ends, clock = wishes.quiet_from, wishes.quiet_to, at.time()
    if begins is not None and ends is not None and begins != ends:
        inside = begins <= clock < ends if begins < ends else clock >= begins or clock < ends
        if inside:
            return QUIET
    return DAY_OFF if wishes.days_off and not works(at.date()) else ""


def _next(at: datetime, clock: time) -> datetime:
    """Return the next local instant after ``at`` with that time of day."""
    today = at.replace(hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=0)
    return today if today > at else today + DAY

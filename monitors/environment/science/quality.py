"""How far a value can be trusted: range, spike and flat line. Pure.

A value is never thrown away: it is kept with what is wrong with it, shown as such, and left out of means and alarms.
Limits are configuration of this house; the kinds of check are those of WMO-No. 488 (Guide to the GOS), part VI.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

GOOD: Final = "good"
SUSPECT: Final = "suspect"
BAD: Final = "bad"
RANGE: Final = "range"
SPIKE: Final = "spike"
FLAT: Final = "flat_line"
FLAT_COUNT: Final = 6
"""Fewer equal readings than this are no flat line, however long they last."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a value of a property may be: its range, its change an hour, a change that is always allowed.

    ``flat_after`` None: standing still is natural (no rain falls for weeks).
    """

    low: float
    high: float
    change: float
    always: float
    flat_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """What is remembered of a sensor: its last sound value, since when it says the same, how often it was bad."""

    value: float | None = None
    at: datetime | None = None
    same_value: float | None = None
    same_since: datetime | None = None
    same_count: int = 0
    bad_count: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """``quality`` is good, suspect or bad; ``flaw`` names the check that failed, empty when none did."""

    quality: str
    flaw: str = ""


def in_range(value: float, limits: Limits) -> Verdict:
    """Judge a value by itself: all that can be said of one that comes late."""
    return Verdict(GOOD) if limits.low <= value <= limits.high else Verdict(BAD, RANGE)


def judge(track: Track, value: float, at: datetime, limits: Limits) -> tuple[Verdict, Track]:
    """Judge a value that is newer than everything before, and return what to remember after it.

    A change that stays is believed in the end: what is allowed grows with the time since the last sound value.
    """
    same = track.same_value == value and track.same_since is not None
    since = track.same_since if same and track.same_since else at
    track = replace(track, same_value=value, same_since=since, same_count=track.same_count + 1 if same else 1)
    verdict = in_range(value, limits)
    if not verdict.flaw and _is_spike(track, value, at, limits):
        verdict = Verdict(BAD, SPIKE)
    if verdict.quality == BAD:
        return verdict, replace(track, bad_count=track.bad_count + 1)
    if _is_flat(track, at, limits):
        verdict = Verdict(SUSPECT, FLAT)
    return verdict, replace(track, value=value, at=at, bad_count=track.bad_count + 1 if verdict.flaw else 0)


def _is_spike(track: Track, value: float, at: datetime, limits: Limits) -> bool:
    if track.value is None or track.at is None:
        return False
    hours = (at - track.at) / timedelta(hours=1)
    return abs(value - track.value) > max(limits.always, limits.change * hours)


def _is_flat(track: Track, at: datetime, limits: Limits) -> bool:
    if limits.flat_after is None or track.same_since is None or track.same_count < FLAT_COUNT:
        return False
    return at - track.same_since >= limits.flat_after


def has_gap(last: datetime, now: datetime, every: timedelta, silence: tuple[datetime, datetime] | None = None) -> bool:
    """Tell whether a station that speaks every so often has missed three turns.

    ``silence`` is when its source as a whole said nothing, from and to: what nobody could hear was not missed.
    """
    return now - last - _overlap(last, now, silence) > 3 * every


def _overlap(last: datetime, now: datetime, silence: tuple[datetime, datetime] | None) -> timedelta:
    if silence is None:
        return timedelta(0)
    return max(min(now, silence[1]) - max(last, silence[0]), timedelta(0))

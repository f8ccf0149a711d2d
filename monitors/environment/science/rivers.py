"""Flood alarm levels of rivers: Decision 05/2020/QĐ-TTg. Pure. Heights are metres on the station's own gauge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

NAMES = ("", "I", "II", "III")
LEAST_SPAN = timedelta(minutes=50)
"""Two readings closer together say nothing about a rate: ripples would become floods."""
LONGEST_SPAN = timedelta(hours=3)


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The heights of alarms I, II and III at a station, and the days on which they hold."""

    valid_from: date
    one: float
    two: float
    three: float
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a river stands: the highest alarm it has reached (0 to 3) and the metres above (below: negative) it.

    Below alarm I the margin is to alarm I. ``reference`` is the height of the alarm that the margin is measured from.
    """

    alarm: int
    margin: float
    reference: float

    @property
    def name(self) -> str:
        """The alarm that the margin is measured from: I, II or III."""
        return NAMES[max(1, self.alarm)]

    def __str__(self) -> str:
        """As bulletins write it: ``II + 0.42``."""
        return f"{self.name} {'-' if self.margin < 0 else '+'} {abs(self.margin):.2f}"


def levels_on(levels: Sequence[Levels], day: date) -> Levels | None:
    """Return the alarm levels in force on a day, None where there are none."""
    holding = [one for one in levels if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)]
    return max(holding, key=lambda one: one.valid_from, default=None)


def standing(height: float, levels: Levels) -> Standing:
    """Return where a river stands; at an alarm's height the alarm is reached. Bulletins count whole centimetres."""
    height = round(height, 2)
    heights = (levels.one, levels.two, levels.three)
    alarm = sum(height >= one for one in heights)
    reference = heights[max(0, alarm - 1)]
    return Standing(alarm, round(height - reference, 2), reference)


def margin_to(height: float, levels: Levels, alarm: int) -> float:
    """Return the metres by which a river stands above (below: negative) the alarm 1, 2 or 3."""
    return round(height - (levels.one, levels.two, levels.three)[alarm - 1], 2)


def rate_of_rise(readings: Sequence[tuple[datetime, float]]) -> float | None:
    """Return metres an hour up to the newest of the readings, sorted by time; falling is negative.

    It is measured from the latest reading that is old enough; None where there is none within three hours.
    """
    if not readings:
        return None
    at, height = readings[-1]
    for before, was in reversed(readings[:-1]):
        span = at - before
        if span > LONGEST_SPAN:
            return None
        if span >= LEAST_SPAN:
            return (height - was) / (span / timedelta(hours=1))
    return None

"""What a finding rests on over time: a course of values and the levels it is held against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.contract.words import Message, Severity


@dataclass(frozen=True, slots=True)
class CurveLine:
    """A level that a curve is held against; ``severity`` is that of a finding beyond it, None for no finding."""

    title: Message
    value: float
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """What a finding rests on over time: instants (aware, rising) with values, None where nothing is known.

    ``unit`` is what the values are counted in. ``lines`` are the levels, each reached at its very value. ``change`` is
    the span over which its change is worth telling (a river: an hour); None: it is not.
    """

    title: Message
    points: Sequence[tuple[datetime, float | None]]
    unit: Message | None = None
    decimals: int = 0
    lines: Sequence[CurveLine] = ()
    change: timedelta | None = None

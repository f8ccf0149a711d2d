"""Pure: whether an alert comes and goes faster than a person can follow, from the instants at which it came.

ISA-18.2 and EEMUA 191: an alarm that comes three times or more within a minute chatters; one that comes and goes again
and again over a longer time flaps. Such an alert is latched: it stays one open alert with its count, and its end is
told only after the condition stayed away for the off-delay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

Kind = Literal["", "flapping", "chattering"]

CHATTERING: Final = 3
CHATTER_SPAN: Final = timedelta(minutes=1)
CHATTER_KEPT: Final = timedelta(minutes=15)
"""How long after it an alert still counts as chattering."""
FLAPPING: Final = 5
FLAP_SPAN: Final = timedelta(hours=1)
OFF_DELAY: Final[dict[Kind, timedelta]] = {
    "": timedelta(minutes=5),
    "chattering": timedelta(minutes=5),
    "flapping": timedelta(minutes=15),
}
"""How long the condition must stay away before the end of a latched alert is told (configuration)."""
SWINGS_KEPT: Final = 30


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How an alert comes and goes: ``count`` is how often it came within the last hour."""

    kind: Kind
    count: int


def rhythm(swings: Sequence[datetime], now: datetime) -> Rhythm:
    """Return the rhythm at ``now`` of an alert whose condition came at ``swings``, in any order."""
    recent = sorted(at for at in swings if now - FLAP_SPAN < at <= now)
    lately = [at for at in recent if at > now - CHATTER_KEPT]
    if _bursts(lately):
        return Rhythm("chattering", len(recent))
    return Rhythm("flapping" if len(recent) >= FLAPPING else "", len(recent))


def quiet_at(swings: Sequence[datetime], now: datetime) -> datetime:
    """Return from when on it neither chatters nor flaps, if it does not come again; ``now`` if so already."""
    recent = sorted(at for at in swings if now - FLAP_SPAN < at <= now)
    lately = [at for at in recent if at > now - CHATTER_KEPT]
    until = [now]
    bursts = _bursts(lately)
    if bursts:
        until.append(bursts[-1] + CHATTER_KEPT)
    if len(recent) >= FLAPPING:
        until.append(recent[-FLAPPING] + FLAP_SPAN)
    return max(until)


def off_at(swings: Sequence[datetime], gone_at: datetime) -> datetime:
    """Return when the end of a latched alert is told, whose condition is gone since ``gone_at``."""
    return gone_at + OFF_DELAY[rhythm(swings, gone_at).kind]


def with_swing(swings: Sequence[datetime], at: datetime) -> list[datetime]:
    """Return the swings with one more, as many as are kept."""
    return [*swings, at][-SWINGS_KEPT:]


def _bursts(swings: Sequence[datetime]) -> list[datetime]:
    """Return the first instant of every three within a minute, of sorted swings."""
    pairs = zip(swings, swings[CHATTERING - 1 :], strict=False)
    return [first for first, last in pairs if last - first <= CHATTER_SPAN]

"""What pages say about messages: states with their shapes, why something waits, what a channel is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.kernel.clock import LOCAL
from services.notify.models import Message
from services.notify.rules import DAY_OFF, DIGEST, QUIET, RATE
from services.notify.texts import how_many

STATES: Final[Mapping[str, tuple[str, str, str]]] = {
    Message.PENDING: ("wait", "s-wait", _("Waiting")),
    Message.SENT: ("work", "s-work", _("Sent")),
    Message.DELIVERED: ("done", "s-done", _("Message delivered")),
    Message.FAILED: ("bad", "s-not-fixed", _("Failed")),
    Message.UNKNOWN: ("re", "s-re", _("Unknown whether it arrived")),
    Message.VOID: ("new", "s-off", _("Called off")),
}
"""Colour class, shape and words of each state."""
REASONS: Final[Mapping[str, str]] = {
    QUIET: _("quiet hours"),
    DAY_OFF: _("day off"),
    DIGEST: _("digest"),
    RATE: _("limit reached"),
    "retry": _("tried again"),
    "trouble": _("gateway in trouble"),
}
SEVERITIES: Final[Mapping[str, str]] = {
    "critical": _("Critical"),
    "high": _("High"),
    "medium": _("Medium"),
    "low": _("Low"),
    "info": _("Information"),
}
DIGESTS: Final[Mapping[int, str]] = {
    0: _("Each message by itself"),
    15: _("Every 15 minutes"),
    60: _("Every hour"),
    240: _("Every 4 hours"),
    1440: _("Once a day, at 07:30"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """A status as ``_status.html`` draws it."""

    css: str
    shape: str
    text: str


def look_of(message: Message) -> Look:
    """Return how a message's state is shown."""
    css, shape, text = STATES[message.state]
    return Look(css, shape, gettext(text))


def waits(until: datetime | None, reason: str, now: datetime, *, together: int = 1) -> str:
    """Return "held until 07:00 (quiet hours), 12 messages in one"; empty for what does not wait."""
    if until is None or until <= now:
        return ""
    text = gettext("Held until {at}").format(at=clock_of(until, now))
    if reason in REASONS:
        text += f" ({gettext(REASONS[reason])})"
    return text + (f", {in_one(together)}" if together > 1 else "")


def in_one(together: int) -> str:
    """Return "12 messages in one"."""
    return gettext("{messages} in one").format(messages=how_many(together))


def clock_of(at: datetime, now: datetime) -> str:
    """Return a time of day, with the day unless it is today."""
    local = at.astimezone(LOCAL)
    return f"{local:%H:%M}" if local.date() == now.astimezone(LOCAL).date() else f"{local:%H:%M %d/%m}"

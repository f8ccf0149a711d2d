"""What may come of trying to send: the state reached, or one of three honest ways in which it was not."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Outcome:
    """A request was answered. ``note`` says what the answer was when a reader should know (queued at the gateway)."""

    state: str
    provider_id: str = ""
    note: str = ""
    parts: int = 0


class SendingError(Exception):
    """The base of what a sender raises; its text is shown in the outbox."""


class AgainError(SendingError):
    """Nothing went out, or going out twice does no harm: to be tried again.

    ``after`` is how long the other side asked us to wait (Retry-After); ``whole`` means that the gateway itself is the
    trouble, so that its other messages wait too.
    """

    def __init__(self, text: str, *, after: timedelta | None = None, whole: bool = True) -> None:
        super().__init__(text)
        self.after, self.whole = after, whole


class RefusedError(SendingError):
    """The other side will never take this message: trying again changes nothing."""


class UnsureError(SendingError):
    """It may have gone out, and the channel cannot tell: never sent again by itself."""

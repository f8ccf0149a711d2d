"""What both sides say things with: severities, messages that are rendered where they are read, words for codes."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NotRequired, TypedDict

Severity = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("info", "low", "medium", "high", "critical")
"""From the mildest to the worst; a severity's rank is its index here."""
SEVERITY_CHOICES = [(name, name) for name in reversed(SEVERITIES)]


def rank_of(severity: Severity) -> int:
    """Return 0 (info) to 4 (critical): what the database stores, so that worse compares greater."""
    return SEVERITIES.index(severity)


class Message(TypedDict):
    """A text that is rendered where it is read: an English message id with ``{name}`` placeholders and their values.

    A value is a number, a string, an ISO instant, another message, or a pair ``{"vi": …, "en": …}``. Never a citizen's
    words or personal values: messages are stored in tiles, frames and the audit.
    """

    msgid: str
    params: NotRequired[dict[str, Any]]


def message(msgid: str, **params: Any) -> Message:
    """Build a message; wrap the id in ``gettext_noop`` where it is written, so that it is found for translation."""
    return {"msgid": msgid, "params": params}


Words = Callable[[], Mapping[str, Any]]
"""What codes mean: a message or a pair ``{"vi": …, "en": …}`` by code, read when it is asked for."""

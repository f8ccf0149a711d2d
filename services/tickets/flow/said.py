"""Reading what came with a verb: words that are owed, things that have to exist."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from services.kernel.problems import InvalidInputError

Fields = dict[str, Any]
Detail = dict[str, Any]
"""What a verb adds to its line of the history and to the audit."""
FARTHEST: Final = timedelta(days=731)
"""No deadline moves by more than two years at once: beyond that a year was mistyped, and calendars end."""


def note_of(fields: Mapping[str, Any]) -> str:
    """Return the note that came with a verb, cleaned of surrounding space."""
    return str(fields.get("note") or "").strip()


def owed(fields: Mapping[str, Any], field: str = "note") -> str:
    """Return a text that the verb cannot do without; InvalidInputError when it is empty."""
    text = str(fields.get(field) or "").strip()
    if not text:
        raise InvalidInputError({field: [_("say it in a few words")]})
    return text


def later_than(fields: Mapping[str, Any], field: str, least: datetime, refusal: str) -> datetime:
    """Return an instant after ``least``; InvalidInputError with ``refusal`` otherwise, or when it is a typing error."""
    given = fields.get(field)
    if not isinstance(given, datetime) or given <= least:
        raise InvalidInputError({field: [refusal]})
    if given > least + FARTHEST:
        raise InvalidInputError({field: [_("at most {days} days ahead").format(days=FARTHEST.days)]})
    return given

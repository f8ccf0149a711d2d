"""What the payloads have in common: names, ids, instants, and the earliest that one may be."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


def name_at(thing: str, at: datetime) -> str:
    """Return an id for what happened to a thing at an instant, where the sender has none."""
    return f"{thing}:{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"

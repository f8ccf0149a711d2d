"""A policy's content and its rows: the only place that writes one. Rows are added, never changed."""

from datetime import datetime
from typing import Any

import msgspec

from services.contract import SEVERITIES, rank_of
from services.directory.models import User
from services.tickets.ladder.shapes import FIELDS, Content
from services.tickets.models import Policy


def content_of(policy: Policy) -> Content:
    """Return what a version says."""
    values = {name: getattr(policy, name) for name in FIELDS} | {"severity": SEVERITIES[policy.severity]}
    return msgspec.convert(values, Content)


def write(
    content: Content,
    *,
    after: Policy | None,
    now: datetime,
    origin: str = Policy.PERSON,
    author: User | None = None,
    note: str = "",
    active: bool = True,
) -> Policy:
    """Add the version that follows ``after`` (None: the first); IntegrityError when somebody else was faster."""
    made = unsaved(content)
    made.version = after.version + 1 if after else 1
    made.active, made.origin, made.author, made.created_at, made.note = active, origin, author, now, note
    made.save(force_insert=True)
    return made


def unsaved(content: Content) -> Policy:
    """Return what the content says as a row that is not stored: to be drawn and played through."""
    values: dict[str, Any] = msgspec.structs.asdict(content) | {"severity": rank_of(content.severity)}
    return Policy(**values)

"""What people note about a moment of a board: written once, never changed, shown to who reads as its author does."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from services.audit.actions import record
from services.directory.access import streams_of
from services.directory.models import Person, User
from services.kernel import clock
from services.wall.models import Annotation

MOST = 300
"""Notes of one answer."""


def annotate(*, realm: str, board: str, at: datetime, text: str, acting_user: User) -> Annotation:
    """Write a note about the moment ``at`` and the deed into the audit (without the words: they stay in their row)."""
    note = Annotation.objects.create(
        realm=realm,
        board=board,
        at=at,
        text=text,
        author=acting_user,
        audience=sorted(streams_of(acting_user)),
        written_at=clock.now(realm),
    )
    detail = {"board": board, "at": at.isoformat()}
    record(verb="wall.annotate", target=note, acting_user=acting_user, realm=realm, detail=detail)
    return note


def annotations(
    realm: str, boards: Collection[str], scopes: Collection[str], since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Return the notes about moments from ``since`` to before ``until`` that the scopes may read, oldest first."""
    rows = Annotation.objects.filter(
        realm=realm, board__in=boards, at__gte=since, at__lt=until, audience__overlap=sorted(scopes)
    )
    kept = list(rows.select_related("author__person").order_by("at", "pk")[:MOST])
    return [said(note) for note in kept]


def said(note: Annotation) -> dict[str, Any]:
    """Return a note as the wall and the report show it."""
    return {
        "id": str(note.public_id),
        "board": note.board,
        "at": note.at,
        "text": note.text,
        "author": _name(note.author),
        "written_at": note.written_at,
    }


def _name(author: User) -> str:
    person: Person | None = getattr(author, "person", None)
    return person.full_name if person else author.username

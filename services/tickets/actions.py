"""The one door through which people change tickets: scope, lock, table, verb, announcement, in one transaction."""

import hashlib
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from services.directory.access import limit
from services.directory.models import User
from services.kernel import clock
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.tickets import workflow
from services.tickets.announce import announce
from services.tickets.models import Attachment, Ticket
from services.tickets.verbs import APPLY, note_of

IllegalVerb = IllegalVerbError
NOTE_LIMIT = 5000
FILE_LIMIT = 10 * 1024 * 1024
KEPT_IN_DETAIL = ("person", "department", "unit", "outcome", "into")


@transaction.atomic
def perform(*, verb: str, ticket_public_id: UUID | str, acting_user: User, **fields: Any) -> Ticket:
    """Do a verb. Fields by verb: see ``verbs.py``; ``note`` goes into the history, internal unless ``public``.

    Http404 outside the user's scope, IllegalVerbError (with the legal ones) when the state forbids it,
    InvalidInputError for bad fields; in each case nothing is written.
    """
    ticket = _locked(verb, ticket_public_id, acting_user)
    before = ticket.state
    target = workflow.TRANSITIONS[verb].get(before)
    if target is None:
        raise IllegalVerbError(verb, before, workflow.legal_verbs(before))
    note = note_of(fields)
    if len(note) > NOTE_LIMIT or "\x00" in note:
        raise InvalidInputError({"note": [_("at most {count} characters").format(count=NOTE_LIMIT)]})
    now = clock.now(ticket.realm)
    ticket.state = target
    APPLY[verb](ticket, now, acting_user, fields)
    ticket.state = target
    ticket.save()
    detail = {name: str(fields[name]) for name in KEPT_IN_DETAIL if fields.get(name)}
    public = bool(fields.get("public")) and verb == "comment"
    entry = announce(
        ticket, verb, now=now, before=before, acting_user=acting_user, note=note, public=public, detail=detail
    )
    if verb == "attach":
        _attach(entry.pk, fields.get("file"))
    return ticket


def _locked(verb: str, public_id: UUID | str, user: User) -> Ticket:
    rows = limit(Ticket.objects.filter(public_id=public_id), user, workflow.ACTION_OF[verb])
    ticket = rows.select_for_update(of=("self",)).first()
    if ticket is None:
        raise Http404
    return ticket


def _attach(entry_id: int, file: "UploadedFile[bytes] | None") -> None:
    if file is None or not file.size or file.size > FILE_LIMIT:
        raise InvalidInputError({"file": [_("a file of at most {size} MB").format(size=FILE_LIMIT // 1024 // 1024)]})
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    Attachment.objects.create(
        entry_id=entry_id,
        file=file,
        name=str(file.name)[:200],
        content_type=str(file.content_type or "application/octet-stream")[:100],
        size=file.size,
        sha256=digest.hexdigest(),
    )

"""Keeping a file on a ticket: its size first, then what it really is, then its digest, a piece at a time."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from services.kernel.problems import InvalidInputError
from services.tickets.flow import files
from services.tickets.models import Attachment, TicketEntry


def attach(entry: TicketEntry, file: "UploadedFile[bytes] | None") -> Attachment:
    """Keep a file with its line of the history; InvalidInputError for none, an empty, a large or another kind of file.

    ``size`` is checked before a byte is read; the digest is taken by pieces, so that no file is ever in memory whole.
    """
    size = (file.size or 0) if file is not None else 0
    if file is None or not 0 < size <= settings.IOC_ATTACHMENT_MAX_BYTES:
        most = settings.IOC_ATTACHMENT_MAX_BYTES // 1024 // 1024
        raise InvalidInputError({"file": [_("a file of at most {size} MB").format(size=most)]})
    kind = files.kind_of(_opened(file))
    if kind is None:
        text = _("a picture, PDF, office document without macros, sound or video: this file is none of them")
        raise InvalidInputError({"file": [text]})
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return Attachment.objects.create(
        entry=entry,
        file=file,
        name=str(file.name)[:200],
        content_type=kind,
        size=size,
        sha256=digest.hexdigest(),
    )


def _opened(file: Any) -> Any:
    """Return the stream behind an upload, whichever handler took it."""
    return file.file if hasattr(file, "file") else file

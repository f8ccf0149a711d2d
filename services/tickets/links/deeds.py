"""What can be done from a phone's link: take it on, report it done with a photograph, give it back, say something.

Each is one or more verbs of the ticket, done by the link's person within that person's own reach: a link never gives
more than its holder has, and never touches another ticket.
"""

from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from PIL import Image

from services.audit.actions import record
from services.directory.models import User
from services.kernel import clock
from services.kernel.problems import InvalidInputError
from services.tickets import workflow
from services.tickets.actions import perform
from services.tickets.flow.outside import is_followed
from services.tickets.models import PhoneLink, Ticket
from services.tickets.page_words import OUTCOMES

DEEDS: Final = ("accept", "resolve", "return", "comment")
PICTURES: Final = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
_MOST_PIXELS: Final = 50_000_000


def do(link: PhoneLink, user: User, deed: str, fields: dict[str, str], photo: "UploadedFile[bytes] | None") -> Ticket:
    """Do a deed in the caller's transaction; errors as ``actions.perform`` raises them, nothing is written then."""
    if deed not in DEEDS:
        raise InvalidInputError({"do": [gettext("There is no such step.")]})
    ticket = link.ticket
    if photo is not None:
        photo = _picture(photo)
    if deed in {"accept", "resolve"}:
        _take_on(ticket, user)
    if photo is not None:
        perform(verb="attach", ticket_public_id=ticket.public_id, acting_user=user, file=photo)
    if deed == "resolve":
        perform(verb="resolve", ticket_public_id=ticket.public_id, acting_user=user, **_result(ticket, fields))
    elif deed in {"return", "comment"}:
        perform(verb=deed, ticket_public_id=ticket.public_id, acting_user=user, note=fields.get("note", ""))
    now = clock.now(link.realm)
    PhoneLink.objects.filter(pk=link.pk).update(used_at=now)
    record(verb="ticket.phone_link", target=ticket, realm=link.realm, acting_user=user, detail={"do": deed})
    return Ticket.objects.get(pk=ticket.pk)


def _take_on(ticket: Ticket, user: User) -> None:
    """Accept and begin, whatever of it is still to be done: on a phone that is one press."""
    for verb in ("accept", "start"):
        state = Ticket.objects.filter(pk=ticket.pk).values_list("state", flat=True).get()
        if state in workflow.TRANSITIONS[verb]:
            perform(verb=verb, ticket_public_id=ticket.public_id, acting_user=user)


def _result(ticket: Ticket, fields: dict[str, str]) -> dict[str, str]:
    """Return what resolving takes; without words of one's own the outcome's stand in the history and for the public."""
    outcome = fields.get("outcome", "")
    if outcome not in OUTCOMES:
        raise InvalidInputError({"outcome": [gettext("Choose how it ended.")]})
    note = fields.get("note", "").strip() or gettext(OUTCOMES[outcome])
    return {"outcome": outcome, "note": note, "public_text": note if is_followed(ticket) else ""}


def _picture(photo: "UploadedFile[bytes]") -> "UploadedFile[bytes]":
    """Return the photograph under a name and type of our own; InvalidInputError when it is no picture."""
    wrong = InvalidInputError({"photo": [gettext("This is not a photograph (JPEG, PNG or WebP).")]})
    try:
        with Image.open(photo) as image:
            kind = image.format or ""
            size = image.size
            image.verify()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise wrong from error
    if kind not in PICTURES or size[0] * size[1] > _MOST_PIXELS:
        raise wrong
    photo.seek(0)
    photo.content_type, ending = PICTURES[kind]
    photo.name = f"photo.{ending}"
    return photo

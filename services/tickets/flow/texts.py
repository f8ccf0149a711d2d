"""Standard texts: offered by category and state with code, place and date filled in; what was chosen is copied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from services.kernel.clock import LOCAL
from services.kernel.problems import InvalidInputError
from services.tickets.flow.models import StandardText
from services.tickets.flow.said import Fields
from services.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Offer:
    """A standard text as it would be said about one ticket now."""

    slug: str
    title: str
    text: str
    public: bool
    outcome: str


def offered(ticket: Ticket, now: datetime) -> list[Offer]:
    """Return the active texts that fit the ticket's monitor, category and state; one statement."""
    fitting = StandardText.objects.filter(
        Q(monitor="") | Q(monitor=ticket.monitor),
        Q(category="") | Q(category=ticket.category),
        Q(state="") | Q(state=ticket.state),
        active=True,
    )
    return [_offer(row, ticket, now) for row in fitting]


def _offer(row: StandardText, ticket: Ticket, now: datetime) -> Offer:
    """Words for the public are Vietnamese whoever reads the page; notes are in the reader's language."""
    english = get_language() == "en"
    place = ticket.unit or ticket.department
    label = place.label if place else {"vi": "", "en": ""}
    own = english and bool(row.text_en) and not row.public
    known = {
        "code": ticket.code,
        "place": label["en" if own else "vi"],
        "date": f"{now.astimezone(LOCAL):%d/%m/%Y}",
    }
    text = filled(row.text_en if own else row.text, known)
    title = row.label["en" if english else "vi"]
    return Offer(row.slug, title, text, row.public, row.outcome)


def filled(text: str, known: Mapping[str, str]) -> str:
    """Return a text with its known placeholders filled in; whatever else stands in braces stays as it was written."""
    for name, value in known.items():
        text = text.replace("{" + name + "}", value)
    return text


def use(ticket: Ticket, verb: str, fields: Fields, now: datetime) -> None:
    """Put the standard text that ``fields`` names where it belongs, unless somebody wrote words of their own there."""
    slug = fields.get("text")
    if not slug:
        return
    offer = next((one for one in offered(ticket, now) if one.slug == slug), None)
    if offer is None:
        raise InvalidInputError({"text": [_("there is no such text for this ticket")]})
    field = "public_text" if verb == "resolve" and offer.public else "note"
    if not str(fields.get(field) or "").strip():
        fields[field] = offer.text

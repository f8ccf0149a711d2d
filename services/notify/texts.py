"""The words of each message, rendered at sending in the reader's language; Vietnamese letters say Ông/Bà."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services.directory.models import Person
from services.kernel.clock import LOCAL
from services.kernel.text import render

SUBJECTS = {
    "ticket_new": gettext_noop("[{code}] New ticket: {title}"),
    "ticket_escalated": gettext_noop("[{code}] Not resolved yet, now with you: {title}"),
    "digest": gettext_noop("To decide today: {title}"),
}
BODIES = {
    "ticket_new": gettext_noop(
        "Dear {name},\n\nTicket {code} is waiting for you: {title}.\nDue: {due}.\n\nOpen it: {url}\n"
    ),
    "ticket_escalated": gettext_noop(
        "Dear {name},\n\nWe respectfully report that ticket {code} has not been resolved in time and has reached your "
        "level: {title}.\nDue: {due}.\n\nOpen it: {url}\n"
    ),
    "digest": gettext_noop("Dear {name},\n\nWe respectfully report: {title}.\n\nOpen it: {url}\n"),
}


def letter(template: str, context: Mapping[str, Any], person: Person) -> tuple[str, str]:
    """Return subject and body for a person; KeyError for a template that does not exist."""
    language = person.user.language if person.user else "vi"
    with translation.override(language):
        due = datetime.fromisoformat(context["due_at"]).astimezone(LOCAL)
        values = {
            "name": person.full_name,
            "code": context["code"],
            "title": render(context["title"], language),
            "due": due.strftime("%H:%M %d/%m/%Y"),
            "url": f"{settings.IOC_PUBLIC_URL}{context['url']}",
        }
        return _(SUBJECTS[template]).format(**values), _(BODIES[template]).format(**values)

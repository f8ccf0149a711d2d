"""The words of each message, rendered at sending in the reader's language.

Letters and SMS address people as Ông/Bà. Whoever stands at rung 5 of the ladder or above is reported to, never
reminded. A template has a subject, a body, and a short form for SMS and for notifications of a browser.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from services.directory.models import Person
from services.kernel.clock import LOCAL
from services.kernel.text import render

SUPERIOR: Final = 5
"""The rung from which on a person is reported to."""


@dataclass(frozen=True, slots=True)
class Template:
    """The msgids of one template: what stands in the subject, in the body of a letter, and in a short message."""

    subject: str
    body: str
    short: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in somebody's language; ``title`` is the part of ``short`` that may be cut."""

    subject: str
    body: str
    short: str
    title: str
    due: str
    url: str


NEW: Final = Template(
    gettext_noop("[{code}] New ticket: {title}"),
    gettext_noop("Dear {name},\n\nTicket {code} is waiting for you: {title}.\nDue: {due}.\n\nOpen it: {url}\n"),
    gettext_noop("To {name}: ticket {code} is waiting for you: {title}. Due {due}. {url}"),
)
LATE: Final = Template(
    gettext_noop("[{code}] Not resolved yet: {title}"),
    gettext_noop(
        "Dear {name},\n\nTicket {code} has not been resolved in time and is now with you: {title}.\nDue: {due}.\n\n"
        "Open it: {url}\n"
    ),
    gettext_noop("To {name}: ticket {code} is not resolved yet and now with you: {title}. Due {due}. {url}"),
)
REPORT: Final = Template(
    gettext_noop("[{code}] Not resolved yet, now with you: {title}"),
    gettext_noop(
        "Dear {name},\n\nWe respectfully report that ticket {code} has not been resolved in time and has reached your "
        "level: {title}.\nDue: {due}.\n\nOpen it: {url}\n"
    ),
    gettext_noop("Respectful report to {name}: ticket {code} is not resolved in time: {title}. Due {due}. {url}"),
)
REPORT_NEW: Final = Template(
    gettext_noop("[{code}] Report on a new ticket: {title}"),
    gettext_noop("Dear {name},\n\nWe respectfully report ticket {code}: {title}.\nDue: {due}.\n\nOpen it: {url}\n"),
    gettext_noop("Respectful report to {name}: ticket {code}: {title}. Due {due}. {url}"),
)
NEWS: Final = Template(
    gettext_noop("[{code}] News: {title}"),
    gettext_noop("Dear {name},\n\nTicket {code}, which you watch, has news: {title}.\n{news}\n\nOpen it: {url}\n"),
    gettext_noop("To {name}: news of ticket {code}: {title}. {news} {url}"),
)
CHANGED: Final = Template(
    gettext_noop("[{code}] Changed: {title}"),
    gettext_noop("Dear {name},\n\nThere is news of ticket {code}: {title}.\nDue: {due}.\n\nOpen it: {url}\n"),
    gettext_noop("To {name}: news of ticket {code}: {title}. Due {due}. {url}"),
)
DECISIONS: Final = Template(
    gettext_noop("To decide today: {title}"),
    gettext_noop("Dear {name},\n\nWe respectfully report: {title}.\n\nOpen it: {url}\n"),
    gettext_noop("Respectful report to {name}: {title}. {url}"),
)
NOBODY: Final = Template(
    gettext_noop("[{code}] Nobody on duty: {title}"),
    gettext_noop(
        "Dear {name},\n\nTicket {code} was to be handed to somebody whom nobody stands for at present: {title}.\n"
        "The next in line was asked. Please fill the duty roster.\nDue: {due}.\n\nOpen it: {url}\n"
    ),
    gettext_noop("To {name}: nobody on duty for ticket {code}: {title}. The next in line was asked. {url}"),
)
SWAP_ASKED: Final = Template(
    gettext_noop("Duty swap: {title}"),
    gettext_noop("Dear {name},\n\n{title}.\nPlease answer before {due}.\n\nAnswer here: {url}\n"),
    gettext_noop("To {name}: {title}. Please answer before {due}. {url}"),
)
SWAP_NEWS: Final = Template(
    gettext_noop("Duty swap: {title}"),
    gettext_noop("Dear {name},\n\n{title}.\n\nYour duty: {url}\n"),
    gettext_noop("To {name}: {title}. {url}"),
)
TEST: Final = Template(
    gettext_noop("Test message"),
    gettext_noop("Dear {name},\n\nThis is the test message you asked for. It has arrived.\n\n{url}\n"),
    gettext_noop("To {name}: this is the test message you asked for. {url}"),
)
DIGEST: Final = Template(
    gettext_noop("{count} messages: {codes}"),
    gettext_noop("Dear {name},\n\nSince {since} {count} messages came for you:\n\n{lines}\n\nOpen all: {url}\n"),
    gettext_noop("To {name}: {count} messages since {since}: {title}. {url}"),
)
TEMPLATES: Final[Mapping[str, Template]] = {
    "ticket_new": NEW,
    "ticket_escalated": LATE,
    "ticket_changed": CHANGED,
    "digest": DECISIONS,
    "watcher_news": NEWS,
    "nobody_on_duty": NOBODY,
    "swap_asked": SWAP_ASKED,
    "swap_news": SWAP_NEWS,
    "test": TEST,
}
_TO_SUPERIORS: Final[Mapping[str, Template]] = {"ticket_new": REPORT_NEW, "ticket_escalated": REPORT}
INBOX: Final = "/notifications/"


def letter(template: str, context: Mapping[str, Any], person: Person, language: str) -> Letter:
    """Return one message for a person; KeyError for a template that does not exist.

    ``context`` holds ``code``, ``title`` (a stored message), ``due_at`` (ISO 8601) and ``url``; ``rung`` where the
    person stands on the ladder; ``news`` (a stored message) for watchers. What is missing stays empty.
    """
    with translation.override(language):
        return _filled(_choose(template, context), _values(context, person, language))


def digest(messages: Sequence[tuple[str, Mapping[str, Any], datetime]], person: Person, language: str) -> Letter:
    """Return one letter for several messages, each given by template, context and when it was written."""
    with translation.override(language):
        rows = [_values(context, person, language) for _template, context, _at in messages]
        subjects = [
            _(_choose(template, context).subject).format(**values)
            for (template, context, _at), values in zip(messages, rows, strict=True)
        ]
        lines = [
            "- " + subject + (f" ({_('due {due}').format(due=values['due'])})" if values["due"] else "")
            + f"\n  {values['url']}"
            for subject, values in zip(subjects, rows, strict=True)
        ]  # fmt: skip
        codes = [values["code"] for values in rows if values["code"]]
        values = {
            "name": person.full_name,
            "count": str(len(messages)),
            "codes": ", ".join(codes[:3]) + (" …" if len(codes) > 3 else ""),
            "title": ", ".join(codes),
            "since": _moment(min(at for _template, _context, at in messages)),
            "lines": "\n".join(lines),
            "url": f"{settings.IOC_PUBLIC_URL}{INBOX}",
        }
        return _filled(DIGEST, values)


def how_many(count: int) -> str:
    """Return "12 messages" in the active language."""
    return ngettext("{number} message", "{number} messages", count).format(number=count)


def _choose(template: str, context: Mapping[str, Any]) -> Template:
    """An escalation that does not say how high it went is told as to a superior: too much courtesy hurts nobody."""
    rung = context.get("rung")
    high = rung >= SUPERIOR if isinstance(rung, int) else template == "ticket_escalated"
    return _TO_SUPERIORS[template] if high and template in _TO_SUPERIORS else TEMPLATES[template]


def _values(context: Mapping[str, Any], person: Person, language: str) -> dict[str, str]:
    due = context.get("due_at")
    return {
        "name": person.full_name,
        "code": str(context.get("code", "")),
        "title": render(context.get("title"), language),
        "news": render(context.get("news"), language),
        "due": _moment(datetime.fromisoformat(due)) if due else "",
        "url": f"{settings.IOC_PUBLIC_URL}{context.get('url', INBOX)}",
    }


def _moment(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%H:%M %d/%m/%Y")


def _filled(template: Template, values: Mapping[str, str]) -> Letter:
    return Letter(
        subject=_(template.subject).format(**values),
        body=_(template.body).format(**values),
        short=" ".join(_(template.short).format(**values).split()),
        title=values["title"],
        due=values.get("due", ""),
        url=values["url"],
    )

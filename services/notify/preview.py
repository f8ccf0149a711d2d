"""How a message would reach a person: asked of the same rules that decide when one is there."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from services.directory.models import Person
from services.kernel.clock import LOCAL
from services.notify.channels import CHANNELS, IN_APP, Channel
from services.notify.models import Endpoint, Preference
from services.notify.page_words import SEVERITIES, waits
from services.notify.rules import decide
from services.notify.sending.sms import PARTS, fitted
from services.notify.smstext import Size
from services.notify.texts import letter
from services.notify.wishes import language_of, reachable, wanted, wishes_of
from services.worktime.selectors import current_calendar

EVENING: Final = time(22, 15)
SAMPLE: Final = {
    "code": "PA-0412",
    "title": {"msgid": _("Deep pothole in the middle of the road"), "params": {}},
    "url": "/tickets/0412/",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One channel of a preview: when it would come, empty for at once; ``lacking`` when no address is known."""

    channel: Channel
    title: str
    waits: str
    lacking: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """How a message of one severity would come."""

    severity: str
    title: str
    ways: list[Way]


def previews(
    person: Person, preference: Preference | None, endpoints: list[Endpoint], realm: str, now: datetime
) -> list[Preview]:
    """Return how a critical and a medium message at 22:15 of the present day would reach the person."""
    at = datetime.combine(now.astimezone(LOCAL).date(), EVENING, tzinfo=LOCAL)
    there = reachable(person, {one.kind for one in endpoints}, realm)
    works = current_calendar().is_working_day
    found = []
    for severity in ("critical", "medium"):
        ways = []
        for key in wanted(preference, severity):
            decision = decide(severity=severity, held="", now=at, wishes=wishes_of(preference), works=works)
            until = None if key == IN_APP else decision.until
            channel = CHANNELS[key]
            said = waits(until, decision.reason, at)
            ways.append(Way(channel, gettext(channel.title), said, lacking=key not in there))
        found.append(Preview(severity, gettext(SEVERITIES[severity]), ways))
    return found


def sample_sms(person: Person, preference: Preference | None, now: datetime) -> tuple[str, Size]:
    """Return what a new ticket's SMS would say to the person, and its size."""
    due = (now + timedelta(hours=4)).isoformat()
    words = letter("ticket_new", {**SAMPLE, "due_at": due}, person, language_of(person, preference))
    return fitted(words, accents=bool(preference and preference.accents), parts=PARTS)

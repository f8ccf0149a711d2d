"""A directive: a leader's word becomes a ticket with an office and a day, and the ladder sees to it."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from services.contract import SEVERITIES
from services.directory.access import limit, may
from services.directory.models import Department, Unit, User
from services.kernel import clock
from services.kernel.clock import LOCAL
from services.kernel.nudge import nudge
from services.kernel.problems import InvalidInputError
from services.tickets import opening, workflow
from services.tickets.announce import announce
from services.tickets.models import Ticket
from services.worktime.calendar import days_between, next_opening
from services.worktime.selectors import current_calendar

MONITOR: Final = "directive"
"""What stands where other tickets name their monitor and rule: nothing found this, a person said it."""
LONGEST: Final = 1000
FARTHEST: Final = 366
"""Days ahead of a directive's day."""
_TITLE: Final = gettext_noop("Directive: {words}")
_POLICY: Final[dict[str, Any]] = {
    "slug": MONITOR,
    "version": 1,
    "title": {"vi": "Chỉ đạo của lãnh đạo", "en": "A leader's directive"},
    "steps": [
        {"target": {"head": True}, "until": "resolved"},
        {"target": {"head": True}, "from": "deadline", "after": {"minutes": 0}, "until": "resolved"},
    ],
    "auto_close": False,
}


@transaction.atomic
def direct(
    *,
    acting_user: User,
    words: str,
    to: str,
    due_on: date | None,
    realm: str,
    parent: Ticket | None = None,
    severity: str = "medium",
) -> Ticket:
    """Open a directive's ticket for ``department:<slug>`` or ``unit:<code>``, due at the close of a working day.

    With ``parent`` it hangs on that ticket. Http404 for whoever may not direct, or a parent out of reach;
    InvalidInputError by field: ``words``, ``to``, ``due_on``.
    """
    if not may(acting_user, "tickets.direct"):
        raise Http404
    now = clock.now(realm)
    place, errors = _place(to), {}
    words = words.replace("\x00", "").strip()
    days = _working_days(due_on, now)
    if not words or len(words) > LONGEST:
        errors["words"] = [_("say it in at most {count} letters").format(count=LONGEST)]
    if place is None:
        errors["to"] = [_("name a department or a unit that exists")]
    if days is None:
        errors["due_on"] = [_("name a working day ahead, within a year")]
    if errors or place is None:
        raise InvalidInputError(errors)
    if parent is not None and not _reaches(acting_user, parent):
        raise Http404
    return _open(words, place, {"working_days": days}, now, realm, parent, severity, acting_user)


def _open(
    words: str,
    place: Department | Unit,
    deadline: dict[str, int | None],
    now: datetime,
    realm: str,
    parent: Ticket | None,
    severity: str,
    user: User,
) -> Ticket:
    ticket = Ticket(
        code=opening.next_code(realm, now),
        realm=realm,
        monitor=MONITOR,
        rule=MONITOR,
        parent=parent,
        title={"msgid": _TITLE, "params": {"words": words}},
        category=MONITOR,
        severity=SEVERITIES.index(severity if severity in SEVERITIES else "medium"),
        department=place if isinstance(place, Department) else None,
        unit=place if isinstance(place, Unit) else parent.unit if parent else None,
        policy={**_POLICY, "deadline": deadline},
        opened_at=now,
        clock_from=now,
        due_at=now,
    )
    ticket.save()
    opening.lay_steps(ticket, now)
    ticket.save()
    ticket.watchers.add(user)
    detail = {"parent": parent.code} if parent else {}
    announce(ticket, "open", now=now, before=workflow.NEW, acting_user=user, note=words, detail=detail)
    nudge("services.tickets.tasks.fire_timers")
    return ticket


def _place(to: str) -> Department | Unit | None:
    kind, _sep, name = to.replace("\x00", "").partition(":")
    if kind == "department":
        return Department.objects.filter(slug=name).first()
    return Unit.objects.filter(code=name, valid_to__isnull=True).first() if kind == "unit" else None


def _working_days(due_on: date | None, now: datetime) -> int | None:
    """Return how many working days after the day of receipt a day is, so that the deadline is its close; None: no day.

    What is said on a Sunday, or after the close, is received on the next working day.
    """
    calendar = current_calendar()
    if due_on is None or not 0 <= (due_on - now.astimezone(LOCAL).date()).days <= FARTHEST:
        return None
    days = days_between(calendar, next_opening(calendar, now).date(), due_on)
    return days if days >= 0 and calendar.is_working_day(due_on) else None


def _reaches(user: User, ticket: Ticket) -> bool:
    return limit(Ticket.objects.filter(pk=ticket.pk), user, "tickets.act").exists()

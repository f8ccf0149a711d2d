"""One message a morning instead of forty: what a leader has to decide, at 07:00 of every working day."""

from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from services.directory.models import Person, RoleGrant
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.clock import LOCAL
from services.kernel.models import LIVE
from services.notify.actions import enqueue
from services.tickets.decisions.selectors import counts
from services.tickets.models import Digest
from services.worktime.calendar import WorkCalendar
from services.worktime.selectors import current_calendar

AT: Final = time(7, 0)
"""Before the offices open, in the province's zone."""
ROLES: Final = ("leader",)
TEMPLATE: Final = "digest"
_TITLE: Final = gettext_noop("{approve} to approve, {reached} at your level, {overdue} of them overdue")
_DAY_ONE: Final = datetime(2025, 1, 1, tzinfo=LOCAL).date().toordinal()


def next_morning(after: datetime, calendar: WorkCalendar) -> datetime:
    """Return the next working day's seven o'clock after an instant. Pure."""
    day = after.astimezone(LOCAL).date()
    if datetime.combine(day, AT, LOCAL) <= after:
        day += timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, AT, LOCAL)


def enrol(realm: str) -> int:
    """Give every leader of a realm a row with their next morning, forget who leads no more; return how many came."""
    now = clock.now(realm)
    leaders = RoleGrant.objects.filter(role__in=ROLES, user__is_active=True).values("user")
    persons = Person.objects.filter(user__in=leaders)
    if realm == LIVE:
        persons = persons.filter(realm=LIVE)
    wanted = set(persons.values_list("pk", flat=True))
    known = set(Digest.objects.filter(realm=realm).values_list("person_id", flat=True))
    Digest.objects.filter(realm=realm, person__in=known - wanted).delete()
    due = next_morning(now, current_calendar())
    rows = [Digest(realm=realm, person_id=pk, due_at=due) for pk in sorted(wanted - known)]
    Digest.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def send_due(limit: int = 20) -> int:
    """Write the digests that are due; return how many rows were claimed. Nothing to decide: nothing is sent."""
    calendar = current_calendar()
    claimed = claim_due(Digest.objects.select_related("person__user"), limit=limit)
    for row in claimed:
        now = clock.now(row.realm)
        if _write(row, now):
            row.sent_at = now
        row.due_at = next_morning(now, calendar)
        row.save(update_fields=["due_at", "sent_at"])
    return len(claimed)


def _write(row: Digest, now: datetime) -> bool:
    user = row.person.user
    if user is None or not user.is_active:
        return False
    found = counts(user, row.person, now, row.realm)
    if not found["approve"] and not found["reached"]:
        return False
    day = now.astimezone(LOCAL).date()
    enqueue(
        realm=row.realm,
        subject=f"digest:{row.person.public_id}",
        generation=day.toordinal() - _DAY_ONE,
        step=0,
        people=[row.person],
        template=TEMPLATE,
        context=_context(found, now),
        now=now,
    )
    return True


def _context(found: dict[str, int], now: datetime) -> dict[str, Any]:
    """Return what the letter is filled with: its title counts what waits."""
    title = {"msgid": _TITLE, "params": found}
    return {"code": "", "title": title, "due_at": now.isoformat(), "url": reverse("tickets:decisions")}

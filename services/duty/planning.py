"""Plans become shifts: what rotations and overrides say is written ahead, so that asking who is on duty stays cheap.

What has been is never touched. A shift that runs now keeps its start; who takes over in its midst begins now. Shifts
written by hand (an import of people, the admin) stand above every plan.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from services.directory.models import DutyRoster, DutyShift
from services.duty import rotation
from services.duty.models import Override, Plan, Rotation
from services.duty.spans import Span, clip, layered, without
from services.kernel import clock
from services.kernel.claim import claim_due
from services.kernel.nudge import nudge
from services.worktime.selectors import current_calendar

HORIZON: Final = timedelta(days=60)
"""How far ahead shifts are written."""
AGAIN: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(days=31)
"""So much further is looked ahead, so that the last shift has its true end."""
TASK: Final = "services.duty.tasks.plan"


def plan_of(roster: DutyRoster, realm: str) -> Plan:
    """Return how the roster is run in a realm, made with the usual settings at first need."""
    now = clock.now(realm)
    return Plan.objects.get_or_create(realm=realm, roster=roster, defaults={"due_at": now})[0]


@transaction.atomic
def replan(roster: DutyRoster, realm: str) -> None:
    """Write the roster's shifts anew, at once: whoever changed something sees what became of it."""
    plan_of(roster, realm)
    _write(Plan.objects.select_for_update().select_related("roster").get(realm=realm, roster=roster))
    nudge(TASK)


@transaction.atomic
def plan_due(limit: int = 20) -> int:
    """Plan what is due, a few rosters at a time; return how many."""
    due = claim_due(Plan.objects.select_related("roster"), limit=limit)
    for plan in due:
        _write(plan)
    return len(due)


def intended(roster: DutyRoster, realm: str, since: datetime, until: datetime) -> list[Span]:
    """Return what rotations and overrides say about an interval, without what was written by hand. 4 statements."""
    is_working = current_calendar().is_working_day
    rotations = Rotation.objects.filter(realm=realm, roster=roster, retired_at=None).prefetch_related("participants")
    layers = [rotation.shifts(one.layer, since, until, is_working) for one in rotations.order_by("order", "pk")]
    overrides = Override.objects.filter(realm=realm, roster=roster, withdrawn_at=None, ends__gt=since, starts__lt=until)
    pieces = [[one.span] for one in overrides.order_by("pk")]
    return clip(layered([*layers, *pieces]), since, until)


def _write(plan: Plan) -> None:
    now = clock.now(plan.realm)
    until = now + HORIZON
    ahead = DutyShift.objects.filter(roster=plan.roster, person__realm=plan.realm, ends__gt=now)
    by_hand = [Span(one.starts, one.ends, one.person_id) for one in ahead.filter(planned=False)]
    wanted = without(intended(plan.roster, plan.realm, now, until + _LONGEST), by_hand)
    wanted = [span for span in wanted if span.starts < until]
    running = list(ahead.filter(planned=True, starts__lt=now))
    wanted = _keep_running(running, wanted, now)
    _write_future(plan.roster, list(ahead.filter(planned=True, starts__gte=now)), wanted)
    plan.planned_until, plan.due_at = until, now + AGAIN
    plan.save(update_fields=["planned_until", "due_at"])


def _keep_running(running: Iterable[DutyShift], wanted: list[Span], now: datetime) -> list[Span]:
    """Let running shifts go on as far as the plan says, or end them now; return what remains to be written."""
    for shift in running:
        going_on = next((span for span in wanted if span.starts == now and span.person == shift.person_id), None)
        ends = going_on.ends if going_on else now
        if ends != shift.ends:
            DutyShift.objects.filter(pk=shift.pk).update(ends=ends)
        if going_on:
            wanted = [span for span in wanted if span != going_on]
    return wanted


def _write_future(roster: DutyRoster, written: Iterable[DutyShift], wanted: Iterable[Span]) -> None:
    missing, stale = set(wanted), []
    for shift in written:
        span = Span(shift.starts, shift.ends, shift.person_id)
        if span in missing:
            missing.remove(span)
        else:
            stale.append(shift.pk)
    DutyShift.objects.filter(pk__in=stale).delete()
    DutyShift.objects.bulk_create(
        DutyShift(roster=roster, person_id=span.person, starts=span.starts, ends=span.ends, planned=True)
        for span in sorted(missing)
    )

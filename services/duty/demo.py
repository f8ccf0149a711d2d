"""Duty for demonstrations: rotations over the pack's rosters that cover now and the coming weeks, and one leave.

All rows carry realm ``demo`` and go with it.
"""

from datetime import datetime, time, timedelta

from django.db import transaction

from services.directory.demo import demo_turns
from services.directory.models import DutyRoster, DutyShift, Person
from services.directory.pack import pack
from services.duty import rotation, rules
from services.duty.actions.leaves import add_leave
from services.duty.actions.rotations import add_rotation, set_plan
from services.duty.models import Rotation
from services.kernel import clock
from services.kernel.models import DEMO
from services.worktime.selectors import current_calendar

BEFORE = timedelta(days=2)
"""So far back shifts are written too, so that there is a shift before this one."""


@transaction.atomic
def create_demo_duty() -> int:
    """Make what is missing: a rotation of twelve-hour shifts for each roster of the demo; return how many were made."""
    now = clock.now(DEMO)
    made = 0
    for slug, usernames in demo_turns().items():
        roster = DutyRoster.objects.get(slug=slug)
        if not Rotation.objects.filter(roster=roster, realm=DEMO).exists():
            _make(roster, usernames, now)
            made += 1
    if made:
        _settings(now)
    return made


def _make(roster: DutyRoster, usernames: tuple[str, ...], now: datetime) -> None:
    DutyShift.objects.filter(roster=roster, person__realm=DEMO).delete()
    known = {one.user.username: one for one in Person.objects.filter(user__username__in=usernames) if one.user}
    given = rules.Given(
        name="Luân phiên 12 giờ",
        people=[str(known[name].public_id) for name in usernames],
        unit="hours",
        length=12,
        hand_over=time(7),
        starts_on=now.astimezone(clock.LOCAL).date() - timedelta(days=7),
    )
    made = add_rotation(roster=roster, realm=DEMO, given=given, acting_user=None)
    for span in rotation.shifts(made.layer, now - BEFORE, now, current_calendar().is_working_day):
        running = DutyShift.objects.filter(roster=roster, person=span.person, ends=span.ends, planned=True)
        if not running.update(starts=span.starts):
            DutyShift.objects.create(
                roster=roster, person_id=span.person, starts=span.starts, ends=span.ends, planned=True
            )


def _settings(now: datetime) -> None:
    """The operations room keeps the hand-over log; somebody of the last roster is away soon, with nobody named."""
    first = DutyRoster.objects.get(slug=pack().rosters[0].slug)
    set_plan(roster=first, realm=DEMO, swap_needs_approval=True, hand_over_log=True, acting_user=None)
    last = list(demo_turns().items())[-1]
    away = Person.objects.filter(user__username=last[1][-1], realm=DEMO).first()
    starts = (now + timedelta(days=9)).replace(minute=0, second=0, microsecond=0)
    if away is not None and not away.leaves.exists():
        add_leave(person=away, stand_in=None, starts=starts, ends=starts + timedelta(days=3), acting_user=None)

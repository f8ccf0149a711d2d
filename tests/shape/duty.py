"""The things of duty in the small world: a roster of a department with everything that hangs on it."""

from datetime import time, timedelta
from typing import Any

from django.conf import settings

from services.directory.models import Department, DutyRoster, DutyShift, Person, User
from services.duty import rules
from services.duty.actions.feeds import make_feed
from services.duty.actions.leaves import add_leave
from services.duty.actions.overrides import add_override
from services.duty.actions.rotations import add_rotation
from services.duty.actions.swaps import ask_swap
from services.handover.actions import open_for
from services.kernel import clock


def duty_things(department: str, owner: User) -> dict[str, Any]:
    """Make a roster with a rotation, an override, a swap and a leave of the owner's, addresses, and a hand-over."""
    realm = settings.IOC_REALM
    now = clock.now(realm)
    roster = DutyRoster.objects.create(
        slug=f"truc-{department}",
        name=f"Trực {department}",
        name_en="Duty",
        department=Department.objects.get(slug=department),
    )
    mine, other = _person(f"Chủ {department}", realm, owner), _person(f"Khách {department}", realm)
    given = rules.Given(
        name="x",
        people=[str(mine.public_id), str(other.public_id)],
        unit="days",
        length=1,
        hand_over=time(7),
        starts_on=now.date() - timedelta(days=2),
    )
    rotation = add_rotation(roster=roster, realm=realm, given=given, acting_user=None)
    own, theirs = (
        DutyShift.objects.filter(roster=roster, person=one, starts__gt=now + timedelta(minutes=5)).order_by("starts")[0]
        for one in (mine, other)
    )
    far: dict[str, Any] = {"starts": now + timedelta(days=30), "ends": now + timedelta(days=31)}
    swap = ask_swap(gives=own, takes=theirs, acting_user=None)
    override = add_override(roster=roster, realm=realm, person=other, **far, acting_user=None)
    leave = add_leave(person=mine, stand_in=other, **far, acting_user=None)
    feed, secret = make_feed(realm=realm, roster=roster, acting_user=owner)
    running = DutyShift.objects.filter(roster=roster).order_by("starts")[0]
    return {
        "roster": roster.slug,
        "duty rotation": rotation.public_id,
        "duty override": override.public_id,
        "duty swap": swap.public_id,
        "duty leave": leave.public_id,
        "duty feed": feed.public_id,
        "feed secret": secret,
        "handover": open_for(running).public_id,
    }


def _person(name: str, realm: str, user: User | None = None) -> Person:
    known = Person.objects.filter(user=user).first() if user else None  # a message to the same account made one before
    made = known or Person(user=user)
    made.realm = realm
    made.set_names(name)
    made.save()
    return made

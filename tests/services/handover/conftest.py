"""The roster of the duty tests, which keeps the log, with open things in it."""

from datetime import timedelta

import pytest

from services.duty.actions.rotations import set_plan
from services.kernel import clock
from tests.services.duty.conftest import REALM, demo, people, person, roster, rotation, supervisor

__all__ = ["demo", "people", "person", "roster", "rotation", "supervisor"]


@pytest.fixture
def log(roster, rotation):
    """The roster keeps the log; its clock stands ten minutes before the end of a shift."""
    now = clock.now(REALM)
    soon = now + timedelta(hours=1)  # a shift that ends in a moment began with the plan: there is nothing before its end
    shift = roster.shifts.get(starts__lte=soon, ends__gt=soon)
    clock.move(REALM, shift.ends - now - timedelta(minutes=10))
    set_plan(roster=roster, realm=REALM, hand_over_log=True, acting_user=None)
    return shift

"""The demonstration's duty: rotations that cover now and the coming weeks, and one open question ahead."""

from datetime import timedelta

import pytest

from services.directory import selectors as directory
from services.directory.demo import create_demo_people
from services.directory.models import DutyRoster, DutyShift
from services.duty import selectors
from services.duty.demo import create_demo_duty
from services.kernel import clock
from services.kernel.models import DEMO

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(province):
    create_demo_people()
    return create_demo_duty()


@pytest.mark.slow
def test_somebody_is_on_duty_now_and_for_sixty_days(seeded):
    now = clock.now(DEMO)
    for roster in DutyRoster.objects.all():
        for hours in range(-24, 24 * 60, 7):
            assert directory.person_on_duty(roster.slug, now + timedelta(hours=hours), DEMO), (roster, hours)
    running = DutyShift.objects.filter(person__realm=DEMO, starts__lte=now, ends__gt=now)
    assert {one.ends - one.starts for one in running} == {timedelta(hours=12)}, "the running shift has its true start"


def test_making_it_again_changes_nothing(seeded):
    assert seeded == DutyRoster.objects.count()
    before = list(DutyShift.objects.order_by("pk").values())
    assert create_demo_duty() == 0
    assert list(DutyShift.objects.order_by("pk").values()) == before


def test_the_one_who_is_away_shows_as_a_warning(seeded):
    now = clock.now(DEMO)
    found = {
        one.kind for roster in DutyRoster.objects.all()
        for one in selectors.warnings_of(roster, DEMO, now, now + timedelta(days=60))
    }  # fmt: skip
    assert found == {"away"}

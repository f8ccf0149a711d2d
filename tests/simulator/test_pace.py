"""A scenario is played fast: the realm's clock runs ahead, waits for the centre, and is never the live one's."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from ioc.simulator.pace import BEHIND, FastClock, behind
from services.intake.models import IntakeChunk
from services.kernel import clock
from services.kernel.models import DEMO, LIVE, Realm
from tests.monitors.environment.kit import level
from tests.monitors.kit import judge, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def seconds(monkeypatch):
    """Let so many seconds pass between two questions."""
    passed = [0.0]
    monkeypatch.setattr("ioc.simulator.pace.time.monotonic", lambda: passed[0])

    def let(count: float) -> None:
        passed[0] += count

    return let


def offset() -> timedelta:
    return Realm.objects.get(name=DEMO).clock_offset


def fast(speed: float, *, busy: bool = False) -> FastClock:
    return FastClock(DEMO, speed, clock.now(DEMO), lambda: busy)


def test_the_realms_clock_runs_so_many_times_as_fast_for_everybody(seconds):
    hurried = fast(360.0)
    seconds(2.0)
    at = hurried.now()
    assert offset() == timedelta(seconds=2 * 359)
    assert timedelta(0) <= clock.now(DEMO) - at < timedelta(seconds=10)
    assert clock.now(LIVE) < at - timedelta(minutes=10)


def test_it_leaps_no_further_than_half_an_hour_at_once(seconds):
    hurried = fast(3600.0)
    seconds(60.0)
    hurried.now()
    assert offset() == timedelta(minutes=30)


def test_it_waits_for_a_centre_that_is_behind(seconds):
    held = fast(360.0, busy=True)
    seconds(2.0)
    held.now()
    assert offset() == timedelta(0)


def test_the_live_realms_clock_is_never_hurried():
    with pytest.raises(ValueError, match="live"):
        FastClock(LIVE, 360.0, clock.now(LIVE), lambda: False)


@pytest.mark.usefixtures("province")
def test_a_centre_is_behind_when_many_chunks_wait_for_their_rules():
    for number in range(BEHIND):
        assert not behind(DEMO)
        send("environment", level(8.4, clock.now(DEMO) - timedelta(minutes=number)), realm=DEMO)
    assert behind(DEMO)
    assert not behind(LIVE)
    judge()
    assert not IntakeChunk.objects.filter(evaluated_at__isnull=True).exists()
    assert not behind(DEMO)


@pytest.mark.parametrize(
    "wish, words",
    [
        ({"speed": 360.0}, "name one"),
        ({"speed": 0.5, "scenario": "flood-2025"}, "1 to 3600"),
        ({"speed": 5000.0, "scenario": "flood-2025"}, "1 to 3600"),
    ],
)
def test_a_speed_that_makes_no_sense_is_refused(wish, words):
    with pytest.raises(CommandError, match=words):
        call_command("simulate", **wish)

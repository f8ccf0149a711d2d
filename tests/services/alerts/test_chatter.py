"""What comes and goes faster than people can follow stays one alert, until it is quiet."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts import actions, chatter
from services.alerts.chatter import CHATTER_KEPT, FLAP_SPAN, quiet_at, rhythm
from services.tickets.following import follow_alerts
from services.tickets.models import Ticket
from tests.services.alerts.kit import finding, gone, kinds, later, one, raise_, tile

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
SWINGS = st.lists(st.integers(0, 7200).map(lambda s: NOON + timedelta(seconds=s)), max_size=25)


def at(*seconds):
    return [NOON + timedelta(seconds=second) for second in seconds]


@pytest.mark.parametrize(
    "seconds, kind",
    [
        ((0, 30, 60), "chattering"),  # three within a minute: ISA-18.2
        ((0, 30, 61), ""),
        ((0, 600, 1200, 1800, 2400), "flapping"),  # five within an hour
        ((0, 600, 1200, 1800), ""),
        ((), ""),
    ],
)
def test_the_rhythm_by_the_limits(seconds, kind):
    assert rhythm(at(*seconds), NOON + timedelta(seconds=max(seconds, default=0))).kind == kind


@given(swings=SWINGS, now=st.integers(0, 7200))
def test_it_is_quiet_from_then_on_and_not_before(swings, now):
    present = NOON + timedelta(seconds=now)
    quiet = quiet_at(swings, present)
    known = [one for one in swings if one <= present]
    assert rhythm(known, quiet).kind == ""
    assert quiet <= present + max(FLAP_SPAN, CHATTER_KEPT)
    if quiet > present:
        assert rhythm(known, quiet - timedelta(microseconds=1)).kind != ""


@given(swings=SWINGS, now=st.integers(0, 7200))
def test_the_order_of_what_is_known_changes_nothing(swings, now):
    present = NOON + timedelta(seconds=now)
    assert rhythm(swings, present) == rhythm(swings[::-1], present)
    assert rhythm([*swings, present + timedelta(1)], present) == rhythm(swings, present)


@pytest.mark.django_db
class TestLatched:
    def swing(self):
        raise_(finding(severity="high", ago=0))
        later(seconds=10)
        raise_(gone())
        later(seconds=10)

    def follow(self):
        while follow_alerts():
            pass

    @pytest.fixture(autouse=True)
    def loaded(self, province):
        """Policies that open tickets."""

    def test_the_third_time_within_a_minute_it_is_latched_and_its_end_is_not_told(self):
        for _time in range(5):
            self.swing()
        alert = one()
        assert kinds() == ["raised", "cleared", "reopened", "cleared", "latched"]
        assert alert.state == "active"
        assert tile(alert)["flapping"] == {"kind": "chattering", "count": 5}

    def test_its_ticket_is_opened_once_and_stays_open(self):
        for _time in range(6):
            self.swing()
            self.follow()
        assert Ticket.objects.count() == 1
        assert Ticket.objects.get().is_open
        assert Ticket.objects.get().condition_gone_at is None

    def test_its_end_is_told_when_the_condition_stayed_away(self):
        for _time in range(4):
            self.swing()
        later(minutes=4, seconds=30)
        actions.fire_timers()
        assert one().state == "active"
        later(minutes=1)
        actions.fire_timers()
        assert (one().state, one().latched_at, kinds()[-1]) == ("cleared", None, "cleared")

    def test_what_comes_again_meanwhile_begins_the_wait_anew(self):
        for _time in range(4):
            self.swing()
        later(minutes=4)
        self.swing()
        later(minutes=3)
        actions.fire_timers()
        assert one().state == "active"

    def test_one_that_holds_on_is_steady_again_after_a_while(self):
        for _time in range(3):
            self.swing()
        raise_(finding(severity="high"))
        later(minutes=16)
        actions.fire_timers()
        assert (one().state, one().latched_at, kinds()[-1]) == ("active", None, "unlatched")
        assert tile(one())["flapping"] is None
        raise_(gone())
        assert one().state == "cleared"

    def test_slow_changes_are_told_each_time(self):
        for _time in range(4):
            self.swing()
            later(minutes=20)
        assert "latched" not in kinds()
        assert kinds().count("cleared") == 4

    def test_only_so_many_are_kept(self):
        for _time in range(chatter.SWINGS_KEPT + 5):
            self.swing()
        assert len(one().swings) == chatter.SWINGS_KEPT


@pytest.mark.django_db
def test_a_ticket_that_waits_for_its_end_to_be_confirmed_does_so_no_more_when_the_alert_comes_back(province):
    def follow():
        while follow_alerts():
            pass

    raise_(finding(severity="high", ago=1))
    follow()
    raise_(gone())
    follow()
    assert Ticket.objects.get().condition_gone_at
    raise_(finding(severity="high"))
    follow()
    ticket = Ticket.objects.get()
    assert (ticket.is_open, ticket.condition_gone_at) == (True, None)

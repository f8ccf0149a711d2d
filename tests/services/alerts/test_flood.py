"""A flood begins above ten alerts in ten minutes at an operator position and ends below five (EEMUA 191)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from services.alerts import flood, maintenance
from services.alerts.arrivals import arrivals, desk_named
from services.alerts.flood import BEGINS, ENDS, WINDOW, floods, recent, time_in_flood
from services.alerts.maintenance import Draft
from services.kernel import clock
from tests.services.alerts.kit import finding, gone, later, raise_

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STORIES = st.lists(st.integers(0, 3600).map(lambda s: NOON + timedelta(seconds=s)), max_size=60)
WALL = Path(__file__).resolve().parents[3] / "frontend" / "src" / "wall" / "alarms" / "flood.ts"


def burst(count, at=NOON):
    return [at + timedelta(seconds=n) for n in range(count)]


def test_ten_are_none_and_the_eleventh_begins_one():
    assert floods(burst(10), NOON + MINUTE) == []
    (found,) = floods(burst(11), NOON + MINUTE)
    assert (found.since, found.until, found.peak) == (NOON + timedelta(seconds=10), None, 11)


def test_it_lasts_while_five_or_more_came_and_ends_below():
    come = [*burst(11), *burst(5, NOON + 9 * MINUTE)]
    assert floods(come, NOON + 18 * MINUTE)[0].until is None
    (found,) = floods(come, NOON + 30 * MINUTE)
    assert found.until == NOON + 19 * MINUTE


def test_two_operators_bear_twice_as_many():
    assert floods(burst(20), NOON + MINUTE, seats=2) == []
    assert floods(burst(21), NOON + MINUTE, seats=2)


@given(story=STORIES)
def test_it_says_what_the_two_limits_make_of_the_count_at_each_instant(story):
    found, on = floods(story, NOON + 90 * MINUTE), False
    for second in range(0, 90 * 60, 20):
        at = NOON + timedelta(seconds=second)
        count = sum(at - WINDOW < one <= at for one in story)
        on = any(one.since <= at and (one.until is None or at < one.until) for one in found)
        if count > BEGINS:
            assert on
        if count < ENDS:
            assert not on
        assert recent(story, at) == count
    assert floods(story[::-1], NOON + 90 * MINUTE) == found
    assert time_in_flood(found, NOON, NOON + 90 * MINUTE) == sum((one.lasted(NOON) for one in found), timedelta(0))


def test_the_wall_counts_by_the_same_limits():
    code = WALL.read_text()
    for words in (f"WINDOW = {flood.WINDOW.seconds * 1000:_}", f"BEGINS = {BEGINS}", f"ENDS = {ENDS}"):
        assert words in code


@pytest.mark.django_db
class TestPositions:
    @pytest.fixture
    def browser(self, province):
        client = Client()
        client.force_login(province.user("op", "operator"))
        return client

    def test_each_position_has_its_own(self, browser):
        raise_(*(finding(f"f{n}", unit="99001") for n in range(11)), finding("worst", "critical"))
        raise_(finding("e", rule="environment.river_level"), monitor="environment")
        centre, environment = browser.get("/api/alerts/floods/").json()
        assert (centre["desk"], centre["recent"], centre["open"], bool(centre["flood_since"])) == (
            "centre",
            13,
            13,
            True,
        )
        assert (environment["recent"], environment["flood_since"]) == (1, None)
        assert [len(centre["critical"]), [group["count"] for group in centre["groups"]]] == [1, [11, 1]]
        assert centre["groups"][0]["unacknowledged"] == 11

    def test_a_department_is_one_too_and_a_wrong_name_an_error(self, browser):
        raise_(finding("a", department="so-y-te"), finding("b"))
        (found,) = browser.get("/api/alerts/floods/?desk=department:so-y-te").json()
        assert found["recent"] == 1
        assert browser.get("/api/alerts/floods/?desk=nothing").status_code == 400

    def test_what_is_hidden_does_not_come_and_what_is_released_does(self, province):
        now = clock.now("demo")
        draft = Draft(title="x", starts=now - MINUTE, ends=now + 20 * MINUTE, monitor="field_reports")
        maintenance.set_ahead(realm="demo", draft=draft, acting_user=province.user("boss", "supervisor"))
        raise_(*(finding(f"f{n}") for n in range(5)), finding("worst", "critical"))
        came = lambda: len(arrivals("demo", now, clock.now("demo") + MINUTE, desk_named("centre")))  # noqa: E731
        assert came() == 1
        later(minutes=21)
        maintenance.fire_timers()
        assert came() == 6

    def test_what_flaps_came_as_often_as_it_was_told(self, province):
        now = clock.now("demo")
        for _time in range(8):
            raise_(finding())
            later(seconds=5)
            raise_(gone())
            later(seconds=5)
        assert len(arrivals("demo", now - MINUTE, clock.now("demo") + MINUTE)) == 3

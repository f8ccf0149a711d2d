"""The figures of alarm load: by their limits (ISA-18.2, EEMUA 191), the same on the page, over HTTP and in the file."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from services.alerts import actions, maintenance
from services.alerts.flood import WINDOW
from services.alerts.maintenance import Draft
from services.kernel import clock
from services.reports.load.drawing import HEIGHT, WIDTH, draw
from services.reports.load.figures import below, flooded, percentile, priorities, rate
from tests.services.alerts.kit import finding, gone, later, one, raise_

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
STORIES = st.lists(st.integers(0, 4 * 3600 - 1).map(lambda s: NOON + timedelta(seconds=s)), max_size=80)


@given(story=STORIES, seats=st.integers(1, 4))
def test_the_windows_hold_every_alert_once_and_their_average_is_for_one_operator(story, seats):
    found = rate(story, NOON, NOON + 4 * HOUR, seats)
    assert found.total == len(story) == sum(count for _at, count in found.buckets)
    assert len(found.buckets) == 24
    assert found.average == pytest.approx(len(story) / 24 / seats)
    assert found.peak == max((sum(one - WINDOW < at <= one for at in story) for one in story), default=0)
    assert found.peak >= max(count for _at, count in found.buckets)


def test_a_flood_that_began_before_the_span_counts_with_its_part_inside():
    story = [NOON - timedelta(minutes=5, seconds=n) for n in range(11)]
    found = flooded(story, NOON, NOON + HOUR)
    assert (found.number, found.peak) == (1, 11)
    # below five once seven have left: the seventh came 5 min 4 s before the span and counts for ten minutes
    assert found.percent == pytest.approx((10 * 60 - 5 * 60 - 4) / 36)


def test_priorities_are_held_against_80_15_5():
    good = priorities([1] * 80 + [2] * 15 + [3] * 5)
    assert [(one.name, one.percent, one.verdict) for one in good] == [
        ("low", 80, "good"), ("medium", 15, "good"), ("high", 5, "good")]  # fmt: skip
    assert [one.verdict for one in priorities([4] * 10)] == ["bad", "good", "bad"]
    assert [one.verdict for one in priorities([])] == ["none"] * 3


def test_percentiles_are_values_that_were_measured():
    assert [percentile([5, 1, 3, 2, 4], part) for part in (50, 90, 100)] == [3, 5, 5]
    assert percentile([], 50) is None
    assert [below(value, 1, 2) for value in (1, 2, 2.1)] == ["good", "watch", "bad"]


@given(story=STORIES, hours=st.integers(1, 24 * 90))
def test_the_drawing_stays_in_its_frame_and_shows_the_highest(story, hours):
    until = NOON + hours * HOUR
    found = rate(story, NOON, until)
    drawing = draw(found.buckets, flooded(story, NOON, until).spans, NOON, until)
    assert all(0 <= bar.x <= WIDTH and bar.y >= 0 and bar.y + bar.height <= HEIGHT + 0.2 for bar in drawing.bars)
    assert max((bar.count for bar in drawing.bars), default=0) == max(count for _at, count in found.buckets)
    assert 0 <= drawing.limit_y <= HEIGHT


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def browser(self, province):
        client = Client()
        client.force_login(province.user("op", "operator"))
        return client

    def figures(self, browser, query=""):
        shown = browser.get(f"/api/reports/alarm-load/{query}").json()
        return {one["slug"]: one for one in shown["figures"]}, shown

    def day(self, province):
        """A flood, one that chatters, one that is hidden, one taken in hand, one old."""
        operator, boss = province.user("who", "operator"), province.user("boss", "supervisor")
        raise_(finding("old", "high"))
        later(hours=30)
        now = clock.now("demo")
        starts, ends = now - timedelta(minutes=1), now + timedelta(hours=9)
        draft = Draft(title="x", starts=starts, ends=ends, fingerprint_prefix="hidden")
        maintenance.set_ahead(realm="demo", draft=draft, acting_user=boss)
        raise_(finding("hidden"))
        raise_(*(finding(f"f{n}", "low") for n in range(12)))
        for _time in range(4):
            raise_(finding("swing"))
            later(seconds=5)
            raise_(gone("swing"))
            later(seconds=5)
        later(minutes=6)
        actions.perform(verb="acknowledge", public_id=one("f1").public_id, acting_user=operator)
        actions.perform(verb="shelve", public_id=one("f2").public_id, acting_user=operator, minutes=10)
        later(minutes=2)

    def test_a_day_tells_what_happened(self, browser, province):
        self.day(province)
        found, shown = self.figures(browser)
        values = {slug: line["value"] for slug, line in found.items()}
        assert (values["total"], values["peak"], values["floods"]) == (15, 15, 1)
        assert (values["chattering"], values["stale"], values["standing"]) == (1, 1, 14)
        assert (values["shelved"], values["maintenance"], values["inhibited"], values["by_hand"]) == (1, 1, 0, 0)
        assert values["taken_half"] == pytest.approx(6.7, abs=0.2)
        assert (found["peak"]["verdict"], found["average"]["verdict"], found["stale"]["verdict"]) == (
            "bad",
            "good",
            "good",
        )
        assert shown["frequent"][0]["count"] == 3
        assert [one["peak"] for one in shown["floods"]] == [15]
        assert [(one["desk"], one["peak"]) for one in shown["positions"]] == [("centre", 15), ("environment", 0)]

    def test_the_page_and_the_file_say_the_same(self, browser, province, monkeypatch):
        self.day(province)
        now = clock.now("demo")
        monkeypatch.setattr(clock, "now", lambda _realm: now)  # asked in the same moment
        found, _shown = self.figures(browser)
        page = browser.get("/reports/alarm-load/?days=1")
        assert page.status_code == 200
        rows = list(
            csv.reader(b"".join(browser.get("/reports/alarm-load.csv?days=1")).decode("utf-8-sig").splitlines())
        )
        accepted = browser.get("/api/reports/alarm-load/", headers={"accept": "text/csv"})
        assert [row[:4] for row in rows] == [
            row[:4] for row in csv.reader(b"".join(accepted).decode("utf-8-sig").splitlines())
        ]
        titles = {row[0]: row[2] for row in rows[1:]}
        text = page.content.decode()
        for line in found.values():
            assert titles[line["title"]] == line["shown"]
            assert line["title"] in text
            assert f"<b>{line['shown']}</b>" in text

    def test_a_position_has_its_own_figures_and_an_empty_one_no_verdict_on_nothing(self, browser, province):
        raise_(finding("a"))
        found, _shown = self.figures(browser, "?desk=environment")
        assert (found["total"]["value"], found["priority_high"]["verdict"]) == (0, "none")
        assert browser.get("/reports/alarm-load/?desk=environment&days=7").status_code == 200

    @pytest.mark.parametrize(
        "query", ["?days=400", "?from=2001-13-01", "?from=2020-01-01&to=2024-01-01", "?desk=x", "?to=2999-01-01"]
    )
    def test_a_span_that_says_nothing_is_an_error_never_another_report(self, browser, query):
        assert browser.get(f"/api/reports/alarm-load/{query}").status_code == 400
        assert browser.get(f"/reports/alarm-load/{query}").status_code == 400
        assert browser.get(f"/reports/alarm-load.csv{query}").status_code == 400

    def test_its_statements_do_not_grow_with_what_came(self, browser, django_assert_max_num_queries):
        raise_(*(finding(f"few{n}") for n in range(3)))
        with django_assert_max_num_queries(30) as few:
            browser.get("/reports/alarm-load/")
        raise_(*(finding(f"many{n}") for n in range(60)))
        with django_assert_max_num_queries(len(few)):
            browser.get("/reports/alarm-load/")

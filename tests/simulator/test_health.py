"""Diseases and hospitals of the world: dengue follows the rain, schools spread, reports come weekly."""

from datetime import date, datetime, timedelta

from ioc.simulator.cases import CaseFeed, past_spans
from ioc.simulator.hospitals import HospitalFeed, Ward
from services.kernel.clock import LOCAL
from tests.simulator.test_world import MONDAY, PLACES, world

DAY = timedelta(days=1)
WARD = Ward("bv", 108.3, 12.7, 300, fever=True)


def test_a_commune_says_once_a_week_that_there_was_nothing_else_and_some_are_late():
    sent = list(CaseFeed(world()).between(MONDAY, MONDAY + 70 * DAY))
    weekly = [one for one in sent if one.item["disease"] == "all"]
    assert len(weekly) == 10 * len(PLACES)
    assert {datetime.fromisoformat(one.item["day"]).weekday() for one in weekly} == {6}
    weekdays = [one.at.astimezone(LOCAL).weekday() for one in weekly]
    assert set(weekdays) == {0, 2}
    assert weekdays.count(2) < 0.15 * len(weekly)


def test_cases_are_told_the_morning_after_and_each_disease_once_a_day():
    sent = [one for one in CaseFeed(world()).between(MONDAY, MONDAY + 20 * DAY) if one.item["disease"] != "all"]
    assert sent
    for one in sent:
        day = datetime.fromisoformat(one.item["day"]).replace(tzinfo=LOCAL)
        assert timedelta(hours=32) <= one.at - day <= timedelta(hours=34)
        assert one.item["suspected"] + one.item["confirmed"] > 0
    assert len({one.key for one in sent}) == len(sent)


def test_dengue_comes_two_weeks_after_the_rain():
    feed = CaseFeed(world())
    days = [date(2026, 7, 1) + n * DAY for n in range(120)]
    place = PLACES[4]
    wet = sorted(days, key=lambda day: sum(feed._rained(place, day - (14 + n) * DAY) for n in range(-3, 4)))
    dry_mean, wet_mean = (sum(feed.means(place, day)["dengue"] for day in part) / 20 for part in (wet[:20], wet[-20:]))
    assert wet_mean > 1.5 * dry_mean


def test_schools_spread_hand_foot_and_mouth():
    feed = CaseFeed(world())
    open_, closed = (
        sum(feed.means(place, day)["hand-foot-mouth"] for place in PLACES)
        for day in (date(2026, 10, 14), date(2026, 7, 15))
    )
    assert open_ > 3 * closed


def test_earlier_years_cover_this_months_days():
    now = datetime(2026, 11, 22, 9, tzinfo=LOCAL)
    spans = past_spans(now)
    assert [start.year for start, _end in spans] == [2025, 2024, 2023, 2022, 2021]
    for back, (start, end) in enumerate(spans, 1):
        assert start <= datetime(2026 - back, 11, 1, tzinfo=LOCAL)
        assert end >= datetime(2026 - back, 12, 1, tzinfo=LOCAL)


def test_beds_are_possible_and_a_storm_fills_them():
    calm, storm = (HospitalFeed(world(scenario=name), [WARD]) for name in ("ordinary", "storm"))
    span = MONDAY, MONDAY + timedelta(hours=24)
    sent = list(calm.between(*span))
    assert len(sent) == 24
    for one in sent:
        assert 0 <= one.item["inpatients"] <= 1.1 * one.item["beds"]
        assert one.item["free_slots"] >= 0
        assert one.item["icu"] <= one.item["inpatients"]
    totals = [sum(one.item["inpatients"] for one in feed.between(*span)) for feed in (calm, storm)]
    assert totals[1] > totals[0]

"""Visitors of the world: nights, sites, festivals, complaints and monthly figures that fit together."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from ioc.simulator.tourism import COMPLAINTS, COUNTS, EVENTS, LODGING, WORKBOOK, TourismFeed
from monitors.tourism.sites import Lodging, Site, YearlyFestival
from services.kernel.clock import LOCAL
from tests.simulator.test_world import MONDAY, world

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SITES = [
    Site(slug="ho", name={"vi": "Hồ", "en": "Lake"}, lon=108.2, lat=12.6, unit="00001", capacity=400),
    Site(
        slug="thac", name={"vi": "Thác", "en": "Falls"}, lon=108.3, lat=12.7, unit="00002", capacity=300,
        opens=time(7), closes=time(17, 30),
    ),
]  # fmt: skip
HOUSES = [
    Lodging(slug=f"LT-{n}", name={"vi": "x", "en": "x"}, lon=108.2, lat=12.6, unit="00001", kind="hotel", rooms=20 * n)
    for n in range(1, 6)
]
FEAST = YearlyFestival("le-hoi", {"vi": "Lễ hội", "en": "Feast"}, "ho", 3, 12, 2, 900)


def feed(seed=1):
    return TourismFeed(world(seed), SITES, HOUSES, [FEAST], 5_400_000)


def test_asked_in_pieces_and_asked_again_the_world_tells_the_same():
    start, end = MONDAY + 7 * HOUR, MONDAY + 12 * HOUR
    whole = sorted(feed().between(start, end))
    bounds = [start, start + timedelta(minutes=7), start + timedelta(minutes=93), end]
    pieces = [one for a, b in reversed(list(pairwise(bounds))) for one in feed().between(a, b)]
    assert sorted(pieces) == whole
    assert whole != sorted(feed(2).between(start, end))
    assert len({(one.source, one.key) for one in whole}) == len(whole)


def test_a_night_is_possible_and_weekends_are_fuller():
    sent = list(feed().nights(MONDAY, MONDAY + 56 * DAY))
    assert 0.9 * 56 * 5 <= len(sent) <= 56 * 5
    taken: dict[bool, list[float]] = {True: [], False: []}
    for one in sent:
        item = one.item
        assert 0 <= item["occupied"] <= item["rooms"]
        assert item["foreign_arrivals"] <= item["arrivals"] <= item["guests"] <= 20 * item["occupied"]
        night = date.fromisoformat(item["day"])
        assert one.at.astimezone(LOCAL).date() == night + DAY
        taken[night.weekday() in {4, 5}].append(item["occupied"] / item["rooms"])
    weekend, week = (sum(taken[free]) / len(taken[free]) for free in (True, False))
    assert 0.3 < week < weekend < 0.95


def test_gates_and_cameras_tell_of_the_same_crowd():
    """Who came less who left since four in the morning is who is there."""
    inside = {"thac": 0}
    for one in feed().counts(MONDAY + 4 * HOUR, MONDAY + 24 * HOUR):
        if one.item["site"] == "thac":
            inside["thac"] += one.item["entered"] - one.item["left"]
            assert inside["thac"] == feed().present(SITES[1], one.at)
    assert inside["thac"] == 0, "the last ones leave at closing time"


def test_a_closed_site_is_empty_and_no_ordinary_day_overfills_one():
    for hour in range(24 * 14):
        at = MONDAY + hour * HOUR
        if at.weekday() != 5:
            assert feed().present(SITES[0], at) < 0.9 * SITES[0].capacity or at.day in {12, 13}
        assert SITES[1].open_at(at) or feed().present(SITES[1], at) == 0


def test_every_saturday_has_its_programme_and_a_festival_is_announced_a_month_ahead():
    sent = list(feed().events(MONDAY - 30 * DAY, MONDAY))
    starts = [date.fromisoformat(one.item["starts"]) for one in sent if "chuong-trinh" in one.key]
    assert len(starts) == 4
    assert {day.weekday() for day in starts} == {5}
    (feast,) = [one for one in sent if "le-hoi" in one.key]
    assert (feast.item["starts"], feast.item["ends"], feast.item["site"]) == ("2026-03-12", "2026-03-13", "ho")


def test_complaints_are_few_and_answered_and_only_some_too_late():
    sent = list(feed().complaints(MONDAY, MONDAY + 200 * DAY))
    received = [one for one in sent if "settled_at" not in one.item]
    answers = [one for one in sent if "settled_at" in one.item]
    assert 80 < len(received) < 280
    assert len(answers) > 0.85 * len(received)
    slow = [
        one
        for one in answers
        if datetime.fromisoformat(one.item["settled_at"]) - datetime.fromisoformat(one.item["received_at"]) > 7 * DAY
    ]
    assert len(slow) < 0.15 * len(answers)


def test_the_figures_come_on_the_second_working_day_and_nine_months_of_2025_join_what_was_published():
    sent = list(feed().figures(datetime(2026, 10, 1, tzinfo=LOCAL), datetime(2026, 11, 1, tzinfo=LOCAL)))
    assert {one.at.astimezone(LOCAL).date() for one in sent} == {date(2026, 10, 2)}
    values = {(one.item["code"], one.item["period"]): one.item["value"] for one in sent}
    assert values["visitors", "2026-09"] == feed().visited(2026, 9)
    assert ("tour_guides", "2026-Q3") in values
    assert sum(feed().visited(2025, month) for month in range(1, 10)) == pytest.approx(4_450_000, rel=0.02)
    assert 8 < values["visitors_growth", "2026-09"] < 22


def test_january_brings_the_plan_and_the_past_holds_every_month_since():
    now = datetime(2026, 11, 22, 9, tzinfo=LOCAL)
    parts = feed().past(now)
    rows = next(items for source, items, _historical in parts if source == WORKBOOK)
    months = [row["period"] for row in rows if row["code"] == "visitors" and row["kind"] == "actual"]
    assert (months[0], months[-1], len(months)) == ("2025-10", "2026-10", 13)
    plans = {row["period"]: row["value"] for row in rows if row["code"] == "visitors" and row["kind"] == "plan"}
    assert plans["2026"] == pytest.approx(1.15 * 5_400_000, rel=0.01)
    assert {source for source, items, _historical in parts if items} == {LODGING, COUNTS, EVENTS, COMPLAINTS, WORKBOOK}

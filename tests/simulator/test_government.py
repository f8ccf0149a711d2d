"""The office of the world: the same tasks for the same span, most in time, and a year of figures behind them."""

import time
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from ioc.simulator.government import MONTHS_BACK, TASKS, WORKBOOK, GovernmentFeed, Office
from ioc.simulator.scenarios import SCENARIOS
from ioc.simulator.world import Place, World
from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar

NOW = datetime(2026, 11, 22, 10, tzinfo=LOCAL)
OFFICES = [Office("so-xay-dung", 114), *(Office(f"99{n:03}", 13) for n in range(1, 103))]


@pytest.fixture
def feed():
    world = World(7, [Place("99001", 110.0, 10.0)], WorkCalendar(), SCENARIOS["ordinary"], NOW)
    return GovernmentFeed(world, "99", OFFICES, published=[{"Mã chỉ tiêu": "app_accounts"}])


def test_any_span_gives_the_same_items_whole_or_in_pieces(feed):
    whole = sorted(feed.between(NOW - timedelta(days=60), NOW))
    pieces = [NOW - timedelta(days=60) + timedelta(hours=7.5 * n) for n in range(193)]
    parts = [sent for start, end in pairwise(pieces) for sent in feed.between(start, end)]
    assert sorted(parts) == whole
    assert {sent.source for sent in whole} == {TASKS, WORKBOOK}


def test_a_task_is_assigned_worked_on_and_done_with_newer_versions(feed):
    for life in feed.lives(NOW - timedelta(days=90), NOW):
        assert [sent.item["state"] for sent in life] == ["assigned", "in_progress", "done"]
        assert [sent.at for sent in life] == sorted(sent.at for sent in life)
        assert life[0].item["assigned_on"] <= life[-1].item["completed_on"] == life[-1].at.date().isoformat()
        assert life[0].item["assigned_on"] <= life[0].item["due_on"]


def test_few_tasks_are_late_at_any_time(feed):
    _published, _history, (_done, _items, _backfill), (_source, still_open, historical) = feed.past(NOW)
    late = [item for item in still_open if item["due_on"] < NOW.date().isoformat()]
    assert 20 < len(still_open) < 120
    assert len(late) <= 6
    assert not historical


def test_the_year_before_is_delivered_for_the_province_and_lately_by_agency(feed):
    (_w, published, _h), (source, rows, historical), *_tasks = feed.past(NOW)
    assert (source, historical, len(published)) == (WORKBOOK, True, 1)
    months = {row["period"] for row in rows if row["unit"] == "99"}
    assert (len(months), min(months), max(months)) == (MONTHS_BACK, "2025-11", "2026-10")
    assert {row["period"] for row in rows if row["unit"] == "99005"} == {"2026-10"}
    october = [row for row in rows if row["period"] == "2026-10" and row["code"] == "dossiers_finished"]
    total = next(row["value"] for row in october if row["unit"] == "99")
    assert total == sum(row["value"] for row in october if row["unit"] != "99")
    assert 1000 < total < 2000


def test_rates_stay_plausible(feed):
    rows = {(r["code"], r["unit"], r["period"]): r["value"] for r in feed.past(NOW)[1][1]}
    for (code, unit, period), finished in rows.items():
        if code == "dossiers_finished":
            assert 0 <= rows["dossiers_on_time", unit, period] <= finished
            assert rows["dossiers_online", unit, period] <= rows["dossiers_received", unit, period]
        if code == "satisfaction_rate":
            assert 80 < finished <= 99


def test_a_month_not_yet_delivered_is_no_past(feed):
    first_of_november = datetime(2026, 11, 1, 10, tzinfo=LOCAL)
    assert max(row["period"] for row in feed.past(first_of_november)[1][1]) == "2026-09"


def test_the_past_is_made_quickly(feed):
    began = time.perf_counter()
    feed.past(NOW)
    assert time.perf_counter() - began < 3


def test_more_of_everything(feed):
    assert len(list(feed.times(2).lives(NOW - timedelta(days=1), NOW))) == 2 * len(
        list(feed.lives(NOW - timedelta(days=1), NOW))
    )
    assert feed.times(2).mean(NOW) > feed.mean(NOW)

"""Figures of order and roads follow from the rows of their query, and from nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitors.public_safety import panels
from monitors.public_safety.cameras import cameras
from monitors.public_safety.science.comparison import year_before
from services.contract import Figure, Scope
from services.kernel import clock
from services.kernel.clock import LOCAL
from tests.monitors.kit import send
from tests.monitors.public_safety.kit import CHECKS, EVENTS, INCIDENTS, TRAFFIC, accident, check, count, event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
DAY = timedelta(days=1)
NOON = datetime(2026, 5, 20, 12, tzinfo=LOCAL)


def scope(at=NOON, **more):
    return Scope("live", at, **more)


def told(figure: Figure) -> dict[str, Any]:
    """Return what stands beside the figure."""
    assert figure.target_text
    return figure.target_text["params"]


def last_year(at: datetime) -> datetime:
    return datetime.combine(year_before(at.date()), at.time(), LOCAL)


def test_without_records_there_is_no_figure_and_no_all_clear():
    for panel in panels.PANELS:
        figure = panel.figure(scope())
        assert not figure.value
        assert (figure.as_of, figure.severity) == (None, None)


def test_the_key_figure_compares_this_month_with_the_same_days_of_last_year():
    items = [accident(f"n{n}", NOON - n * DAY) for n in range(3)]
    items += [accident(f"o{n}", last_year(NOON) - n * DAY) for n in range(2)]
    items += [accident("next", last_year(NOON) + DAY), accident("month", NOON - 25 * DAY)]
    send(INCIDENTS, *items)
    figure = panels.accidents(scope())
    assert (figure.value, figure.target, figure.severity) == (3, 2, "medium")
    assert told(figure)["percent"]["params"] == {"sign": "+", "percent": 50.0}
    assert list(figure.trend)[-3:] == [1.0, 1.0, 1.0]
    assert sum(figure.trend) == 3
    assert figure.query.rows(scope()).count() == 3
    assert panels.accidents(scope(unit="99002")).value == 0


def test_a_change_from_nothing_is_not_applicable():
    send(INCIDENTS, accident("n", NOON, deaths=1))
    rows = {row["id"]: row for row in panels.comparison(scope()).rows}
    assert rows["year:deaths"]["state"]["params"] == {"now": 1, "before": 0, "percent": "N/A"}
    assert rows["month:injuries"]["state"]["params"]["percent"] == "N/A"
    assert rows["year:deaths"]["open"]


def test_the_share_of_crimes_cleared_up_is_of_this_years():
    crimes = [{**accident(f"c{n}", NOON - n * DAY), "kind": "crime", "cleared": n < 1} for n in range(4)]
    send(INCIDENTS, *crimes, {**accident("old", last_year(NOON)), "kind": "crime", "cleared": True})
    figure = panels.clearance(scope())
    assert (figure.value, figure.severity, figure.query.rows(scope()).count()) == (25.0, "low", 4)
    assert told(figure) == {"cleared": 1, "all": 4}


def test_the_map_counts_the_accidents_of_thirty_days_by_commune():
    send(INCIDENTS, accident("1", NOON), accident("2", NOON, unit="99002"), accident("3", NOON - 31 * DAY))
    figure = panels.accidents_by_commune(scope())
    assert (figure.value, figure.values) == (2, {"99001": 1.0, "99002": 1.0})


def test_the_slowest_road_is_shown_beside_its_usual_hour():
    start = NOON - timedelta(hours=1)
    usual = [count(start - n * timedelta(weeks=1), 40.0) for n in (1, 2, 3)]
    usual += [count(start - n * timedelta(weeks=1), 70.0, road="ql-binh") for n in (1, 2, 3)]
    send(TRAFFIC, *usual, count(start, 10.0), count(start, 69.0, road="ql-binh"))
    figure = panels.slowest_road(scope())
    assert (figure.value, figure.severity) == (25, "low")
    assert [(row["speed"], row["usual"]) for row in figure.rows] == [(10.0, 40.0)]
    assert datetime.fromisoformat(str(figure.rows[0]["at"])) == start
    assert told(figure)["road"]["en"] == "An Street"
    assert panels.slowest_road(scope(unit="99002")).value == 99


def test_cameras_of_which_nothing_was_heard_lately_are_not_watched():
    now = clock.now()
    old, new = now - timedelta(hours=2), now - timedelta(minutes=1)
    send(
        CHECKS,
        check("cho-an", new, "ok"),
        check("cau-an", old, "ok"),
        check("deo-cat", old, "no_picture", reason="refused"),
    )
    figure = panels.cameras_with_picture(scope(now))
    assert (figure.value, figure.target, figure.severity) == (1, len(cameras()), "low")
    assert told(figure) == {"down": 1, "told": 1, "unwatched": len(cameras()) - 2}
    assert [row["id"] for row in figure.rows] == ["deo-cat", "cau-an", "cho-an"]
    assert panels.cameras_with_picture(scope(now, unit="99003")).value == 0


def test_events_to_look_at_are_the_dangerous_ones_first_and_things_merely_seen_are_none():
    now = clock.now()
    send(EVENTS, event("1", "no_helmet", now), event("2", "fight", now), event("3", "object", now))
    send(EVENTS, event("old", "fight", now - 3 * DAY))
    figure = panels.events_to_look_at(scope(now))
    assert (figure.value, figure.severity, told(figure)["grave"]) == (2, "low", 1)
    assert [row["severity"] for row in figure.rows] == ["medium"]
    assert figure.query.rows(scope(now)).count() == 2

"""The figures of tourism: what was declared, counted and delivered, and never a number where nothing is known."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitors.tourism.models import LodgingDay, SiteCount
from services import registry
from services.contract import Figure, Scope
from services.kernel import clock
from tests.monitors.tourism.kit import (
    AN,
    BEACH,
    BINH,
    COMPLAINTS,
    COUNTS,
    DAY,
    EVENTS,
    GUESTHOUSE,
    HOMESTAY,
    HOTEL,
    HOUR,
    LAKE,
    OWNER,
    WORKBOOK,
    accepted,
    answered,
    complaint,
    count,
    festival,
    figure_row,
    night,
    now,
    today,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def figure(panel: str, **scope: str) -> Figure:
    return registry.panel("tourism", panel)[1].figure(Scope("live", clock.now(), **scope))


def rows(panel: str, **scope: str):
    return {row["id"]: row for row in figure(panel, **scope).rows}


def test_without_a_record_no_figure_claims_a_number():
    for panel in registry.monitor("tourism").panels:
        assert figure(panel.slug).value is None, panel.slug


# --- visitors --------------------------------------------------------------------------------------------------------


def test_the_years_visitors_so_far_stand_beside_the_plan_and_the_months_behind_them():
    year = today().year
    last = today().replace(day=1) - DAY if today().month > 1 else today()
    months = range(1, last.month + 1)
    sent = [figure_row("visitors", f"{year}-{n:02d}", 400_000 + n) for n in months]
    accepted(WORKBOOK, figure_row("visitors", str(year), 6_000_000, "plan"), *sent)
    shown = figure("visitors")
    total = sum(400_000 + n for n in months)
    assert shown.value == round(total / 1e6, 3)
    assert shown.target == 6.0
    assert shown.target_text is not None
    assert shown.target_text["params"] == {"share": round(total / 60_000, 1), "year": str(year), "plan": 6.0}
    assert list(shown.trend) == [round(sum(400_000 + n for n in range(1, m + 1)) / 1e6, 3) for m in months]
    assert shown.as_of is not None
    assert {row.indicator.code for row in shown.query.rows(Scope("live", clock.now()))} == {"visitors"}


def test_a_commune_without_delivered_visitors_shows_none():
    accepted(WORKBOOK, figure_row("visitors", f"{today().year - 1}-12", 9000))
    assert figure("visitors").value == 0.009
    assert figure("visitors", unit=AN).value is None


# --- lodgings --------------------------------------------------------------------------------------------------------


def test_rooms_taken_last_night_are_those_of_the_places_that_declared():
    yesterday = today() - DAY
    accepted("tourism", night(yesterday, 30), night(yesterday, 5, HOMESTAY), night(yesterday - 3 * DAY, 10, GUESTHOUSE))
    shown = figure("occupancy")
    assert shown.value == round(100 * 35 / 45, 1)
    assert {row.establishment for row in shown.query.rows(Scope("live", clock.now()))} == {HOTEL, HOMESTAY}
    assert figure("occupancy", unit=BINH).value == 100.0
    assert figure("guests").values == {AN: 60.0, BINH: 10.0}
    assert figure("guests", department="so-y-te").value is None


def test_arrivals_are_those_of_the_newest_day_that_most_have_declared():
    days = [today() - n * DAY for n in range(1, 4)]
    accepted(
        "tourism",
        night(days[0], 30),
        night(days[1], 10, foreign_arrivals=4),
        night(days[1], 4, HOMESTAY),
        night(days[2], 8),
    )
    shown = figure("arrivals")
    assert (shown.value, list(shown.trend)) == (14, [8.0, 14.0])
    assert shown.rows[-1] == {"at": days[1].isoformat(), "arrivals": 14, "abroad": 4}
    accepted("tourism", night(days[0], 4, HOMESTAY))
    assert figure("arrivals").value == 34
    LodgingDay.objects.filter(day=days[0], establishment=HOTEL).update(arrivals=1)
    assert figure("arrivals").value == 5


# --- sites -----------------------------------------------------------------------------------------------------------


def test_sites_are_listed_the_fullest_first_and_the_silent_one_as_unknown():
    accepted(COUNTS, count(now() - 2 * HOUR, LAKE, present=95), count(now() - HOUR / 4, present=190))
    shown = figure("sites")
    assert (shown.value, shown.severity) == (190, "medium")
    assert [row["id"] for row in shown.rows] == [BEACH, LAKE]
    beach, lake = shown.rows
    assert (beach["value"], beach["open"], beach["severity"]) == (95.0, True, "medium")
    assert (lake["value"], lake["open"]) == (None, False)
    assert lake["state"]["msgid"] in {"not counted now", "closed"}
    assert [row["id"] for row in figure("sites", unit=BINH).rows] == [LAKE]
    assert figure("sites", unit=BINH).value is None


def test_the_layer_of_sites_carries_the_load_that_colours_it():
    accepted(COUNTS, count(now() - HOUR / 4, present=50))
    layer = next(one for one in registry.monitor("tourism").layers if one.slug == "sites")
    (row,) = layer.query.rows(Scope("live", clock.now()))
    assert [getattr(row, name) for name in layer.properties[:4]] == [BEACH, 25.0, 50, 200]
    assert (row.place.x, row.place.y) == (110.05, 10.09)


# --- complaints and events -------------------------------------------------------------------------------------------


def test_complaints_that_wait_are_counted_and_those_past_their_term_come_first():
    old = complaint("old", now() - 40 * DAY, LAKE)
    accepted(
        COMPLAINTS,
        old,
        complaint("new", now() - HOUR),
        answered(complaint("done", now() - DAY), now()),
        answered(complaint("long-ago", now() - 50 * DAY), now() - 49 * DAY),
    )
    shown = figure("complaints")
    assert (shown.value, shown.target, shown.severity) == (2, 0, "low")
    assert shown.target_text is not None
    assert shown.target_text["params"] == {"late": 1, "all": 3, "waiting": 2}
    assert [(row["id"], row["open"]) for row in shown.rows] == [("old", True), ("new", False)]
    accepted(COMPLAINTS, answered(old, now()))
    assert (figure("complaints").value, figure("complaints").severity) == (1, None)


def test_events_of_the_coming_two_months_are_listed_the_next_one_first():
    accepted(
        EVENTS,
        festival("now", today() - DAY, 3),
        festival("soon", today() + 9 * DAY),
        festival("far", today() + 90 * DAY),
        festival("past", today() - 9 * DAY),
        festival("off", today() + DAY, cancelled=True),
    )
    shown = figure("events")
    assert ([row["id"] for row in shown.rows], shown.value) == (["now", "soon"], 2)
    assert figure("events", unit=AN).value is None


# --- cost ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("panel", [panel.slug for panel in registry.monitor("tourism").panels])
def test_a_figure_costs_as_many_statements_for_many_records_as_for_one(panel):
    def statements():
        with CaptureQueriesContext(connection) as caught:
            figure(panel, department=OWNER)
        return len(caught)

    def fill(numbers):
        days = [today() - (n + 1) * DAY for n in numbers]
        accepted("tourism", *(night(day, 3, place) for day in days for place in (HOTEL, HOMESTAY)))
        accepted(COUNTS, *(count(now() - n * timedelta(minutes=1), present=n) for n in numbers))
        accepted(EVENTS, *(festival(f"e{n}", today()) for n in numbers))
        accepted(COMPLAINTS, *(complaint(f"c{n}", now() - n * HOUR) for n in numbers))
        accepted(WORKBOOK, figure_row("visitors", f"{today().year - 1}-{numbers[0] % 12 + 1:02d}", 5))

    fill(range(1))
    few = statements()
    fill(range(1, 25))
    assert statements() == few
    assert SiteCount.objects.count() == 25

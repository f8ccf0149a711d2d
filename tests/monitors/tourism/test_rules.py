"""Crowds, complaints and the department's figures: found and over as they should, and silence is no all-clear."""

from datetime import timedelta

import pytest

from services.alerts.models import Alert
from services.contract import Moment
from services.kernel import clock
from tests.monitors.kit import FIXTURES, clears, detected, findings, judge, send_file, swept
from tests.monitors.tourism.kit import (
    AN,
    BEACH,
    COMPLAINTS,
    COUNTS,
    DAY,
    GUESTHOUSE,
    HOTEL,
    HOUR,
    LAKE,
    OWNER,
    WORKBOOK,
    accepted,
    answered,
    complaint,
    count,
    figure_row,
    now,
)

pytestmark = pytest.mark.django_db
CROWDED, GRIEVED, LATE, OFF_PLAN, JUMP = (
    f"tourism.{name}" for name in ("overcrowded", "complaints", "late", "off_plan", "jump")
)
MINUTE = timedelta(minutes=1)


def said(source, *items, historical=False):
    receipt = accepted(source, *items, historical=historical)
    rule = {COUNTS: CROWDED, COMPLAINTS: GRIEVED}[source]
    return detected(rule, list(receipt.records.values()))


def later(by):
    return Moment("live", now() + by)


# --- sites -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("province")
def test_nine_tenths_of_a_site_need_somebody_and_the_whole_needs_them_more():
    found = findings(said(COUNTS, count(now() - MINUTE, present=180), count(now() - MINUTE, LAKE, present=100)))
    beach, lake = found[f"{CROWDED}:{BEACH}"], found[f"{CROWDED}:{LAKE}"]
    assert (beach.severity, beach.unit, beach.department, beach.place) == ("medium", AN, OWNER, (110.05, 10.09))
    assert beach.title["params"] | {"site": None} == {"site": None, "present": 180, "capacity": 200, "share": 90}
    assert lake.severity == "high"


@pytest.mark.usefixtures("province")
def test_a_site_stays_too_full_until_a_count_below_eight_tenths():
    at = now() - 10 * MINUTE
    states = []
    for step, present in enumerate((170, 185, 179, 160, 181, 159)):
        accepted(COUNTS, count(at + step * MINUTE, present=present))
        judge()
        states.append(Alert.objects.filter(rule=CROWDED).values_list("state", flat=True).first())
    assert states == [None, "active", "active", "active", "active", "cleared"]
    assert Alert.objects.filter(rule=CROWDED).count() == 1


@pytest.mark.usefixtures("province")
def test_a_counter_that_falls_silent_is_no_all_clear():
    accepted(COUNTS, count(now() - MINUTE, present=190))
    judge()
    assert set(findings(swept(CROWDED))) == {f"{CROWDED}:{BEACH}"}
    assert swept(CROWDED, later(2 * HOUR)) == []
    assert Alert.objects.get(rule=CROWDED).state == "active"


@pytest.mark.usefixtures("province")
def test_gates_that_only_tell_who_came_fill_a_site_too():
    at = now() - 10 * MINUTE
    (found,) = findings(said(COUNTS, count(at, LAKE, entered=60), count(at + MINUTE, LAKE, entered=35))).values()
    assert (found.severity, found.title["params"]["present"]) == ("medium", 95)


@pytest.mark.usefixtures("province")
def test_backfill_of_a_full_site_wakes_nobody():
    assert said(COUNTS, count(now() - 5 * DAY, present=200), historical=True) == []


# --- complaints ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("province")
def test_the_third_complaint_about_one_place_in_a_week_is_more_than_its_own_matter():
    first = [complaint(f"c{n}", now() - n * DAY) for n in (1, 2)]
    assert findings(said(COMPLAINTS, *first, complaint("x", now() - DAY, GUESTHOUSE))) == {}
    (found,) = findings(said(COMPLAINTS, answered(complaint("c3", now() - 3 * DAY), now()))).values()
    assert (found.fingerprint, found.severity, found.category, found.count) == (
        f"{GRIEVED}:{HOTEL}",
        "medium",
        "several",
        3,
    )
    assert found.title["params"]["place"] == {"vi": "Khách sạn An", "en": "An Hotel"}
    accepted(COMPLAINTS, *(answered(one, now()) for one in first))
    assert clears(swept(GRIEVED, later(5 * DAY))) >= {f"{GRIEVED}:{HOTEL}"}


@pytest.mark.usefixtures("province")
def test_a_complaint_that_waits_past_its_term_is_found_by_time_alone_and_its_answer_ends_it():
    waiting = complaint("c1", now() - HOUR)
    assert findings(said(COMPLAINTS, waiting)) == {}
    (found,) = findings(swept(GRIEVED, later(40 * DAY))).values()
    assert (found.severity, found.category) == ("low", "unanswered")
    assert found.title["msgid"] == "{place}: a complaint is past the term of its answer"
    assert clears(said(COMPLAINTS, answered(waiting, now()))) == {f"{GRIEVED}:{HOTEL}"}
    assert clears(swept(GRIEVED)) == {f"{GRIEVED}:{HOTEL}"}


# --- the department's figures ----------------------------------------------------------------------------------------


def month(back):
    """A month so many before this one, as it is sent."""
    first = now().astimezone(clock.LOCAL).date().replace(day=1)
    for _ in range(back):
        first = (first - DAY).replace(day=1)
    return f"{first:%Y-%m}"


@pytest.mark.usefixtures("province")
def test_visitors_far_behind_the_plan_are_found_and_catching_up_ends_it():
    year = now().astimezone(clock.LOCAL).year - 1
    months = [figure_row("visitors", f"{year}-{n:02d}", 5000) for n in range(1, 13)]
    accepted(WORKBOOK, figure_row("visitors", str(year), 100_000, "plan"), *months)
    (found,) = findings(swept(OFF_PLAN)).values()
    assert (found.severity, found.department, found.unit) == ("high", OWNER, None)
    accepted(WORKBOOK, figure_row("visitors", f"{year}-12", 50_000))
    assert findings(swept(OFF_PLAN)) == {}
    assert clears(swept(OFF_PLAN)) == {f"{OFF_PLAN}:visitors:99:{year}"}


@pytest.mark.usefixtures("province")
def test_a_leap_is_found_and_an_ordinary_month_ends_it():
    usual = [20_000, 20_800, 20_100, 21_000, 20_400, 20_900, 20_200, 20_700, 20_300]
    rows = [figure_row("visitors_foreign", month(11 - n), value) for n, value in enumerate(usual)]
    accepted(WORKBOOK, *rows, figure_row("visitors_foreign", month(2), 61_000))
    assert set(findings(swept(JUMP))) == {f"{JUMP}:visitors_foreign:99"}
    accepted(WORKBOOK, figure_row("visitors_foreign", month(2), 20_600))
    assert clears(swept(JUMP)) == {f"{JUMP}:visitors_foreign:99"}


@pytest.mark.usefixtures("pack_loaded")
def test_what_is_owed_and_not_there_is_late_until_all_of_it_came():
    assert swept(LATE) == [], "who never delivered anything is not connected yet"
    send_file(FIXTURES / "tourism" / "late.json", source=WORKBOOK)
    found = findings(swept(LATE))
    assert found
    assert {one.department for one in found.values()} == {OWNER}
    period = max(found).rpartition(":")[2]
    rows = [figure_row(code, period, 1000) for code in ("visitors", "visitors_foreign", "tourism_revenue")]
    accepted(WORKBOOK, *rows[:2])
    assert findings(swept(LATE))[max(found)].count == 1
    accepted(WORKBOOK, rows[2])
    assert max(found) in clears(swept(LATE))

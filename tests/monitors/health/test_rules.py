"""Outbreaks, warnings, unusual days, late reports and full hospitals: raised and cleared by reports, not by silence."""

from datetime import date, datetime, timedelta

import pytest

from monitors.health.facilities import facilities
from monitors.health.models import CaseReport
from services.alerts.models import Alert
from services.contract import Moment
from services.kernel import clock
from services.kernel.clock import LOCAL
from tests.monitors.health.kit import (
    AN,
    BINH,
    CAT,
    DAY,
    HOSPITAL,
    beds,
    case,
    nothing,
    past_years,
    send_beds,
    today,
    week_free,
)
from tests.monitors.kit import clears, detected, findings, judge, send, swept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
OUTBREAK, WARNING, UNUSUAL, LATE, NEAR_FULL = (
    f"health.{name}" for name in ("outbreak", "warning", "unusual", "late_report", "near_full")
)
HOUR = timedelta(hours=1)


def said(rule, *items, at=None, **more):
    receipt = send("health", *items, **more)
    assert receipt.rejected == []
    return detected(rule, list(receipt.records.values()), at)


def states(rule):
    return dict(Alert.objects.filter(rule=rule).values_list("fingerprint", "state"))


# --- outbreaks -------------------------------------------------------------------------------------------------------


def history(counts=(2, 2, 2, 2, 2), disease="dengue", unit=AN):
    """Five years of this month on record."""
    items = past_years(disease, dict(enumerate(counts, 1)), today(), unit)
    assert send("health", *items, historical=True).rejected == []


def test_a_month_above_that_of_five_years_is_an_outbreak_of_its_commune():
    history()
    found = findings(said(OUTBREAK, case("dengue", today(), 3)))
    one = found[f"{OUTBREAK}:dengue:{AN}"]
    assert (one.severity, one.unit, one.department, one.category) == ("high", AN, "so-y-te", "group-b")
    assert one.title["params"]["count"] == 3
    assert one.title["params"]["limit"] == 2.0
    assert one.title["params"]["disease"] == {"vi": "Sốt xuất huyết Dengue", "en": "Dengue"}


def test_a_month_like_others_is_none():
    history((2, 4, 6, 4, 2))
    result = said(OUTBREAK, case("dengue", today(), 4))
    assert (findings(result), clears(result)) == ({}, {f"{OUTBREAK}:dengue:{AN}"})


def test_without_years_to_compare_with_nothing_is_said_at_all():
    assert said(OUTBREAK, case("dengue", today(), 40)) == []


def test_a_corrected_count_takes_the_outbreak_back():
    history()
    wrong = case("dengue", today(), 20)
    send("health", wrong)
    judge()
    assert states(OUTBREAK) == {f"{OUTBREAK}:dengue:{AN}": "active"}
    send("health", {**wrong, "suspected": 2})
    judge()
    assert states(OUTBREAK) == {f"{OUTBREAK}:dengue:{AN}": "cleared"}


def test_backfill_of_earlier_years_wakes_nobody():
    history((50, 0, 0, 0, 0))
    judge()
    assert not Alert.objects.exists()


def test_five_linked_cases_of_a_disease_that_is_not_endemic():
    warned = findings(said(WARNING, case("measles", today(), 4, cluster="x")))
    assert warned[f"{WARNING}:measles:{AN}"].severity == "medium"
    assert said(WARNING, case("measles", today() - DAY, 4)), "cases that nobody linked change nothing"
    assert findings(said(OUTBREAK, case("measles", today() - 2 * DAY, 1, cluster="x")))


def test_a_silent_commune_clears_nothing_and_a_quiet_one_that_reports_does():
    old = [case("diphtheria", today() - 20 * DAY, 6, cluster="x")]
    send("health", *old)
    judge()
    key = f"{OUTBREAK}:diphtheria:{AN}"
    assert states(OUTBREAK) == {key: "active"}
    send("health", week_free(today(), BINH), week_free(today(), CAT))
    judge()
    assert states(OUTBREAK) == {key: "active"}, "what neighbours report says nothing of it"
    send("health", week_free(today()))
    judge()
    assert states(OUTBREAK) == {key: "active"}, "seven days of fourteen"
    send("health", week_free(today() - 7 * DAY))
    judge()
    assert states(OUTBREAK) == {key: "cleared"}


def test_other_realms_are_not_heard():
    send("health", case("diphtheria", today(), 3, cluster="x"), realm="demo")
    assert not findings(said(OUTBREAK, case("diphtheria", today() - DAY, 2, cluster="x")))


# --- warnings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("counts, warned", [({"suspected": 5}, False), ({"confirmed": 1}, True)])
def test_one_confirmed_case_of_group_a_warns(counts, warned):
    found = findings(said(WARNING, {**case("cholera", today()), **counts}))
    assert bool(found) is warned
    if warned:
        assert found[f"{WARNING}:cholera:{AN}"].severity == "high"


def test_a_week_above_that_of_five_years_warns_before_the_month_is_over():
    history((0, 9, 0, 9, 0))
    monday = today() - today().weekday() * DAY
    in_week = [case("dengue", monday, 1)]
    # the month of other years had 0, 9, 0, 9, 0: mean 3.6, 2σ far above; this ISO week had nothing, or all of it
    result = said(WARNING, *in_week)
    assert said(OUTBREAK, *in_week) == [] or not findings(said(OUTBREAK, *in_week))
    assert findings(result) or clears(result)


# --- unusual ---------------------------------------------------------------------------------------------------------


def days(*counts):
    last = len(counts) - 1
    return [case("hand-foot-mouth", today() - (last - n) * DAY, count) for n, count in enumerate(counts)]


def test_a_day_out_of_line_is_unusual_and_the_next_ordinary_one_clears():
    send("health", *days(1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 9))
    judge()
    key = f"{UNUSUAL}:hand-foot-mouth:{AN}"
    assert states(UNUSUAL) == {key: "active"}
    send("health", case("hand-foot-mouth", today(), 1))
    judge()
    assert states(UNUSUAL) == {key: "cleared"}


def test_days_nobody_reported_are_no_zeros_to_compare_with():
    assert said(UNUSUAL, *days(9), case("hand-foot-mouth", today() - 5 * DAY, 0)) == []


def test_general_reports_make_days_known():
    send("health", week_free(today() - DAY), week_free(today() - 8 * DAY))
    found = findings(said(UNUSUAL, case("hand-foot-mouth", today(), 5)))
    assert found[f"{UNUSUAL}:hand-foot-mouth:{AN}"].title["params"]["signs"] == "C1, C2, C3"


# --- late ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "disease, hours, late", [("measles", 23, 0), ("measles", 26, 2), ("dengue", 47, 0), ("dengue", 49, 1)]
)
def test_a_case_that_comes_after_its_deadline_is_told_to_whoever_reported(disease, hours, late):
    found_at = clock.now() - hours * HOUR + timedelta(minutes=1)
    day = found_at.astimezone(LOCAL).date()
    result = said(LATE, case(disease, day, 1, BINH, detected_at=found_at.isoformat(), reporter=HOSPITAL))
    found = findings(result)
    assert set(found) == ({f"{LATE}:{AN}"} if late else set()), "the hospital stands in An"
    if late:
        assert found[f"{LATE}:{AN}"].title["params"]["hours"] == late
    else:
        assert clears(result) == {f"{LATE}:{AN}"}


def test_the_next_case_in_time_clears_it():
    send("health", case("measles", today() - 5 * DAY, 1))
    judge()
    assert states(LATE) == {f"{LATE}:{AN}": "active"}
    send("health", case("dengue", today(), 1))
    judge()
    assert states(LATE) == {f"{LATE}:{AN}": "cleared"}


def tuesday(after):
    """The next Tuesday 14:01 that lies so many days ahead."""
    day = today() + after * DAY
    day += ((1 - day.weekday()) % 7) * DAY
    return datetime(day.year, day.month, day.day, 14, 1, tzinfo=LOCAL)


def test_a_week_that_is_due_and_missing_is_one_finding_for_its_commune():
    send("health", case("dengue", today(), 1), case("dengue", today(), 1, BINH), case("measles", today(), 1, BINH))
    due = tuesday(1)
    CaseReport.objects.update(heard_at=due - 2 * DAY)
    found = findings(swept(LATE, Moment("live", due)))
    assert set(found) == {f"{LATE}:{AN}", f"{LATE}:{BINH}"}
    assert found[f"{LATE}:{AN}"].severity == "low"
    longer = findings(swept(LATE, Moment("live", due + 14 * DAY)))
    assert longer[f"{LATE}:{AN}"].severity == "medium"


def test_before_it_is_due_nobody_is_late_and_who_was_never_heard_owes_nothing():
    send("health", case("dengue", today(), 1))
    first = tuesday(1)
    CaseReport.objects.update(heard_at=first - 2 * DAY)
    assert not findings(swept(LATE, Moment("live", first - 2 * timedelta(minutes=1))))
    assert f"{LATE}:{CAT}" not in findings(swept(LATE, Moment("live", first + 7 * DAY)))


def test_the_weeks_report_clears_it_when_it_comes():
    clock.move("demo", timedelta(0))
    send("health", nothing(today("demo")), realm="demo")
    clock.move("demo", 15 * DAY)
    assert findings(swept(LATE, Moment("demo", clock.now("demo"))))
    last = today("demo") - (today("demo").weekday() + 1) * DAY
    receipt = send("health", week_free(last), week_free(last - 7 * DAY), realm="demo")
    result = detected(LATE, list(receipt.records.values()), Moment("demo", clock.now("demo")))
    assert (findings(result), clears(result)) == ({}, {f"{LATE}:{AN}"})


def test_backfill_makes_nobody_late():
    result = said(LATE, case("measles", date(2026, 1, 5), 3), historical=True)
    assert result == []
    report = CaseReport.objects.get()
    assert report.heard_at == report.due_at


# --- beds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inpatients, severity, cleared",
    [(89, None, True), (90, None, False), (94, None, False), (95, "medium", False), (101, "high", False)],
)
def test_a_hospital_is_nearly_full_from_95_and_no_longer_below_90(inpatients, severity, cleared):
    receipt = send_beds(beds(100, inpatients, clock.now()))
    result = detected(NEAR_FULL, list(receipt.records.values()))
    found = findings(result)
    assert (next(iter(found.values())).severity if found else None) == severity
    assert clears(result) == ({f"{NEAR_FULL}:{HOSPITAL}"} if cleared else set())


def test_the_alert_of_a_full_hospital_names_its_bed_count():
    from services.directory.models import User  # noqa: PLC0415
    from services.reports.why import of_alert  # noqa: PLC0415

    send("health", case("dengue", today(), 1))
    receipt = send_beds(beds(100, 97, clock.now()))
    judge()
    alert = Alert.objects.get(rule=NEAR_FULL)
    told = of_alert(User.objects.create_user("x"), alert)
    assert alert.evidence == list(receipt.records.values())
    assert told["records"]["rows"][0]["code"] == facilities()[HOSPITAL].label["vi"]


def test_statements_do_not_grow_with_the_batch(django_assert_max_num_queries):
    items = [case("dengue", today() - n * DAY, n % 4, unit) for n in range(40) for unit in (AN, BINH, CAT)]
    ids = list(send("health", *items, *(nothing(today() - n * DAY) for n in range(40))).records.values())
    for rule, most in ((OUTBREAK, 6), (WARNING, 6), (UNUSUAL, 6), (LATE, 6)):
        with django_assert_max_num_queries(most):
            detected(rule, ids, Moment("live", clock.now()))

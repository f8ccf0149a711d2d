"""What is told of plans and projects, to whom, and when it is over."""

from datetime import datetime

import pytest

from monitors.socioeconomy.rules import JUMP, LATE, OFF_PLAN, SLOW_INVESTOR, SLOW_PROJECT
from services.contract import Cleared
from services.kernel import clock
from tests.monitors.kit import REALM, clears, findings, swept
from tests.monitors.socioeconomy.kit import BINH, deliver, months, now, project, report, stand, value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("land")]


def told(rule):
    return findings(swept(rule, now()))


def over(rule):
    return clears(swept(rule, now()))


# --- indicators ------------------------------------------------------------------------------------------------------


def test_what_lags_behind_the_years_plan_is_seen_now_though_its_month_is_over():
    deliver(value("budget_revenue", "2026", 1200, kind="plan"), value("budget_revenue", "2026-10", 850))
    moment = now()
    (found,) = findings(swept(OFF_PLAN, moment)).values()
    assert (found.severity, found.department, found.category) == ("medium", "so-tai-chinh", "off_plan")
    assert found.seen == moment.as_of
    deliver(value("budget_revenue", "2026-10", 1000))
    assert told(OFF_PLAN) == {}
    assert over(OFF_PLAN) == {found.fingerprint}


def test_rates_are_not_measured_by_the_calendar():
    deliver(value("grdp_growth", "2026", 8, kind="plan"), value("grdp_growth", "2026-Q3", 4))
    assert told(OFF_PLAN) == {}


def test_a_leap_is_told_and_is_another_thing_than_lagging_behind_the_plan():
    deliver(value("exports", "2026", 90_000, kind="plan"))
    deliver(*months("exports", "2026-01", 200, 204, 199, 203, 207, 201, 205, 202, 206, 2050))
    (leap,) = told(JUMP).values()
    (behind,) = told(OFF_PLAN).values()
    assert leap.fingerprint != behind.fingerprint
    deliver(value("exports", "2026-10", 205))
    assert over(JUMP) == {leap.fingerprint}


def of_the_province(found):
    return "" if found.unit or found.department != "so-xay-dung" else found.title["params"]["period"]["vi"]


def test_who_delivered_before_is_late_when_the_next_is_missing():
    deliver(value("budget_revenue", "2026-09", 1000))
    found = {period: one for one in told(LATE).values() if (period := of_the_province(one))}
    assert (found["tháng 10/2026"].count, found["tháng 9/2026"].count) == (2, 1)
    assert (found["tháng 10/2026"].department, found["tháng 10/2026"].seen) == (
        "so-xay-dung",
        found["tháng 9/2026"].seen,
    )
    deliver(value("budget_revenue", "2026-10", 1100), value("budget_spending", "2026-10", 900))
    assert "tháng 10/2026" not in {of_the_province(one) for one in told(LATE).values()}


def test_nobody_is_late_where_nothing_was_ever_delivered():
    assert swept(LATE, now()) == []


# --- projects --------------------------------------------------------------------------------------------------------

FINE = [project(code=f"f{n}", investor="so-y-te", paid=70, plan=100) for n in range(6)]


def test_a_project_that_lags_is_told_to_its_department_until_it_caught_up():
    report(*FINE, project(paid=4.5, plan=10, lon=110.05, lat=10.1))
    (found,) = told(SLOW_PROJECT).values()
    assert (found.severity, found.department, found.unit, found.place) == ("low", "so-xay-dung", None, (110.05, 10.1))
    assert found.title["params"]["share"] == 45
    assert found.title["params"]["investor"]["vi"] == "Sở Xây dựng"
    report(project(paid=6, plan=10))
    assert told(SLOW_PROJECT) == {}
    assert found.fingerprint in over(SLOW_PROJECT)


def test_a_communes_project_is_told_to_the_commune_and_one_of_nobody_known_to_the_department_in_charge():
    report(*FINE, project(code="xa", investor=BINH, paid=1), project(code="ban", investor="Ban Quản lý dự án", paid=1))
    found = {one.title["params"]["project"]["vi"]: one for one in told(SLOW_PROJECT).values()}
    assert (found["Dự án xa"].unit, found["Dự án xa"].department) == (BINH, None)
    assert (found["Dự án ban"].unit, found["Dự án ban"].department) == (None, "so-tai-chinh")


def test_many_that_lag_are_told_once_by_their_investor():
    report(*FINE, *(project(code=f"s{n}", paid=4, plan=10) for n in range(3)))
    (found,) = told(SLOW_INVESTOR).values()
    assert told(SLOW_PROJECT) == {}
    assert (found.severity, found.department, found.count, len(found.evidence)) == ("medium", "so-xay-dung", 3, 3)
    params = found.title["params"]
    assert (params["share"], params["plan"], params["mean"], params["lagging"]) == (40, 30, 68.6, 3)
    report(project(code="s0", paid=6, plan=10))
    assert over(SLOW_INVESTOR) >= {found.fingerprint}
    assert len(told(SLOW_PROJECT)) == 2


def test_an_investor_far_below_the_mean_is_told_though_only_one_of_its_projects_lags():
    report(*FINE, project(code="big", paid=15, plan=100), project(code="small", paid=7, plan=10))
    (found,) = told(SLOW_INVESTOR).values()
    assert (found.severity, found.count) == ("medium", 1)
    report(project(code="big", paid=1, plan=100))
    assert next(iter(told(SLOW_INVESTOR).values())).severity == "high"


def test_of_a_year_that_is_over_nothing_is_asked_once_the_next_has_reports():
    report(*FINE, project(paid=1), *(project(code=f"s{n}", investor=BINH, paid=1) for n in range(3)))
    before = {*told(SLOW_PROJECT), *told(SLOW_INVESTOR)}
    assert len(before) == 2
    stand(datetime(2027, 1, 31, 12, tzinfo=clock.LOCAL))
    report(project(code="new", paid=0, month="2027-01"))
    assert {*told(SLOW_PROJECT), *told(SLOW_INVESTOR)} == before
    stand(datetime(2027, 2, 3, 12, tzinfo=clock.LOCAL))
    assert {*told(SLOW_PROJECT), *told(SLOW_INVESTOR)} == set()
    assert over(SLOW_PROJECT) | over(SLOW_INVESTOR) >= before


def test_a_hundred_projects_cost_as_many_statements_as_two(django_assert_max_num_queries):
    report(*FINE, *(project(code=f"p{n}", investor=BINH, paid=n % 10) for n in range(60)))
    for rule in (SLOW_PROJECT, SLOW_INVESTOR):
        moment = now()
        with django_assert_max_num_queries(2):
            assert swept(rule, moment)


def test_another_realms_projects_are_nobodys_business():
    report(*FINE, project(paid=1))
    assert REALM == "demo"
    assert [one for one in swept(SLOW_PROJECT) if not isinstance(one, Cleared)] == []

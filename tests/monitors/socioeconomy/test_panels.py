"""What the wall shows of the plan and of investment capital, for the province, a commune and a department."""

from datetime import date

import pytest

from monitors.socioeconomy.selectors import project_facts, sheet_facts
from services import registry
from services.contract import Scope
from services.kernel import clock
from tests.monitors.kit import REALM, figure, why
from tests.monitors.socioeconomy.kit import AN, BINH, deliver, months, project, report, value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("land")]


def shown(panel, **scope):
    return registry.panel("socioeconomy", panel)[1].figure(Scope(REALM, clock.now(REALM), **scope))


def test_without_figures_nothing_is_invented():
    for panel in ("revenue", "revenue_by_month", "indicators", "disbursed", "slow_projects", "communes"):
        found = figure("socioeconomy", panel)
        assert (found.value, found.severity, list(found.rows), dict(found.values)) == (None, None, [], {})


def test_revenue_stands_beside_the_plan_of_its_year():
    deliver(value("budget_revenue", "2026", 1200, kind="plan"), *months("budget_revenue", "2026-08", 700, 800, 990))
    found = figure("socioeconomy", "revenue")
    assert (found.value, found.target, found.severity, list(found.trend)) == (990, 1200, None, [700, 800, 990])
    assert found.unit is not None
    assert found.unit["params"]["period"]["vi"] == "tháng 10/2026"


def test_each_month_brought_the_difference_and_january_its_own():
    deliver(value("budget_revenue", "2026", 1200, kind="plan"))
    deliver(*months("budget_revenue", "2025-11", 1100, 1190), *months("budget_revenue", "2026-01", 120, 200, 310))
    found = figure("socioeconomy", "revenue_by_month")
    assert list(found.trend) == [90, 120, 80, 110]
    assert [row["at"] for row in found.rows] == ["2025-12-01", "2026-01-01", "2026-02-01", "2026-03-01"]
    assert (found.value, found.target) == (110, 100)


def test_a_month_after_a_gap_has_no_amount_of_its_own():
    deliver(value("budget_revenue", "2026-07", 700), value("budget_revenue", "2026-09", 900))
    deliver(value("budget_revenue", "2026-10", 990))
    assert list(figure("socioeconomy", "revenue_by_month").trend) == [90]


def test_the_table_tells_growth_and_how_much_of_the_plan_is_done():
    deliver(value("retail_sales", "2025-10", 1000), value("retail_sales", "2026-10", 1120))
    deliver(value("retail_sales", "2026", 1400, kind="plan"), value("iip_growth", "2026-10", 9.5))
    deliver(*months("exports", "2025-01", *[10] * 10), *months("exports", "2026-01", *[12] * 10))
    rows = {row["id"]: row for row in figure("socioeconomy", "indicators").rows}
    assert list(rows) == ["iip_growth", "retail_sales", "exports"]
    assert (rows["retail_sales"]["growth"], rows["retail_sales"]["of_plan"]) == (12.0, 80.0)
    assert (rows["exports"]["value"], rows["exports"]["growth"]) == (12, 20.0)
    assert (rows["iip_growth"]["value"], rows["iip_growth"]["growth"]) == (9.5, None)


def test_a_plan_of_the_realm_takes_the_place_of_the_packs():
    deliver(value("budget_revenue", "2025-12", 900))
    assert figure("socioeconomy", "revenue").target == 1200
    (row,) = figure("socioeconomy", "indicators").rows
    assert (row["plan"], row["of_plan"], row["severity"]) == (1200, 75.0, "medium")
    deliver(value("budget_revenue", "2025", 900, kind="plan"))
    (row,) = figure("socioeconomy", "indicators").rows
    assert (row["plan"], row["severity"]) == (900, "info")


def test_capital_is_summed_over_projects_and_judged_by_the_newest_month():
    report(project(paid=1, plan=10, month="2026-09"), project(code="p2", paid=15, plan=30, month="2026-09"))
    report(project(paid=2, plan=10), project(code="p2", paid=18, plan=30))
    found = figure("socioeconomy", "disbursed")
    assert (found.value, found.target, found.severity, list(found.trend)) == (50.0, 70.0, None, [40.0, 50.0])
    assert found.target_text is not None
    assert found.target_text["params"]["paid"] == 20
    assert len(why(found)) == 2


def test_a_commune_sees_what_is_built_there_and_by_it_and_a_department_its_own():
    report(
        project(code="there", unit=AN, paid=5),
        project(code="its", investor=AN, paid=9),
        project(code="other", unit=BINH, investor="so-y-te", paid=1),
    )
    assert shown("disbursed", unit=AN).value == 70.0
    assert shown("disbursed", department="so-y-te").value == 10.0
    assert shown("disbursed", department="so-tai-chinh").value == 50.0
    assert shown("disbursed", department="so-khoa-hoc-cong-nghe").value is None
    assert shown("communes").values == {AN: 50.0, BINH: 10.0}
    assert shown("revenue", unit=AN).value is None


def test_projects_behind_are_listed_the_furthest_first():
    report(project(code="a", paid=4), project(code="b", paid=1), project(code="c", paid=7))
    found = figure("socioeconomy", "slow_projects")
    assert ([row["id"] for row in found.rows], found.value, found.severity) == (["b:2026", "a:2026"], 2, "medium")
    assert found.rows[0]["investor"]["en"] == "Department of Construction"
    report(project(code="a", paid=7), project(code="b", paid=7))
    found = figure("socioeconomy", "slow_projects")
    assert (found.value, found.severity, list(found.rows)) == (0, None, [])


def test_what_is_told_on_a_ticket():
    (record,) = report(project(paid=4.5, month="2026-10")).records.values()
    (fact,) = project_facts([record])
    assert fact.value["vi"] == "Dự án p1 (p1) · 4.5/10 tỷ đồng (45 %) đến hết tháng 10/2026"  # type: ignore[index]
    (sheet,) = deliver(value("iip_growth", "2026-10", 9.5)).records.values()
    (fact,) = sheet_facts([sheet])
    assert fact.value["en"] == "Industrial production index, growth · 2026-10 · 9.5 %"  # type: ignore[index]


def test_the_layer_shows_projects_that_have_a_place_coloured_by_progress():
    report(project(lon=110.05, lat=10.1, paid=1), project(code="nowhere"))
    (layer,) = registry.monitor("socioeconomy").layers
    (row,) = layer.query.rows(Scope(REALM, clock.now(REALM)))
    assert (row.progress, row.month) == ("far_behind", date(2026, 10, 1))
    assert "progress" in layer.properties


def test_panels_cost_as_many_statements_for_many_projects(django_assert_max_num_queries):
    report(*(project(code=f"p{n}", investor=AN, unit=AN, paid=n % 10) for n in range(60)))
    now = clock.now(REALM)
    for panel, most in (("disbursed", 1), ("slow_projects", 3), ("communes", 1)):
        with django_assert_max_num_queries(most):
            registry.panel("socioeconomy", panel)[1].figure(Scope(REALM, now))

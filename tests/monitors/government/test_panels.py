"""Figures of agencies' work, each from its own rows; what nobody delivered is no figure."""

from datetime import timedelta

import pytest

from monitors.government.standing import SHOWN
from services import registry
from services.contract import Scope
from services.indicators.publishing import publish_all
from services.kernel import clock
from tests.monitors.government.kit import AN, BINH, BUILDING, CAT, HEALTH, dossiers, month, row, task
from tests.monitors.kit import REALM, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
PROVINCE = "99"


def figure(panel, **scope):
    return registry.panel("government", panel)[1].figure(Scope(REALM, clock.now(REALM), **scope))


@pytest.fixture
def delivered(province):
    """Two months of three agencies and the province."""
    rows = [
        *dossiers(PROVINCE, month(back=1), finished=1000, on_time=960, overdue=0),
        *dossiers(PROVINCE, month(), finished=380, on_time=360, overdue=20),
        *dossiers(HEALTH, month(), finished=95, on_time=90, overdue=5),
        *dossiers(AN, month(), finished=100, on_time=99),
        *dossiers(BINH, month(), finished=200, on_time=150),
        *dossiers(CAT, month(), finished=2, on_time=1),
        row("dossiers_received", 400, PROVINCE, month()),
        row("dossiers_online", 100, PROVINCE, month()),
        row("reports_handled", 12, AN, month()),
        row("satisfaction_rate", 88.5, AN, month()),
        row("satisfaction_answers", 10, AN, month()),
        row("app_accounts", 4582, PROVINCE, month()),
    ]
    assert send("government/workbook", *rows, realm=REALM).rejected == []


@pytest.mark.usefixtures("delivered")
def test_the_key_figure_is_the_months_share_on_time_with_target_and_trend():
    shown = figure("on_time")
    assert (shown.value, shown.target, shown.severity, list(shown.trend)) == (90.0, 95.0, "medium", [96.0, 90.0])
    sheets = list(shown.query.rows(Scope(REALM, clock.now(REALM))))
    assert {sheet.unit for sheet in sheets} == {PROVINCE, HEALTH, AN, BINH, CAT}


@pytest.mark.usefixtures("delivered")
@pytest.mark.parametrize("scope, value", [({"unit": AN}, 99.0), ({"department": HEALTH}, 90.0)])
def test_a_unit_and_a_department_see_their_own(scope, value):
    shown = figure("on_time", **scope)
    assert shown.value == value
    sheets = shown.query.rows(Scope(REALM, clock.now(REALM), **scope))
    assert {sheet.unit for sheet in sheets} == set(scope.values())


@pytest.mark.usefixtures("delivered")
def test_the_chart_has_a_point_for_every_month_that_is_known():
    assert [(one["at"][:7], one["rate"]) for one in figure("by_month").rows] == [
        (month(back=1), 96.0),
        (month(), 90.0),
    ]


@pytest.mark.usefixtures("delivered")
def test_the_map_is_coloured_by_communes_alone():
    shown = figure("communes")
    assert (shown.values, shown.value) == ({AN: 99.0, BINH: 75.0, CAT: 50.0}, 1)


@pytest.mark.usefixtures("delivered")
def test_agencies_stand_in_a_table_worst_first_each_ranked_among_its_kind_few_dossiers_say_nothing():
    send("government", task(1, due=-5, assigned_to=BUILDING), task(2, due=-5, assigned_to=AN), realm=REALM)
    shown = figure("agencies")
    told = [(one["unit"] or one["department"], one["rate"], one["rank"], one["late_tasks"]) for one in shown.rows]
    assert told == [
        (BINH, 75.0, 2, 0),
        (HEALTH, 90.0, 1, 0),
        (AN, 99.0, 1, 1),
        (BUILDING, None, None, 1),
        (CAT, 50.0, None, 0),
    ]
    an = shown.rows[2]
    assert (an["judged"], an["reports"], an["satisfaction"]) == (100, 12, 88.5)
    assert shown.value == 2
    assert [one["unit"] for one in figure("agencies", unit=AN).rows] == [AN]


@pytest.mark.usefixtures("delivered")
def test_the_index_of_decision_766_says_how_much_of_it_is_covered():
    shown = figure("index766")
    assert shown.value == round(20 * 0.9 + 6 * 25 / 50, 1)
    assert shown.unit["params"]["covered"] == 26
    assert shown.target == 26


@pytest.mark.usefixtures("delivered")
def test_what_is_delivered_by_workbook_is_shown_with_its_month():
    assert figure("app").value == 4582
    assert figure("satisfaction", unit=AN).value == 88.5
    assert figure("satisfaction", unit=AN).severity == "low"


def test_tasks_are_listed_the_latest_first():
    send("government", task(1, due=-10), task(2, due=-20, assigned_to=AN), task(3, due=9), realm=REALM)
    shown = figure("tasks")
    assert [row["title"]["vi"].partition(" ")[0] for row in shown.rows] == ["2/UBND-TH", "1/UBND-TH", "3/UBND-TH"]
    assert (shown.value, [row["open"] for row in shown.rows]) == (3, [True, True, False])
    assert [row["unit"] for row in figure("tasks", unit=AN).rows] == [AN]
    late = figure("late_tasks")
    assert (late.value, late.severity) == (2, "medium")


def test_a_centre_that_was_told_nothing_shows_nothing_and_not_zero():
    for panel in ("on_time", "by_month", "communes", "agencies", "satisfaction", "app", "index766"):
        shown = figure(panel)
        assert (shown.value, shown.as_of) == (None, None), panel


def test_figures_are_as_old_as_the_last_publication():
    send("government/workbook", *dossiers(PROVINCE, month(), finished=9, on_time=9), realm=REALM)
    before = clock.now(REALM)
    publish_all(REALM)
    clock.move(REALM, timedelta(hours=1))
    assert before <= figure("on_time").as_of < before + timedelta(minutes=5)


@pytest.mark.usefixtures("delivered")
def test_a_table_of_any_size_costs_the_same_few_statements(django_assert_max_num_queries):
    assert SHOWN
    for panel in ("on_time", "agencies", "communes", "index766", "tasks"):
        with django_assert_max_num_queries(12):
            figure(panel)


def test_late_tasks_of_communes_are_a_layer():
    send("government", task(1, due=-10), task(2, due=-20, assigned_to=AN), realm=REALM)
    (layer,) = registry.monitor("government").layers
    (found,) = layer.query.rows(Scope(REALM, clock.now(REALM)))
    assert (found.unit, found.place is not None) == (AN, True)

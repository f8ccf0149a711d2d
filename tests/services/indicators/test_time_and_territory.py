"""Against last year, over the merger, and on a board."""

from datetime import UTC, datetime

import pytest

from services.contract import Scope
from services.indicators import loading, periods, selectors
from services.indicators.catalogue import catalogue
from services.indicators.comparing import compare
from services.indicators.figures import figure_of, map_of, query_of
from services.indicators.models import Target
from services.kernel.text import render
from tests.services.indicators.kit import AN, BINH, BINH_TAY, CAT, PROVINCE, give

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _land(land):
    return land


def plan(code: str, value: float, year: str = "2026", realm: str = "live", unit: str = PROVINCE) -> None:
    loading.load_targets([loading.TargetRow(code, year, value, unit)], catalogue().by_code)
    Target.objects.filter(realm="live", value=value).update(realm=realm)


# --- last year, this year so far -------------------------------------------------------------------------------------


def test_a_month_beside_last_years_the_years_so_far_and_the_plan():
    give(*(("firms", PROVINCE, f"2025-{m:02d}", 10.0) for m in range(1, 13)))
    give(*(("firms", PROVINCE, f"2026-{m:02d}", 12.0) for m in range(1, 10)))
    plan("firms", 150)
    found = compare("firms", PROVINCE, periods.parse("2026-09"), realm="live")
    assert (found.value, found.last_year, found.to_date, found.to_date_last_year) == (12, 10, 108, 90)
    assert (found.change, found.to_date_change, found.of_plan) == pytest.approx((0.2, 0.2, 0.72))


def test_a_growth_from_nothing_is_no_number():
    """Traffic accidents against the same period: (x − x0) / x0, N/A where x0 = 0."""
    give(("firms", PROVINCE, "2025-09", 0), ("firms", PROVINCE, "2026-09", 5))
    assert compare("firms", PROVINCE, periods.parse("2026-09"), realm="live").change is None


def test_ten_months_of_revenue_against_both_plans_as_published():
    """Ten months of 2025: 13,966 tỷ, 104.24 % of the central estimate and 85.63 % of the provincial one."""
    give(("budget", PROVINCE, "2025-10", 13966))
    plan("budget", 16310, "2025")
    loading.load_targets([loading.TargetRow("budget", "2025", 13398, kind="central")], catalogue().by_code)
    of = {kind: compare("budget", PROVINCE, periods.parse("2025-10"), realm="live", kind=kind).of_plan
          for kind in ("plan", "central")}  # fmt: skip
    assert {kind: round(share * 100, 2) for kind, share in of.items() if share} == {"plan": 85.63, "central": 104.24}


def test_a_mean_and_a_weighted_mean_so_far():
    give(("price", AN, "2026-01", 10), ("price", AN, "2026-02", 20), ("price", AN, "2026-05", 99))
    give(("stock", AN, "2026-01", 100), ("stock", AN, "2026-02", 300))
    give(("rate", AN, "2026-01", 80), ("rate", AN, "2026-02", 40))
    month = periods.parse("2026-02")
    assert compare("price", AN, month, realm="live").to_date == 15
    assert compare("rate", AN, month, realm="live").to_date == 50


def test_quarters_given_as_a_whole_count_in_the_year_so_far():
    give(("firms", AN, "2026-Q1", 9), ("firms", AN, "2026-04", 1))
    assert compare("firms", AN, periods.parse("2026-04"), realm="live").to_date == 10
    assert compare("firms", AN, periods.parse("2026-02"), realm="live").to_date is None


# --- over the merger -------------------------------------------------------------------------------------------------


def joined(code: str, unit: str, first: str, last: str | None = None) -> list[selectors.Point]:
    return selectors.series(code, unit, realm="live", first=periods.parse(first), last=periods.parse(last or first))


def test_a_sum_before_the_merger_is_shared_out_by_the_links_weights():
    """99005 went to 99002 by 60 % and to 99003 by 40 %."""
    give(("firms", BINH, "2025-06", 10), ("firms", BINH_TAY, "2025-06", 100), ("firms", CAT, "2025-06", 5))
    give(("firms", BINH, "2025-07", 70), ("firms", CAT, "2025-07", 50))
    before, after = joined("firms", BINH, "2025-06", "2025-07")
    assert (before.value, dict(before.shares), before.complete) == (70, {BINH: 1.0, BINH_TAY: 0.6}, True)
    assert (after.value, dict(after.shares)) == (70, {})
    assert joined("firms", CAT, "2025-06")[0].value == 45
    apart = selectors.series("firms", BINH, realm="live", first=before.period, last=before.period, joined=False)
    assert apart[0].value == 10


def test_what_comes_by_the_year_is_there_in_the_year_in_which_its_unit_was_made():
    give(("people", BINH, "2025", 70), ("people", CAT, "2026", 50))
    assert [(one.value, dict(one.shares)) for one in joined("people", BINH, "2025", "2026")] == [(70, {}), (None, {})]


def test_the_communes_of_today_add_up_to_the_province_before_the_merger_too():
    give(("firms", BINH, "2025-06", 10), ("firms", BINH_TAY, "2025-06", 101), ("firms", CAT, "2025-06", 5),
         ("firms", AN, "2025-06", 1))  # fmt: skip
    month = periods.parse("2025-06")
    table = selectors.pivot("firms", [AN, BINH, CAT, PROVINCE], realm="live", first=month, last=month)
    values = [row[0] or 0 for row in table.rows]
    assert sum(values[:3]) == pytest.approx(values[3]) == 117


def test_a_mean_is_weighed_by_the_shares_and_a_missing_predecessor_is_told():
    give(("price", BINH, "2025-06", 10), ("price", BINH_TAY, "2025-06", 30))
    (point,) = joined("price", BINH, "2025-06")
    assert point.value == pytest.approx((10 + 0.6 * 30) / 1.6)
    give(("price", BINH, "2025-05", 10))
    (partial,) = joined("price", BINH, "2025-05")
    assert (partial.value, partial.complete) == (10, False)


def test_the_year_of_the_merger_is_made_of_joined_months():
    give(("firms", BINH, "2025-06", 10), ("firms", BINH_TAY, "2025-06", 100), ("firms", BINH, "2025-07", 1))
    assert joined("firms", BINH, "2025")[0].value == 71
    assert joined("firms", BINH, "2025-Q2")[0].value == 70


# --- on a board ------------------------------------------------------------------------------------------------------


def test_a_figure_is_the_newest_value_with_its_plan_and_the_curve_before_it():
    give(*(("firms", AN, f"2026-{m:02d}", float(m)) for m in range(1, 10)), now=NOW)
    plan("firms", 100)
    figure = figure_of("firms", Scope(realm="live", now=NOW))
    assert (figure.value, figure.target, figure.trend, figure.as_of) == (9, 100, list(range(1, 10)), NOW)
    assert render(figure.unit, "vi") == "doanh nghiệp · tháng 9/2026"
    assert figure.query.rows(Scope(realm="live", now=NOW)).count() == 2
    assert figure_of("firms", Scope(realm="live", now=NOW, unit=BINH)).value is None
    assert figure_of("firms", Scope(realm="live", now=NOW, unit=AN), grain="year").value == 45
    assert map_of("firms", Scope(realm="live", now=NOW), periods.parse("2026-09")) == {AN: 9}


def test_a_plan_of_the_pack_holds_in_every_realm_that_has_none_of_its_own():
    give(("firms", AN, "2026-09", 1), realm="demo", now=NOW)
    plan("firms", 100)
    assert figure_of("firms", Scope(realm="demo", now=NOW)).target == 100
    plan("firms", 50, realm="demo")
    plan("firms", 100)
    assert figure_of("firms", Scope(realm="demo", now=NOW)).target == 50


def test_the_query_behind_a_figure_names_every_month():
    give(("firms", AN, "2026-09", 7), now=NOW)
    row = query_of(("firms",)).rows(Scope(realm="live", now=NOW, unit=AN)).get()
    assert (row.m9, row.q3, row.y, row.m1, row.latest_period) == (7, 7, 7, None, "2026-09")

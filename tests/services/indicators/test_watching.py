"""What deserves attention: verdicts on numbers, and what they make of stored values."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contract import Cleared, Finding, Moment
from services.indicators import duties, findings, loading, periods, watch
from services.indicators.catalogue import catalogue
from services.indicators.loading import DutyRow
from services.kernel.text import render
from services.worktime.calendar import WorkCalendar
from tests.services.indicators.kit import AN, BINH, CAT, PROVINCE, define, definition, give

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
MOMENT = Moment("live", NOW)


# --- pure ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("done, elapsed, direction, severity", [
    (50, 0.5, "up", None), (45, 0.5, "up", None), (39, 0.5, "up", "medium"), (20, 0.5, "up", "high"),
    (61, 0.5, "down", "medium"), (39, 0.5, "down", None), (20, 0.5, "none", None), (120, 1, "up", None),
])  # fmt: skip
def test_off_plan_is_measured_against_the_calendar(done, elapsed, direction, severity):
    verdict = watch.off_plan(done, 100, elapsed, direction)
    assert (verdict.severity if verdict else None) == severity


def test_a_leap_is_told_from_what_is_usual():
    usual = [100, 102, 99, 101, 100, 103, 101, 100]
    assert watch.jump([*usual, 101]) is None
    assert watch.jump([*usual, 140]) is not None
    assert watch.jump([100, 101, 100, 300]) is None, "too little is known"
    assert watch.jump([*usual, None]) is None
    assert watch.jump([5.0] * 10) is None
    assert watch.jump([*[5.0] * 10, 9.0]) is not None


def test_a_unit_that_stands_out_among_its_peers():
    peers = {f"u{n}": 50.0 + n for n in range(10)}
    assert watch.outliers(peers) == {}
    assert set(watch.outliers({**peers, "x": 500.0})) == {"x"}
    assert watch.outliers({"a": 1.0, "b": 900.0}) == {}


def test_counts_are_judged_by_their_own_past_and_by_what_their_peers_did():
    usual = {"hamlet": 1.0, "village": 2.5, "town": 9.0, "market": 14.0, "city": 120.0, "port": 40.0}
    assert watch.counts_apart(usual, usual) == {}, "neither the city nor the hamlet stands out for its size"
    (found,) = watch.counts_apart({**usual, "village": 30}, usual).values()
    assert (found.value, found.severity) == (30, "high")
    assert found.expected == pytest.approx(2.5, rel=0.05)
    halved = {unit: mean / 2 for unit, mean in usual.items()}
    assert watch.counts_apart(halved, usual) == {}, "a bad month for all is nobody's own"
    assert set(watch.counts_apart({**halved, "city": 120}, usual)) == {"city"}
    assert watch.counts_apart({"a": 1, "b": 90, "c": 2, "d": 3}, {"a": 1, "b": 9, "c": 2, "d": 3}) == {}, "few peers"
    assert watch.counts_apart({**usual, "new": 500}, usual) == {}, "nothing is usual of a unit without a past"


@given(st.lists(st.integers(1, 400), min_size=6, max_size=40), st.integers(20, 200))
def test_one_wrong_figure_is_found_and_makes_nobody_else_look_wrong(means, times):
    usual = {f"u{n}": float(mean) for n, mean in enumerate(means)}
    smallest = min(usual, key=usual.__getitem__)
    assert set(watch.counts_apart({**usual, smallest: usual[smallest] * times}, usual)) == {smallest}


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(-1e3, 1e3))
def test_verdicts_do_not_depend_on_where_zero_is_only_in_flat_series(values, shift):
    watch.jump(values)
    watch.outliers({str(n): value + shift for n, value in enumerate(values)})


def duty(**more):
    return DutyRow(
        **{"slug": "d", "codes": ("firms",), "department": "so-xay-dung", "day": 5, "since": "2026-01", **more}
    )


@pytest.mark.parametrize("row, period, day", [
    (duty(), "2026-09", date(2026, 10, 5)),
    (duty(working=True), "2026-09", date(2026, 10, 7)),  # 3 and 4 October 2026 are a weekend
    (duty(day=31), "2026-10", date(2026, 11, 30)),
    (duty(months=2), "2026-12", date(2027, 2, 5)),
    (duty(), "2026-Q3", date(2026, 10, 5)),
])  # fmt: skip
def test_the_day_of_delivery(row, period, day):
    assert duties.due_day(row, periods.parse(period), WorkCalendar()) == day


# --- on stored values ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_indicator_behind_its_plan_is_found_and_over_when_it_catches_up(land):
    rows = [loading.TargetRow("budget", "2026", 1000)]
    loading.load_targets(rows, catalogue().by_code)
    assert list(findings.off_plan("x.off_plan", ["budget"], MOMENT)) == []
    give(("budget", PROVINCE, "2026-10", 500))
    (found,) = findings.off_plan("x.off_plan", ["budget"], MOMENT)
    assert isinstance(found, Finding)
    assert (found.severity, found.department, found.unit, len(found.evidence)) == ("high", "so-xay-dung", None, 1)
    assert "500" in render(found.title, "vi")
    give(("budget", PROVINCE, "2026-10", 900))
    (over,) = findings.off_plan("x.off_plan", ["budget"], MOMENT)
    assert (type(over), over.fingerprint) == (Cleared, found.fingerprint)


@pytest.mark.django_db
def test_a_leap_and_an_outlier_become_findings(land):
    give(*(("firms", AN, f"2026-{m:02d}", 100.0 + m % 3) for m in range(1, 10)), ("firms", AN, "2026-10", 300))
    (found,) = findings.jumps("x.jump", ["firms"], MOMENT, unit=AN)
    assert isinstance(found, Finding)
    assert found.unit == AN
    assert [type(one) for one in findings.outliers("x.outlier", ["firms"], MOMENT)] == [Cleared], "too few peers"


@pytest.mark.django_db
def test_what_has_not_come_by_its_day_is_found_and_over_once_it_came(land):
    define(definition("budget_revenue", owner="so-xay-dung"), definition("budget_spending", owner="so-xay-dung"),
           definition("firms_new", over_area="sum"))  # fmt: skip
    codes = ["budget_revenue", "budget_spending"]
    assert not list(findings.late("x.late", codes, MOMENT)), "nobody is late who is not connected yet"
    give(("budget_revenue", PROVINCE, "2026-01", 1))
    found = list(findings.late("x.late", codes, MOMENT))
    assert {one.fingerprint for one in found} == {f"x.late:xay-dung-thang:2026-{m:02d}" for m in (8, 9, 10)}
    assert all(isinstance(one, Finding) and one.department == "so-xay-dung" and one.count == 2 for one in found)
    give(*((code, PROVINCE, "2026-10", 1) for code in codes))
    by_mark = {one.fingerprint: one for one in findings.late("x.late", codes, MOMENT)}
    assert isinstance(by_mark["x.late:xay-dung-thang:2026-10"], Cleared)


@pytest.mark.django_db
def test_a_duty_of_every_commune_is_found_commune_by_commune_and_not_before_its_day(land):
    define(definition("firms_new", over_area="sum"))
    give(("firms_new", AN, "2026-10", 1))
    last = {one.fingerprint: one for one in findings.late("x.late", ["firms_new"], MOMENT)}
    assert isinstance(last[f"x.late:doanh-nghiep-xa:2026-10:{AN}"], Cleared)
    assert {last[f"x.late:doanh-nghiep-xa:2026-10:{unit}"].unit for unit in (BINH, CAT)} == {BINH, CAT}  # type: ignore[union-attr]
    early = Moment("live", datetime(2026, 11, 3, 3, tzinfo=UTC))
    assert not [one for one in findings.late("x.late", ["firms_new"], early) if "2026-10" in one.fingerprint]

"""Reports as indicators: received, handled and on time, by month, commune and department."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitors.field_reports.deadlines import promise, promised_until
from monitors.field_reports.models import Report
from services.directory.pack import Category
from services.indicators import periods
from services.indicators.publishing import publish_all
from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar
from tests.monitors.government.kit import AN, BUILDING, month, value
from tests.monitors.kit import REALM, send

CODES = ("received", "handled", "on_time", "overdue")
ROADS = Category("giao-thong", {"vi": "Giao thông", "en": "Roads"}, "so-xay-dung", "x", deadline_days=3)
FIRE = Category("chay-rung", {"vi": "Cháy rừng", "en": "Forest fire"}, "so-xay-dung", "x", urgent=True)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=LOCAL)


def test_a_promise_is_clock_hours_where_it_is_urgent_and_working_days_elsewhere():
    assert promised_until(FIRE, MONDAY, WorkCalendar()) == MONDAY + timedelta(hours=24)
    assert promised_until(ROADS, MONDAY, WorkCalendar()) == datetime(2026, 3, 5, 17, tzinfo=LOCAL)
    assert promised_until(None, MONDAY, WorkCalendar()) is None
    assert (promise(FIRE), promise(ROADS), promise(None)) == ({"minutes": 1440}, {"working_days": 3}, None)


@given(st.integers(0, 8 * 365 * 24 * 60))
def test_a_promise_lies_ahead(minutes):
    at = MONDAY - timedelta(days=4 * 365) + timedelta(minutes=minutes)
    until = promised_until(ROADS, at, WorkCalendar())
    assert until is not None
    assert until > at


# --- published -------------------------------------------------------------------------------------------------------


def day(back, n, hour=9):
    first = periods.parse(month(back=back)).start
    return datetime(first.year, first.month, n, hour, tzinfo=LOCAL)


def told(number, back, closed=None, *, unit=AN, category="giao-thong"):
    """Return a report of an older system, closed on (months back, day) or still open."""
    history = [{"status": "done", "at": day(*closed).isoformat(), "text": "Xong."}] if closed else []
    return {
        "external_id": f"r{number}", "description": "Ổ gà", "category": category, "unit": unit,
        "occurred_at": day(back, 2).isoformat(), "history": history,
    }  # fmt: skip


def publish(*items):
    assert send("field_reports", *items, realm=REALM, historical=True).rejected == []
    assert publish_all(REALM)["field_reports"].error == ""


def figures(place, back=1):
    return tuple(value(f"reports_{code}", place, month(back=back)) for code in CODES)


@pytest.mark.django_db
@pytest.mark.usefixtures("province")
def test_a_month_is_counted_by_commune_by_department_and_for_the_province():
    publish(told(1, 1, (1, 3)), told(2, 1, (1, 28)), told(3, 1, (1, 3), unit="99002", category="an-toan-thuc-pham"))
    assert figures(AN) == figures(BUILDING) == (2, 2, 1, 0)
    assert figures("so-y-te") == (1, 1, 1, 0)
    assert figures("99") == (3, 3, 2, 0)
    assert value("reports_on_time_rate", AN, month(back=1)) == 50.0


@pytest.mark.django_db
@pytest.mark.usefixtures("province")
def test_one_that_is_open_past_its_deadline_at_a_months_end_is_late_in_that_month():
    publish(told(1, 2, (1, 5)), told(2, 2))
    Report.objects.filter(external_id="r2").update(due_at=day(2, 20))
    publish_all(REALM)
    assert figures(AN, back=2) == (2, 0, 0, 2)
    assert figures(AN, back=1) == (0, 1, 0, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("province")
def test_a_backfilled_report_that_was_never_closed_has_no_deadline_and_counts_as_received_only():
    publish(told(1, 1))
    assert figures(AN) == (1, 0, 0, 0)
    assert Report.objects.get().due_at is None

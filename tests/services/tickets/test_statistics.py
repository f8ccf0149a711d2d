"""Figures of the work: the same working time as everywhere, counted in SQL, within the reader's reach."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kernel import clock
from services.kernel.clock import LOCAL
from services.tickets.models import Ticket, TicketEntry
from services.tickets.statistics.figures import backlog, flow
from services.tickets.statistics.worktime import day, days_of, position, seconds
from services.worktime.calendar import WorkCalendar, time_between
from tests.services.tickets.queue_kit import REALM, as_, officer_of, report

pytestmark = pytest.mark.django_db
CALENDAR = WorkCalendar(off=frozenset({date(2026, 2, 17), date(2026, 2, 18)}), working=frozenset({date(2026, 2, 14)}))
FIRST = datetime(2026, 2, 9, tzinfo=LOCAL)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 14 * 24 * 60), min_size=2, max_size=2).map(sorted))
def test_working_time_in_sql_is_that_of_the_calendar_over_tet_too(db, minutes):
    start, end = (FIRST + timedelta(minutes=n) for n in minutes)
    days = days_of(CALENDAR, FIRST.date(), (FIRST + timedelta(days=15)).date())
    one, other = (position(name, day(name), CALENDAR) for name in ("begins", "ends"))
    sql = (
        f"SELECT {other} - {one} FROM (SELECT {seconds('%(start)s::timestamptz')} AS begins, "
        f"{seconds('%(end)s::timestamptz')} AS ends) instants"
    )
    params: dict[str, Any] = {"base": days.base, "before": list(days.before), "works": list(days.works)}
    with connection.cursor() as cursor:
        cursor.execute(sql, params | {"start": start, "end": end})
        assert float(cursor.fetchone()[0]) == time_between(CALENDAR, start, end) / timedelta(minutes=1)


def happened(ticket, **times):
    Ticket.objects.filter(pk=ticket.pk).update(**times)


@pytest.fixture
def told(province):
    """Four tickets of a Monday: two in time, one late, one open and overdue; one of them once reopened."""
    monday = datetime(2026, 11, 16, 8, tzinfo=LOCAL)
    found = [report() for _ in range(3)] + [report(category="an-toan-thuc-pham", unit="99002")]
    policy = {**found[0].policy, "deadline": {"working_minutes": 120}}
    for ticket, done in zip(found, (60, 90, 180, None), strict=True):
        happened(
            ticket,
            policy=policy,
            opened_at=monday,
            due_at=monday + timedelta(hours=2),
            acknowledged_at=monday + timedelta(minutes=30),
            resolved_at=monday + timedelta(minutes=done) if done else None,
            closed_at=monday + timedelta(minutes=done) if done else None,
            state="closed" if done else "new",
        )
    TicketEntry.objects.create(ticket=found[0], at=monday, verb="reopen", from_state="closed", to_state="in_progress")
    return monday, found


def test_one_statement_tells_times_rates_and_groups(told):
    monday, _found = told
    now = monday + timedelta(days=1)
    with CaptureQueriesContext(connection) as seen:
        lines = flow(Ticket.objects.all(), monday - timedelta(days=1), now, now, WorkCalendar())
    assert len(seen) == 1
    everything = next(line for line in lines if line.group == "all")
    assert (everything.opened, everything.resolved) == (4, 3)
    assert (everything.acknowledge_median, everything.resolve_median) == (30, 90)
    assert everything.resolve_p90 == pytest.approx(162)
    assert (everything.on_time, everything.counted) == (2, 4), "the overdue one counts against it"
    assert everything.on_time_rate == 50
    assert everything.reopen_rate == pytest.approx(100 / 3)
    assert {(line.group, line.key): line.opened for line in lines if line.group in {"department", "month"}} == {
        ("department", "so-xay-dung"): 3,
        ("department", "so-y-te"): 1,
        ("month", "2026-11"): 4,
    }


def test_lunch_and_night_are_no_working_time_and_a_clock_that_runs_day_and_night_counts_them(told):
    monday, found = told
    for ticket in found:
        happened(ticket, resolved_at=monday + timedelta(hours=24), state="closed")
    now = monday + timedelta(days=2)

    def median():
        lines = flow(Ticket.objects.all(), monday - timedelta(days=1), now, now, WorkCalendar())
        return next(line for line in lines if line.group == "all").resolve_median

    assert median() == 450, "from eight to eight is one working day"
    happened_policy = {**found[0].policy, "deadline": {"minutes": 600}}
    Ticket.objects.update(policy=happened_policy)
    assert median() == 24 * 60


def test_the_backlog_is_told_by_age(told):
    monday, found = told
    happened(found[0], state="new", opened_at=monday - timedelta(days=40))
    rows = backlog(Ticket.objects.all(), monday + timedelta(days=2))
    everything = next(one for one in rows if one.group == "all")
    assert list(everything.counts) == [0, 1, 0, 0, 1]
    assert (everything.total, everything.overdue) == (2, 2)


def test_the_page_and_its_file_hold_the_readers_own_reach(province, told):
    now = clock.now(REALM)
    Ticket.objects.update(opened_at=now - timedelta(days=2), acknowledged_at=None, resolved_at=None, state="new")
    officer = as_(officer_of(province))
    text = officer.get("/tickets/statistics/").content.decode()
    assert "<dd>3</dd>" in text
    file = b"".join(officer.get("/tickets/statistics/?format=csv").streaming_content).decode()
    opened = {row[0]: row[2] for row in csv.reader(io.StringIO(file))}
    assert (opened["All together"], opened["Department"]) == ("3", "3")
    supervisor = as_(province.user("Bảo", "supervisor")).get("/tickets/statistics/?days=30").content.decode()
    assert "<dd>4</dd>" in supervisor
    citizen = as_(province.user("Dân", "citizen"))
    assert citizen.get("/tickets/statistics/").status_code == 404
    assert officer.get("/tickets/statistics/?format=xlsx").status_code == 200


def test_a_centre_without_a_ticket_has_figures_of_nought(province):
    client = as_(province.user("Kíp", "supervisor"))
    assert client.get("/tickets/statistics/").status_code == 200
    waiting = client.get("/api/tickets/statistics/").json()["backlog"]
    assert [(one["total"], one["overdue"]) for one in waiting] == [(0, 0)]

"""A report's public status follows its ticket, whatever order the news comes in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitors.field_reports.actions import follow
from monitors.field_reports.models import Report
from monitors.field_reports.rules import NEW_REPORT, SURGE
from monitors.field_reports.selectors import report_by_code
from services.contract import Change
from services.kernel import clock
from services.tickets import actions, following
from services.tickets.models import Ticket
from tests.monitors.kit import judge, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(province):
    receipt = send(
        "field_reports",
        {"external_id": "r1", "description": "Đèn tắt", "category": "ha-tang-chieu-sang", "unit": "99001"},
        realm="demo",
    )
    return Report.objects.get(pk=receipt.records[0])


def change(report, state, minutes=0, **more):
    values = {
        "realm": "demo",
        "rule": NEW_REPORT,
        "fingerprint": "f",
        "evidence": [report.pk],
        "ticket": "t-1",
        "state": state,
        "outcome": "",
        "public_text": "",
        "unit": "99001",
        "department": "so-xay-dung",
        "due_at": None,
        "at": clock.now("demo") + timedelta(minutes=minutes),
    }
    return Change(**{**values, **more})


def steps(report):
    return [step.status for step in report.events.all()]


@pytest.mark.parametrize(
    "state, outcome, status",
    [
        ("new", "", "routed"),
        ("accepted", "", "routed"),
        ("in_progress", "", "in_progress"),
        ("waiting", "", "in_progress"),
        ("resolved", "fixed", "in_progress"),
        ("closed", "fixed", "done"),
        ("closed", "not_fixed", "not_fixed"),
        ("closed", "duplicate", "closed"),
        ("returned", "", "received"),
        ("cancelled", "", "closed"),
        ("merged", "", "closed"),
    ],
)
def test_the_status_is_that_of_the_ticket(report, state, outcome, status):
    follow(change(report, state, outcome=outcome))
    report.refresh_from_db()
    assert report.status == status


def test_a_ticket_that_nobody_answers_for_yet_leaves_the_report_received(report):
    follow(change(report, "new", unit=None, department=None))
    report.refresh_from_db()
    assert report.status == "received"


def test_accepting_ends_the_wait_and_handing_on_begins_it_again(report):
    for minutes, (state, waits) in enumerate(
        [("new", True), ("accepted", False), ("in_progress", False), ("new", True)]
    ):
        follow(change(report, state, minutes))
        report.refresh_from_db()
        assert (report.assigned_at is None) is waits


def test_old_news_and_news_told_twice_change_nothing(report):
    done = change(report, "closed", 10, outcome="fixed", public_text="Đã thay bóng.")
    follow(change(report, "in_progress", 5))
    follow(done)
    follow(done)
    follow(change(report, "accepted", 7))
    report.refresh_from_db()
    assert (report.status, report.public_text) == ("done", "Đã thay bóng.")
    assert steps(report) == ["received", "in_progress", "done"]


def test_what_an_official_says_to_the_public_becomes_a_step(report):
    follow(change(report, "accepted", 1))
    follow(change(report, "accepted", 2, note="Mai chúng tôi đến xem."))
    assert [step.text for step in report.events.all()][-1] == "Mai chúng tôi đến xem."


def test_reopened_it_is_in_progress_again(report):
    follow(change(report, "closed", 1, outcome="fixed"))
    follow(change(report, "in_progress", 2))
    report.refresh_from_db()
    assert (report.status, report.closed_at) == ("in_progress", None)


def test_passed_on_it_belongs_to_the_new_office_and_the_suggestion_is_settled(report):
    Report.objects.update(unit_suggested=True)
    follow(change(report, "new", 1, unit="99003", department="so-y-te"))
    report.refresh_from_db()
    assert (report.unit, report.department, report.unit_suggested) == ("99003", "so-y-te", False)


def test_tickets_about_many_reports_do_not_move_one(report):
    follow(replace(change(report, "closed", 1, outcome="fixed"), rule=SURGE))
    report.refresh_from_db()
    assert report.status == "received"


def test_another_realms_ticket_is_not_ours(report):
    follow(replace(change(report, "closed", 1, outcome="fixed"), realm="live"))
    report.refresh_from_db()
    assert report.status == "received"


def test_the_whole_way_from_the_citizens_code_to_the_result(report, province):
    judge()
    while following.follow_alerts():
        pass
    ticket = Ticket.objects.get(alert__rule=NEW_REPORT)
    officer = province.user("can-bo", "officer", department="so-xay-dung")
    head = province.user("truong-phong", "head", department="so-xay-dung")
    for verb, who in (("accept", officer), ("start", officer), ("resolve", officer), ("approve", head)):
        fields = {"outcome": "fixed", "note": "Xong", "public_text": "Đã thay bóng."} if verb == "resolve" else {}
        actions.perform(verb=verb, ticket_public_id=ticket.public_id, acting_user=who, **fields)
    seen = report_by_code(report.code.lower().replace("-", " "))
    assert seen is not None
    assert (seen.status, seen.public_text, seen.finished) == ("done", "Đã thay bóng.", True)
    assert [step.status for step in seen.steps] == ["received", "routed", "in_progress", "done"]
    assert seen.steps[-1].by is not None
    assert seen.steps[-1].by["en"] == "Department of Construction"
    assert report_by_code("0000-0000-0000-0") is None
    assert report_by_code("\x00") is None

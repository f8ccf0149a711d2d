"""Reports become records: routed, the reporter apart, harmless when sent again."""

import json
from datetime import timedelta

import pytest

from monitors.field_reports.models import Report, StatusEvent
from services.alerts.models import Alert
from services.directory.models import Subject
from services.intake.models import Quarantined
from services.kernel import clock
from services.wall.models import Tile
from tests.monitors.kit import judge, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
WORDS = "Ổ gà trước nhà ông Sáu"
NAME, PHONE = "Nguyễn Thị Riêng Tư", "0912345678"


def item(number=1, **more):
    return {"external_id": f"r{number}", "description": WORDS, "category": "giao-thong", "unit": "99001", **more}


def stored(**more):
    receipt = send("field_reports", item(**more))
    assert receipt.rejected == []
    return Report.objects.get(pk=receipt.records[0])


def refused(**more):
    receipt = send("field_reports", item(**more))
    assert receipt.accepted == 0
    return set(receipt.rejected[0].errors)


def test_a_report_goes_to_the_unit_it_names_and_the_department_of_its_category():
    report = stored()
    assert (report.unit, report.unit_suggested, report.department) == ("99001", False, "so-xay-dung")
    assert report.status == "received"
    assert [step.status for step in report.events.all()] == ["received"]


def test_a_unit_found_on_approximate_boundaries_is_a_suggestion():
    report = stored(unit=None, lon=110.15, lat=10.10)
    assert (report.unit, report.unit_suggested) == ("99002", True)
    assert report.lon_lat == (110.15, 10.10)


def test_the_unit_named_wins_over_the_place():
    report = stored(unit="99001", lon=110.15, lat=10.10)
    assert (report.unit, report.unit_suggested) == ("99001", False)


def test_an_address_alone_waits_for_a_dispatcher():
    report = stored(unit=None, address="đầu thôn Ba")
    assert (report.unit, report.department) == ("", "so-xay-dung")


def test_a_report_without_a_category_belongs_to_its_commune():
    report = stored(category=None)
    assert (report.unit, report.department, report.urgent) == ("99001", "", False)


def test_an_urgent_category_makes_an_urgent_report():
    assert stored(category="chay-rung").urgent
    assert not stored(number=2).urgent


@pytest.mark.parametrize(
    "more, field",
    [
        ({"unit": "12345"}, "unit"),
        ({"unit": "991"}, "unit"),
        ({"unit": "99005"}, "unit"),
        ({"unit": None}, "unit"),
        ({"category": "khong-co"}, "category"),
        ({"unit": None, "lon": 2.35, "lat": 48.86}, "lon"),
        ({"unit": None, "lon": 10.10, "lat": 110.15}, "lat"),
        ({"unit": None, "lon": 110.15}, "lat"),
        ({"occurred_at": "2099-01-01T00:00:00+07:00"}, "occurred_at"),
        ({"occurred_at": "2020-01-01T00:00:00+07:00"}, "occurred_at"),
        ({"occurred_at": "2025-03-03T08:00:00"}, "occurred_at"),
        ({"description": "  "}, "description"),
        ({"description": "x" * 5001}, "description"),
        ({"history": []}, "history"),
    ],
)
def test_what_is_wrong_is_said_by_field(more, field):
    assert refused(**more) == {field}
    assert Quarantined.objects.count() == 1


def test_the_reporter_stands_in_the_subject_and_nowhere_else():
    report = stored(reporter={"name": NAME, "phone": PHONE})
    judge()
    subject = Subject.objects.get(public_id=report.subject_id)
    assert (subject.name, subject.phone, subject.realm) == (NAME, PHONE, "live")
    others = json.dumps(
        [
            report.raw,
            list(Alert.objects.values_list("title", flat=True)),
            list(Tile.objects.values_list("payload", flat=True)),
        ],
        ensure_ascii=False,
        default=str,
    )
    for secret in (NAME, PHONE, report.code):
        assert secret not in others
    assert WORDS not in json.dumps(list(Tile.objects.values_list("payload", flat=True)), ensure_ascii=False)


def test_sent_again_a_report_makes_no_second_subject():
    first = send("field_reports", item(reporter={"name": NAME, "phone": PHONE}))
    again = send("field_reports", item(reporter={"name": NAME, "phone": PHONE}))
    assert (first.accepted, again.accepted, again.duplicate) == (1, 0, 1)
    assert again.records == first.records
    assert Subject.objects.count() == 1
    assert StatusEvent.objects.count() == 1


def test_without_a_time_the_same_id_is_the_same_report_and_with_another_time_a_collision():
    now = clock.now()
    send("field_reports", item(number=1), item(number=2, occurred_at=(now - timedelta(hours=2)).isoformat()))
    again = send("field_reports", item(number=1), item(number=2, occurred_at=(now - timedelta(hours=1)).isoformat()))
    assert again.duplicate == 1
    assert [set(rejection.errors) for rejection in again.rejected] == [{"external_id"}]


def test_a_backfill_tells_what_became_of_a_report():
    now = clock.now()
    sent = now - timedelta(hours=30)
    history = [
        {"status": "routed", "at": (sent + timedelta(hours=1)).isoformat()},
        {"status": "done", "at": (sent + timedelta(hours=9)).isoformat(), "text": "Đã vá."},
    ]
    receipt = send("field_reports", item(occurred_at=sent.isoformat(), history=history), historical=True)
    report = Report.objects.get(pk=receipt.records[0])
    assert (report.status, report.public_text) == ("done", "Đã vá.")
    assert report.assigned_at == sent + timedelta(hours=1)
    assert report.closed_at == sent + timedelta(hours=9)
    assert [step.status for step in report.events.all()] == ["received", "routed", "done"]


def test_a_story_that_runs_backwards_is_refused():
    now = clock.now()
    history = [{"status": "done", "at": (now - timedelta(hours=3)).isoformat()}]
    receipt = send(
        "field_reports", item(occurred_at=(now - timedelta(hours=1)).isoformat(), history=history), historical=True
    )
    assert set(receipt.rejected[0].errors) == {"history"}


def test_codes_are_unguessable_and_their_own():
    reports = [stored(number=n) for n in range(5)]
    assert len({report.code for report in reports}) == 5
    assert all(len(report.code.replace("-", "")) == 13 for report in reports)


def test_storing_costs_the_same_statements_for_one_report_and_for_many(django_assert_max_num_queries):
    """Store itself: units named 1, places 2, insert 1, first steps 1, reporters 2; around it: intake's own.

    Grows with nothing but slices of a thousand items.
    """
    person = {"name": NAME, "phone": PHONE}
    items = [item(number=n, reporter=person, unit=None, lon=110.05, lat=10.10) for n in range(200)]
    with django_assert_max_num_queries(20) as one:
        send("field_reports", items[0])
    with django_assert_max_num_queries(20) as many:
        send("field_reports", *items[1:])
    assert len(many) <= len(one) + 2

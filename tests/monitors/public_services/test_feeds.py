"""Dossiers become records: newest state wins, every version is kept, the applicant stands apart."""

import json
from datetime import datetime, timedelta

import pytest

from monitors.public_services import feeds
from monitors.public_services.models import Dossier, DossierVersion
from services.directory.models import Subject
from services.kernel import clock
from services.kernel.clock import LOCAL
from services.worktime import actions as worktime
from tests.monitors.kit import judge, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
MONDAY = datetime(2025, 3, 3, 8, tzinfo=LOCAL)


def at(day, hour=9, minute=0):
    return (MONDAY.replace(hour=hour, minute=minute) + timedelta(days=day)).isoformat()


def dossier(number=1, **more):
    values = {
        "code": f"000.00.03.H99-250303-{number:04}",
        "status": 4,
        "channel": 1,
        "agency": "so-xay-dung",
        "submitted_at": at(0, 8),
        "accepted_at": at(0, 9),
        "appointment_at": at(10, 17),
        "as_of": at(1),
        "version": 1,
    }
    return {**values, **more}


def stored(*items, **options):
    receipt = send("public_services", *items, **options)
    assert receipt.rejected == []
    return receipt


def only():
    return Dossier.objects.get()


# --- states ----------------------------------------------------------------------------------------------------------


def test_newer_news_updates_equal_news_is_a_duplicate_older_news_is_history():
    assert stored(dossier()).accepted == 1
    assert stored(dossier()).duplicate == 1
    address = only().public_id
    newer = dossier(status=9, finished_at=at(5), as_of=at(5), version=2)
    assert stored(newer).updated == 1
    stored(dossier(status=2, as_of=at(0, 10), version=0))
    assert (only().status, only().version, only().public_id) == (9, 2, address)
    assert sorted(DossierVersion.objects.values_list("version", flat=True)) == [0, 1, 2]


def test_several_states_of_one_dossier_in_one_batch_end_with_the_newest():
    stored(dossier(as_of=at(3), version=3, status=4), dossier(as_of=at(2), version=2, status=2), dossier(status=1))
    assert (only().status, only().version) == (4, 3)


def test_a_dossier_is_of_a_department_or_of_a_unit():
    stored(dossier(1), dossier(2, agency="99001"))
    agencies = {(d.department, d.unit): d.agency for d in Dossier.objects.all()}
    assert agencies == {("so-xay-dung", ""): "so-xay-dung", ("", "99001"): "99001"}


def test_the_deadlines_stand_in_columns():
    stored(dossier(status=9, finished_at=at(10, 16), as_of=at(10, 16)))
    found = only()
    assert found.due_at == datetime.fromisoformat(at(10, 17))
    assert (found.on_time, found.overdue_on) == (True, found.due_at.astimezone(LOCAL).date())
    assert found.ended_at == datetime.fromisoformat(at(10, 16))


def test_an_end_that_only_the_status_tells_is_when_it_was_told_and_stays():
    stored(dossier(status=9, as_of=at(5), version=2))
    assert only().finished_at == datetime.fromisoformat(at(5))
    stored(dossier(status=10, as_of=at(7), version=3))
    found = only()
    assert found.finished_at == datetime.fromisoformat(at(5))
    assert found.returned_at == datetime.fromisoformat(at(7))
    assert found.ended_at == datetime.fromisoformat(at(5))


def test_a_correction_opens_a_dossier_again():
    stored(dossier(status=9, as_of=at(5), version=2))
    stored(dossier(status=4, as_of=at(6), version=3))
    assert (only().ended_at, only().finished_at, only().on_time) == (None, None, None)


@pytest.mark.parametrize(
    "more, field",
    [
        ({"code": "H15-1"}, "code"),
        ({"status": 0}, "status"),
        ({"channel": 4}, "channel"),
        ({"agency": "so-khong-co"}, "agency"),
        ({"agency": "12345"}, "agency"),
        ({"submitted_at": "2099-01-01T00:00:00+07:00"}, "submitted_at"),
        ({"submitted_at": "1999-01-01T00:00:00+07:00"}, "submitted_at"),
        ({"accepted_at": "2025-03-01T00:00:00+07:00"}, "accepted_at"),
        ({"appointment_at": "9999-12-31T23:00:00+07:00"}, "appointment_at"),
        ({"as_of": "2025-03-03T08:00:00"}, "as_of"),
        ({"version": 2**70}, "version"),
        ({"statutory_days": 5000}, "statutory_days"),
        ({"supplements": [{"requested_at": at(2), "answered_at": at(1)}]}, "supplements"),
        ({"apology": {"sent_at": at(2), "until": at(1)}}, "apology"),
    ],
)
def test_what_is_wrong_is_said_by_field(more, field):
    receipt = send("public_services", dossier(**more))
    assert receipt.accepted == 0
    assert field in receipt.rejected[0].errors


# --- the applicant ---------------------------------------------------------------------------------------------------


def test_the_applicant_stands_in_the_subject_and_nowhere_else():
    name, phone = "Lê Thị Riêng", "0977000111"
    stored(dossier(applicant={"name": name, "phone": phone}))
    stored(dossier(applicant={"name": "Lê Thị Riêng Tư", "phone": phone}, as_of=at(2), version=2))
    judge()
    subject = Subject.objects.get()
    assert (subject.name, subject.public_id) == ("Lê Thị Riêng Tư", only().subject_id)
    kept = [only().raw, *DossierVersion.objects.values_list("raw", flat=True)]
    assert name not in json.dumps(kept, ensure_ascii=False)
    assert phone not in json.dumps(kept)


def test_an_erased_applicant_stays_erased_whatever_a_source_goes_on_sending():
    person = {"name": "Lê Thị Riêng", "phone": "0977000111"}
    stored(dossier(applicant=person))
    Subject.objects.update(name="", phone="", erased_at=clock.now())
    stored(dossier(applicant=person, as_of=at(2), version=2))
    assert (Subject.objects.get().name, Subject.objects.get().phone) == ("", "")


def test_an_older_message_does_not_rename_the_applicant():
    stored(dossier(applicant={"name": "Mới"}, as_of=at(3), version=3))
    stored(dossier(applicant={"name": "Cũ"}, as_of=at(1), version=1))
    assert Subject.objects.get().name == "Mới"


def test_many_messages_of_one_dossier_in_a_batch_have_one_applicant_the_newest():
    stored(
        dossier(applicant={"name": "Mới"}, as_of=at(3), version=3),
        dossier(applicant={"name": "Cũ"}, as_of=at(1), version=1),
        dossier(as_of=at(4), version=4),
    )
    assert Subject.objects.get().name == "Mới"
    assert only().subject_id == Subject.objects.get().public_id


# --- another calendar -----------------------------------------------------------------------------------------------


def test_a_changed_calendar_moves_the_deadlines_of_open_dossiers(monkeypatch):
    monkeypatch.setattr(feeds, "_refreshed", {})
    without_day = {"appointment_at": None, "statutory_days": 3}
    stored(dossier(1, **without_day), dossier(2, **without_day, status=9, finished_at=at(2), as_of=at(2)), dossier(3))
    before = due_by_number()
    worktime.set_day(day=(MONDAY + timedelta(days=2)).date(), kind="off", note="Nghỉ bù", acting_user=None)
    stored(dossier(4))
    moved = {number: (due - before[number]).days for number, due in due_by_number().items() if number in before}
    assert moved == {"0001": 1, "0002": 0, "0003": 0}


def due_by_number():
    return {found.code[-4:]: found.due_at for found in Dossier.objects.all() if found.due_at is not None}


# --- a spreadsheet ---------------------------------------------------------------------------------------------------


def test_vietnamese_headings_words_and_dates_are_understood():
    row = {
        "Mã hồ sơ": "000.00.03.H99-250303-0001",
        "TRẠNG THÁI": "Đã xử lý xong",
        "Hình thức nộp": "Bưu chính",
        "Mã cơ quan": "so-xay-dung",
        "Ngày nộp": "03/03/2025 08:00",
        "Ngày hẹn trả": "14/03/2025",
        "Thời điểm cập nhật": "10/03/2025 9:05",
        "Họ tên người nộp": "Y Riêng Niê",
    }
    adapted = feeds.adapt(row)
    assert adapted["status"] == 9
    assert adapted["channel"] == 3
    assert adapted["appointment_at"] == "2025-03-14T17:00:00+07:00"
    assert adapted["applicant"] == {"name": "Y Riêng Niê", "phone": None}
    stored(row)
    assert "Y Riêng Niê" not in json.dumps(only().raw, ensure_ascii=False)


@pytest.mark.parametrize("value", [None, [], {}, "31/02/2025", "hôm qua", 5, 1e99, "9" * 40])
def test_what_a_cell_cannot_mean_is_refused_and_never_an_error(value):
    for heading in ("Ngày nộp", "Trạng thái", "Phiên bản", "Họ tên người nộp"):
        adapted = feeds.adapt({"Mã hồ sơ": "x", heading: value})
        assert isinstance(adapted, dict)
        receipt = send("public_services", {"Mã hồ sơ": "x", heading: value})
        assert len(receipt.rejected) == 1


def test_storing_costs_the_same_statements_for_one_dossier_and_for_many(django_assert_max_num_queries):
    """Store itself: calendar 1, agencies 2, known 1, insert 1, current 1, history 1, subjects 2; around it: intake."""
    person = {"name": "Ai đó", "phone": "0900000000"}
    with django_assert_max_num_queries(22) as one:
        stored(dossier(1, applicant=person))
    with django_assert_max_num_queries(22) as many:
        stored(*(dossier(n, applicant=person) for n in range(2, 200)))
    assert len(many) <= len(one)

"""Schools and attendance through intake: corrections, days without school, spreadsheets, and what is refused."""

from datetime import timedelta

import pytest

from monitors.education.models import Attendance, AttendanceVersion, School, SchoolVersion
from services.intake.models import Quarantined
from services.kernel import clock
from tests.monitors.education.kit import AN, BINH, DAY, LOWER, PRIMARY, SCHOOLS, WEEK, a_school_day, called, school
from tests.monitors.kit import REALM, file_of, send, send_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def errors_of(item, source="education"):
    receipt = send(source, item, realm=REALM)
    assert receipt.accepted == 0
    (rejection,) = receipt.rejected
    return rejection.errors


# --- attendance ------------------------------------------------------------------------------------------------------


def test_a_report_is_kept_with_its_schools_commune():
    day = a_school_day()
    assert send("education", called(PRIMARY, day, 20, absent_excused=12), realm=REALM).accepted == 1
    row = Attendance.objects.get()
    assert (row.unit, row.department, row.missing, row.excused, row.school_day) == (
        *(AN, "so-giao-duc-dao-tao", 20, 12, True),
    )


def test_the_same_school_and_day_again_is_a_correction_and_the_version_before_it_is_kept():
    day = a_school_day()
    now = clock.now(REALM)
    first = called(PRIMARY, day, 200, as_of=(now - timedelta(hours=1)).isoformat())
    send("education", first, realm=REALM)
    assert send("education", called(PRIMARY, day, 20, as_of=now.isoformat()), realm=REALM).updated == 1
    assert send("education", first, realm=REALM).duplicate == 1, "old news change nothing"
    assert Attendance.objects.get().missing == 20
    assert AttendanceVersion.objects.count() == 2


def test_a_shift_that_is_counted_first_is_replaced_by_the_day():
    day = a_school_day()
    send("education", called(LOWER, day, 5, expected=320, session="morning"), realm=REALM)
    send("education", called(LOWER, day, 9, session="day", version=1), realm=REALM)
    row = Attendance.objects.get()
    assert (row.session, row.expected, row.missing) == ("day", 640, 9)


def test_a_sunday_is_kept_and_flagged_and_is_no_school_day():
    day = a_school_day()
    sunday = day - timedelta(days=3)
    assert send("education", called(PRIMARY, sunday, 600), realm=REALM).accepted == 1
    assert Attendance.objects.get().school_day is False
    assert School.objects.get(code=PRIMARY).heard_day is None
    saturday = sunday - DAY
    send("education", called(PRIMARY, saturday), called(LOWER, saturday), realm=REALM)
    assert dict(Attendance.objects.filter(day=saturday).values_list("school", "school_day")) == {
        PRIMARY: False,
        LOWER: True,
    }


@pytest.mark.parametrize(
    "field, value",
    [
        ("present", 641),
        ("present", -1),
        ("present", 1.5),
        ("expected", 10**6),
        ("absent_excused", 21),
        ("school", "khong-co"),
        ("school", "Trường An"),
        ("day", "2090-01-01"),
        ("day", "1990-01-01"),
        ("session", "night"),
        ("as_of", "2090-01-01T00:00:00+07:00"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(field, value):
    day = a_school_day()
    assert set(errors_of({**called(PRIMARY, day, 20), field: value})) == {field}
    assert not Attendance.objects.exists()
    assert Quarantined.objects.count() == 1


@pytest.mark.parametrize("name", ["pupil", "pupil_name", "name", "note"])
def test_pupils_have_no_field_to_stand_in(name):
    assert "unknown field" in errors_of({**called(PRIMARY, a_school_day()), name: "Nguyễn Thị A"})[""]


def test_a_school_that_is_closed_reports_nothing_any_more():
    day = a_school_day()
    send(SCHOOLS, school(closed_on=(day - WEEK).isoformat()), realm=REALM)
    assert "day" in errors_of(called(PRIMARY, day))
    assert send("education", called(PRIMARY, day - 2 * WEEK), realm=REALM).accepted == 1


def test_a_thousand_reports_take_as_many_statements_as_ten(django_assert_max_num_queries):
    day = a_school_day()
    send("education", called(PRIMARY, day), realm=REALM)
    with django_assert_max_num_queries(24):
        send("education", *(called(LOWER, day - n * DAY) for n in range(300)), realm=REALM)


@pytest.mark.usefixtures("pack_loaded")
def test_a_spreadsheet_with_vietnamese_headings(settings):
    settings.IOC_PROVINCE = "daklak"
    receipt = send_file(file_of("education", "normal").with_suffix(".csv"))
    assert (receipt.accepted, receipt.rejected) == (3, [])
    found = Attendance.objects.get(school="thcs-chu-manh-trinh")
    assert (found.day.isoformat(), found.session, found.missing, found.excused) == ("2026-03-18", "morning", 19, 14)


# --- schools ---------------------------------------------------------------------------------------------------------


def test_what_the_department_sends_replaces_what_the_pack_says():
    day = a_school_day()
    send("education", called(PRIMARY, day), realm=REALM)
    assert School.objects.get(code=PRIMARY).classes == 20
    assert send(SCHOOLS, school(classes=22, name="Trường Tiểu học  Ân"), realm=REALM).updated == 1
    row = School.objects.get(code=PRIMARY)
    assert (row.classes, row.name, row.heard_day) == (22, "Trường Tiểu học Ân", day)
    assert SchoolVersion.objects.count() == 1


def test_a_school_that_no_pack_knows_may_be_added_and_then_reports():
    day = a_school_day()
    item = {**called(PRIMARY, day), "school": "th-moi"}
    assert "school" in errors_of(item)
    assert send(SCHOOLS, school("th-moi"), realm=REALM).accepted == 1
    assert send("education", item, realm=REALM).accepted == 1


def test_a_school_that_names_no_commune_stands_in_that_of_its_place():
    placed = {**school(), "lon": 110.15, "lat": 10.1}
    del placed["unit"]
    nowhere = {**placed, "code": "th-bien", "lon": 120.0}
    receipt = send(SCHOOLS, nowhere, placed, school("th-hai"), realm=REALM)
    assert [(one.index, set(one.errors)) for one in receipt.rejected] == [(0, {"unit"})]
    assert dict(School.objects.values_list("code", "unit")) == {PRIMARY: BINH, "th-hai": AN}


def test_realms_do_not_mix():
    send(SCHOOLS, school("th-moi"), realm="live")
    assert "school" in errors_of({**called(PRIMARY, a_school_day()), "school": "th-moi"})


@pytest.mark.parametrize(
    "field, value",
    [
        ("unit", "99999"),
        ("unit", "99"),
        ("level", "university"),
        ("lon", 200),
        ("classes", 0),
        ("pupils", -1),
        ("standard", 3),
        ("closed_on", "1990-01-01"),
        ("code", "Trường An"),
    ],
)
def test_a_school_that_cannot_be_is_refused_by_its_field(field, value):
    assert set(errors_of(school(**{field: value}), SCHOOLS)) == {field}
    assert not School.objects.exists()


def test_a_departments_spreadsheet_of_schools():
    row = {
        "Mã trường": "th-moi", "Tên trường": "Trường Tiểu học Mới", "Cấp học": "Tiểu học", "Mã xã": AN,
        "Kinh độ": 110.05, "Vĩ độ": 10.1, "Số lớp": 10, "Số học sinh": 300, "Số giáo viên": 15, "Nội trú": "có",
        "Giải thể từ": "",
    }  # fmt: skip
    assert send(SCHOOLS, row, realm=REALM).accepted == 1
    made = School.objects.get()
    assert (made.level, made.boarding, made.closed_on) == ("primary", True, None)

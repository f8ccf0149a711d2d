"""Accounts by the hundred: every error of a file at once, all of it or nothing."""

import csv
import unicodedata
from datetime import date, datetime

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from services.audit.models import AuditEntry
from services.directory import access, selectors
from services.directory.actions import imports
from services.directory.models import Appointment, DutyShift, Person, RoleGrant, User
from services.kernel import clock
from tests.services.directory.conftest import TODAY

HEADINGS = ("username", "full_name", "called_name", "position", "department", "unit", "role", "phone", "email")
GOOD = (
    ("an.nv", "Nguyễn Văn An", "", "chuyen-vien", "so-y-te", "", "officer", "0905 123 456", "an@mail.vn"),
    ("thang.y", "Y Thăng Byă", "", "Giám đốc sở", "Sở Y tế", "", "head", "", ""),
    ("hen.h", "H'Hen Niê", "H'Hen", "chu-tich-xa", "", "99001", "Head", "+84905123457", ""),
    ("truc.ban", "Lê Thị Trực", "", "dieu-hanh-vien", "trung-tam-ioc", "", "operator", "", ""),
)


@pytest.fixture
def write(tmp_path, sample):
    """A function: write rows as CSV or XLSX, return the path."""

    def make(rows, *, headings=HEADINGS, name="people.csv", sheets=()):
        path = tmp_path / name
        if path.suffix == ".csv":
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([headings, *rows])
        else:
            book = Workbook()
            for page, lines in (
                (book.worksheets[0], [headings, *rows]),
                *((book.create_sheet(n), x) for n, x in sheets),
            ):
                for line in lines:
                    page.append(line)
            book.save(path)
        return path

    return make


def load(path, capsys=None, **options):
    call_command("import_people", path, **options)
    return capsys.readouterr().out if capsys else ""


def nothing_is_stored():
    return not (User.objects.exists() or Person.objects.exists() or Appointment.objects.exists())


def test_people_get_accounts_names_positions_and_roles(write, capsys):
    out = load(write(GOOD), capsys)
    assert "4 accounts, 4 persons, 4 appointments, 4 roles" in out
    an = Person.objects.get(user__username="an.nv")
    assert (an.full_name, an.called_name, an.phone, an.email) == ("Nguyễn Văn An", "An", "0905123456", "an@mail.vn")
    head = Person.objects.get(user__username="thang.y")
    assert head.called_name == "Y Thăng"
    now = clock.now()
    assert [str(p) for p in selectors.rung_holders(3, unit=selectors.unit_by_code("99001", TODAY), at=now)] == [
        "H'Hen Niê"
    ]
    assert selectors.head_of(selectors.departments_by_slug(["so-y-te"])["so-y-te"], now) == head
    assert access.streams_of(User.objects.get(username="hen.h")) == ["unit:99001"]
    assert access.streams_of(User.objects.get(username="truc.ban")) == ["province"]


def test_accounts_come_without_a_usable_password_unless_asked(write, tmp_path):
    load(write(GOOD))
    assert not User.objects.get(username="an.nv").has_usable_password()
    file = tmp_path / "passwords.csv"
    load(write([("moi", "Trần Mới", *[""] * 7)], name="more.csv"), passwords=file)
    assert file.stat().st_mode & 0o777 == 0o600
    (_, (name, password)) = csv.reader(file.read_text(encoding="utf-8").splitlines())
    assert User.objects.get(username=name).check_password(password)


def test_importing_again_changes_names_and_adds_nothing_twice(write, capsys):
    load(write(GOOD))
    User.objects.filter(username="an.nv").update(password="kept")
    renamed = [("an.nv", "Nguyễn Văn Ân", *GOOD[0][2:]), *GOOD[1:]]
    out = load(write(renamed), capsys)
    assert "0 accounts, 0 persons, 0 appointments, 0 roles" in out
    assert Person.objects.get(user__username="an.nv").called_name == "Ân"
    assert User.objects.get(username="an.nv").password == "kept"
    assert (Appointment.objects.count(), RoleGrant.objects.count()) == (4, 4)


def test_a_workbook_with_vietnamese_headings_and_decomposed_text(write, capsys):
    headings = ("Tên đăng nhập", "Họ và tên", "Chức vụ", "Mã xã", "Vai trò", "Điện thoại", "Ghi chú")
    decomposed = unicodedata.normalize("NFD", "Nguyễn Thị Ánh")
    rows = [("anh.nt", decomposed, "cong-chuc-xa", 99002, "officer", 905123456, "x"), (None,) * 7]
    load(write(rows, headings=headings, name="people.xlsx"))
    person = Person.objects.get()
    assert person.full_name == unicodedata.normalize("NFC", decomposed) != decomposed
    assert person.phone == "0905123456"
    held = Appointment.objects.get().unit
    assert held is not None
    assert held.name == "Bình"


def test_semicolons_and_a_byte_order_mark_are_what_excel_writes(sample, tmp_path):
    path = tmp_path / "excel.csv"
    path.write_text("\ufeffusername;full_name;role\r\nan;Nguyễn An;auditor\r\n", encoding="utf-8")
    load(path)
    assert access.roles_of(User.objects.get()) == {"auditor", "citizen"}


def test_duty_comes_from_the_workbooks_own_sheet(write):
    sheets = [
        (
            "Duty",
            [
                ("username", "roster", "starts", "ends"),
                ("truc.ban", "truc-ban-ioc", datetime(2026, 11, 20, 7, 0), datetime(2026, 11, 20, 19, 0)),  # noqa: DTZ001
                ("truc.ban", "Trực ban Trung tâm điều hành", "21/11/2026 07:00", "2026-11-21T19:00"),
            ],
        )
    ]
    path = write(GOOD, name="people.xlsx", sheets=sheets)
    load(path)
    load(path)
    assert [shift.starts.astimezone(clock.LOCAL).hour for shift in DutyShift.objects.all()] == [7, 7]


def test_duty_comes_from_a_file_of_its_own(write):
    load(write(GOOD))
    rows = [("truc.ban", "truc-ban-ioc", "20/11/2026 07:00", "20/11/2026 19:00")]
    duty = write(rows, headings=("username", "roster", "starts", "ends"), name="duty.csv")
    load(write(GOOD), duty=duty)
    assert DutyShift.objects.count() == 1


def test_a_dry_run_stores_nothing(write, capsys):
    assert "4 people" in load(write(GOOD), capsys, dry_run=True)
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "changed, row, column, complaint",
    [
        ({0: ""}, 5, "username", "missing|thiếu|Thiếu"),
        ({0: "an nv"}, 5, "username", ""),
        ({0: "AN.NV"}, 5, "username", "2"),
        ({1: ""}, 5, "full_name", ""),
        ({3: "vua"}, 5, "position", "vua"),
        ({4: "so-khong-co"}, 5, "department", "so-khong-co"),
        ({4: "so-thong-tin"}, 5, "department", "so-thong-tin"),  # ended in 2025
        ({4: "", 5: "00000", 3: "chu-tich-xa"}, 5, "unit", "00000"),
        ({4: "", 5: "99005", 3: "chu-tich-xa"}, 5, "unit", "99005"),  # ended in 2025
        ({5: "99001"}, 5, "unit", ""),
        ({4: ""}, 5, "position", "dieu-hanh-vien"),
        ({6: "officer", 4: "", 3: ""}, 5, "role", ""),
        ({6: "king"}, 5, "role", "king"),
        ({7: "12"}, 5, "phone", "12"),
        ({8: "nobody"}, 5, "email", "nobody"),
    ],
)
def test_one_wrong_cell_is_named_and_nothing_is_stored(write, capsys, changed, row, column, complaint):
    wrong = [changed.get(n, cell) for n, cell in enumerate(GOOD[3])]
    with pytest.raises(CommandError, match="nothing stored"):
        load(write([*GOOD[:3], wrong]))
    error = capsys.readouterr().err
    assert f"row {row}, {column}:" in error
    assert not complaint or any(part in error for part in complaint.split("|"))
    assert nothing_is_stored()


def test_all_errors_of_all_rows_come_at_once(write, capsys):
    rows = [("", "", "", "vua", "", "", "king", "12", "x"), ("ok", "Trần Tốt", *[""] * 7), ("ok", "", *[""] * 7)]
    with pytest.raises(CommandError, match="8 errors"):
        load(write(rows))
    errors = capsys.readouterr().err.splitlines()
    assert len([line for line in errors if line.startswith("row 2,")]) == 6
    assert len([line for line in errors if line.startswith("row 4,")]) == 2


@pytest.mark.parametrize(
    "row, complaint",
    [
        (("nobody", "truc-ban-ioc", "2026-11-20T07:00", "2026-11-20T19:00"), "nobody"),
        (("truc.ban", "no-roster", "2026-11-20T07:00", "2026-11-20T19:00"), "no-roster"),
        (("truc.ban", "", "2026-11-20T07:00", "2026-11-20T19:00"), "roster"),
        (("truc.ban", "truc-ban-ioc", "morning", "2026-11-20T19:00"), "morning"),
        (("truc.ban", "truc-ban-ioc", "2026-11-20T19:00", "2026-11-20T07:00"), "ends"),
    ],
)
def test_wrong_duty_stores_nothing_either(write, capsys, row, complaint):
    duty = write([row], headings=("username", "roster", "starts", "ends"), name="duty.csv")
    with pytest.raises(CommandError, match="nothing stored"):
        load(write(GOOD), duty=duty)
    assert complaint in capsys.readouterr().err
    assert nothing_is_stored()


@pytest.mark.parametrize(
    "name, content, complaint",
    [
        ("a.csv", "Nguyễn".encode("utf-16"), "UTF-8"),
        ("a.csv", b"one,two\r\n1,2\r\n", "headings"),
        ("a.xlsx", b"no workbook", "XLSX"),
    ],
)
def test_a_file_that_is_no_table_is_refused(sample, tmp_path, name, content, complaint):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=complaint):
        load(path)


def test_a_missing_file_is_named(sample, tmp_path):
    with pytest.raises(CommandError, match=r"gone\.csv"):
        load(tmp_path / "gone.csv")


def test_an_empty_file_adds_nobody(sample, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("", encoding="utf-8")
    load(path)
    assert nothing_is_stored()


def test_three_hundred_people_take_as_many_statements_as_three(write, django_assert_max_num_queries):
    """Checks 6, import about 30 in all, however many rows: savepoint, look-ups and one insert per table."""

    def rows(n):
        return [
            (f"user{n}.{i}", f"Nguyễn Văn {i}", "", "chuyen-vien", "so-y-te", "", "officer", "", f"u{i}@mail.vn")
            for i in range(n)
        ]

    for n in (3, 300):
        path = write(rows(n), name=f"{n}.csv")
        with django_assert_max_num_queries(30):
            load(path)
    assert User.objects.count() == 303
    assert AuditEntry.objects.filter(verb="import_person").count() == 303


def test_a_fault_half_way_leaves_nothing_behind(write, monkeypatch):
    def fail(**_):
        raise RuntimeError

    monkeypatch.setattr(imports, "record_many", fail)
    with pytest.raises(RuntimeError):
        load(write(GOOD))
    assert nothing_is_stored()


def test_a_position_may_begin_on_a_day_of_its_own(write):
    headings = ("username", "full_name", "position", "department", "from")
    load(write([("an", "Trần An", "chuyen-vien", "so-y-te", "01/12/2026")], headings=headings))
    assert Appointment.objects.get().valid_from == date(2026, 12, 1)

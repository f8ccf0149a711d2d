"""Reports of projects through intake: who builds where, corrections, months, and what is refused."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitors.socioeconomy.models import Project, ProjectVersion
from monitors.socioeconomy.selectors import months_of, sums_of
from services.kernel import clock
from tests.monitors.kit import FIXTURES, REALM, file_of, send_file
from tests.monitors.socioeconomy.kit import AN, BINH, PROJECTS, project, report, stand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("land")]
FOLDER = FIXTURES / "socioeconomy"


def stored(**more):
    (record,) = report(project(**more)).records.values()
    return Project.objects.get(pk=record)


def errors_of(**more):
    (rejection,) = report(project(**more)).rejected
    return rejection.errors


def test_a_report_is_judged_by_the_line_of_its_own_month():
    row = stored(paid=2.5, plan=10, starts="2026-07-15", name_en="Road")
    assert (row.external_id, row.year, row.month, row.department) == (
        "p1:2026",
        2026,
        date(2026, 10, 1),
        "so-tai-chinh",
    )
    assert (row.share, row.expected, row.progress) == (25.0, 55.22, "behind")
    assert row.label == {"vi": "Dự án p1", "en": "Road"}
    assert row.as_of == datetime(2026, 11, 1, tzinfo=clock.LOCAL)


@pytest.mark.parametrize(
    "written, department, unit, key",
    [
        ("so-xay-dung", "so-xay-dung", "", "so-xay-dung"),
        ("Sở  Xây dựng", "so-xay-dung", "", "so-xay-dung"),
        ("SỞ NN&MT", "so-nong-nghiep-moi-truong", "", "so-nong-nghiep-moi-truong"),
        (BINH, "", BINH, BINH),
        ("Ban Quản lý dự án tỉnh", "", "", "Ban Quản lý dự án tỉnh"),
    ],
)
def test_an_investor_is_a_department_a_commune_or_a_name(written, department, unit, key):
    row = stored(investor=written)
    assert (row.investor_department, row.investor_unit, row.investor) == (department, unit, key)


def test_the_commune_is_the_one_named_else_the_one_around_the_point():
    assert stored(unit=BINH).unit == BINH
    inside = stored(code="p2", lon=110.05, lat=10.1)
    assert (inside.unit, inside.place.coords) == (AN, (110.05, 10.1))
    assert stored(code="p3").unit == ""


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"paid": 11}, "disbursed"),
        ({"paid": -1}, "disbursed"),
        ({"plan": 100_001}, "plan"),
        ({"investor": "so-nothing"}, "investor"),
        ({"investor": "00000"}, "investor"),
        ({"investor": "so-thong-tin"}, "investor"),
        ({"unit": "00000"}, "unit"),
        ({"unit": "99"}, "unit"),
        ({"lon": 105.8, "lat": 21.0}, "lon"),
        ({"month": "2026-12"}, "month"),
        ({"month": "2026-13"}, "month"),
        ({"month": "2026-02", "year": 2025}, "month"),
        ({"month": "2025-12", "year": 2026}, "month"),
        ({"starts": "2026-05-01", "finishes": "2026-04-30"}, "finishes"),
        ({"code": "mã số"}, "code"),
        ({"money": 1}, ""),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(wrong, field):
    assert set(errors_of(**wrong)) == {field}
    assert not Project.objects.exists()


def test_of_a_malformed_file_only_the_last_item_is_good():
    receipt = send_file(FOLDER / "projects_malformed.json", source=PROJECTS)
    assert receipt.accepted == 1
    assert [one.index for one in receipt.rejected] == list(range(11))


def test_the_same_again_changes_nothing_and_a_correction_keeps_what_was_before():
    first = project(paid=3)
    assert report(first).accepted == 1
    assert report(first).duplicate == 1
    assert report({**first, "disbursed": 7}).updated == 1
    assert Project.objects.get().disbursed == 7
    assert [row.raw["disbursed"] for row in ProjectVersion.objects.order_by("version")] == [3, 7]


def test_late_news_of_an_older_month_goes_to_the_course_alone():
    report(project(paid=7, month="2026-10"))
    assert report(project(paid=4, month="2026-08")).duplicate == 1
    row = Project.objects.get()
    assert (row.disbursed, row.month) == (7, date(2026, 10, 1))
    assert months_of([row]) == {row.pk: {date(2026, 8, 1): 4, date(2026, 10, 1): 7}}


def test_a_correction_of_the_running_month_counts_and_so_does_its_end():
    stand(datetime(2026, 11, 10, 8, tzinfo=clock.LOCAL))
    report(project(paid=7, month="2026-11"))
    stand(datetime(2026, 11, 20, 8, tzinfo=clock.LOCAL))
    assert report(project(paid=7.5, month="2026-11")).updated == 1
    stand(datetime(2026, 12, 3, 8, tzinfo=clock.LOCAL))
    assert report(project(paid=8, month="2026-11")).updated == 1
    assert Project.objects.get().disbursed == 8


def test_each_budget_year_is_a_row_of_its_own_and_ends_in_january():
    stand(datetime(2027, 1, 20, 8, tzinfo=clock.LOCAL))
    report(project(paid=9.8, month="2027-01", year=2026), project(paid=0, month="2027-01"))
    found = {row.year: (row.expected, row.progress) for row in Project.objects.all()}
    assert found == {2026: (100.0, "on_track"), 2027: (1.0, "on_track")}


def test_months_add_up_and_who_says_nothing_stands_where_it_stood():
    for month, paid in (("2026-08", 2), ("2026-09", 4), ("2026-10", 7)):
        report(project(paid=paid, month=month))
    report(project(code="p2", paid=3, month="2026-08"), project(code="p2", paid=6, month="2026-10"))
    assert sums_of(Project.objects.all()).shares == [25.0, 35.0, 65.0]
    assert sums_of(Project.objects.none()).shares == []


def test_what_is_kept_by_month_follows_late_news_and_corrections_and_carries_on_over_gaps():
    for month, paid, version in (("2026-09", 4, 5), ("2026-06", 2, 4), ("2026-09", 5, 6), ("2026-06", 1, 3)):
        report(project(paid=paid, month=month, as_of=f"2026-{9 if paid > 3 else 6:02}-30T00:00:00Z", version=version))
    row = Project.objects.get()
    assert row.paid == [None] * 5 + [2, 2, 2] + [5] * 5
    assert row.told == 0b100100000
    assert {f"{month:%Y-%m}": paid for month, paid in months_of([row])[row.pk].items()} == {"2026-06": 2, "2026-09": 5}


def test_a_spreadsheet_says_the_same_in_its_own_words():
    receipt = send_file(FOLDER / "projects.csv", source=PROJECTS, realm=REALM)
    assert receipt.rejected == []
    row = Project.objects.get(code="7912001")
    assert (row.plan, row.disbursed, row.month, row.year) == (320, 214.5, date(2026, 9, 1), 2026)
    assert (row.investor, row.status, row.starts, row.finishes) == (
        "so-xay-dung", "ongoing", date(2024, 3, 1), date(2027, 12, 31))  # fmt: skip
    assert Project.objects.get(code="7912002").plan == 1180.5
    assert months_of([row])[row.pk] == {date(2026, 9, 1): 214.5}


def test_a_thousand_reports_cost_as_many_statements_as_one():
    counts = []
    for first, many in ((0, 2), (10, 60)):
        items = [project(code=f"p{first + n}", lon=110.05, lat=10.1) for n in range(many)]
        items += [project(code=f"q{first + n}", investor=AN, unit=AN) for n in range(many)]
        with CaptureQueriesContext(connection) as asked:
            report(*items)
        counts.append(len(asked))
    assert counts[1] <= counts[0]


def test_of_rows_of_indicators_the_same_twice_is_said_once():
    receipt = send_file(file_of("socioeconomy", "duplicate"), realm=REALM)
    assert (receipt.accepted, receipt.duplicate, receipt.rejected) == (2, 1, [])

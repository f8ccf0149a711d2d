"""The read API of reports: scoped, without reporters, the same rows as CSV."""

import pytest
from django.test import Client

from monitors.field_reports.models import Report
from tests.monitors.kit import send

pytestmark = pytest.mark.django_db
URL = "/api/field-reports/"


@pytest.fixture
def reports(province):
    person = {"name": "Trần Thị Kín", "phone": "0987654321"}
    send(
        "field_reports",
        {"external_id": "a", "description": "A", "category": "giao-thong", "unit": "99001", "reporter": person},
        {"external_id": "b", "description": "B", "category": "an-toan-thuc-pham", "unit": "99002"},
        {"external_id": "c", "description": "C", "category": "giao-thong", "unit": "99003", "reporter": person},
        realm="demo",
    )
    return {report.external_id: report for report in Report.objects.all()}


def client(user) -> Client:
    made = Client()
    made.force_login(user)
    return made


def read(user, **filters):
    answer = client(user).get(URL, filters)
    assert answer.status_code == 200
    return [row["description"] for row in answer.json()["results"]]


def test_the_centre_reads_all_newest_first_and_filters(reports, province):
    operator = province.user("truc", "operator")
    assert read(operator) == ["C", "B", "A"]
    assert read(operator, category="giao-thong") == ["C", "A"]
    assert read(operator, unit="99002") == ["B"]
    assert read(operator, awaiting="false") == []
    assert read(operator, status="received", department="so-y-te") == ["B"]


def test_an_office_reads_its_own(reports, province):
    commune = province.user("xa", "officer", unit="99002")
    department = province.user("so", "officer", department="so-xay-dung")
    assert read(commune) == ["B"]
    assert read(department) == ["C", "A"]
    assert client(commune).get(f"{URL}{reports['a'].public_id}/").status_code == 404
    assert client(department).get(f"{URL}{reports['a'].public_id}/").json()["description"] == "A"


def test_nobody_reads_who_reported_nor_the_citizens_code(reports, province):
    answers = [
        client(province.user("truc", "operator")).get(URL).content,
        client(province.user("so", "head", department="so-xay-dung")).get(f"{URL}{reports['a'].public_id}/").content,
        client(province.user("kt", "auditor")).get(URL, headers={"accept": "text/csv"}).getvalue(),
    ]
    for secret in ("Trần Thị Kín", "0987654321", *(report.code for report in reports.values())):
        assert all(secret.encode() not in answer for answer in answers)


def test_a_citizen_reads_nobody_elses_and_a_stranger_nothing(reports, province):
    assert read(province.user("dan", "citizen")) == []
    assert Client().get(URL).status_code in {401, 403}


def test_csv_is_exactly_what_the_filter_shows(reports, province):
    operator = client(province.user("truc", "operator"))
    answer = operator.get(URL, {"category": "giao-thong"}, headers={"accept": "text/csv"})
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(",")[5] for line in lines] == ["description", "C", "A"]


def test_a_page_costs_the_same_whatever_its_size(reports, province, django_assert_num_queries):
    """Session 1, account 1, roles 1, rows 1."""
    send(
        "field_reports",
        *({"external_id": f"n{n}", "description": "N", "category": "giao-thong", "unit": "99001"} for n in range(60)),
        realm="demo",
    )
    operator = client(province.user("truc", "operator"))
    for size in (1, 50):
        with django_assert_num_queries(4):
            operator.get(URL, {"page_size": size})


@pytest.mark.parametrize("bad", [{"since": "hôm qua"}, {"status": "nix"}, {"unit": "x" * 99}, {"category": "\x00"}])
def test_a_filter_that_makes_no_sense_is_refused(bad, reports, province):
    assert client(province.user("truc", "operator")).get(URL, bad).status_code == 400

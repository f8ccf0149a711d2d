"""Read API of case reports and beds: filters, CSV, reach."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitors.health.api import CapacityFilter, CaseReportFilter
from services.directory.actions import grant_role
from services.directory.models import User
from services.kernel import clock
from tests.api.test_lists import NASTY
from tests.monitors.health.kit import AN, BINH, DAY, HOSPITAL, beds, case, nothing, send_beds, today
from tests.monitors.kit import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(province, settings):
    """Somebody who sees everything."""
    settings.IOC_REALM = "live"
    user = User.objects.create_user("auditor")
    grant_role(user=user, role="auditor", acting_user=None)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def reports(browser):
    """Four reports of two communes."""
    send(
        "health",
        case("dengue", today(), 3, cluster="x"),
        case("measles", today() - DAY, 1, BINH, ages={"0-4": 1}),
        case("dengue", today() - 9 * DAY, 0, BINH),
        nothing(today(), BINH),
    )


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize(
    "query, count",
    [
        ("", 4),
        ("disease=dengue", 2),
        ("disease=dengue&disease=measles", 3),
        ("disease=all", 1),
        (f"unit={BINH}", 3),
        ("least_cases=1", 2),
        ("cluster=x", 1),
        ("since={day}", 3),
        ("until={day}", 2),
    ],
)
def test_filters_narrow_the_list_and_its_export_alike(browser, query, count):
    query = query.format(day=(today() - DAY).isoformat())
    assert len(browser.get(f"/api/health/?{query}").json()["results"]) == count
    answer = browser.get(f"/api/health/?{query}", headers={"Accept": "text/csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == count


@pytest.mark.usefixtures("reports")
@pytest.mark.parametrize("query", ["disease=x", "since=gestern", "least_cases=-1"])
def test_a_filter_that_cannot_be_read_is_an_error(browser, query):
    assert browser.get(f"/api/health/?{query}").status_code == 400


@pytest.mark.usefixtures("reports")
def test_one_report_tells_its_numbers_and_its_deadline(browser):
    (row,) = browser.get("/api/health/?disease=measles").json()["results"]
    again = browser.get(f"/api/health/{row['id']}/").json()
    assert again == row
    assert (row["unit"], row["cases"], row["ages"]) == (BINH, 1, {"0-4": 1})
    assert row["due_at"] > row["day"]


@pytest.mark.usefixtures("reports")
def test_a_communes_officer_sees_the_own_commune(browser, province):
    user = User.objects.create_user("officer")
    grant_role(user=user, role="officer", unit=province.units[AN], acting_user=None)
    browser.force_login(user)
    assert {row["unit"] for row in browser.get("/api/health/").json()["results"]} == {AN}


def test_beds_are_listed_with_their_age(browser):
    send_beds(beds(100, 80, clock.now(), free_slots=3))
    (row,) = browser.get("/api/health/capacity/?kind=hospital").json()["results"]
    assert (row["facility"], row["inpatients"], row["free_slots"]) == (HOSPITAL, 80, 3)
    assert browser.get("/api/health/capacity/?kind=station").json()["results"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "path, filterset", [("/api/health/", CaseReportFilter), ("/api/health/capacity/", CapacityFilter)]
)
def test_no_filter_fails_over_nonsense(browser, path, filterset):
    for name in (*filterset.base_filters, "page_size", "cursor", "realm"):
        for value in NASTY:
            answer = browser.get(path, {name: value})
            assert answer.status_code in {200, 400, 404}, f"{name}={value!r}"


def test_a_page_costs_one_statement_more_or_less_rows(browser, django_assert_num_queries):
    send("health", *(case("dengue", today() - n * DAY, 1) for n in range(30)))
    with CaptureQueriesContext(connection) as few:
        browser.get("/api/health/?page_size=1")
    with django_assert_num_queries(len(few)):
        browser.get("/api/health/?page_size=30")

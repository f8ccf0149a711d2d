"""Read API of schools and attendance: filters, CSV, reach."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitors.education.api import AttendanceFilter, SchoolFilter
from services.directory.actions import grant_role
from services.directory.models import User
from tests.api.test_lists import NASTY
from tests.monitors.education.kit import AN, BINH, DAY, LOWER, PRIMARY, SCHOOLS, a_school_day, called, school
from tests.monitors.kit import REALM, send

pytestmark = pytest.mark.django_db
SCHOOL_LIST, DAYS = "/api/education/schools/", "/api/education/attendance/"


@pytest.fixture
def browser(province, settings):
    """Somebody who sees everything."""
    settings.IOC_REALM = REALM
    user = User.objects.create_user("auditor")
    grant_role(user=user, role="auditor", acting_user=None)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def day(browser):
    """Four reports of three schools in two communes; return their newest day."""
    today = a_school_day()
    send(SCHOOLS, school(pupils=760, standard=1), realm=REALM)
    items = (called(PRIMARY, today, 9), called(PRIMARY, today - DAY), called(LOWER, today), called("th-binh", today))
    send("education", *items, realm=REALM)
    return today


@pytest.mark.parametrize(
    "path, query, count",
    [
        (DAYS, "", 4),
        (DAYS, f"school={PRIMARY}", 2),
        (DAYS, f"unit={BINH}", 1),
        (DAYS, "since={day}", 3),
        (DAYS, "until={before}", 1),
        (DAYS, "school_day=false", 0),
        (DAYS, "session=day", 4),
        (SCHOOL_LIST, "", 3),
        (SCHOOL_LIST, "level=primary", 2),
        (SCHOOL_LIST, "level=primary&level=lower_secondary", 3),
        (SCHOOL_LIST, "state=crowded", 1),
        (SCHOOL_LIST, "standard=1", 1),
        (SCHOOL_LIST, "boarding=true", 0),
        (SCHOOL_LIST, "least_pupils=700", 1),
        (SCHOOL_LIST, "heard_since={day}", 3),
    ],
)
def test_filters_narrow_the_list_and_its_export_alike(browser, day, path, query, count):
    query = query.format(day=day.isoformat(), before=(day - DAY).isoformat())
    assert len(browser.get(f"{path}?{query}").json()["results"]) == count
    answer = browser.get(f"{path}?{query}", headers={"Accept": "text/csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == count


@pytest.mark.usefixtures("day")
def test_one_report_and_one_school_tell_what_they_are(browser):
    (row,) = browser.get(f"{DAYS}?school=th-binh").json()["results"]
    assert browser.get(f"{DAYS}{row['id']}/").json() == row
    assert (row["unit"], row["expected"], row["present"], row["school_day"]) == (BINH, 300, 300, True)
    (told,) = browser.get(f"{SCHOOL_LIST}?code={PRIMARY}").json()["results"]
    assert (told["longitude"], told["latitude"], told["pupils"], told["state"]) == (110.05, 10.1, 760, "crowded")


@pytest.mark.usefixtures("day")
def test_a_communes_officer_sees_the_own_commune_and_another_department_nothing(browser, province):
    for name, place, seen in (
        ("of-an", {"unit": province.units[AN]}, {AN}),
        ("of-education", {"department": province.departments["so-giao-duc-dao-tao"]}, {AN, BINH}),
        ("of-health", {"department": province.departments["so-y-te"]}, set()),
    ):
        user = User.objects.create_user(name)
        grant_role(user=user, role="officer", acting_user=None, **place)
        browser.force_login(user)
        for path in (DAYS, SCHOOL_LIST):
            assert {row["unit"] for row in browser.get(path).json()["results"]} == seen, (name, path)


@pytest.mark.usefixtures("province")
def test_nobody_reads_without_signing_in(client):
    for path in (DAYS, SCHOOL_LIST):
        assert client.get(path).status_code in {401, 403, 404}


@pytest.mark.parametrize("path, filterset", [(DAYS, AttendanceFilter), (SCHOOL_LIST, SchoolFilter)])
def test_no_filter_fails_over_nonsense(browser, path, filterset):
    for name in (*filterset.base_filters, "page_size", "cursor", "realm"):
        for value in NASTY:
            answer = browser.get(path, {name: value})
            assert answer.status_code in {200, 400, 404}, f"{name}={value!r}"


def test_a_page_costs_one_statement_more_or_less_rows(browser, day, django_assert_num_queries):
    send("education", *(called(PRIMARY, day - n * DAY) for n in range(2, 32)), realm=REALM)
    with CaptureQueriesContext(connection) as few:
        browser.get(f"{DAYS}?page_size=1")
    with django_assert_num_queries(len(few)):
        browser.get(f"{DAYS}?page_size=30")

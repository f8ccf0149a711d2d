"""Read API of tasks and agencies: filters, CSV, reach."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitors.government.api import TaskFilter
from services.directory.actions import grant_role
from services.directory.models import User
from tests.api.test_lists import NASTY
from tests.monitors.government.kit import AN, BINH, BUILDING, HEALTH, dossiers, month, task, today
from tests.monitors.kit import REALM, send

pytestmark = pytest.mark.django_db
TASKS, AGENCIES = "/api/government/tasks/", "/api/government/agencies/"


@pytest.fixture
def signed_in(province, settings):
    """Somebody of a role, at a place or not."""
    settings.IOC_REALM = REALM

    def make(role, **place):
        user = User.objects.create_user(role)
        places = {"unit": province.units.get(place.get("unit", "")),
                  "department": province.departments.get(place.get("department", ""))}  # fmt: skip
        grant_role(user=user, role=role, acting_user=None, **places)
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def browser(signed_in):
    return signed_in("auditor")


@pytest.fixture
def told(browser):
    """Three tasks, two agencies' dossiers."""
    done: Any = {"state": "done", "completed_on": today().isoformat()}
    send("government", task(1), task(2, due=-4, assigned_to=AN), task(3, **done, assigned_to=HEALTH), realm=REALM)
    rows = [*dossiers(HEALTH, month(), finished=50, on_time=40), *dossiers(AN, month(), finished=50, on_time=50)]
    assert send("government/workbook", *rows, realm=REALM).rejected == []


def exported(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    "query, count",
    [
        ("", 3),
        ("open=true", 2),
        ("open=false", 1),
        ("state=done", 1),
        ("state=done&state=assigned", 3),
        (f"unit={AN}", 1),
        (f"department={BUILDING}", 1),
        ("due_until={day}", 1),
        ("due_since={day}", 2),
        ("since={day}", 0),
        ("document=2/UBND-TH", 1),
    ],
)
def test_filters_narrow_the_list_and_its_export_alike(browser, query, count):
    query = query.format(day=today().isoformat())
    assert len(browser.get(f"{TASKS}?{query}").json()["results"]) == count
    assert len(exported(browser.get(f"{TASKS}?{query}", headers={"Accept": "text/csv"}))) == count


def test_no_filter_breaks_on_nonsense(browser):
    for name in TaskFilter.base_filters:
        for value in NASTY:
            assert browser.get(TASKS, {name: value}).status_code in {200, 400}, (name, value)


@pytest.mark.usefixtures("told")
def test_an_officer_sees_the_tasks_of_their_place_alone(signed_in):
    officer = signed_in("officer", unit=AN)
    (only,) = officer.get(TASKS).json()["results"]
    assert only["unit"] == AN
    far = signed_in("head", unit=BINH)
    assert far.get(TASKS).json()["results"] == []
    assert far.get(f"{TASKS}{only['id']}/").status_code == 404
    assert officer.get(f"{TASKS}{only['id']}/").json()["document"] == "2/UBND-TH"


@pytest.mark.usefixtures("told")
def test_agencies_stand_with_rates_ranks_and_late_tasks(browser):
    answer = browser.get(AGENCIES).json()
    found = {one["agency"]: one for one in answer["results"]}
    assert answer["month"] == month()
    assert (found[HEALTH]["on_time_rate"], found[HEALTH]["judged"], found[HEALTH]["rank"]) == (80.0, 50, 1)
    assert (found[AN]["on_time_rate"], found[AN]["late_tasks"], found[AN]["kind"]) == (100.0, 1, "commune")
    assert (found[BINH]["on_time_rate"], found[BINH]["rank"]) == (None, None)
    assert [one["agency"] for one in browser.get(f"{AGENCIES}?kind=commune").json()["results"]] == [AN, BINH, "99003"]
    lines = exported(browser.get(f"{AGENCIES}?kind=commune", headers={"Accept": "text/csv"}))
    assert [line["late_tasks"] for line in lines] == ["1", "0", "0"]


@pytest.mark.usefixtures("told")
def test_an_officer_sees_how_their_own_agency_stands(signed_in):
    seen = signed_in("officer", department=HEALTH).get(AGENCIES).json()["results"]
    assert [(one["agency"], one["on_time_rate"]) for one in seen] == [(HEALTH, 80.0)]
    seen = signed_in("head", unit=AN).get(AGENCIES).json()["results"]
    assert [one["agency"] for one in seen] == [AN]


@pytest.mark.usefixtures("told")
def test_another_month_is_asked_for_by_name(browser):
    earlier = browser.get(f"{AGENCIES}?month={month(back=1)}").json()
    assert earlier["month"] == month(back=1)
    assert {one["on_time_rate"] for one in earlier["results"]} == {None}


@pytest.mark.parametrize("query", ["month=2026", "month=x", "month=2026-13", "kind=x", "realm=nowhere", "month=%00"])
def test_what_cannot_be_read_is_an_error(browser, query):
    assert browser.get(f"{AGENCIES}?{query}").status_code == 400


@pytest.mark.usefixtures("told")
def test_a_department_reads_its_own_series_and_no_other_departments(signed_in):
    officer = signed_in("officer", department=HEALTH)
    asked = {"code": "dossiers_on_time_rate", "first": month(), "last": month()}
    (point,) = officer.get("/api/indicators/series/", {**asked, "unit": HEALTH}).json()["points"]
    assert point["value"] == 80.0
    assert officer.get("/api/indicators/series/", {**asked, "unit": BUILDING}).status_code == 404


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("path", [TASKS, AGENCIES])
def test_a_page_costs_the_same_for_one_row_and_for_all(browser, path):
    def statements(size):
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(f"{path}?page_size={size}").status_code == 200
        return len(caught)

    assert statements(1) == statements(100)

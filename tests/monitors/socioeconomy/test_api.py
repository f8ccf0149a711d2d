"""Read API of projects: filters, CSV, the course of a year, and who reaches what."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitors.socioeconomy.api import ProjectFilter
from monitors.socioeconomy.models import Project
from services.kernel import clock
from tests.api.test_lists import NASTY
from tests.monitors.socioeconomy.kit import AN, BINH, project, report, stand

pytestmark = pytest.mark.django_db
ADDRESS = "/api/socioeconomy/projects/"


@pytest.fixture
def projects(land, settings):
    """Four projects of three investors, and a client for each reader."""
    settings.IOC_REALM = "demo"
    report(
        project(code="road", paid=7, lon=110.05, lat=10.1, group="B"),
        project(code="bridge", paid=2, unit=BINH, status="preparing"),
        project(code="school", paid=5, plan=50, investor=BINH, unit=BINH),
        project(code="board", paid=8, investor="Ban Quản lý dự án", month="2026-09"),
    )

    def client(role, **place):
        browser = Client()
        browser.force_login(land.user(f"{role}{''.join(place.values())}", role, **place))
        return browser

    return client


def codes(answer):
    return {row["code"] for row in answer.json()["results"]}


@pytest.mark.parametrize(
    "query, found",
    [
        ("", {"road", "bridge", "school", "board"}),
        ("year=2026&progress=far_behind", {"bridge", "school"}),
        ("progress=on_track&progress=done", {"road", "board"}),
        (f"unit={BINH}", {"bridge", "school"}),
        (f"investor={BINH}", {"school"}),
        ("investor=Ban Quản lý dự án", {"board"}),
        ("group=B", {"road"}),
        ("status=preparing", {"bridge"}),
        ("code=road", {"road"}),
        ("since=2026-10-01", {"road", "bridge", "school"}),
        ("least_plan=20", {"school"}),
        ("share_below=20.5", {"bridge", "school"}),
        ("year=2025", set()),
    ],
)
def test_filters_narrow_the_list_and_its_export_alike(projects, query, found):
    browser = projects("leader")
    assert codes(browser.get(f"{ADDRESS}?{query}")) == found
    answer = browser.get(f"{ADDRESS}?{query}", headers={"Accept": "text/csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert {row["code"] for row in csv.DictReader(io.StringIO(text))} == found


@pytest.mark.parametrize("query", ["progress=x", "since=gestern", "least_plan=-1", "year=x", "group=D"])
def test_a_filter_that_cannot_be_read_is_an_error(projects, query):
    assert projects("leader").get(f"{ADDRESS}?{query}").status_code == 400


@pytest.mark.parametrize("name", ProjectFilter.base_filters)
def test_nonsense_in_a_filter_is_no_accident(projects, name):
    browser = projects("leader")
    for text in NASTY:
        assert browser.get(ADDRESS, {name: text}).status_code in {200, 400}


@pytest.mark.parametrize(
    "role, place, found",
    [
        ("officer", {"unit": BINH}, {"bridge", "school"}),
        ("head", {"unit": AN}, {"road"}),
        ("officer", {"department": "so-xay-dung"}, {"road", "bridge"}),
        ("officer", {"department": "so-tai-chinh"}, {"road", "bridge", "school", "board"}),
        ("officer", {"department": "so-y-te"}, set()),
        ("auditor", {}, {"road", "bridge", "school", "board"}),
    ],
)
def test_a_reader_sees_what_is_built_there_or_is_its_own(projects, role, place, found):
    browser = projects(role, **place)
    assert codes(browser.get(ADDRESS)) == found
    for row in Project.objects.all():
        assert browser.get(f"{ADDRESS}{row.pk}/").status_code == (200 if row.code in found else 404)


def test_one_project_tells_its_place_and_the_course_of_its_year(projects):
    report(project(code="road", paid=3, month="2026-08"))
    row = Project.objects.get(code="road")
    told = projects("leader").get(f"{ADDRESS}{row.pk}/").json()
    assert (told["lon"], told["lat"], told["unit"], told["share"], told["expected"]) == (110.05, 10.1, AN, 70.0, 70.0)
    assert told["months"] == [
        {"month": "2026-08-01", "disbursed": 3.0}, {"month": "2026-10-01", "disbursed": 7.0}]  # fmt: skip


def test_a_page_costs_the_same_however_long_it_is(projects):
    browser = projects("officer", unit=BINH)
    counts = []
    for many in (1, 40):
        stand()
        report(*(project(code=f"m{many}-{n}", unit=BINH) for n in range(many)))
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"{ADDRESS}?page_size=500")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert clock.now("demo").year == 2026

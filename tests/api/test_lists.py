"""Lists: pages that stay put while rows arrive, exports of what the filter shows, filters that refuse nonsense."""

import base64
import csv
import io
from typing import Any

import pytest

from monitors.field_reports.models import Report
from services.alerts.models import Alert
from services.kernel import clock
from services.kernel.api import safe_cell
from tests.api.kit import FIXED, GROW, alerts, assert_problem, caller, reports
from tests.shape.addresses import addresses

LISTS = (*GROW, *FIXED)
OF_PLACES = (
    *("/api/environment/", "/api/environment/latest/"),
    *("/api/health/", "/api/health/capacity/", "/api/government/tasks/", "/api/socioeconomy/projects/"),
    *(f"/api/public-safety/{name}/" for name in ("events", "cameras", "incidents", "traffic")),
    *(f"/api/tourism/{name}/" for name in ("lodgings", "sites", "counts", "events", "complaints")),
    *("/api/education/schools/", "/api/education/attendance/"),
    *("/api/duty/swaps/", "/api/duty/leaves/", "/api/handovers/", "/api/incidents/", "/api/maintenance/"),
)
"""Held to the same promises in the tests of their monitors and of duty, which know their stations and shifts."""
NARROW = "/api/field-reports/", "/api/directory/departments/", "/api/intake/quarantine/"
"""Lists whose filters are soon gone through; the others' take seconds each."""
NASTY = "2026-13-45", "\x00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9" * 400, "{}", "%", "'; --"


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


def exported(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def parameters(path: str) -> list[str]:
    """Return the names of a list's filters."""
    view = next(a for a in addresses() if str(a) == path).view
    return [*view.filterset_class.base_filters, "realm"]  # type: ignore[union-attr]


def test_the_tests_know_every_list():
    from services.kernel.api import ListView  # noqa: PLC0415 - beside its only use

    assert {str(a) for a in addresses() if isinstance(a.view, ListView)} == {*LISTS, *OF_PLACES}


# --- pages -----------------------------------------------------------------------------------------------------------


def test_pages_stay_put_while_rows_arrive(world):
    alerts(25)
    desk = caller(world, "supervisor")
    expected = [str(row.public_id) for row in Alert.objects.filter(realm="demo").order_by("-pk")]
    seen, address, turn = [], "/api/alerts/?page_size=10", 0
    while address:
        page = desk.get(address)
        seen += ids(page)
        address = page.json()["next"]
        alerts(3, category=f"late-{turn}")
        turn += 1
    assert seen == expected
    assert turn == 3


def test_pages_lead_back_the_way_they_came(world):
    alerts(12)
    desk = caller(world, "supervisor")
    first = desk.get("/api/alerts/?page_size=5")
    second = desk.get(first.json()["next"])
    back = desk.get(second.json()["previous"])
    assert ids(back) == ids(first)
    assert first.json()["previous"] is None


@pytest.mark.parametrize("path", LISTS)
def test_every_page_of_a_list_shows_every_row_once(world, path):
    if path in GROW:
        GROW[path](9)
    desk = caller(world, "supervisor")
    address, rows = f"{path}?page_size=4", []
    while address:
        page = desk.get(address).json()
        assert len(page["results"]) <= 4
        rows += [str(row) for row in page["results"]]
        address = page["next"]
    whole = [str(row) for row in desk.get(f"{path}?page_size=500").json()["results"]]
    assert rows == whole
    assert len(rows) == len(set(rows)) > 2


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", "", "9" * 30, "١"])
def test_a_page_size_that_is_none_is_refused(world, size):
    body = assert_problem(caller(world, "supervisor").get(f"/api/alerts/?page_size={size}"), 400)
    assert "page_size" in body["errors"]


def test_a_huge_page_size_gets_the_largest_page(world):
    reports(501)
    page = caller(world, "supervisor").get("/api/field-reports/?page_size=99999").json()
    assert len(page["results"]) == 500


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "inside", ["p=x", "p=%00", "p=9999999999999999999999", "o=99999999999", "o=-1", "r=x", "p=", "r=1&p=1", "p=&o=3"]
)
@pytest.mark.slow
def test_a_cursor_of_somebodys_own_making_breaks_nothing(world, path, inside):
    cursor = base64.b64encode(inside.encode()).decode()
    answer = caller(world, "supervisor").client.get(path, {"cursor": cursor})
    assert answer.status_code in {200, 404}, answer.content
    if answer.status_code == 404:
        assert_problem(answer, 404)
    assert caller(world, "supervisor").client.get(path, {"cursor": inside}).status_code in {200, 404}


# --- exports ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", LISTS)
def test_an_export_holds_exactly_what_the_filter_shows_in_its_order(world, path):
    if path in GROW:
        GROW[path](60)
    desk = caller(world, "supervisor")
    shown = desk.get(f"{path}?page_size=500").json()["results"]
    answer = desk.get(path, Accept="text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    rows = exported(answer)
    assert len(rows) == len(shown) > 2
    assert list(rows[0]) == list(shown[0])
    for row, entry in zip(rows, shown, strict=True):
        for name, value in entry.items():
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                assert row[name].removeprefix("'") == str(value), name
            elif value is None:
                assert row[name] == ""


@pytest.mark.parametrize("query", ["unit=99001", "state=active&severity=medium", "open=false", "category=probe"])
def test_an_export_is_filtered_like_the_list(world, query):
    alerts(4)
    alerts(3, category="probe", unit="99002")
    desk = caller(world, "supervisor")
    shown = desk.get(f"/api/alerts/?{query}&page_size=500")
    assert [row["id"] for row in exported(desk.get(f"/api/alerts/?{query}", Accept="text/csv"))] == ids(shown)
    assert [row["id"] for row in exported(desk.get(f"/api/alerts/?{query}&format=csv"))] == ids(shown)


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_an_export_defuses_formulas(world, formula):
    Report.objects.filter(public_id=world.near["report"].key).update(description=formula)
    rows = exported(caller(world, "supervisor").get("/api/field-reports/", Accept="text/csv"))
    assert rows[-1]["description"].startswith("'")
    assert safe_cell(formula) == f"'{formula}"


def test_numbers_stay_numbers_in_an_export():
    assert safe_cell(-1.5) == -1.5
    assert safe_cell("a=b") == "a=b"
    assert safe_cell("") == ""


def test_an_export_of_a_figures_rows_is_what_its_list_counts(world):
    desk = caller(world, "supervisor")
    path = "/api/panels/field_reports/awaiting/rows/?stream=province"
    listed = desk.get(path).json()
    rows = exported(desk.get(f"{path}&format=csv"))
    assert len(rows) == listed["total"] == desk.get(path.replace("rows", "why")).json()["records"]["total"]
    assert list(rows[0]) == listed["columns"]


# --- filters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [path if path in NARROW else pytest.param(path, marks=pytest.mark.slow) for path in LISTS]
)
def test_nonsense_in_any_filter_is_refused_or_matches_nothing(world, path):
    desk = caller(world, "supervisor").client
    for name in parameters(path):
        for value in NASTY:
            for accept in ("application/json", "text/csv"):
                answer: Any = desk.get(path, {name: value}, headers={"Accept": accept})
                assert answer.status_code in {200, 400}, f"{name}={value!r}: {answer.status_code}"
                if answer.status_code == 400:
                    assert name in assert_problem(answer, 400)["errors"]
                elif accept == "text/csv":
                    list(answer.streaming_content)


@pytest.mark.parametrize(
    "path,query",
    [
        ("/api/alerts/", "state=nonsense"),
        ("/api/alerts/", "severity=terrible"),
        ("/api/alerts/", "open=perhaps"),
        ("/api/alerts/", "opened_from=yesterday"),
        ("/api/tickets/", "state=nonsense"),
        ("/api/tickets/", "alert=nonsense"),
        ("/api/tickets/", "open=2"),
        ("/api/tickets/", "due_to=2026-02-30"),
        ("/api/field-reports/", "status=nonsense"),
        ("/api/field-reports/", "urgent=maybe"),
        ("/api/field-reports/", "awaiting=maybe"),
        ("/api/public-services/", "channel=9"),
        ("/api/public-services/", "on_time=maybe"),
        ("/api/cybersecurity/", "threat=nonsense"),
        ("/api/directory/units/", "level=nonsense"),
        ("/api/directory/units/", "on=nonsense"),
        ("/api/directory/departments/", "on=2026-02-30"),
        ("/api/audit/", "actor_id=nobody"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(world, path, query):
    body = assert_problem(caller(world, "supervisor").get(f"{path}?{query}"), 400)
    assert list(body["errors"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("value", ["true", "True", "1"])
def test_truth_is_written_as_people_write_it(world, value):
    alerts(2)
    everything = ids(caller(world, "supervisor").get("/api/alerts/"))
    assert ids(caller(world, "supervisor").get(f"/api/alerts/?open={value}")) == everything
    opposite = {"true": "false", "True": "FALSE", "1": "0"}[value]
    assert ids(caller(world, "supervisor").get(f"/api/alerts/?open={opposite}")) == []


@pytest.mark.parametrize(
    "path",
    [
        "/api/alerts/",
        "/api/tickets/",
        "/api/intake/quarantine/",
        "/api/audit/",
        "/api/panels/field_reports/awaiting/why/",
        "/api/panels/field_reports/awaiting/rows/",
    ],
)
@pytest.mark.parametrize("realm", ["nowhere", "drill-9", "drill-", "LIVE", "a\x00b", "x" * 500])
def test_a_realm_that_is_not_there_is_refused(world, path, realm):
    answer = caller(world, "supervisor").client.get(path, {"realm": realm})
    assert "realm" in assert_problem(answer, 400)["errors"]


def test_a_realm_that_is_there_is_shown_alone(world):
    desk = caller(world, "supervisor")
    clock.ensure_realm("drill-1")
    assert ids(desk.get("/api/alerts/?realm=drill-1")) == []
    assert ids(desk.get("/api/alerts/?realm=demo")) == ids(desk.get("/api/alerts/"))


@pytest.mark.parametrize("stream", ["unit:\x00", "unit:nowhere", "department:'", "province:x", "x" * 1000])
@pytest.mark.parametrize("end", ["why", "rows"])
def test_a_stream_that_is_none_is_not_found(world, stream, end):
    answer = caller(world, "supervisor").client.get(f"/api/panels/field_reports/awaiting/{end}/", {"stream": stream})
    assert answer.status_code in {200, 404}

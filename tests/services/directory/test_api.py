"""The directory over HTTP."""

import json
from datetime import timedelta

import pytest

from services.directory.actions import appoint
from services.kernel import clock
from tests.services.directory.conftest import TODAY

pytestmark = pytest.mark.usefixtures("sample")
API = "/api/directory/"


def names(response):
    return [row["full_name"] for row in response.json()["results"]]


def test_anybody_may_read_the_units(client):
    response = client.get(API + "units/?level=commune")
    assert response.status_code == 200
    assert names(response) == ["Phường An", "Xã Bình", "Xã Cát"]
    assert response.json()["results"][0] | {"id": ""} == {
        "id": "",
        "code": "99001",
        "level": "commune",
        "kind": "phường",
        "name": "An",
        "name_en": "",
        "full_name": "Phường An",
        "parent_code": "99",
        "valid_from": "2025-07-01",
        "valid_to": None,
        "longitude": 110.05,
        "latitude": 10.1,
        "approximate": True,
    }


@pytest.mark.parametrize(
    "query, found",
    [
        ("q=binh", ["Xã Bình"]),
        ("q=Bình&level=province", []),
        ("on=2025-01-01&level=district", ["Huyện Ba Làng"]),
        ("on=2025-01-01&q=binh", ["Xã Bình Tây", "Xã Bình Đông"]),
        ("on=1900-01-01", []),
    ],
)
def test_units_are_filtered_by_name_level_and_day(client, query, found):
    assert sorted(names(client.get(f"{API}units/?{query}"))) == sorted(found)


def test_pages_follow_each_other_in_order(client):
    seen, address = [], f"{API}units/?page_size=1"
    while address:
        page = client.get(address).json()
        seen += [row["code"] for row in page["results"]]
        address = page["next"]
    assert seen == ["99", "99001", "99002", "99003"]


@pytest.mark.parametrize("query", ["level=planet", "on=tomorrow", "on=2026-13-01", "q=%00", "q=" + "x" * 101])
def test_wrong_questions_get_a_problem_document(client, query):
    response = client.get(f"{API}units/?{query}")
    assert response.status_code == 400
    assert response.json()["errors"]


def test_a_list_takes_one_statement_beside_the_clock_whatever_its_length(client, django_assert_num_queries):
    """The clock, then the page: two."""
    for size in (1, 100):
        with django_assert_num_queries(2):
            client.get(f"{API}units/?page_size={size}")


def test_the_list_is_exported_as_it_is_filtered(client):
    response = client.get(f"{API}units/?level=commune", headers={"Accept": "text/csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert len(lines) == 4
    assert all(any(name in line for line in lines) for name in ("Phường An", "Xã Bình", "Xã Cát"))


def test_a_unit_tells_what_it_was_made_from(client):
    found = client.get(API + "units/99002/").json()
    assert [(p["full_name"], p["weight"], p["extent"]) for p in found["predecessors"]] == [
        ("Xã Bình Đông", 1.0, "full"),
        ("Xã Bình Tây", 0.6, "partial"),
    ]


def test_a_code_that_ended_shows_its_last_unit_and_what_became_of_it(client):
    found = client.get(API + "units/99005/").json()
    assert found["valid_to"] == "2025-06-30"
    assert [s["code"] for s in found["successors"]] == ["99002", "99003"]


@pytest.mark.parametrize("address", ["units/00000/", "units/99005/?on=2026-01-01", "units/99001/?on=1900-01-01"])
def test_what_is_not_there_is_not_found(client, address):
    assert client.get(API + address).status_code == 404


def test_a_wrong_day_of_a_unit_is_a_bad_request(client):
    assert client.get(API + "units/99001/?on=x").status_code == 400


# --- the map ---------------------------------------------------------------------------------------------------------


def test_the_map_has_every_commune_with_what_a_map_needs(client):
    response = client.get(API + "units.geojson")
    assert response["Content-Type"] == "application/geo+json"
    assert response["Cache-Control"] == "public, max-age=300"
    features = json.loads(response.content)["features"]
    assert features[0]["properties"] == {
        "code": "99001",
        "name": "An",
        "kind": "phường",
        "level": "commune",
        "approximate": True,
    }
    assert {feature["geometry"]["type"] for feature in features} == {"MultiPolygon"}
    assert len(features) == 3


def test_a_map_that_did_not_change_is_not_sent_again(client):
    first = client.get(API + "units.geojson?level=province")
    again = client.get(API + "units.geojson?level=province", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(API + "units.geojson?level=commune", headers={"If-None-Match": first["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("accept", ["application/geo+json", "application/json", "*/*"])
def test_the_map_comes_however_it_is_asked_for(client, accept):
    assert client.get(API + "units.geojson", headers={"Accept": accept}).status_code == 200


def test_a_map_of_another_day_has_its_units(client):
    features = client.get(API + "units.geojson?on=2025-01-01").json()["features"]
    assert [feature["properties"]["name"] for feature in features] == ["An", "Bình Đông", "Cát Cũ", "Bình Tây"]
    assert client.get(API + "units.geojson?on=1900-01-01").json() == {"type": "FeatureCollection", "features": []}
    assert client.get(API + "units.geojson?level=planet").status_code == 400


# --- departments and people ------------------------------------------------------------------------------------------


def test_departments_come_in_their_order_of_protocol(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(API + "departments/")
    assert [row["slug"] for row in response.json()["results"]][:2] == ["van-phong-ubnd", "so-khoa-hoc-cong-nghe"]
    today = [row["slug"] for row in client.get(f"{API}departments/?on={TODAY}").json()["results"]]
    assert "so-thong-tin" not in today


def test_people_are_for_those_inside(client, account):
    assert client.get(API + "people/").status_code in {401, 403}
    client.force_login(account("citizen"))
    assert client.get(API + "people/").status_code == 404
    client.force_login(account("auditor"))
    assert client.get(API + "people/").status_code == 200


@pytest.fixture
def staff(client, account, person, position, department, unit):
    """Somebody in a department, somebody in a ward, somebody who left, an invented one of another realm."""
    client.force_login(account("operator"))
    today = clock.now().astimezone(clock.LOCAL).date()
    places = (
        ("Trần Thị Ánh", "giam-doc-so", {"department": department("so-y-te"), "is_head": True}),
        ("Lê Văn Yên", "chu-tich-xa", {"unit": unit("99001")}),
        ("Võ Đã Nghỉ", "chu-tich-tinh", {"valid_to": today - timedelta(days=1)}),
    )
    for name, slug, place in places:
        appoint(
            person=person(name),
            position=position(slug),
            valid_from=today.replace(year=2026, month=1, day=1),
            acting_user=None,
            **place,
        )
    person("Người Tập", realm="drill-1")


def test_people_are_listed_by_given_name_with_what_they_hold(client, staff):
    rows = client.get(API + "people/").json()["results"]
    assert [row["full_name"] for row in rows] == ["Trần Thị Ánh", "Võ Đã Nghỉ", "Lê Văn Yên"]
    held = [[(a["title"]["vi"], a["department"], a["unit"], a["is_head"]) for a in row["appointments"]] for row in rows]
    assert held == [[("Giám đốc sở", "so-y-te", None, True)], [], [("Chủ tịch UBND phường", None, "99001", False)]]


@pytest.mark.parametrize(
    "query, found",
    [
        ("department=so-y-te", ["Trần Thị Ánh"]),
        ("unit=99001", ["Lê Văn Yên"]),
        ("q=anh", ["Trần Thị Ánh"]),
        ("q=le van", ["Lê Văn Yên"]),
        ("q=nobody", []),
    ],
)
def test_people_are_filtered_by_place_and_name(client, staff, query, found):
    assert names(client.get(f"{API}people/?{query}")) == found


def test_the_list_of_people_takes_the_same_statements_whatever_its_length(client, staff, django_assert_num_queries):
    """Session, account, roles, clock, persons, appointments with their places: six."""
    for size in (1, 100):
        with django_assert_num_queries(6):
            client.get(f"{API}people/?page_size={size}")

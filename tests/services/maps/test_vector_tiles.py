"""Vector tiles as a browser gets them: what is in them, for whom, and how long they may be kept."""

import gzip
from collections import Counter

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from monitors.field_reports.models import Report
from monitors.public_safety.models import Health
from services.directory.models import RoleGrant, User
from services.maps.grid import CELLS, TileAt
from tests.services.maps import mvt
from tests.services.maps.kit import (
    AN,
    CAMERAS,
    REPORTS,
    browser,
    camera,
    days_ago,
    drawn,
    reports,
    tile_over,
)
from tests.services.wall.kit import put

SYNTHETIC = {"count", "look", "muted", "cell"}
Z, X, Y = tile_over(*AN, 12)


def test_a_thing_that_stands_alone_tells_its_declared_properties_and_no_others(place):
    (report,) = reports([AN])
    (feature,) = drawn(Client(), REPORTS, Z, X, Y)
    told = {name: value for name, value in feature.properties.items() if name not in SYNTHETIC}
    assert told.pop("occurred_at").endswith("Z")
    assert told == {
        "public_id": str(report.public_id),
        "category": "giao-thong",
        "status": "received",
        "urgent": False,
    }
    assert (feature.properties["count"], feature.properties["look"], feature.properties["muted"]) == (1, 0, False)


def test_a_symbol_stands_where_the_thing_is(place):
    reports([AN])
    z, x, y = tile_over(*AN, 16)
    (feature,) = drawn(Client(), REPORTS, z, x, y)
    metres = 12250709.97, 1130195.40  # of AN in EPSG:3857, by PROJ
    assert abs(feature.geometry.x - metres[0]) < 1
    assert abs(feature.geometry.y - metres[1]) < 1


def test_things_in_one_cell_are_one_symbol_with_their_number_and_the_worst_look(place):
    reports([AN, AN], status="done")
    reports([AN])
    (feature,) = drawn(Client(), REPORTS, Z, X, Y)
    assert {name: feature.properties[name] for name in ("count", "look")} == {"count": 3, "look": 0}
    assert set(feature.properties) == SYNTHETIC


def test_a_screen_with_larger_symbols_gets_larger_cells_that_hold_the_same_things(place):
    at = TileAt(*tile_over(*AN, 12))
    west, south, east, north = at.bounds
    step = (east - west) / CELLS, (north - south) / CELLS
    reports([(west + (n % CELLS + 0.5) * step[0], south + (n // CELLS + 0.5) * step[1]) for n in range(CELLS * CELLS)])
    path = f"/tiles/{REPORTS}/{at.z}/{at.x}/{at.y}.pbf"
    fine = mvt.read(Client().get(path).content, at.z, at.x, at.y)
    coarse = mvt.read(Client().get(f"{path}?coarse=1").content, at.z, at.x, at.y)
    assert (len(fine), len(coarse)) == (CELLS * CELLS, CELLS * CELLS // 4)
    assert {feature.properties["count"] for feature in coarse} == {4}
    cell = coarse[0].properties["cell"]
    assert Client().get(f"/api/layers/{REPORTS}/objects/?cell={cell}").json()["total"] == 4


@pytest.mark.slow
def test_a_tile_is_small_however_much_it_covers(place, django_assert_num_queries):
    client = Client()
    for many in (1, 3000):
        reports([(AN[0] + 0.0001 * (n % 60), AN[1] + 0.0001 * (n // 60)) for n in range(many)])
        with django_assert_num_queries(2):  # the clock, the tile
            features = drawn(client, REPORTS, Z, X, Y)
        assert len(features) <= CELLS * CELLS
    assert sum(feature.properties["count"] for feature in features) == 3001


NEAR_EDGES = st.tuples(st.floats(104.0, 112.0), st.floats(8.0, 14.0)) | st.tuples(
    st.sampled_from([90.0, 101.25, 106.875, 108.28125, 112.5]),  # edges of tiles of zooms 3 to 8
    st.sampled_from([0.0, 11.178401873711785, 12.554563528593656, 13.923403897723347]),
)


@given(places=st.lists(NEAR_EDGES, min_size=1, max_size=12), z=st.integers(2, 8))
@settings(max_examples=25)
@pytest.mark.slow
def test_the_tiles_of_a_zoom_together_hold_every_thing_once(place, places, z):
    """Also what stands on the edge of a tile. Around each thing all neighbours are asked, so that a twin would show."""
    Report.objects.all().delete()
    reports(places)
    client, asked, held = Client(), set(), 0
    for lon, lat in places:
        _, x, y = tile_over(lon, lat, z)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                at = (x + dx, y + dy)
                if at not in asked and min(at) >= 0 and max(at) < 1 << z:
                    asked.add(at)
                    held += sum(feature.properties["count"] for feature in drawn(client, REPORTS, z, *at))
    assert held == len(places)


def test_what_is_older_than_the_layer_holds_is_not_in_the_tile(place):
    reports([AN], occurred_at=days_ago(31))
    reports([AN], realm="live")
    assert drawn(Client(), REPORTS, Z, X, Y) == []


# --- for whom --------------------------------------------------------------------------------------------------------


def test_a_public_layer_is_the_same_for_everybody(place):
    reports([AN], unit="99002", department="so-y-te")
    readers = [
        browser(place),
        browser(place, "citizen"),
        browser(place, "officer", unit="99001"),
        browser(place, "leader"),
    ]
    assert len({reader.get(f"/tiles/{REPORTS}/{Z}/{X}/{Y}.pbf").content for reader in readers}) == 1


@pytest.mark.parametrize(
    "role,where,seen",
    [
        ("operator", {}, {"cam-near", "cam-far"}),
        ("auditor", {}, {"cam-near", "cam-far"}),
        ("officer", {"unit": "99001"}, {"cam-near"}),
        ("head", {"unit": "99002"}, {"cam-far"}),
        ("officer", {"department": "so-y-te"}, set()),
    ],
)
def test_a_staff_layer_holds_what_is_in_the_readers_streams(place, role, where, seen):
    camera("cam-near", "99001", AN)
    camera("cam-far", "99002", (AN[0] + 0.05, AN[1]), Health.NO_PICTURE)
    client = browser(place, role, **where)
    z, x, y = tile_over(*AN, 10)
    assert {feature.properties.get("camera") for feature in drawn(client, CAMERAS, z, x, y)} == seen


def test_a_reader_of_two_places_gets_both_and_nothing_twice(place):
    camera("cam-near", "99001", AN)
    camera("cam-far", "99002", (AN[0] + 0.05, AN[1]))
    client = browser(place, "officer", unit="99001")
    RoleGrant.objects.create(
        user=User.objects.get(username__startswith="a-off"), role="head", unit=place.units["99002"]
    )
    z, x, y = tile_over(*AN, 10)
    found = Counter(feature.properties.get("camera") for feature in drawn(client, CAMERAS, z, x, y))
    assert found == {"cam-near": 1, "cam-far": 1}


@pytest.mark.parametrize("role", ["", "citizen"])
@pytest.mark.parametrize("layer", [CAMERAS, "alerts"])
def test_the_public_has_no_staff_layer(place, role, layer):
    client = browser(place, role)
    assert client.get(f"/tiles/{layer}/{Z}/{X}/{Y}.pbf").status_code == 404
    assert client.get(f"/api/layers/{layer}/objects/?cell=1-0-0").status_code == 404
    assert layer not in {one["name"] for one in client.get("/api/layers/").json()}


@pytest.mark.parametrize(
    "path",
    [
        "nothing/7/1/1",
        "field_reports.nothing/7/1/1",
        "nothing.reports/7/1/1",
        f"{REPORTS}/23/0/0",
        f"{REPORTS}/7/128/0",
        f"{REPORTS}/7/0/128",
        f"{REPORTS}/7/99999999999999999999/0",
        f"{REPORTS}/-1/0/0",
        f"{REPORTS}/7/1.5/0",
        f"{REPORTS}/x/0/0",
        "units/40/0/0",
    ],
)
def test_a_layer_or_tile_that_is_not_there_is_not_found(place, path):
    assert browser(place, "operator").get(f"/tiles/{path}.pbf").status_code == 404


def test_a_tile_is_only_read(place):
    assert browser(place, "operator").post(f"/tiles/units/{Z}/{X}/{Y}.pbf").status_code == 405


# --- alerts and communes ---------------------------------------------------------------------------------------------


def alert(key, **more):
    put(
        f"alert:{key}", rank=more.pop("rank", 2), id=key, lon=more.pop("lon", AN[0]), lat=more.pop("lat", AN[1]), **more
    )


def test_alerts_are_those_of_the_readers_streams_by_severity(place):
    alert("a", rank=4, severity="critical", audience=["province"])
    alert("b", rank=3, severity="high", state="acknowledged", audience=["province", "unit:99001"])
    (whole,) = drawn(browser(place, "operator"), "alerts", Z, X, Y)
    assert {name: whole.properties[name] for name in ("count", "look", "muted")} == {
        "count": 2,
        "look": 0,
        "muted": False,
    }
    (own,) = drawn(browser(place, "officer", unit="99001"), "alerts", Z, X, Y)
    assert (own.properties["id"], own.properties["severity"], own.properties["muted"]) == ("b", "high", True)
    assert drawn(browser(place, "officer", unit="99002"), "alerts", Z, X, Y) == []


def test_alerts_that_left_the_list_are_not_on_the_map(place):
    alert("closed", state="closed")
    alert("shelved", shelved_until="2999-01-01T00:00:00+00:00")
    alert("suppressed", suppressed=True)
    alert("elsewhere", realm="live")
    alert("back", shelved_until="2020-01-01T00:00:00+00:00")
    (feature,) = drawn(browser(place, "operator"), "alerts", Z, X, Y)
    assert feature.properties["id"] == "back"


def test_an_alert_without_a_place_stands_in_its_commune(place):
    alert("a", lon=None, lat=None, unit={"code": "99001", "name": "An"})
    alert("nowhere", lon=None, lat=None)
    point = place.units["99001"].point
    z, x, y = tile_over(point.x, point.y, 14)
    (feature,) = drawn(browser(place, "operator"), "alerts", z, x, y)
    assert feature.properties["id"] == "a"


def test_communes_are_areas_with_their_names(place):
    z, x, y = tile_over(*AN, 9)
    features = drawn(Client(), "units", z, x, y)
    names = {feature.properties["code"]: feature.properties["name"] for feature in features}
    assert names == {"99001": "An", "99002": "Bình", "99003": "Cát"}
    assert all(feature.geometry.area > 0 for feature in features)
    assert set(features[0].properties) == {"code", "name", "kind", "approximate"}


# --- how long they may be kept ---------------------------------------------------------------------------------------


def test_a_public_tile_may_be_kept_by_anybody_and_a_private_one_is_asked_for_each_time(place):
    reports([AN])
    camera("cam-near", "99001", AN)
    public = Client().get(f"/tiles/{REPORTS}/{Z}/{X}/{Y}.pbf")
    assert public["Cache-Control"] == "public, max-age=60"
    private = browser(place, "operator").get(f"/tiles/{CAMERAS}/{Z}/{X}/{Y}.pbf")
    assert set(private["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert "Cookie" in private["Vary"]
    assert {public["Content-Type"], private["Content-Type"]} == {"application/vnd.mapbox-vector-tile"}


def test_a_tile_that_the_browser_has_is_not_sent_again(place):
    client = browser(place, "operator")
    camera("cam-near", "99001", AN)
    path = f"/tiles/{CAMERAS}/{Z}/{X}/{Y}.pbf"
    etag = client.get(path)["ETag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    camera("cam-new", "99001", (AN[0] + 0.02, AN[1]))
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_a_large_tile_is_packed_for_whoever_can_unpack_it(place):
    at = TileAt(*tile_over(*AN, 11))
    west, south, east, north = at.bounds
    step = (east - west) / CELLS, (north - south) / CELLS
    reports([(west + (n % CELLS + 0.5) * step[0], south + (n // CELLS + 0.5) * step[1]) for n in range(CELLS * CELLS)])
    path = f"/tiles/{REPORTS}/{at.z}/{at.x}/{at.y}.pbf"
    plain, packed = Client().get(path), Client().get(path, headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2
    assert "Accept-Encoding" in packed["Vary"]

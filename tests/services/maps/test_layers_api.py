"""The list of layers, and what stands in a cell."""

import pytest
from django.test import Client

from monitors.public_safety.models import Health
from services import registry
from services.maps.points import LISTED
from tests.services.maps.kit import AN, CAMERAS, REPORTS, browser, camera, drawn, reports, tile_over

Z, X, Y = tile_over(*AN, 12)


def test_everybody_is_told_the_public_layers_and_staff_all_of_them(place):
    everything = {f"{monitor.slug}.{layer.slug}": layer.audience for monitor, layer in registry.layers()}
    told = [one["name"] for one in Client().get("/api/layers/").json()]
    assert set(told) == {name for name, audience in everything.items() if audience == "public"} | {"units"}
    staff = [one["name"] for one in browser(place, "officer", unit="99001").get("/api/layers/").json()]
    assert set(staff) == {*everything, "units", "alerts"}


def test_a_layer_says_how_it_is_drawn_and_read(place):
    (layer,) = [one for one in browser(place, "operator").get("/api/layers/").json() if one["name"] == CAMERAS]
    assert layer["tiles"] == f"/tiles/{CAMERAS}/{{z}}/{{x}}/{{y}}.pbf"
    assert (layer["geometry"], layer["label"]) == ("point", "camera")
    assert [look["severity"] for look in layer["looks"]] == ["low", "low", "low", None, None]
    assert all(look["icon"].startswith("<") for look in layer["looks"])
    state = next(one for one in layer["properties"] if one["name"] == "state")
    assert set(state["words"]) == {"ok", "no_picture", "frozen", "dark", "not_watched"}


def test_every_layer_is_described_and_names_only_its_own_properties(place):
    told = {one["name"]: one for one in browser(place, "operator").get("/api/layers/").json()}
    for monitor, layer in registry.layers():
        found = told[f"{monitor.slug}.{layer.slug}"]
        assert [one["name"] for one in found["properties"]] == list(layer.properties)
        assert all(one["title"]["msgid"] != one["name"] for one in found["properties"]), "a property without a heading"
        names = set(layer.properties)
        assert {layer.name, layer.state, layer.figure, layer.at} - {""} <= names
        assert (set(layer.words) | set(layer.titles)) <= names
        assert any(f"{{{name}}}" in layer.address for name in names) or not layer.address


def test_a_cell_tells_what_stands_in_it_worst_first(place):
    client = browser(place, "operator")
    camera("cam-good", "99001", AN)
    camera("cam-dark", "99001", AN, Health.DARK)
    (feature,) = drawn(client, CAMERAS, Z, X, Y)
    answer = client.get(f"/api/layers/{CAMERAS}/objects/", {"cell": feature.properties["cell"]}).json()
    assert answer["total"] == feature.properties["count"] == 2
    assert [one["properties"]["camera"] for one in answer["objects"]] == ["cam-dark", "cam-good"]
    assert (answer["objects"][0]["lon"], answer["objects"][0]["lat"]) == AN
    assert set(answer["objects"][0]["properties"]) == {"camera", "state", "reason", "checked_at"}


def test_a_cell_of_many_tells_the_first_and_how_many_there_are(place, django_assert_num_queries):
    reports([AN] * (LISTED + 7))
    (feature,) = drawn(Client(), REPORTS, Z, X, Y)
    with django_assert_num_queries(2):
        answer = Client().get(f"/api/layers/{REPORTS}/objects/", {"cell": feature.properties["cell"]}).json()
    assert (answer["total"], len(answer["objects"])) == (LISTED + 7, LISTED)


def test_a_cell_holds_what_the_reader_may_see(place):
    camera("cam-near", "99001", AN)
    camera("cam-far", "99002", AN)
    (feature,) = drawn(browser(place, "operator"), CAMERAS, Z, X, Y)
    path = f"/api/layers/{CAMERAS}/objects/?cell={feature.properties['cell']}"
    answer = browser(place, "officer", unit="99001").get(path).json()
    assert [one["properties"]["camera"] for one in answer["objects"]] == ["cam-near"]


@pytest.mark.parametrize(
    "cell", ["", "x", "1-2", "1-2-3-4", "23-0-0", "1-99-0", "1-0-99", "１-0-0", "-1-0-0", "1-0-9999999999"]
)
def test_what_is_no_cell_is_refused(place, cell):
    answer = Client().get(f"/api/layers/{REPORTS}/objects/", {"cell": cell})
    assert answer.status_code == 400


def test_areas_have_no_cells(place):
    assert Client().get("/api/layers/units/objects/?cell=9-3300-1931").json() == {"total": 0, "objects": []}

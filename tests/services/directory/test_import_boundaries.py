"""Official boundaries take the place of approximate ones; a bad feature spoils only itself."""

import json

import pytest
from django.core.management import CommandError, call_command
from shapely.geometry import box, mapping

from services.audit.models import AuditEntry
from services.directory import selectors
from services.directory.models import Unit
from tests.services.directory.conftest import TODAY

AN, BINH, CAT = box(110.0, 10.0, 110.08, 10.2), box(110.08, 10.0, 110.2, 10.2), box(110.2, 10.0, 110.31, 10.2)


def feature(shape, **properties):
    geometry = shape if isinstance(shape, dict) or shape is None else mapping(shape)
    return {"type": "Feature", "properties": properties, "geometry": geometry}


@pytest.fixture
def load(sample, tmp_path, capsys):
    """A function: import features, return what was printed."""

    def make(*features, **options):
        path = tmp_path / "boundaries.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
        capsys.readouterr()
        call_command("import_boundaries", path, **options)
        return "".join(capsys.readouterr())

    return make


def now(code):
    return Unit.objects.get(code=code, valid_to=None)


def test_boundaries_are_matched_by_code_and_then_decide_where_a_place_is(load):
    place = (110.09, 10.1)
    assert getattr(selectors.unit_at(place, TODAY), "name", "") == "An"
    load(feature(AN, code="99001"), feature(BINH, code="99002"), feature(CAT, code="99003"))
    found = selectors.unit_at(place, TODAY)
    assert found is not None
    assert (found.name, found.approximate) == ("Bình", False)


@pytest.mark.parametrize(
    "properties",
    [
        {"code": 99001},
        {"MA_XA": "99001"},
        {"name": "An"},
        {"TEN_XA": "Phường An"},
        {"full_name": "phuong an"},
        {"code": "00000", "ten": "AN"},
    ],
)
def test_a_unit_is_known_by_code_name_with_type_or_name(load, properties):
    load(feature(AN, **properties))
    assert not now("99001").approximate


def test_what_is_not_matched_is_reported_and_the_rest_is_stored(load):
    out = load(feature(AN, code="99001"), feature(BINH, name="Không Có"), feature(CAT, code="99003", name="Cát"))
    assert "feature 2 (Không Có)" in out
    assert "99002 Xã Bình" in out
    assert "2 boundaries stored, 1 features not used, 1 units not in the file" in out
    assert [now(code).approximate for code in ("99001", "99002", "99003")] == [False, True, False]


@pytest.mark.parametrize(
    "shape",
    [
        None,
        {"type": "Point", "coordinates": [110.0, 10.0]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[110.0, 10.0], [110.1, "north"], [110.1, 10.1], [110.0, 10.0]]]},
        {"type": "Polygon"},
        {"type": "Hexagon", "coordinates": []},
        box(450_000, 1_400_000, 460_000, 1_410_000),  # metres of VN-2000, no degrees
        {"type": "Polygon", "coordinates": [[[110, 10], [110.1, 10.1], [110.1, 10], [110, 10.1], [110, 10]]]},
    ],
)
def test_an_unusable_shape_leaves_the_unit_as_it_was(load, shape):
    before = now("99002").geometry
    out = load(feature(AN, code="99001"), feature(shape, code="99002"))
    assert "feature 2 (99002)" in out
    assert now("99002").geometry.equals(before)
    assert now("99002").approximate
    assert not now("99001").approximate


def test_a_border_that_only_touches_itself_is_mended(load):
    spike = [[110.0, 10.0], [110.08, 10.0], [110.08, 10.2], [110.0, 10.2], [110.0, 10.1], [109.99, 10.1], [110.0, 10.1]]
    load(feature({"type": "Polygon", "coordinates": [[*spike, [110.0, 10.0]]]}, code="99001"))
    assert now("99001").geometry.valid
    assert abs(now("99001").geometry.area - AN.area) < 1e-9


def test_heights_are_dropped(load):
    ring = [[110.0, 10.0, 500], [110.08, 10.0, 501], [110.08, 10.2, 502], [110.0, 10.0, 500]]
    load(feature({"type": "Polygon", "coordinates": [ring]}, code="99001"))
    assert not now("99001").geometry.hasz


def test_the_same_unit_twice_is_a_problem_and_the_first_counts(load):
    out = load(feature(AN, code="99001"), feature(BINH, code="99001"))
    assert "feature 2" in out
    assert abs(now("99001").geometry.area - AN.area) < 1e-9


def test_a_province_is_official_once_all_its_communes_are(load):
    load(feature(AN, code="99001"), feature(BINH, code="99002"))
    assert now("99").approximate
    load(feature(CAT, code="99003"))
    assert not now("99").approximate
    assert abs(now("99").geometry.area - (AN.area + BINH.area + CAT.area)) < 1e-9


def test_former_units_are_meant_by_their_day(load):
    load(feature(AN, code="99001"), on=TODAY.replace(year=2025, month=1))
    assert now("99001").approximate
    assert not Unit.objects.get(code="99001", valid_to__isnull=False).approximate


def test_another_level_is_meant_by_name(load):
    load(feature(box(110.0, 10.0, 110.3, 10.2), code="99"), level="province")
    assert not now("99").approximate


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"features": 3}', "\x00"])
def test_a_file_that_is_no_geojson_is_refused(sample, tmp_path, content):
    path = tmp_path / "broken.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=r"broken\.geojson"):
        call_command("import_boundaries", path)


def test_a_file_without_any_of_our_units_changes_nothing(load):
    with pytest.raises(CommandError, match="nothing stored"):
        load(feature(AN, code="00001"), "no feature")
    assert not AuditEntry.objects.filter(verb="set_boundaries").exists()

"""The pack that the centre runs with: units of the registry, joined outlines, and, where it is present, the truth."""

import json
import statistics
from datetime import date
from pathlib import Path

import pytest
import shapely
from django.conf import settings
from django.core.management import call_command
from shapely.geometry import shape

from services.directory import selectors
from services.directory.loading import registry, shapes
from services.directory.models import Unit
from services.directory.pack import pack
from tests.services.directory.conftest import TODAY

TRUTH = Path(settings.BASE_DIR).parent / "shared" / "data"
needs_truth = pytest.mark.skipif(not TRUTH.is_dir(), reason="the official polygons lie outside the project")


@pytest.fixture(scope="module")
def units():
    return registry.registry_units(pack())


@pytest.fixture(scope="module")
def cells(units):
    outline = shapes.union(list(shapes.read_outlines(pack().folder / "outline.geojson").values()))
    today = [record for record in units.records if record.level == "commune" and record.valid_to is None]
    return shapes.cells({record.code: (record.longitude, record.latitude) for record in today}, outline)


def test_today_has_102_communes_and_wards_and_yesterday_24_districts(units):
    today = [record for record in units.records if record.valid_to is None]
    before = [record for record in units.records if record.valid_to is not None]
    assert sum(record.level == "commune" for record in today) == 102
    assert sum(record.level == "district" for record in before) == 15 + 9
    assert sum(record.level == "province" for record in before) == 2
    assert {record.valid_to for record in before} == {date(2025, 6, 30)}


def test_every_old_commune_became_something_and_all_of_it(units):
    shares: dict[str, float] = {}
    for link in units.links:
        shares[link.old[0]] = shares.get(link.old[0], 0) + link.weight
    old = {record.code for record in units.records if record.level == "commune" and record.valid_to}
    assert {code for code in shares if len(code) == 5} == old
    assert all(abs(share - 1) < 0.001 for share in shares.values())


def test_every_commune_has_a_cell_around_its_point(units, cells):
    points = {r.code: (r.longitude, r.latitude) for r in units.records if r.code in cells and r.valid_to is None}
    assert len(points) == 102
    assert all(cells[code].covers(shapely.Point(place)) for code, place in points.items())
    assert shapely.coverage_is_valid(list(cells.values()))


def test_the_pack_loads(db):
    call_command("load_province", verbosity=0)
    assert selectors.units_on(TODAY).count() == 102
    assert Unit.objects.filter(geometry=None).count() == 0


@needs_truth
def test_the_default_cells_overlap_the_true_communes_by_about_sixty_percent(cells):
    features = json.loads((TRUTH / "daklak_communes_2025_fine.geojson").read_text(encoding="utf-8"))["features"]
    true = {feature["properties"]["code"]: shape(feature["geometry"]) for feature in features}
    overlaps = [cells[code].intersection(area).area / cells[code].union(area).area for code, area in true.items()]
    assert true.keys() == cells.keys()
    assert 0.55 < statistics.median(overlaps) < 0.65


@needs_truth
def test_succession_agrees_with_the_merger_table(units):
    table = json.loads((TRUTH / "daklak_merges_2025.json").read_text(encoding="utf-8"))
    true = {
        (merge["old_id"], new["level2_id"], merge["type"] == "partial")
        for new in table["level2s"]
        for merge in new["merges"]
    }
    assert {(li.old[0], li.new[0], li.partial) for li in units.links if len(li.old[0]) == 5} == true


@needs_truth
def test_official_boundaries_replace_the_cells(db, capsys):
    call_command("load_province", verbosity=0)
    call_command("import_boundaries", TRUTH / "daklak_communes_2025_fine.geojson")
    assert not Unit.objects.filter(level="commune", valid_to=None, approximate=True).exists()
    assert not Unit.objects.get(level="province", valid_to=None).approximate
    call_command(
        "import_boundaries", TRUTH / "daklak_phuyen_districts_pre2025.geojson", "--level=district", on=date(2025, 1, 1)
    )
    assert Unit.objects.filter(level="district", approximate=False).count() == 24

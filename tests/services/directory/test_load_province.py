"""A province comes from its pack, once; what an administrator changed stays."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command

from services.audit.models import AuditEntry
from services.directory import selectors
from services.directory.loading import shapes
from services.directory.loading.records import Link, UnitRecord, UnitSet
from services.directory.models import Department, DutyRoster, Rung, Unit
from services.directory.pack import load_pack, pack
from services.worktime.selectors import current_calendar
from tests.services.directory.conftest import TODAY

BEFORE = date(2025, 6, 30)


@pytest.fixture
def own_pack(tmp_path, settings):
    """A copy of the sample pack that a test may spoil."""
    source = load_pack("sample").folder
    folder = tmp_path / "spoilt"
    shutil.copytree(source, folder)
    settings.IOC_PROVINCES_DIRS = [tmp_path]
    settings.IOC_PROVINCE = "spoilt"
    load_pack.cache_clear()
    yield folder
    load_pack.cache_clear()


def drawn(geometry):
    assert geometry is not None
    return shapes.from_django(geometry)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_sample_province_has_three_communes(sample):
    communes = selectors.units_on(TODAY)
    assert [unit.full_name for unit in communes] == ["Phường An", "Xã Bình", "Xã Cát"]
    assert set(communes.values_list("parent__code", flat=True)) == {"99"}


def test_before_the_merger_there_was_a_district_with_other_communes(sample):
    assert [unit.name for unit in selectors.units_on(BEFORE)] == ["An", "Bình Đông", "Cát Cũ", "Bình Tây"]
    assert [unit.full_name for unit in selectors.units_on(BEFORE, "district")] == ["Huyện Ba Làng"]
    assert not selectors.units_on(TODAY, "district")


def test_what_became_of_a_commune_is_linked_by_share(unit):
    links = selectors.successors(unit("99005", BEFORE))
    assert [(link.new.name, float(link.weight), link.kind) for link in links] == [
        ("Bình", 0.6, "partial"),
        ("Cát", 0.4, "partial"),
    ]
    assert [link.old.name for link in selectors.predecessors(unit("99002"))] == ["Bình Đông", "Bình Tây"]


def test_a_commune_that_did_not_change_keeps_its_lineage_and_a_changed_one_does_not(unit):
    assert unit("99001", BEFORE).lineage == unit("99001").lineage
    assert unit("99003", BEFORE).lineage != unit("99003").lineage


def test_a_commune_that_took_another_one_in_is_not_unchanged():
    old, new = date(2004, 1, 1), date(2025, 7, 1)
    place = (110.0, 10.0)
    records = (
        UnitRecord("1", "commune", "xã", "An", old, BEFORE, *place),
        UnitRecord("2", "commune", "xã", "Ba", old, BEFORE, *place),
        UnitRecord("1", "commune", "xã", "An", new, None, *place),
    )
    link, other = Link(("1", old), ("1", new)), Link(("2", old), ("1", new))
    assert UnitSet(records, (link,)).unchanged() == {("1", new): ("1", old)}
    assert UnitSet(records, (link, other)).unchanged() == {}
    assert UnitSet(records, (replace(link, partial=True),)).unchanged() == {}


def test_communes_get_cells_that_cover_the_province_without_overlap(sample):
    units = Unit.objects.filter(level="commune", valid_to=None)
    cells = [drawn(unit.geometry) for unit in units]
    province = drawn(Unit.objects.get(level="province", valid_to=None).geometry)
    assert all(unit.approximate for unit in units)
    assert shapely.coverage_is_valid(cells)
    assert shapely.union_all(cells).symmetric_difference(province).area < 1e-9
    assert all(drawn(unit.geometry).contains(shapely.Point(unit.point.coords)) for unit in units)


def test_outlines_for_screens_leave_no_gap_between_neighbours(sample):
    outlines = [drawn(unit.outline) for unit in Unit.objects.filter(level="commune", valid_to=None)]
    assert shapely.coverage_is_valid(outlines)


def test_loading_again_adds_nothing_and_keeps_what_was_changed(sample):
    Department.objects.filter(slug="so-y-te").update(name="Sở Y tế (mới)")
    counts = [model.objects.count() for model in (Unit, Department, Rung, DutyRoster, AuditEntry)]
    call_command("load_province", verbosity=0)
    assert [model.objects.count() for model in (Unit, Department, Rung, DutyRoster, AuditEntry)] == counts
    assert Department.objects.get(slug="so-y-te").name == "Sở Y tế (mới)"


def test_the_ladder_is_dated_and_had_a_district_until_the_merger(sample):
    assert selectors.ladder(TODAY) == [1, 2, 3, 4, 5, 6]
    assert selectors.ladder(BEFORE) == [1, 2, 3, 4, 5, 6, 7]
    assert [p.slug for p in selectors.rung_positions(4, BEFORE)] == ["chu-tich-huyen"]
    assert [p.slug for p in selectors.rung_positions(3, TODAY)] == ["chu-tich-xa", "giam-doc-so"]


def test_the_calendar_of_the_pack_is_in_force(sample):
    assert current_calendar().is_working_day(date(2026, 1, 10))


def test_departments_that_ended_are_known_for_their_days_only(sample):
    assert "so-thong-tin" in {d.slug for d in selectors.departments_on(date(2025, 1, 1))}
    assert "so-thong-tin" not in {d.slug for d in selectors.departments_on(TODAY)}


def test_the_pack_says_what_a_page_needs(sample):
    found = pack()
    assert (found.name["vi"], found.hotline, found.hotline_dial) == ("Mẫu", "0299.1099", "02991099")
    assert [category.code for category in found.categories if category.urgent] == ["chay-rung"]
    assert found.category("giao-thong") in found.categories
    assert found.category("nothing") is None


@pytest.mark.parametrize(
    "file, old, new, complaint",
    [
        ("categories.toml", 'department = "so-y-te"', 'department = "so-khong-co"', "so-khong-co"),
        ("ladder.toml", '["chanh-van-phong"]', '["chanh-van-phongg"]', "chanh-van-phongg"),
        ("pack.toml", 'code = "99"', "code = 99", "code"),
        ("pack.toml", "hotline", "hotlin", "hotlin"),
        ("categories.toml", "deadline_days = 5", 'deadline_days = "five"', "deadline_days"),
        ("units.csv", "110.05", "east", "east"),
        ("outline.geojson", '"code"', '"kode"', "outline"),
        ("calendar.toml", "07:30-11:30", "11:30-07:30", "calendar"),
    ],
)
def test_a_wrong_pack_is_refused_with_what_is_wrong(db, own_pack, file, old, new, complaint):
    edit(own_pack / file, old, new)
    with pytest.raises(CommandError, match=complaint):
        call_command("load_province", verbosity=0)
    assert not current_calendar().version


def test_a_pack_that_fails_half_way_leaves_nothing(db, own_pack):
    edit(own_pack / "successors.csv", "99005,99003", "99005,99007")
    with pytest.raises(CommandError, match="99007"):
        call_command("load_province", verbosity=0)
    assert not Unit.objects.exists()


def test_a_pack_that_is_not_there_is_named(db, settings):
    settings.IOC_PROVINCE = "nowhere"
    with pytest.raises(CommandError, match="nowhere"):
        call_command("load_province", pack="nowhere", verbosity=0)

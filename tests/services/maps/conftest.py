from datetime import date

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from services.directory.models import Department, Unit
from services.kernel import clock
from tests.province import Province
from tests.services.maps.kit import REALM

SINCE = date(2025, 7, 1)
NAMES = {"99001": ("phường", "An"), "99002": ("xã", "Bình"), "99003": ("xã", "Cát")}


@pytest.fixture
def place(db, settings):
    """Three communes beside each other and two departments, in the realm on show."""
    settings.IOC_PROVINCE, settings.IOC_REALM = "sample", REALM
    clock.ensure_realm(REALM)
    units = {code: _commune(number, code, *name) for number, (code, name) in enumerate(NAMES.items())}
    departments = {slug: _department(slug) for slug in ("so-xay-dung", "so-y-te")}
    return Province(units, departments)


def _commune(number: int, code: str, kind: str, name: str) -> Unit:
    square = Polygon.from_bbox((110 + 0.1 * number, 10, 110.1 + 0.1 * number, 10.2))
    square.srid = 4326
    unit = Unit(code=code, level="commune", valid_from=SINCE, point=square.centroid)
    unit.geometry = unit.outline = MultiPolygon(square, srid=4326)
    unit.set_names(kind=kind, name=name)
    unit.save()
    return unit


def _department(slug: str) -> Department:
    names = {"name": slug, "name_en": slug, "short_name": slug, "short_name_en": slug}
    return Department.objects.create(slug=slug, valid_from=SINCE, **names)

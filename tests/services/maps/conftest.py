import pytest

from services.kernel import clock
from tests.province import load
from tests.services.maps.kit import REALM


@pytest.fixture
def place(db, settings):
    """The sample province in the realm on show."""
    settings.IOC_PROVINCE, settings.IOC_REALM = "sample", REALM
    clock.ensure_realm(REALM)
    return load()

import pytest

from services.kernel import clock
from services.kernel.models import DEMO, LIVE
from tests.services.indicators.kit import DEFINITIONS, define


@pytest.fixture
def land(province):
    """The sample province with the indicators of the tests."""
    for realm in (LIVE, DEMO):
        clock.ensure_realm(realm)
    define(*DEFINITIONS)
    return province

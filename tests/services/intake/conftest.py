import pytest

from services.kernel import clock
from services.kernel.models import DEMO, LIVE
from tests.services.intake.kit import Sender


@pytest.fixture
def sender(province):
    """The portal, with a token of realm demo."""
    for realm in (LIVE, DEMO):
        clock.ensure_realm(realm)
    return Sender()

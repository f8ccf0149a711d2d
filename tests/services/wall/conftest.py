import pytest

from services.kernel import clock
from services.kernel.models import DEMO, LIVE


@pytest.fixture
def committed(transactional_db, redis_client):
    """A database whose commits other threads and processes see, with its realms, and an empty Redis."""
    for realm in (LIVE, DEMO):
        clock.ensure_realm(realm)
    return redis_client

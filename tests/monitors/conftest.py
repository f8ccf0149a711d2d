"""Monitors are tested with the default province pack: their payload files are sent unchanged."""

import pytest
from django.core.management import call_command


@pytest.fixture
def pack_loaded(db: None) -> None:
    """Load the default pack, its policies and its indicators."""
    call_command("load_province", verbosity=0)
    call_command("load_policies", verbosity=0)
    call_command("load_indicators", verbosity=0)

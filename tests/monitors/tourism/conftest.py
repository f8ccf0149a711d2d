"""The synthetic province with its indicators."""

import pytest
from django.core.management import call_command

from tests.province import Province


@pytest.fixture
def tourism(province: Province) -> Province:
    """The synthetic province whose indicators are known."""
    call_command("load_indicators", verbosity=0)
    return province

import pytest
from django.core.management import call_command

from tests.monitors.socioeconomy.kit import stand


@pytest.fixture
def land(province):
    """The sample province with its indicators, on 22 November 2026."""
    call_command("load_indicators", verbosity=0)
    stand()
    return province

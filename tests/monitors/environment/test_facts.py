from datetime import datetime

import pytest

from monitors.environment.selectors import facts
from tests.monitors.environment.kit import level
from tests.monitors.kit import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def test_a_ticket_tells_what_the_station_measured_in_both_languages():
    at = datetime.fromisoformat("2025-11-19T10:00:00+07:00")
    receipt = send("environment", level(400, at))
    (fact,) = facts(list(receipt.records.values()))
    assert isinstance(fact.value, dict)
    assert fact.value["vi"].startswith("Cầu Mẫu · 400 m · ")
    assert fact.value["en"] == "Sample Bridge · 400 m · out of range · 10:00 19/11/2025"

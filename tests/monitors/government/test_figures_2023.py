"""What the centre published of itself in 2023 (the pack's figures) enters by workbook row and comes out again."""

from typing import Any

import pytest

from services.directory.pack import pack
from services.intake import bodies
from tests.monitors.government.kit import value
from tests.monitors.kit import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack_loaded")]


def test_accounts_installs_and_visits_of_march_2023_stand_for_the_province():
    rows: Any = bodies.read((pack().folder / "figures_2023.csv").read_bytes(), "text/csv")
    assert send("government/workbook", *rows).rejected == []
    expected = {"app_accounts": 4582, "app_installs": 15994, "app_second_installs": 1005, "portal_visits": 22372}
    assert {code: value(code, pack().code, "2023-03", realm="live") for code in expected} == expected
    assert value("app_accounts", pack().code, "2023", realm="live") == 4582

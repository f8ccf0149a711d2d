"""A commune whose count goes another way than its peers' is told, on the pack that has communes enough for it."""

from datetime import datetime

import pytest

from monitors.socioeconomy.rules import OUTLIER
from services.alerts.models import Alert
from services.kernel import clock
from services.kernel.text import render
from services.tickets.models import Ticket
from tests.monitors.kit import REALM, clears, file_of, findings, send, send_file, settle, swept
from tests.monitors.socioeconomy.kit import autumn, now, stand

pytestmark = pytest.mark.django_db
ODD, FINE = "Hòa Sơn", "Tân Lập"


@pytest.fixture(autouse=True)
def _delivered(pack_loaded):
    stand(datetime(2026, 11, 22, 9, tzinfo=clock.LOCAL))
    assert send_file(file_of("socioeconomy", "outlier"), realm=REALM).rejected == []


def told():
    return findings(swept(OUTLIER, now()))


def report(name, value, period="2026-10"):
    item = {"code": "firms_new", "unit_name": name, "period": period, "value": value}
    assert send("socioeconomy", item, realm=REALM).rejected == []


def test_a_figure_that_was_mistyped_is_told_with_what_was_to_be_expected_and_over_once_it_is_corrected():
    (found,) = told().values()
    assert (found.severity, found.department, found.category, len(found.evidence)) == (
        "high", "so-tai-chinh", "outlier", 1,
    )  # fmt: skip
    text = render(found.title, "en")
    assert ODD in text
    assert "66 firms" in text
    assert "about 7 by" in text
    report(ODD, 6)
    assert told() == {}
    assert found.fingerprint in clears(swept(OUTLIER, now()))


def test_the_largest_commune_is_no_outlier_for_being_large_nor_a_small_one_for_being_small():
    report(ODD, 6)
    report(FINE, 15)
    assert told() == {}


def test_where_all_communes_fall_together_nobody_stands_out_and_who_does_not_fall_does():
    for name in ("Xuân Lộc", "Xuân Thọ", "Tân An", "Tân Tiến", ODD):
        report(name, 0)
    report(FINE, 0)
    assert told() == {}
    report(FINE, 14)
    assert [FINE in render(one.title, "vi") for one in told().values()] == [True]


def test_it_is_an_alert_that_ends_with_the_correction_and_nobodys_ticket():
    autumn()
    settle()
    raised = Alert.objects.get(rule=OUTLIER)
    assert (raised.state, raised.unit.name if raised.unit else "") == ("active", ODD)
    assert not Ticket.objects.filter(alert=raised).exists()
    report(ODD, 6)
    settle()
    raised.refresh_from_db()
    assert raised.state != "active"

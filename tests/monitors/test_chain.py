"""Per monitor, all the way through: a raw record changes, and figure, "Why?", alert and ticket change with it.

Each walk is run a second time with the monitor's rules taken away: then it must fail.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from monitors.cybersecurity.models import Event
from monitors.environment.models import Observation
from monitors.field_reports.models import Report
from services import registry
from services.alerts.models import Alert
from services.contract import Monitor
from services.intake.models import IntakeChunk
from services.kernel import clock
from services.tickets.models import Ticket
from tests.monitors.cybersecurity.test_feeds import alert as eve_alert
from tests.monitors.environment.kit import level
from tests.monitors.kit import REALM, figure, send, settle, why
from tests.monitors.public_services.test_feeds import dossier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def a_report() -> None:
    item = {"external_id": "r1", "description": "Ổ gà", "category": "giao-thong", "unit": "99001"}
    (record,) = send("field_reports", item, realm=REALM).records.values()
    settle()
    assert figure("field_reports", "awaiting").value == 1
    assert why(figure("field_reports", "awaiting")) == {record}
    raised = Alert.objects.get(evidence=[record])
    assert (raised.severity, raised.title["params"]["category"]["en"]) == (1, "Traffic and roads")
    ticket = Ticket.objects.get(alert=raised)
    Report.objects.filter(pk=record).update(category="chay-rung", urgent=True, closed_at=clock.now())
    # judged once more, as after an evaluation that failed
    IntakeChunk.objects.update(evaluated_at=None, due_at=clock.now())
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert (raised.severity, raised.title["params"]["category"]["en"]) == (3, "Forest fire")
    assert ticket.severity == 3
    assert figure("field_reports", "awaiting").value == 0
    assert why(figure("field_reports", "awaiting")) == set()


def a_dossier() -> None:
    now = clock.now(REALM)
    late = dossier(1, appointment_at=(now - timedelta(hours=1)).isoformat())
    (record,) = send("public_services", late, realm=REALM).records.values()
    settle()
    assert (figure("public_services", "overdue").value, figure("public_services", "on_time").value) == (1, 0.0)
    assert why(figure("public_services", "overdue")) == {record}
    slip = Alert.objects.get(rule="public_services.overdue")
    ticket = Ticket.objects.get(alert=slip)
    assert (slip.state, ticket.state) == ("active", "new")
    done = (now - timedelta(hours=2)).isoformat()
    send(
        "public_services",
        {**late, "status": 9, "finished_at": done, "as_of": now.isoformat(), "version": 2},
        realm=REALM,
    )
    settle()
    slip.refresh_from_db()
    ticket.refresh_from_db()
    assert (figure("public_services", "overdue").value, figure("public_services", "on_time").value) == (0, 100.0)
    assert why(figure("public_services", "overdue")) == set()
    assert (slip.state, ticket.state) == ("cleared", "closed")


def an_attack() -> None:
    line = eve_alert(timestamp=(clock.now(REALM) - timedelta(minutes=1)).isoformat())
    (record,) = send("cybersecurity", line, realm=REALM).records.values()
    settle()
    shown = figure("cybersecurity", "incidents")
    assert (shown.value, shown.severity, why(shown)) == (1, "high", {record})
    raised = Alert.objects.get(rule="cybersecurity.signature")
    assert Ticket.objects.get(alert=raised).severity == 3
    worse = {**line, "src_port": 1, "alert": {**line["alert"], "category": "Successful Credential Theft Detected"}}
    (second,) = send("cybersecurity", worse, realm=REALM).records.values()
    settle()
    assert figure("cybersecurity", "incidents").severity == "critical"
    assert Alert.objects.filter(rule="cybersecurity.signature", severity=4).exists()
    Event.objects.filter(pk=second).update(classtype="Misc activity", level=3)
    assert figure("cybersecurity", "incidents").severity == "high"
    clock.move(REALM, timedelta(hours=25))
    settle()
    assert figure("cybersecurity", "incidents").value == 0
    assert set(Alert.objects.filter(rule="cybersecurity.signature").values_list("state", flat=True)) == {"cleared"}
    assert Ticket.objects.get(alert=raised).condition_gone_at is not None


def a_flood() -> None:
    now = clock.now(REALM)
    (record,) = send("environment", level(10.42, now - timedelta(minutes=2)), realm=REALM).records.values()
    settle()
    shown = figure("environment", "river")
    assert (shown.value, shown.target, shown.severity, why(shown)) == (10.42, 10.0, "medium", {record})
    raised = Alert.objects.get(fingerprint="environment.river_level:cau-mau")
    told = raised.title["params"]
    assert (raised.severity, told["alarm"], told["margin"], raised.evidence) == (2, "I", 0.42, [record])
    ticket = Ticket.objects.get(alert=raised)
    assert (ticket.severity, ticket.unit and ticket.unit.code) == (2, "99001")
    Observation.objects.filter(pk=record).update(value=14.5)
    IntakeChunk.objects.update(evaluated_at=None, due_at=clock.now())
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    told = raised.title["params"]
    assert (raised.severity, told["alarm"], told["margin"], ticket.severity) == (4, "III", 0.5, 4)
    assert (figure("environment", "river").value, figure("environment", "river").severity) == (14.5, "critical")
    downstream = Ticket.objects.filter(rule="environment.river_level").exclude(pk=ticket.pk)
    assert set(downstream.values_list("unit__code", flat=True)) == {"99002", "99003"}
    clock.move(REALM, timedelta(hours=2))
    (last,) = send("environment", level(9.6, clock.now(REALM)), realm=REALM).records.values()
    settle()
    assert (figure("environment", "river").value, why(figure("environment", "river"))) == (9.6, {last})
    states = Alert.objects.filter(rule="environment.river_level").values_list("state", flat=True)
    assert (len(states), set(states)) == (3, {"cleared"})
    ticket.refresh_from_db()
    assert ticket.condition_gone_at is not None


def walks_of_their_own() -> dict[str, Callable[[], None]]:
    """Return the walks that stand with their monitor's tests, in ``tests/monitors/<name>/walk.py``."""
    found = sorted(Path(__file__).parent.glob("*/walk.py"))
    return {path.parent.name: import_module(f"tests.monitors.{path.parent.name}.walk").walk for path in found}


WALKS: dict[str, Callable[[], None]] = {
    "field_reports": a_report,
    "public_services": a_dossier,
    "cybersecurity": an_attack,
    "environment": a_flood,
    **walks_of_their_own(),
}


@pytest.fixture
def without_rules() -> Iterator[Callable[[str], None]]:
    """Take a monitor's rules away for one test."""
    kept: dict[str, Monitor] = dict(registry._MONITORS)

    def empty(slug: str) -> None:
        registry._MONITORS[slug] = replace(kept[slug], rules=())

    yield empty
    registry._MONITORS.update(kept)


QUICK = "field_reports", "public_services", "cybersecurity", "environment"
"""Monitors whose walks are short; the others' make seconds of statements each."""
WALKED = [slug if slug in QUICK else pytest.param(slug, marks=pytest.mark.slow) for slug in WALKS]


def test_every_monitor_has_its_walk():
    assert set(WALKS) == {monitor.slug for monitor in registry.monitors()}


@pytest.mark.slow
@pytest.mark.parametrize("slug", WALKED)
def test_a_raw_record_changes_and_figure_why_alert_and_ticket_change_with_it(slug):
    WALKS[slug]()


@pytest.mark.parametrize("slug", WALKS)
@pytest.mark.slow
def test_without_the_monitors_rules_the_walk_fails(slug, without_rules):
    without_rules(slug)
    with pytest.raises((AssertionError, Alert.DoesNotExist)):
        WALKS[slug]()

"""Per monitor, all the way through: a raw record changes, and figure, "Why?", alert and ticket change with it.

Each walk is run a second time with the monitor's rules taken away: then it must fail.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import override_settings

from monitors.cybersecurity.models import Event
from monitors.environment.models import Observation
from monitors.field_reports.models import Report
from monitors.public_safety.actions import review
from monitors.public_safety.models import CameraEvent, Incident
from services import registry
from services.alerts.models import Alert
from services.contract import Figure, Monitor, Scope
from services.directory.actions import grant_role
from services.directory.models import User
from services.intake.evaluation import ensure_runs, sweep_due
from services.intake.models import IntakeChunk, RuleRun
from services.kernel import clock
from services.tickets import following
from services.tickets.models import Ticket
from tests.monitors.cybersecurity.test_feeds import alert as eve_alert
from tests.monitors.environment.kit import level
from tests.monitors.kit import judge, send
from tests.monitors.public_services.test_feeds import dossier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
REALM = "demo"


def settle() -> None:
    """Do what the worker does: judge, sweep, tell the tickets."""
    judge()
    ensure_runs()
    RuleRun.objects.update(due_at=clock.now())
    while sweep_due():
        pass
    while following.follow_alerts():
        pass


def figure(monitor: str, panel: str) -> Figure:
    return registry.panel(monitor, panel)[1].figure(Scope(REALM, clock.now(REALM)))


def why(shown: Figure) -> set[int]:
    """Return the ids of the rows behind a figure."""
    return {row.pk for row in shown.query.rows(Scope(REALM, clock.now(REALM)))}


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


def an_accident_and_a_fight() -> None:
    an_accident()
    a_fight()


def an_accident() -> None:
    at = (clock.now(REALM) - timedelta(minutes=3)).isoformat()
    item = {"external_id": "a1", "kind": "accident", "occurred_at": at, "unit": "99001", "deaths": 1}
    (record,) = send("public_safety/incidents", item, realm=REALM).records.values()
    settle()
    shown = figure("public_safety", "accidents")
    assert (shown.value, shown.target, why(shown)) == (1, 0, {record})
    assert not Alert.objects.filter(rule="public_safety.serious_incident").exists()
    Incident.objects.filter(pk=record).update(deaths=3)
    IntakeChunk.objects.update(evaluated_at=None, due_at=clock.now())
    settle()
    raised = Alert.objects.get(rule="public_safety.serious_incident")
    ticket = Ticket.objects.get(alert=raised)
    assert (raised.severity, raised.title["params"]["deaths"], raised.evidence) == (3, 3, [record])
    assert (ticket.severity, ticket.unit and ticket.unit.code) == (3, "99001")
    assert figure("public_safety", "comparison").value == 3
    Incident.objects.filter(pk=record).update(kind="fire")
    assert (figure("public_safety", "accidents").value, why(figure("public_safety", "accidents"))) == (0, set())
    corrected = {**item, "deaths": 2, "as_of": clock.now(REALM).isoformat()}
    send("public_safety/incidents", corrected, realm=REALM)
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert (raised.state, figure("public_safety", "comparison").value) == ("cleared", 2)
    assert ticket.condition_gone_at is not None


def a_fight() -> None:
    """Seen by a camera's AI; looked at and confirmed by a person; then found to be none."""
    at = (clock.now(REALM) - timedelta(minutes=3)).isoformat()
    item = {"external_id": "f1", "camera": "cho-an", "kind": "fight", "confidence": 0.9, "occurred_at": at}
    (record,) = send("public_safety", item, realm=REALM).records.values()
    settle()
    shown = figure("public_safety", "events")
    assert (shown.value, shown.severity, why(shown)) == (1, "low", {record})
    raised = Alert.objects.get(rule="public_safety.camera_event")
    assert (raised.severity, raised.evidence, raised.title["params"]["confidence"]) == (2, [record], 90)
    assert not Ticket.objects.filter(alert=raised).exists(), "AI advises, it never decides"
    CameraEvent.objects.filter(pk=record).update(confidence=0.3)
    desk = User.objects.create_user("desk")
    grant_role(user=desk, role="operator", unit=None, department=None, acting_user=None)
    public_id = CameraEvent.objects.get(pk=record).public_id
    with override_settings(IOC_REALM=REALM):
        review(verb="confirm", public_id=public_id, acting_user=desk)
    settle()
    raised.refresh_from_db()
    assert (raised.severity, raised.title["params"]["confidence"]) == (3, 30)
    ticket = Ticket.objects.get(alert=raised)
    assert (ticket.severity, figure("public_safety", "events").value, why(shown)) == (3, 0, set())
    with override_settings(IOC_REALM=REALM):
        review(verb="reject", public_id=public_id, acting_user=desk, note="Diễn tập")
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert raised.state == "cleared"
    assert ticket.condition_gone_at is not None


WALKS = {
    "field_reports": a_report,
    "public_services": a_dossier,
    "cybersecurity": an_attack,
    "environment": a_flood,
    "public_safety": an_accident_and_a_fight,
}


@pytest.fixture
def without_rules() -> Iterator[Callable[[str], None]]:
    """Take a monitor's rules away for one test."""
    kept: dict[str, Monitor] = dict(registry._MONITORS)

    def empty(slug: str) -> None:
        registry._MONITORS[slug] = replace(kept[slug], rules=())

    yield empty
    registry._MONITORS.update(kept)


def test_every_monitor_has_its_walk():
    assert set(WALKS) == {monitor.slug for monitor in registry.monitors()}


@pytest.mark.parametrize("slug", WALKS)
def test_a_raw_record_changes_and_figure_why_alert_and_ticket_change_with_it(slug):
    WALKS[slug]()


@pytest.mark.parametrize("slug", WALKS)
def test_without_the_monitors_rules_the_walk_fails(slug, without_rules):
    without_rules(slug)
    with pytest.raises((AssertionError, Alert.DoesNotExist)):
        WALKS[slug]()

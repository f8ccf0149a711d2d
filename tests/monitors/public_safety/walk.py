"""The walk of public safety: an accident that a correction changes, a fight that people confirm and then reject."""

from datetime import timedelta

from django.test import override_settings

from monitors.public_safety.actions import review
from monitors.public_safety.models import CameraEvent, Incident
from services.alerts.models import Alert
from services.directory.actions import grant_role
from services.directory.models import User
from services.intake.models import IntakeChunk
from services.kernel import clock
from services.tickets.models import Ticket
from tests.monitors.kit import REALM, figure, send, settle, why


def walk() -> None:
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

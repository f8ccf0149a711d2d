"""The walk of a disease: linked cases, a correction that makes them an outbreak, silence, and the reported end."""

from datetime import timedelta

from monitors.health.models import CaseReport
from services.alerts.models import Alert
from services.kernel import clock
from services.tickets.models import Ticket
from tests.monitors.health.kit import case, today, week_free
from tests.monitors.kit import REALM, figure, send, settle, why


def walk() -> None:
    day = today(REALM)
    linked = case("diphtheria", day, cluster="bh-1", confirmed=4, as_of=clock.now(REALM).isoformat())
    (record,) = send("health", linked, realm=REALM).records.values()
    settle()
    shown = figure("health", "cases")
    assert (shown.value, why(shown)) == (4, {record})
    warned = Alert.objects.get(rule="health.warning")
    assert (warned.severity, warned.evidence, warned.unit and warned.unit.code) == (2, [record], "99001")
    assert Ticket.objects.get(alert=warned).severity == 2
    assert not Alert.objects.filter(rule="health.outbreak").exists()
    corrected = {**linked, "confirmed": 6, "as_of": clock.now(REALM).isoformat()}
    assert send("health", corrected, realm=REALM).updated == 1
    settle()
    shown = figure("health", "cases")
    assert (shown.value, why(shown), figure("health", "communes").values) == (6, {record}, {"99001": 6.0})
    raised = Alert.objects.get(rule="health.outbreak")
    assert (raised.severity, raised.title["params"]["count"], raised.state) == (3, 6, "active")
    ticket = Ticket.objects.get(alert=raised)
    assert ticket.severity == 3
    warned.refresh_from_db()
    assert warned.state == "cleared"
    assert CaseReport.objects.get(pk=record).confirmed == 6
    clock.move(REALM, timedelta(days=20))
    settle()
    raised.refresh_from_db()
    assert raised.state == "active", "silence is no all-clear"
    send("health", *(week_free(today(REALM) - timedelta(days=7 * n), unit="99001") for n in range(2)), realm=REALM)
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert raised.state == "cleared"
    assert ticket.condition_gone_at is not None
    assert figure("health", "cases").value == 0

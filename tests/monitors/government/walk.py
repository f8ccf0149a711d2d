"""The walk of an assigned task: late, then extended; and of an agency's dossiers, from the dossier to the finding."""

from datetime import timedelta

from services.alerts.models import Alert
from services.indicators.publishing import publish_all
from services.kernel import clock
from services.tickets.models import Ticket
from tests.monitors.government.kit import BUILDING, DAY, task, today
from tests.monitors.kit import REALM, figure, send, settle, why


def walk() -> None:
    first = task(1, due=-14, version=1)
    (record,) = send("government", first, realm=REALM).records.values()
    settle()
    assert figure("government", "late_tasks").value == 1
    assert why(figure("government", "late_tasks")) == {record}
    raised = Alert.objects.get(rule="government.late_task")
    assert (raised.severity, raised.evidence) == (3, [record])
    assert raised.department
    assert raised.department.slug == BUILDING
    ticket = Ticket.objects.get(alert=raised)
    assert (ticket.state, ticket.severity) == ("new", 3)
    later = (today() + 60 * DAY).isoformat()
    assert send("government", {**first, "due_on": later, "version": 2}, realm=REALM).updated == 1
    settle()
    assert (figure("government", "late_tasks").value, why(figure("government", "late_tasks"))) == (0, set())
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert (raised.state, ticket.state) == ("cleared", "closed")
    _dossiers_become_a_rate()


def _dossiers_become_a_rate() -> None:
    """Dossiers of another monitor change; published anew, the rate, its sheets and the finding change with them."""
    ended = clock.now(REALM) - timedelta(minutes=1)
    due = {0: ended + timedelta(minutes=30), 1: ended - timedelta(minutes=30)}
    items = [
        {
            "code": f"000.00.03.H99-260101-{n:04}",
            "status": 9,
            "channel": 1,
            "agency": BUILDING,
            "submitted_at": (ended - timedelta(hours=1)).isoformat(),
            "accepted_at": (ended - timedelta(hours=1)).isoformat(),
            "appointment_at": due[n % 2].isoformat(),
            "finished_at": ended.isoformat(),
            "as_of": ended.isoformat(),
            "version": 1,
        }
        for n in range(40)
    ]
    send("public_services/dossiers", *items, realm=REALM)
    assert not any(run.error for run in publish_all(REALM).values())
    settle()
    shown = figure("government", "on_time")
    assert (shown.value, shown.severity) == (50.0, "high")
    low = Alert.objects.get(rule="government.low_on_time")
    assert set(low.evidence) <= why(shown)
    ticket = Ticket.objects.get(alert=low)
    assert (low.severity, ticket.state) == (3, "new")
    in_time = {"appointment_at": due[0].isoformat(), "as_of": clock.now(REALM).isoformat(), "version": 2}
    send("public_services/dossiers", *({**item, **in_time} for item in items), realm=REALM)
    publish_all(REALM)
    settle()
    low.refresh_from_db()
    ticket.refresh_from_db()
    assert figure("government", "on_time").value == 100.0
    assert (low.state, ticket.state) == ("cleared", "closed")

"""The walk of a school: an ordinary day, a correction that tells of many absent, a cluster, and the day after."""

from datetime import timedelta

from monitors.education.models import Attendance
from services.alerts.models import Alert
from services.intake.models import IntakeChunk
from services.kernel import clock
from services.tickets.models import Ticket
from tests.monitors.education.kit import AN, DAY, LOWER, NURSERY, PRIMARY, a_school_day, called, usual_weeks
from tests.monitors.kit import REALM, figure, send, settle, why


def walk() -> None:
    day = a_school_day()
    usual_weeks(day, PRIMARY, LOWER, NURSERY)
    (record,) = send("education", called(PRIMARY, day, 16), realm=REALM).records.values()
    settle()
    shown = figure("education", "attendance")
    assert (shown.value, shown.severity, why(shown)) == (97.5, None, {record})
    assert not Alert.objects.filter(rule="education.unusual_absence").exists()
    Attendance.objects.filter(pk=record).update(present=544)
    IntakeChunk.objects.update(evaluated_at=None, due_at=clock.now())
    settle()
    shown = figure("education", "attendance")
    assert (shown.value, shown.severity, why(shown)) == (85.0, "medium", {record})
    raised = Alert.objects.get(rule="education.unusual_absence")
    assert (raised.severity, raised.evidence, raised.unit and raised.unit.code) == (1, [record], AN)
    assert (raised.title["params"]["share"], raised.title["params"]["usual"]) == (15.0, 3.0)
    ticket = Ticket.objects.get(alert=raised)
    assert ticket.severity == 1
    more = send("education", called(LOWER, day, 90), called(NURSERY, day, 40), realm=REALM).records
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert (raised.severity, raised.title["params"]["count"], ticket.severity) == (2, 3, 2)
    assert why(figure("education", "attendance")) == {record, *more.values()}
    assert figure("education", "watch").value == 2, "the third was changed behind the store's back"
    clock.move(REALM, timedelta(days=1))
    settle()
    raised.refresh_from_db()
    assert raised.state == "active", "silence is no all-clear"
    send("education", *(called(code, day + DAY, 1) for code in (PRIMARY, LOWER, NURSERY)), realm=REALM)
    usual_weeks(day + DAY, PRIMARY, LOWER, NURSERY)
    IntakeChunk.objects.update(evaluated_at=None, due_at=clock.now())
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert raised.state == "cleared"
    assert ticket.condition_gone_at is not None
    assert figure("education", "attendance").value == 99.8

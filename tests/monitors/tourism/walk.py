"""The walk of tourism: a site fills, a correction makes it worse, silence says nothing, a count gives the all-clear."""

from datetime import timedelta

from monitors.tourism.models import LodgingDay, SiteCount
from services.alerts.models import Alert
from services.intake.models import IntakeChunk
from services.kernel import clock
from services.tickets.models import Ticket
from tests.monitors.kit import REALM, figure, settle, why
from tests.monitors.tourism.kit import BEACH, COUNTS, DAY, HOTEL, accepted, count, night, now, today

MINUTE = timedelta(minutes=1)


def walk() -> None:
    a_night()
    a_crowd()


def a_night() -> None:
    """A declaration is corrected: figures follow the record."""
    (record,) = accepted("tourism", night(today(REALM) - DAY, 10), realm=REALM).records.values()
    shown = figure("tourism", "occupancy")
    assert (shown.value, why(shown)) == (25.0, {record})
    LodgingDay.objects.filter(pk=record).update(occupied=30)
    assert (figure("tourism", "occupancy").value, figure("tourism", "arrivals").value) == (75.0, 10)


def a_crowd() -> None:
    (record,) = accepted(COUNTS, count(now(REALM) - 2 * MINUTE, present=180), realm=REALM).records.values()
    settle()
    shown = figure("tourism", "sites")
    assert (shown.value, shown.severity, len(why(shown))) == (180, "medium", 1)
    raised = Alert.objects.get(rule="tourism.overcrowded")
    ticket = Ticket.objects.get(alert=raised)
    assert (raised.severity, raised.evidence, raised.title["params"]["share"]) == (2, [record], 90)
    assert (ticket.severity, ticket.unit and ticket.unit.code, ticket.due_at is not None) == (2, "99001", True)
    SiteCount.objects.filter(pk=record).update(present=210)
    # judged once more, as after an evaluation that failed
    IntakeChunk.objects.update(evaluated_at=None, due_at=clock.now())
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert (raised.severity, raised.title["params"]["present"], ticket.severity) == (3, 210, 3)
    clock.move(REALM, timedelta(hours=3))
    settle()
    raised.refresh_from_db()
    assert (raised.state, figure("tourism", "sites").value) == ("active", None), "silence is no all-clear"
    accepted(COUNTS, count(now(REALM) - MINUTE, present=120), realm=REALM)
    settle()
    raised.refresh_from_db()
    ticket.refresh_from_db()
    assert (raised.state, figure("tourism", "sites").value, figure("tourism", "sites").severity) == (
        "cleared",
        120,
        None,
    )
    assert ticket.condition_gone_at is not None
    assert {row["id"] for row in figure("tourism", "sites").rows} == {BEACH, "ho-binh"}
    assert LodgingDay.objects.get().establishment == HOTEL

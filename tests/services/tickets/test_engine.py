"""Hundreds of due tickets at once: the same as one by one, in statements that don't count them; gaps are told once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.alerts.models import Alert
from services.alerts.raising import raise_alerts
from services.audit.models import AuditEntry
from services.contract import Finding, message
from services.directory.models import Appointment
from services.kernel import clock
from services.notify.models import Message
from services.tickets import engine, following, gaps
from services.tickets.models import Ticket, TicketEntry, TicketStep
from services.wall.models import Tile
from tests.province import SINCE

pytestmark = pytest.mark.django_db
DEPARTMENTS = ("so-xay-dung", "so-y-te", "so-khoa-hoc-cong-nghe")


def open_tickets(count, *, realm="demo", department="", start=0, severity="high"):
    """Open tickets whose first steps fired already."""
    now = clock.now(realm)
    results = [
        Finding(
            "probe.level", severity, f"x{n}", message("Level"), now, unit="99001" if n % 2 else None,
            department=department or DEPARTMENTS[n % 3],
        )
        for n in range(start, start + count)
    ]  # fmt: skip
    raise_alerts(realm=realm, monitor="field_reports", results=results, now=now)
    while following.follow_alerts(limit=100):
        pass
    while engine.fire_timers():
        pass


def statements_of_a_sweep():
    with CaptureQueriesContext(connection) as captured:
        count = engine.fire_timers()
    return count, len(captured)


@pytest.mark.slow
def test_a_sweep_takes_the_same_statements_for_six_tickets_and_for_sixty(province):
    open_tickets(6)
    clock.move("demo", timedelta(minutes=11))
    assert engine.fire_timers() == 6
    clock.move("demo", timedelta(minutes=50))
    few = statements_of_a_sweep()
    open_tickets(60, start=100)
    clock.move("demo", timedelta(minutes=30))
    while engine.fire_timers():
        pass
    clock.move("demo", timedelta(minutes=31))
    many = statements_of_a_sweep()
    assert (few[0], many[0]) == (6, 60)
    assert few[1] == many[1]


def test_a_sweep_that_finds_nothing_asks_five_times_at_most(province):
    open_tickets(3)
    count, statements = statements_of_a_sweep()
    assert count == 0
    assert statements <= 5


def test_many_at_once_leave_the_rows_that_one_would(province):
    open_tickets(7)
    clock.move("demo", timedelta(minutes=11))
    engine.fire_timers()
    for ticket in Ticket.objects.all():
        name = f"ticket:{ticket.public_id}"
        fired = list(ticket.steps.filter(state="fired").order_by("index"))
        assert [step.index for step in fired] == [0, 1]
        assert all(step.holders for step in fired)
        verbs = list(TicketEntry.objects.filter(ticket=ticket).order_by("pk").values_list("verb", flat=True))
        assert verbs == ["open", "notify", "escalate"]
        deeds = AuditEntry.objects.filter(target=name).order_by("pk")
        assert [deed.verb for deed in deeds] == ["ticket.open", "ticket.notify", "ticket.escalate"]
        told = {(row.step, row.person_id) for row in Message.objects.filter(subject=name)}
        assert told == {(step.index, holder["id"]) for step in fired for holder in step.holders}
        tile = Tile.objects.get(key=name).payload
        assert tile["step"]["index"] == 2
        assert tile["holder"]["name"] == fired[-1].holders[0]["name"]
        assert ticket.escalate_at == min(step.due_at for step in ticket.steps.filter(state="pending"))


def test_a_chunk_takes_the_longest_due_of_each_realm(province):
    open_tickets(3)
    open_tickets(2, realm="live")
    TicketStep.objects.filter(index=1).update(due_at=clock.now() - timedelta(minutes=1))
    Ticket.objects.update(escalate_at=clock.now() - timedelta(minutes=1))
    oldest = Ticket.objects.filter(realm="demo").latest("pk")
    Ticket.objects.filter(pk=oldest.pk).update(escalate_at=clock.now() - timedelta(minutes=9))
    assert engine.fire_timers(limit=1) == 2
    assert list(Ticket.objects.filter(step_index=1, realm="demo")) == [oldest]


def test_a_step_that_an_extension_left_behind_does_not_hold_up_one_that_is_due(province):
    open_tickets(1)
    ticket = Ticket.objects.get()
    now = clock.now("demo")
    ticket.steps.filter(index=1).update(due_at=now + timedelta(days=5))
    ticket.steps.filter(index=2).update(due_at=now)
    Ticket.objects.update(escalate_at=now)
    assert engine.fire_timers() == 1
    ticket.refresh_from_db()
    assert ticket.steps.get(index=2).state == "fired"
    assert ticket.escalate_at == min(step.due_at for step in ticket.steps.filter(state="pending")) > now
    assert engine.fire_timers() == 0


def test_a_target_that_nobody_holds_is_told_to_the_supervisor_once_for_each_place(province):
    open_tickets(5, department="van-phong-ubnd")
    open_gaps = Alert.objects.filter(rule=gaps.RULE, department__slug="van-phong-ubnd")
    found = set(open_gaps.values_list("fingerprint", flat=True))
    assert found, "three rungs are vacant in that office"
    assert open_gaps.count() == len(found)
    open_tickets(5, department="van-phong-ubnd", start=50)
    assert set(open_gaps.values_list("fingerprint", flat=True)) == found
    assert open_gaps.count() == len(found)
    assert Tile.objects.filter(key=f"alert:{open_gaps[0].public_id}", gone=False).exists()


def test_the_ticket_of_a_gap_raises_no_gap(province):
    now = clock.now("demo")
    result = Finding(gaps.RULE, "high", "gap", message("Gap"), now, department="van-phong-ubnd")
    raise_alerts(realm="demo", monitor="field_reports", results=[result], now=now)
    following.follow_alerts()
    engine.fire_timers()
    assert Ticket.objects.get().step_index > 0
    assert list(Alert.objects.filter(rule=gaps.RULE).values_list("fingerprint", flat=True)) == ["gap"]


def test_a_gap_clears_when_somebody_holds_the_target_again(province):
    open_tickets(2, department="van-phong-ubnd")
    gap = Alert.objects.filter(rule=gaps.RULE, fingerprint__contains="rung=1:-:").get()
    assert gaps.close_filled() == 0
    somebody = Appointment.objects.filter(position__slug="chuyen-vien")[0]
    Appointment.objects.create(
        person=somebody.person, position=somebody.position, department=gap.department, valid_from=SINCE
    )
    assert gaps.close_filled() == 2, "of the office alone, and of the office for a ticket of a commune"
    gap.refresh_from_db()
    assert gap.state == "cleared"
    assert gaps.close_filled() == 0

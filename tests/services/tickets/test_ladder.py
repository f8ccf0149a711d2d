"""Alerts become tickets, the ladder climbs, verbs are legal or refused, and nobody is told twice."""

from datetime import timedelta

import pytest
from django.http import Http404

from services.alerts import actions as alert_actions
from services.alerts.models import Alert
from services.alerts.raising import raise_alerts
from services.contract import Cleared, Finding, message
from services.directory.models import Unit, UnitSuccessor
from services.kernel import clock, clockguard
from services.kernel.problems import IllegalVerbError, InvalidInputError
from services.notify import outbox
from services.notify.models import Message
from services.tickets import actions, dates, engine, following, units
from services.tickets.models import Ticket, TicketStep
from services.wall.models import Tile
from services.worktime import actions as worktime

pytestmark = pytest.mark.django_db
RULE = "probe.level"


def alarm(key="x", severity="high", *, realm="demo", monitor="field_reports", **more):
    now = clock.now(realm)
    more.setdefault("department", "so-xay-dung")
    result = Finding(RULE, severity, key, message("Level"), now, **more)
    raise_alerts(realm=realm, monitor=monitor, results=[result], now=now)
    return settle()


def clear(key="x", monitor="field_reports"):
    now = clock.now("demo")
    raise_alerts(realm="demo", monitor=monitor, results=[Cleared(RULE, key, now)], now=now)
    return settle()


def settle():
    """Run what the worker would run; return the newest ticket."""
    while following.follow_alerts():
        pass
    while engine.fire_timers():
        pass
    while outbox.send_due():
        pass
    return Ticket.objects.order_by("-pk").first()


def later(**by):
    clock.move("demo", timedelta(**by))
    return settle()


def do(verb, ticket, user, **fields):
    return actions.perform(verb=verb, ticket_public_id=ticket.public_id, acting_user=user, **fields)


def told(ticket):
    rows = Message.objects.filter(subject=f"ticket:{ticket.public_id}", channel="in_app").exclude(state="void")
    return [(row.step, row.person.full_name) for row in rows.order_by("pk").select_related("person")]


def test_an_alert_opens_one_ticket_with_every_step_dated_and_the_first_rung_told(province):
    ticket = alarm()
    assert Ticket.objects.count() == 1
    assert ticket.policy["slug"] == "urgent"
    assert ticket.due_at - ticket.opened_at == timedelta(minutes=60)
    due = [(step.due_at - ticket.opened_at).total_seconds() / 60 for step in ticket.steps.order_by("index")]
    assert due == [0, 10, 60, 90]
    assert told(ticket) == [(0, "Trần chuyen-vien.so-xay-dung")]
    assert Tile.objects.filter(key=f"ticket:{ticket.public_id}", gone=False).exists()


def test_the_ladder_climbs_when_its_times_come_each_rung_once(province):
    ticket = alarm()
    later(minutes=11)
    later(minutes=0)
    assert [name for _step, name in told(ticket)] == ["Trần chuyen-vien.so-xay-dung", "Trần truong-phong.so-xay-dung"]
    later(minutes=50)
    later(minutes=31)
    assert [step for step, _name in told(ticket)] == [0, 1, 2, 3]
    assert told(ticket)[-1][1] == "Trần chanh-van-phong"
    ticket.refresh_from_db()
    assert (ticket.step_index, ticket.escalate_at) == (3, None)


def test_a_vacant_rung_asks_the_next_one_at_once(province):
    ticket = alarm(department="van-phong-ubnd")
    assert told(ticket)[-1][1] == "Trần chanh-van-phong", "three rungs are vacant in that office"
    assert [step.state for step in ticket.steps.order_by("index")] == ["fired"] * 4


def test_acknowledging_stops_the_steps_until_acknowledged_only(province):
    ticket = alarm()
    officer = province.user("cv", "officer", department="so-xay-dung")
    do("acknowledge", ticket, officer)
    later(minutes=11)
    assert [step for step, _name in told(ticket)] == [0]
    later(minutes=50)
    assert [step for step, _name in told(ticket)] == [0, 2]


def test_resolving_voids_what_was_not_sent_and_resolves_the_alert(province):
    ticket = alarm()
    officer = province.user("cv", "officer", department="so-xay-dung")
    head = province.user("gd", "head", department="so-xay-dung")
    do("accept", ticket, officer)
    do("start", ticket, officer)
    Message.objects.update(state="pending")
    do("resolve", ticket, officer, note="Đã sửa", outcome="fixed", public_text="Đã sửa xong")
    assert not Message.objects.filter(state="pending").exists()
    assert set(TicketStep.objects.filter(index__gt=0).values_list("state", flat=True)) == {"void"}
    assert Alert.objects.get().state == "resolved"
    settle()
    closed = do("approve", ticket, head)
    assert (closed.state, closed.outcome) == ("closed", "fixed")
    assert not Tile.objects.filter(key=f"ticket:{ticket.public_id}", gone=False).exists()


def test_a_reopened_ticket_climbs_again_in_a_new_generation(province):
    ticket = alarm()
    officer = province.user("cv", "officer", department="so-xay-dung")
    head = province.user("gd", "head", department="so-xay-dung")
    for verb, who, fields in (
        ("accept", officer, {}),
        ("start", officer, {}),
        ("resolve", officer, {"note": "xong"}),
        ("approve", head, {}),
    ):
        do(verb, ticket, who, **fields)
    generation = Ticket.objects.get().generation
    ticket = do("reopen", ticket, officer, note="Chưa xong")
    settle()
    assert ticket.generation == generation + 1
    assert [step for step, _name in told(ticket)] == [0, 0]


def test_an_illegal_verb_is_refused_with_the_legal_ones_and_changes_nothing(province):
    ticket = alarm()
    officer = province.user("cv", "officer", department="so-xay-dung")
    with pytest.raises(IllegalVerbError) as error:
        do("resolve", ticket, officer, note="x")
    assert "accept" in error.value.legal
    ticket.refresh_from_db()
    assert ticket.state == "new"


def test_another_departments_officer_finds_nothing(province):
    ticket = alarm()
    stranger = province.user("yt", "officer", department="so-y-te")
    with pytest.raises(Http404):
        do("accept", ticket, stranger)


def test_a_reason_is_asked_for_where_one_is_owed(province):
    ticket = alarm()
    officer = province.user("cv", "officer", department="so-xay-dung")
    with pytest.raises(InvalidInputError):
        do("return", ticket, officer, note="  ")


def test_the_clear_closes_where_policy_says_so_and_asks_elsewhere(province):
    slip = alarm("slip", "medium", monitor="public_services")
    clear("slip", "public_services")
    slip.refresh_from_db()
    assert (slip.state, slip.outcome) == ("closed", "fixed")
    other = alarm("other")
    clear("other")
    other.refresh_from_db()
    assert other.state == "new"
    assert other.condition_gone_at is not None


def test_a_rise_of_severity_moves_the_ticket_to_the_stricter_policy(province):
    ticket = alarm(severity="medium")
    assert ticket.policy["slug"] == "default"
    ticket = alarm(severity="critical")
    assert Ticket.objects.count() == 1
    assert (ticket.policy["slug"], ticket.severity_name, ticket.generation) == ("urgent", "critical", 2)


def test_an_operators_resolve_of_the_alert_closes_its_ticket(province):
    ticket = alarm()
    operator = province.user("op", "operator")
    alert_actions.perform(verb="resolve", public_id=Alert.objects.get().public_id, acting_user=operator, note="nhầm")
    settle()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.escalate_at) == ("closed", None)


def test_waiting_moves_every_date_and_resuming_takes_the_rest_back(province):
    ticket = alarm()
    officer = province.user("cv", "officer", department="so-xay-dung")
    do("accept", ticket, officer)
    do("start", ticket, officer)
    due = Ticket.objects.get().due_at
    do("wait", ticket, officer, note="chờ dân", until=clock.now("demo") + timedelta(hours=2))
    assert abs((Ticket.objects.get().due_at - due).total_seconds() - 7200) < 5
    clock.move("demo", timedelta(hours=1))
    do("resume", ticket, officer)
    assert abs((Ticket.objects.get().due_at - due).total_seconds() - 3600) < 5


def test_transfer_keeps_the_clock(province):
    ticket = alarm()
    officer = province.user("cv", "officer", department="so-xay-dung")
    due = ticket.due_at
    moved = do("transfer", ticket, officer, department="so-y-te", note="đúng tuyến")
    assert (moved.department.slug, moved.due_at) == ("so-y-te", due)


def test_mail_goes_out_once_even_when_the_sender_dies_before_saying_so(province, settings, tmp_path):
    settings.IOC_MAIL_DIR = tmp_path
    alarm()
    Message.objects.filter(channel="email").update(state="pending", claimed_until=None)
    outbox.send_due()
    assert len(list(tmp_path.rglob("*.eml"))) == 1


def test_a_leap_of_the_clock_pauses_live_tickets_and_no_others(province, settings):
    alarm(realm="live")
    alarm("y")
    clockguard.look(boot="b", uptime=1000.0)
    assert not clockguard.look(boot="b", uptime=1000.0 - 400)
    Ticket.objects.update(escalate_at=clock.now())
    TicketStep.objects.filter(index=1).update(due_at=clock.now())
    engine.fire_timers()
    assert Ticket.objects.get(realm="live").step_index == 0
    assert Ticket.objects.get(realm="demo").step_index == 1
    clockguard.resume()
    engine.fire_timers()
    assert Ticket.objects.get(realm="live").step_index == 1


def test_an_extension_moves_the_deadline_and_what_is_counted_from_it(province):
    ticket = alarm()
    head = province.user("gd", "head", department="so-xay-dung")
    due = ticket.due_at
    do("extend", ticket, head, note="chờ vật tư", due_at=due + timedelta(minutes=30))
    steps = [(step.due_at - due).total_seconds() / 60 for step in ticket.steps.order_by("index")]
    assert steps[1:] == [-50, 30, 60]


def test_a_new_edition_of_the_calendar_dates_running_tickets_anew(province):
    ticket = alarm(severity="medium")
    days = iter(ticket.due_at.date() + timedelta(days=n) for n in range(3))
    for day in days:
        worktime.set_day(day=day, kind="off", note="bão", acting_user=None)
    while dates.follow_calendar():
        pass
    moved = Ticket.objects.get()
    assert moved.due_at - ticket.due_at >= timedelta(days=3)
    assert moved.escalate_at == min(step.due_at for step in moved.steps.filter(state="pending"))


def test_a_merged_units_open_tickets_go_to_its_heir_with_the_clock_kept(province):
    ticket = alarm(department=None, unit="99002")
    due = ticket.due_at
    yesterday = clock.now().astimezone(clock.LOCAL).date() - timedelta(days=1)
    old = province.units["99002"]
    UnitSuccessor.objects.create(old=old, new=province.units["99001"])
    Unit.objects.filter(pk=old.pk).update(valid_to=yesterday)
    assert units.follow_units() == 1
    assert units.follow_units() == 0
    ticket.refresh_from_db()
    assert (ticket.unit.code, ticket.due_at) == ("99001", due)

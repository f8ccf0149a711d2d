"""The leaders' page: what waits, answers of one press, directives, and one message a morning."""

from datetime import date, datetime, timedelta

import pytest

from services.kernel import clock
from services.kernel.clock import LOCAL
from services.notify.models import Message
from services.notify.texts import letter
from services.tickets.actions import perform
from services.tickets.decisions import digest, selectors
from services.tickets.models import Digest, Ticket, TicketStep
from services.worktime.calendar import WorkCalendar
from services.worktime.selectors import current_calendar
from tests.services.tickets.queue_kit import REALM, as_, officer_of, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(province):
    return province.user("Tâm", "leader")


@pytest.fixture
def resolved(province):
    officer = officer_of(province)
    ticket = report()
    for verb, fields in (("accept", {}), ("start", {}), ("resolve", {"note": "Đã vá", "public_text": "Đã vá xong"})):
        perform(verb=verb, ticket_public_id=ticket.public_id, acting_user=officer, **fields)
    ticket.refresh_from_db()
    return ticket


def told(ticket, person):
    """Let the ladder have told a person."""
    step = TicketStep.objects.filter(ticket=ticket, index__gt=0)[0]
    step.state, step.fired_at = TicketStep.FIRED, clock.now(REALM)
    step.holders = [{"id": person.pk, "name": person.full_name}]
    step.save()


def working_day(ahead):
    """Return a working day at least so many days ahead."""
    day = clock.now(REALM).astimezone(LOCAL).date() + timedelta(days=ahead)
    while not current_calendar().is_working_day(day):
        day += timedelta(days=1)
    return day


def test_a_leader_approves_or_sends_back_with_one_press(leader, resolved):
    told(resolved, leader.person)
    client = as_(leader)
    page = client.get("/tickets/decisions/").content.decode()
    assert resolved.code in page
    assert "Đã vá xong" in page
    answer = client.post("/tickets/decisions/answer/", {"ticket": resolved.public_id, "do": "approve"})
    assert answer.status_code == 302
    assert "Closed." in client.get(answer.url).content.decode()
    resolved.refresh_from_db()
    assert resolved.state == "closed"
    again = client.post("/tickets/decisions/answer/", {"ticket": resolved.public_id, "do": "approve"})
    assert again.status_code == 409
    assert "has moved on" in again.content.decode()


def test_sending_back_needs_a_few_words(leader, resolved):
    told(resolved, leader.person)
    client = as_(leader)
    answer = client.post("/tickets/decisions/answer/", {"ticket": resolved.public_id, "do": "reject", "note": " "})
    assert answer.status_code == 422
    client.post("/tickets/decisions/answer/", {"ticket": resolved.public_id, "do": "reject", "note": "Còn lún"})
    resolved.refresh_from_db()
    assert resolved.state == "in_progress"


def test_more_time_is_granted_or_refused_with_one_press(leader, province):
    officer = officer_of(province)
    tickets = [report(), report()]
    later = tickets[0].due_at + timedelta(days=3)
    for ticket in tickets:
        perform(verb="accept", ticket_public_id=ticket.public_id, acting_user=officer)
        fields = {"due_at": later, "note": "Chờ vật tư"}
        perform(verb="ask_extension", ticket_public_id=ticket.public_id, acting_user=officer, **fields)
    client = as_(leader)
    assert "Chờ vật tư" not in client.get("/tickets/decisions/").content.decode(), "the office's own to decide"
    for ticket in tickets:
        told(ticket, leader.person)
    page = client.get("/tickets/decisions/").content.decode()
    assert page.count("Chờ vật tư") == 2
    client.post("/tickets/decisions/answer/", {"ticket": tickets[0].public_id, "do": "grant_extension"})
    refusal = {"ticket": tickets[1].public_id, "do": "refuse_extension", "note": "Không"}
    assert client.post("/tickets/decisions/answer/", refusal).status_code == 302
    assert [Ticket.objects.get(pk=ticket.pk).due_at == later for ticket in tickets] == [True, False]
    assert "Chờ vật tư" not in client.get("/tickets/decisions/").content.decode()


def test_only_what_reached_the_level_is_shown(leader):
    quiet, loud = report(), report()
    told(loud, leader.person)
    page = as_(leader).get("/tickets/decisions/").content.decode()
    assert loud.code in page
    assert quiet.code not in page


def test_a_leader_is_asked_to_approve_only_what_reached_the_level_and_the_own_directives(leader, province, resolved):
    """Leaders hear only what reached their level: the rest is for its head, and for the centre, to approve."""
    page = "/tickets/decisions/"
    assert resolved.code not in as_(leader).get(page).content.decode()
    for one in (province.user("Vân", "operator"), province.user("Dũng", "head", department="so-xay-dung")):
        assert resolved.code in as_(one).get(page).content.decode()
    given = {"words": "Kiểm tra cầu", "to": "department:so-xay-dung", "due_on": working_day(3).isoformat()}
    as_(leader).post("/tickets/decisions/direct/", given)
    directive = Ticket.objects.get(monitor="directive")
    officer = officer_of(province, "Minh")
    for verb, fields in (("accept", {}), ("start", {}), ("resolve", {"note": "Đã kiểm tra"})):
        perform(verb=verb, ticket_public_id=directive.public_id, acting_user=officer, **fields)
    assert directive.code in as_(leader).get(page).content.decode().partition("Open directives")[0]
    other = province.user("Hòa", "leader")
    assert directive.code not in as_(other).get(page).content.decode().partition("Open directives")[0]
    told(resolved, other.person)
    assert resolved.code in as_(other).get(page).content.decode()


def test_nobody_else_finds_the_page_and_a_head_sees_the_own_office(province, resolved):
    for role in ("citizen", "auditor"):
        assert as_(province.user(role, role)).get("/tickets/decisions/").status_code == 404
    head = as_(province.user("Dũng", "head", department="so-y-te"))
    page = head.get("/tickets/decisions/").content.decode()
    assert resolved.code not in page
    assert "Give a directive" not in page
    answer = head.post("/tickets/decisions/answer/", {"ticket": resolved.public_id, "do": "approve"})
    assert answer.status_code == 422
    assert head.post("/tickets/decisions/direct/", {}).status_code == 404


def test_a_directive_becomes_a_ticket_with_an_office_and_a_day(leader, province):
    day = working_day(3)
    given = {"words": "Kiểm tra cầu treo sau lũ", "to": "department:so-xay-dung", "due_on": day.isoformat()}
    answer = as_(leader).post("/tickets/decisions/direct/", given)
    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.monitor, str(ticket.department and ticket.department.slug), ticket.state) == (
        "directive",
        "so-xay-dung",
        "new",
    )
    assert ticket.due_at.astimezone(LOCAL) == datetime(day.year, day.month, day.day, 17, tzinfo=LOCAL)
    assert list(ticket.watchers.all()) == [leader]
    assert ticket.steps.count() == 2
    officer = as_(officer_of(province))
    assert "Kiểm tra cầu treo sau lũ" in officer.get(f"/tickets/{ticket.public_id}/").content.decode()
    assert officer.post(f"/tickets/{ticket.public_id}/accept/").status_code == 302
    asked = as_(leader).get("/tickets/decisions/").content.decode()
    assert "Directive: Kiểm tra cầu treo sau lũ" in asked
    assert " · Directive · " in asked, "where it comes from is a word, not a code"


def test_a_directive_about_a_ticket_hangs_on_it(leader, province):
    parent = report()
    given = {"words": "Làm ngay", "to": "unit:99002", "due_on": working_day(1).isoformat(), "on": parent.public_id}
    as_(leader).post("/tickets/decisions/direct/", given)
    child = Ticket.objects.get(parent=parent)
    assert (child.unit and child.unit.code, child.department) == ("99002", None)
    parent.refresh_from_db()
    assert parent.state == "new"


@pytest.mark.parametrize(
    "field, value",
    [("words", "  "), ("words", "x" * 1001), ("to", "department:nowhere"), ("to", "x"), ("due_on", "2020-01-01"),
     ("due_on", "never"), ("due_on", "2999-01-01")],
)  # fmt: skip
def test_a_directive_without_words_office_or_day_is_shown_again(leader, field, value):
    given = {"words": "Việc", "to": "department:so-xay-dung", "due_on": working_day(2).isoformat(), field: value}
    answer = as_(leader).post("/tickets/decisions/direct/", given)
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert not Ticket.objects.exists()


def test_the_morning_is_the_next_working_days_seven_oclock():
    calendar = WorkCalendar(off=frozenset({date(2026, 2, 16), date(2026, 2, 17)}))
    friday = datetime(2026, 2, 13, 6, 59, tzinfo=LOCAL)
    assert digest.next_morning(friday, calendar) == friday + timedelta(minutes=1)
    assert digest.next_morning(friday + timedelta(minutes=1), calendar) == datetime(2026, 2, 18, 7, tzinfo=LOCAL)


def test_one_message_a_morning_counts_what_waits(leader, resolved):
    told(report(), leader.person)
    told(resolved, leader.person)
    assert digest.enrol(REALM) == 1
    assert digest.enrol(REALM) == 0
    assert digest.send_due() == 0, "it is not morning yet"
    before = Message.objects.filter(template="digest").count()
    clock.move(REALM, Digest.objects.get().due_at - clock.now(REALM))
    assert digest.send_due() == 1
    assert digest.send_due() == 0
    sent = Message.objects.filter(template="digest", person=leader.person)
    assert before == 0
    assert {message.channel for message in sent} >= {"in_app"}
    assert sent[0].context["title"]["params"]["approve"] == 1
    assert sent[0].context["url"] == "/tickets/decisions/"
    written = letter("digest", sent[0].context, leader.person, "en")
    assert "1 to approve" in f"{written.subject} {written.body}"
    assert "/tickets/decisions/" in written.body


def test_nothing_to_decide_is_no_message_and_who_leads_no_more_gets_none(leader):
    digest.enrol(REALM)
    clock.move(REALM, Digest.objects.get().due_at - clock.now(REALM))
    assert digest.send_due() == 1
    assert not Message.objects.filter(template="digest").exists()
    leader.grants.all().delete()
    digest.enrol(REALM)
    assert not Digest.objects.exists()


def test_headings_say_how_many_there_are_and_lead_to_those_that_are_not_shown(province, monkeypatch, resolved):
    monkeypatch.setattr(selectors, "SHOWN", 2)
    officer = officer_of(province, "Minh")
    tickets = [resolved, *(report() for _ in range(4))]
    Ticket.objects.filter(pk__in=[one.pk for one in tickets]).update(state="resolved")
    asking = report()
    perform(verb="accept", ticket_public_id=asking.public_id, acting_user=officer)
    later = {"due_at": asking.due_at + timedelta(days=3), "note": "Chờ vật tư"}
    perform(verb="ask_extension", ticket_public_id=asking.public_id, acting_user=officer, **later)
    operator = as_(province.user("Vân", "operator"))

    def shown(address):
        page = operator.get(address).content.decode()
        return page, {one.code for one in [*tickets, asking] if f">{one.code}</span>" in page}

    page, first = shown("/tickets/decisions/")
    assert "Reported done, to approve <small>5</small>" in page
    assert "More time is asked for <small>1</small>" in page
    assert "<b>5</b> to approve" in page
    assert (len(first), asking.code in first) == (3, True)
    assert "3 more" in page
    link = "/tickets/decisions/?only=approve&amp;page=2"
    assert link in page
    page, second = shown(link.replace("&amp;", "&"))
    assert (len(second), first & second, "1 more" in page) == (2, set(), True)
    page, third = shown("/tickets/decisions/?only=approve&page=3")
    assert ({asking.code} | first | second | third, " more" in page) == (
        {one.code for one in [*tickets, asking]},
        False,
    )
    for nonsense in ("only=x&page=2", "only=approve&page=-1", "only=approve&page=99999", "only=approve&page=0"):
        assert len(shown(f"/tickets/decisions/?{nonsense}")[1] & first) >= 2, nonsense

"""What a ticket gathers: helpers, parts, duplicates, links, checklists, texts, later deadlines, who is told."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitors.field_reports.models import Report
from services.alerts.raising import raise_alerts
from services.contract import Finding, message
from services.directory.models import Appointment, DutyRoster, DutyShift, User
from services.duty.actions.leaves import add_leave
from services.intake import receive
from services.intake.evaluation import evaluate_due
from services.kernel import clock
from services.kernel.ids import new_public_id
from services.kernel.problems import InvalidInputError
from services.notify.models import Message
from services.tickets import following
from services.tickets.flow import loading
from services.tickets.flow.models import Checklist, ChecklistItem, StandardText, TicketItem, TicketLink
from services.tickets.models import Ticket
from tests.province import appoint
from tests.services.tickets.kit import OFFICE, OTHER, REALM, as_, call, desk, do, opened, press, working

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def officer(province):
    return desk(province, "hanh", "officer")


@pytest.fixture
def head(province):
    return desk(province, "dung", "head")


@pytest.fixture
def helper(province):
    return desk(province, "vy", "officer", OTHER)


def page(user, ticket, query=""):
    return as_(user).get(f"/tickets/{ticket.public_id}/{query}").content.decode()


def detail(user, ticket):
    answer = as_(user).get(f"/api/tickets/{ticket.public_id}/")
    assert answer.status_code == 200
    return answer.json()


def refused(field, verb, ticket, user, **fields):
    with pytest.raises(InvalidInputError) as refusal:
        do(verb, ticket, user, **fields)
    assert list(refusal.value.errors) == [field]
    return str(refusal.value.errors[field][0])


# --- several offices ---


def test_a_department_asked_to_help_sees_comments_attaches_and_ticks_its_items_and_no_more(province, officer, helper):
    ticket = opened()
    mine, theirs = (
        TicketItem.objects.create(ticket=ticket, order=n, text={"vi": "x", "en": "x"}, department=whose)
        for n, whose in enumerate((None, province.departments[OTHER]))
    )
    client = as_(helper)
    assert client.get(f"/api/tickets/{ticket.public_id}/").status_code == 404
    due = ticket.due_at
    assert call(as_(officer), ticket, "involve", department=OTHER).json()["along"] == [OTHER]
    assert client.get(f"/api/tickets/{ticket.public_id}/").status_code == 200
    assert [row["code"] for row in client.get("/api/tickets/").json()["results"]] == [ticket.code]
    assert ticket.code in client.get("/tickets/?holder=all").content.decode()
    assert call(client, ticket, "comment", note="Đã cắt điện").status_code == 200
    assert call(client, ticket, "tick", item=str(theirs.public_id)).status_code == 200
    assert call(client, ticket, "tick", item=str(mine.public_id)).status_code == 400
    assert call(client, ticket, "transfer", department=OTHER).status_code == 404
    assert "Your department helps here" in page(helper, ticket)
    assert Ticket.objects.get(pk=ticket.pk).due_at == due
    do("release", ticket, officer, department=OTHER)
    assert client.get(f"/api/tickets/{ticket.public_id}/").status_code == 404


def test_a_transfer_keeps_clock_checklist_and_history_and_whoever_takes_over_helps_no_longer(province, officer, helper):
    ticket = working(opened(), officer)
    TicketItem.objects.create(ticket=ticket, order=1, text={"vi": "x", "en": "x"})
    do("involve", ticket, officer, department=OTHER)
    kept = (ticket.due_at, ticket.clock_from, ticket.opened_at, ticket.alert_id)
    moved = do("transfer", ticket, officer, department=OTHER, note="đúng tuyến")
    assert (moved.due_at, moved.clock_from, moved.opened_at, moved.alert_id) == kept
    assert (moved.department.slug, moved.along, moved.assignee, moved.state) == (OTHER, [], None, "in_progress")
    assert detail(helper, ticket)["checklist"][0]["state"] == "open"
    with pytest.raises(Http404):
        do("comment", ticket, officer, note="còn tôi?")


def test_only_people_who_work_in_the_office_today_can_be_given_a_ticket(province, officer, helper):
    ticket = opened()
    assert "does not belong" in refused("person", "assign", ticket, officer, person=helper.person.public_id)
    colleague = desk(province, "minh", "officer")
    assert do("assign", ticket, officer, person=colleague.person.public_id).assignee == colleague.person
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert "no longer holds a post" in refused("person", "assign", ticket, officer, person=colleague.person.public_id)
    yesterday = clock.now().astimezone(clock.LOCAL).date() - DAY
    Appointment.objects.filter(person=officer.person).update(valid_to=yesterday)
    assert "no longer holds a post" in refused("person", "assign", ticket, officer, person=officer.person.public_id)
    offered = page(officer, ticket, "?do=assign")
    assert str(colleague.person.public_id) not in offered
    assert str(officer.person.public_id) not in offered


# --- parts and duplicates ---


def test_a_whole_is_not_approved_while_a_part_is_open_unless_somebody_says_why(province, officer, head, helper):
    ticket = working(opened(), officer)
    do("split", ticket, officer, department=OTHER, note="phần y tế", title="Đưa người đi cấp cứu")
    child: Any = ticket.children.get()
    assert (child.department.slug, child.state, child.alert_id) == (OTHER, "new", ticket.alert_id)
    assert "Đưa người đi cấp cứu" in page(officer, ticket)
    assert f"/tickets/{child.public_id}/" not in page(officer, ticket), "it is out of the officer's reach"
    part = detail(officer, ticket)["children"][0]
    assert (part["id"], part["code"], part["department"]) == (None, child.code, OTHER)
    assert detail(helper, child)["parent"]["code"] == ticket.code
    do("resolve", ticket, officer, note="xong", public_text="Xong phần đường")
    assert child.code in refused("note", "approve", ticket, head)
    assert 'id="do_note"' in page(head, ticket, "?do=approve"), "the page asks for the reason"
    working(child, helper)
    do("resolve", child, helper, note="xong", public_text="Đã đưa đi")
    assert f"{child.code}</span> Reported done" in page(officer, ticket), "the whole tells of its part"
    assert do("approve", ticket, head, note="phần còn lại theo dõi riêng").state == "closed"


def test_a_merge_carries_history_watchers_links_parts_and_reporters_to_the_survivor(province, officer, head):
    one, two = reported(), reported()
    other = opened()
    for ticket in (one, two):
        working(ticket, officer)
    do("comment", two, officer, note="Hố sâu nửa mét")
    do("watch", two, head)
    do("link", two, officer, other=other.code, kind="caused_by")
    do("link", two, officer, other=one.code, kind="duplicate_of")
    do("split", two, officer, department=OTHER, note="phần điện")
    do("merge", two, officer, into=one.public_id, note="cùng một hố")
    two.refresh_from_db()
    assert (two.state, two.merged_into) == ("merged", one)
    assert list(one.watchers.all()) == [head]
    assert [(row.kind, row.other) for row in one.links.all()] == [("caused_by", other)], "not one to itself"
    assert [child.parent for child in Ticket.objects.filter(parent__isnull=False)] == [one]
    told = page(officer, one)
    assert "Hố sâu nửa mét" in told
    assert f"Took over a duplicate: {two.code}" in told
    assert {row["of"] for row in detail(officer, one)["entries"]} == {one.code, two.code}
    do("comment", one, officer, note="Đã rào chắn, mai vá", public=True)
    assert all("Đã rào chắn, mai vá" in followed(pk) for pk in report_ids())
    do("resolve", one, officer, note="xong", public_text="Đã vá xong hai lớp nhựa")
    do("approve", one, head, note="phần điện làm sau")
    assert all("Đã vá xong hai lớp nhựa" in followed(pk) for pk in report_ids())
    assert not Ticket.objects.filter(pk__in=[one.pk, two.pk], alert__state="active").exists()


def reported():
    """A citizen's report and the ticket it became."""
    item = {
        "external_id": str(new_public_id()),
        "occurred_at": clock.now(REALM).isoformat(),
        "description": "Ổ gà sâu giữa đường",
        "category": "giao-thong",
        "unit": "99001",
    }
    receive(source="field_reports/portal", realm=REALM, items=[item])
    while evaluate_due():
        pass
    while following.follow_alerts():
        pass
    return Ticket.objects.order_by("-pk")[0]


def report_ids():
    return Report.objects.values_list("pk", flat=True)


def followed(pk):
    return Client().get(f"/follow/{Report.objects.get(pk=pk).code}/").content.decode()


def test_a_duplicates_alert_that_comes_again_opens_no_second_ticket(province, officer):
    one, two = opened(), opened(severity="low")
    do("merge", two, officer, into=one.public_id)
    now = clock.now(REALM)
    again = Finding("probe.level", "high", two.alert.fingerprint, message("Level"), now, department=OFFICE)
    raise_alerts(realm=REALM, monitor="field_reports", results=[again], now=now)
    while following.follow_alerts():
        pass
    assert Ticket.objects.count() == 2


# --- links ---


def test_a_link_names_what_both_may_see_and_shows_nothing_else(province, officer, helper):
    ticket, near, far = opened(), opened(), opened(department=OTHER, unit="99002")
    client = as_(officer)
    for hidden in (far.code, str(far.public_id), "PX-00-1", "'; DROP TABLE x"):
        assert call(client, ticket, "link", other=hidden).status_code == 400, hidden
    assert call(client, ticket, "link", alert=str(far.alert.public_id)).status_code == 400
    assert call(client, ticket, "link", record=10**12).status_code == 400
    shown = call(client, ticket, "link", other=near.code.lower(), kind="duplicate_of").json()["links"]
    assert [(row["kind"], row["name"], row["back"]) for row in shown] == [("duplicate_of", near.code, False)]
    assert detail(officer, near)["links"][0] | {"back": True, "name": ticket.code} == detail(officer, near)["links"][0]
    assert call(client, ticket, "link", other=near.code, kind="duplicate_of").status_code == 400, "once is enough"
    TicketLink.objects.create(ticket=ticket, kind="relates_to", other=far, at=clock.now(REALM))
    assert far.code not in page(officer, ticket)
    assert [row["name"] for row in detail(officer, ticket)["links"]] == [near.code]
    gone = call(client, ticket, "unlink", link=shown[0]["id"]).json()
    assert gone["links"] == []
    assert [row["verb"] for row in gone["entries"]][-2:] == ["link", "unlink"]


def test_a_record_is_linked_by_whoever_may_read_it(province, officer, helper):
    ticket, far = reported(), opened(department=OTHER, unit="99002")
    assert ticket.alert is not None
    record = ticket.alert.evidence[0]
    shown = call(as_(officer), ticket, "link", record=record).json()["links"]
    assert [(row["monitor"], row["record"]) for row in shown] == [("field_reports", record)]
    assert f"field_reports:{record}" in page(officer, ticket)
    assert call(as_(helper), far, "link", record=record, monitor="field_reports").status_code == 400
    assert call(as_(officer), ticket, "link", record=record, monitor="nothing").status_code == 400


# --- checklists and texts ---


def checklist(**matchers):
    made = Checklist.objects.create(slug=str(new_public_id()), title="Đường sá", title_en="Roads", **matchers)
    for number, required in enumerate((False, True)):
        ChecklistItem.objects.create(checklist=made, order=number, text=f"Việc {number}", required=required)
    return made


def test_a_checklist_is_copied_when_the_ticket_opens_and_asked_for_when_it_is_done(province, officer):
    template = checklist(monitor="field_reports", category="giao-thong")
    checklist(category="khac")
    ticket = opened(category="giao-thong")
    ChecklistItem.objects.filter(checklist=template).update(text="Sửa sau")
    working(ticket, officer)
    first, second = ticket.items.all()
    assert (first.text["vi"], second.required) == ("Việc 0", True)
    assert "Việc 1" in refused("checklist", "resolve", ticket, officer, note="xong", public_text="Xong")
    client = as_(officer)
    answer = press(client, ticket, "resolve", outcome="fixed", public_text="Xong", note="")
    assert answer.status_code == 422
    assert "Việc 1" in answer.content.decode()
    assert press(client, ticket, "tick", item=str(second.public_id), mark="excused").status_code == 422
    assert press(client, ticket, "tick", item=str(second.public_id), mark="excused", note="trùng").status_code == 302
    page_after = client.get(f"/tickets/{ticket.public_id}/").content.decode()
    assert "Excused: trùng" in page_after
    assert "1 / 2" in page_after
    assert do("resolve", ticket, officer, note="xong", public_text="Xong").state == "resolved"


def test_standard_texts_are_offered_by_state_and_copied_with_their_placeholders_filled(province, officer):
    text = StandardText.objects.create(
        slug="cho", title="Chờ", state="new", text="Phiếu {code} tại {place}, ngày {date}, {không rõ}"
    )
    StandardText.objects.create(slug="khac", title="Khác", category="khac", text="x")
    ticket = opened()
    client = as_(officer)
    offered = client.get(f"/api/tickets/{ticket.public_id}/texts/").json()
    today = f"{clock.now(REALM).astimezone(clock.LOCAL):%d/%m/%Y}"
    assert [one["slug"] for one in offered] == ["cho"]
    said = f"Phiếu {ticket.code} tại {ticket.unit.label['vi']}, ngày {today}, {{không rõ}}"
    assert offered[0]["text"] == said
    assert said in client.get(f"/tickets/{ticket.public_id}/?text=cho").content.decode().replace("&#x27;", "'")
    call(client, ticket, "comment", text="cho")
    StandardText.objects.filter(pk=text.pk).update(text="Khác hẳn")
    entry = ticket.entries.get(verb="comment")
    assert (entry.note, entry.detail["text"]) == (said, "cho")
    assert call(client, ticket, "comment", text="khac").status_code == 400
    call(client, ticket, "comment", text="cho", note="Lời riêng")
    assert ticket.entries.filter(verb="comment").last().note == "Lời riêng"


def test_the_packs_checklists_and_texts_are_loaded_once_and_left_to_the_admin(province, settings, tmp_path):
    path = settings.BASE_DIR / "fixtures" / "province" / "daklak" / "casework.toml"
    assert loading.load(path) > 5
    StandardText.objects.update(text="đã sửa")
    assert loading.load(path) == 0
    assert set(StandardText.objects.values_list("text", flat=True)) == {"đã sửa"}
    assert loading.load(tmp_path / "none.toml") == 0


def test_not_fixed_needs_a_reason_for_the_public_and_says_it(province, officer, head):
    ticket = working(opened(), officer)
    refused("public_text", "resolve", ticket, officer, note="hết kinh phí", outcome="not_fixed")
    do("resolve", ticket, officer, note="x", outcome="not_fixed", public_text="Chờ quy hoạch vỉa hè")
    do("approve", ticket, head)
    assert "Closed, not fixed, because: Chờ quy hoạch vỉa hè" in page(officer, ticket)


# --- later deadlines and waiting ---


def test_an_extension_is_asked_for_then_granted_or_refused_and_every_state_is_shown(province, officer, head):
    ticket = working(opened(), officer)
    due, client, chief = ticket.due_at, as_(officer), as_(head)
    new = due + DAY
    local = f"{new.astimezone(clock.LOCAL):%Y-%m-%dT%H:%M}"
    assert press(client, ticket, "ask_extension", due_at=local, note="").status_code == 422
    assert press(client, ticket, "ask_extension", due_at=local, note="Chờ nắp gang").status_code == 302
    ticket.refresh_from_db()
    assert ticket.due_at == due, "the old deadline runs on"
    assert "Asked for, not decided yet" in page(officer, ticket)
    assert "asked for already" in refused("due_at", "ask_extension", ticket, officer, due_at=new + DAY, note="nữa")
    assert press(client, ticket, "grant_extension").status_code == 404, "who asks does not grant"
    assert "/grant_extension/" in page(head, ticket)
    press(chief, ticket, "refuse_extension", note="Làm trong hôm nay")
    assert "Làm trong hôm nay" in page(officer, ticket)
    do("ask_extension", ticket, officer, due_at=new, note="Xe hỏng")
    assert press(chief, ticket, "grant_extension").status_code == 302
    assert Ticket.objects.get(pk=ticket.pk).due_at == new
    states = [(row["state"], row["asked_by"], row["decided_by"]) for row in detail(officer, ticket)["extensions"]]
    assert states == [(state, officer.person.full_name, head.person.full_name) for state in ("refused", "granted")]
    do("ask_extension", ticket, officer, due_at=new + DAY, note="nữa")
    do("resolve", ticket, officer, note="xong", public_text="Xong")
    assert detail(officer, ticket)["extensions"][-1]["state"] == "lapsed"


def test_a_dossiers_deadline_is_extended_once_only_whoever_asks_or_grants(province, officer, head):
    """Decree 61/2018 article 19, kept in Decree 118/2025: an apology with a new date goes out once only."""
    ticket = opened(monitor="public_services")
    do("ask_extension", ticket, officer, due_at=ticket.due_at + DAY, note="chờ xác minh")
    do("grant_extension", ticket, head)
    ticket.refresh_from_db()
    for verb, user in (("ask_extension", officer), ("extend", head)):
        assert "once only" in refused("due_at", verb, ticket, user, due_at=ticket.due_at + DAY, note="lần nữa")
    assert "extended once only, and it was" in page(officer, ticket)
    free = opened()
    for _time in range(2):
        free = do("extend", free, head, due_at=free.due_at + DAY, note="mưa lũ")


def test_waiting_says_for_whom_and_only_known_kinds(province, officer):
    ticket = working(opened(), officer)
    until = clock.now(REALM) + DAY
    refused("waiting_for", "wait", ticket, officer, note="chờ", until=until, waiting_for="ai đó")
    local = f"{until.astimezone(clock.LOCAL):%Y-%m-%dT%H:%M}"
    press(as_(officer), ticket, "wait", note="Chờ điện lực", until=local, waiting_for="agency")
    told = page(officer, ticket)
    assert "Waiting: Another agency" in told
    assert detail(officer, ticket)["waiting_for"] == "agency"
    assert do("resume", ticket, officer).waiting_for == ""


# --- who is told ---


def told(ticket):
    rows = Message.objects.filter(subject=f"watch:{ticket.public_id}", channel="in_app").select_related("person")
    return sorted(row.person.full_name for row in rows)


def test_watchers_hear_of_changes_once_in_ten_minutes_and_only_while_they_may_see_them(province, officer, head, helper):
    ticket = opened()
    do("watch", ticket, officer)
    do("watch", ticket, head)
    assert told(ticket) == []
    working(ticket, officer)
    do("comment", ticket, officer, note="một")
    assert told(ticket) == [head.person.full_name], "the actor is not told, and several changes are one message"
    clock.move(REALM, timedelta(minutes=11))
    do("comment", ticket, officer, note="hai")
    assert told(ticket) == [head.person.full_name] * 2
    clock.move(REALM, timedelta(minutes=11))
    do("ask_extension", ticket, officer, due_at=ticket.due_at + DAY, note="x")
    assert told(ticket).count(head.person.full_name) == 3
    do("transfer", ticket, officer, department=OTHER)
    clock.move(REALM, timedelta(minutes=11))
    do("comment", ticket, helper, note="ba")
    assert told(ticket).count(head.person.full_name) == 3, "it is out of their reach now"


def test_who_is_handed_a_ticket_or_asked_to_help_is_told(province, officer, helper):
    """A transferred ticket's ladder began in another office: nobody of the new one had ever heard of it."""
    chief = desk(province, "thu", "head", OTHER)
    ticket = opened()
    do("involve", ticket, officer, department=OTHER, note="cắt điện")
    assert chief.person.full_name in told(ticket)
    clock.move(REALM, timedelta(minutes=11))
    do("release", ticket, officer, department=OTHER)
    assert helper.person.full_name not in told(ticket)
    do("transfer", ticket, officer, department=OTHER, note="đúng tuyến")
    assert helper.person.full_name in told(ticket), "the first step's people of the office that has it now"


def test_who_stands_in_hears_of_what_is_given_to_or_asked_of_who_is_away(province, officer, head):
    deputy, colleague = desk(province, "lan", "officer"), desk(province, "minh", "officer")
    ticket = opened()
    now = clock.now(REALM)
    for away in (head, colleague):
        add_leave(person=away.person, stand_in=deputy.person, starts=now, ends=now + DAY, acting_user=None)
    do("assign", ticket, officer, person=colleague.person.public_id)
    assert told(ticket) == [deputy.person.full_name]
    clock.move(REALM, timedelta(minutes=11))
    do("ask_extension", ticket, officer, due_at=ticket.due_at + DAY, note="Chờ nắp gang")
    assert told(ticket) == [deputy.person.full_name] * 2
    clock.move(REALM, DAY)
    do("assign", ticket, officer, person=colleague.person.public_id)
    assert told(ticket).count(colleague.person.full_name) == 1, "who is back is told again"


def test_whoever_has_the_dispatchers_duty_hears_of_what_an_office_returned_and_else_who_leads_there(
    province, officer, head
):
    director = appoint("Khánh", "giam-doc-so", department=province.departments["trung-tam-ioc"])
    Appointment.objects.filter(person=director).update(is_head=True)
    dispatcher = province.user("Oanh", "operator").person
    DutyShift.objects.all().delete()
    ticket = opened()
    do("return", ticket, officer, note="không thuộc thẩm quyền")
    assert told(ticket) == [director.full_name], "nobody is on duty"
    now = clock.now(REALM)
    roster = DutyRoster.objects.get(slug="truc-ban-ioc")
    DutyShift.objects.create(roster=roster, person=dispatcher, starts=now, ends=now + DAY)
    other = opened()
    do("return", other, officer, note="không thuộc thẩm quyền")
    assert told(other) == [dispatcher.full_name]


# --- constant statements ---


def statements(client, address):
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in taken]


def test_page_and_detail_take_the_same_statements_however_much_a_ticket_has_gathered(province, officer, head):
    """What grows: items, parts, duplicates, links, files, later deadlines, comments, watchers, helpers."""
    checklist()
    ticket = working(opened(), officer)

    def gather(times):
        for number in range(times):
            do("split", ticket, officer, department=OTHER, note=f"phần {number}")
            do("merge", opened(), officer, into=ticket.public_id)
            do("link", ticket, officer, other=opened().code)
            do("comment", ticket, officer, note=f"Lời {number}")
            do("extend", ticket, head, due_at=Ticket.objects.get(pk=ticket.pk).due_at + DAY, note="x")
            do("tick", ticket, officer, item=ticket.items.all()[0].public_id)

    do("involve", ticket, officer, department=OTHER)
    gather(1)
    client = as_(officer)
    addresses = (f"/tickets/{ticket.public_id}/", f"/api/tickets/{ticket.public_id}/")
    for address in addresses:
        statements(client, address)
    few = [statements(client, address) for address in addresses]
    do("involve", ticket, officer, department="so-khoa-hoc-cong-nghe")
    gather(4)
    many = [statements(client, address) for address in addresses]
    assert [len(taken) for taken in many] == [len(taken) for taken in few], "\n".join(many[0] + many[1])
    assert len(many[0]) <= 32, "\n".join(many[0])
    assert len(many[1]) <= 18, "\n".join(many[1])


def test_the_casework_of_a_page_holds_its_forms_with_the_version_and_no_foreign_code(province, officer):
    ticket = opened()
    shown = page(officer, ticket)
    form = shown[shown.index(f'action="/tickets/{ticket.public_id}/accept/"') :]
    assert f'name="version" value="{ticket.version}"' in form[: form.index("</form>")]
    assert not re.search(r"\sstyle=|\son[a-z]+=", shown)

"""The workspace through the browser's eyes: who sees what, what a press does, what a refusal says."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from monitors.field_reports.models import Report
from services.directory.models import Appointment, Position
from services.intake import receive
from services.intake.evaluation import evaluate_due
from services.kernel import clock
from services.kernel.ids import new_public_id
from services.tickets import engine, following
from services.tickets.models import Ticket
from services.tickets.page_filters import Filters
from services.tickets.page_time import countdown
from services.worktime.selectors import current_calendar
from tests.province import SINCE

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
REALM = "demo"


def report(**more):
    """Send a report and let it become a ticket."""
    item = {
        "external_id": str(new_public_id()),
        "occurred_at": clock.now(REALM).isoformat(),
        "description": "Ổ gà sâu giữa đường",
        "category": "giao-thong",
        "unit": "99001",
        "reporter": {"name": "Hoàng Yến", "phone": "0905000318"},
        **more,
    }
    receive(source="field_reports/portal", realm=REALM, items=[item])
    settle()
    return Ticket.objects.order_by("-pk").first()


def settle():
    while evaluate_due():
        pass
    while following.follow_alerts():
        pass
    while engine.fire_timers():
        pass


@pytest.fixture
def officer(province):
    user = province.user("Hạnh", "officer", department="so-xay-dung")
    department = province.departments["so-xay-dung"]
    office = Position.objects.get(slug="chuyen-vien")
    Appointment.objects.create(person=user.person, position=office, department=department, valid_from=SINCE)
    return user


@pytest.fixture
def head(province):
    return province.user("Dũng", "head", department="so-xay-dung")


def as_(user, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def do(client, ticket, verb, **fields):
    return client.post(f"/tickets/{ticket.public_id}/{verb}/", fields)


def page_of(client, ticket, query=""):
    return client.get(f"/tickets/{ticket.public_id}/{query}").content.decode()


def listed(client, query="?holder=all"):
    return re.findall(r'<span class="code">(PX-[0-9-]+)</span>', client.get(f"/tickets/{query}").content.decode())


# --- who sees what ---


def test_nobody_reads_without_signing_in(province, client):
    ticket = report()
    for address in ("/tickets/", f"/tickets/{ticket.public_id}/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/?next=")


def test_a_list_holds_what_the_role_reaches_and_the_rest_is_not_found(province, officer):
    own, other = report(), report(category="an-toan-thuc-pham", unit="99002")
    client = as_(officer)
    assert listed(client) == [own.code]
    assert client.get(f"/tickets/{other.public_id}/").status_code == 404
    assert do(client, other, "accept").status_code == 404
    commune = as_(province.user("Vy", "officer", unit="99002"))
    assert listed(commune) == [other.code]
    operator = as_(province.user("Bảo", "operator"))
    assert sorted(listed(operator)) == sorted([own.code, other.code])


def test_an_auditor_reads_and_cannot_act(province):
    ticket = report()
    client = as_(province.user("Minh", "auditor"))
    page = page_of(client, ticket)
    assert "You can read this ticket, not change it." in page
    assert "/accept/" not in page
    assert do(client, ticket, "accept").status_code == 404
    assert Ticket.objects.get().state == "new"


def test_a_citizen_finds_no_workspace_of_others(province):
    ticket = report()
    client = as_(province.user("Dân", "citizen"))
    assert client.get(f"/tickets/{ticket.public_id}/").status_code == 404


# --- the list ---


def statements(client, address):
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in taken]


def test_the_list_takes_the_same_statements_whatever_it_holds(province, officer):
    """Session, user, grants 3, clock 1, person and post 2, tally 1, calendar 1, rows 1, steps 1, names of units 1."""
    client = as_(officer)
    report()
    statements(client, "/tickets/?holder=all")
    few = statements(client, "/tickets/?holder=all")
    for number in range(12):
        report(unit=("99001", "99002", "99003")[number % 3], category=("giao-thong", "chay-rung")[number % 2])
    many = statements(client, "/tickets/?holder=all")
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= 17, "\n".join(many)
    searched = statements(client, "/tickets/?holder=all&q=an&state=all")
    assert len(searched) <= 17, "\n".join(searched)


def test_my_queue_comes_first_grouped_by_deadline(province, officer):
    client = as_(officer)
    for _number in range(3):
        do(client, report(), "accept")
    tickets = list(Ticket.objects.order_by("pk"))
    now = clock.now(REALM)
    for ticket, by in zip(tickets, (timedelta(days=9), timedelta(hours=-3), timedelta(seconds=30)), strict=True):
        Ticket.objects.filter(pk=ticket.pk).update(due_at=now + by)
    page = client.get("/tickets/").content.decode()
    places = [page.index(ticket.code) for ticket in (tickets[1], tickets[2], tickets[0])]
    assert places == sorted(places)
    assert page.index("Overdue <b>1</b>") < page.index("Due today <b>1</b>") < page.index("From tomorrow on <b>1</b>")
    report()
    assert len(listed(client, "")) == 3, "nobody's ticket is not in my queue"
    assert len(listed(client, "?holder=none")) == 1


def test_every_filter_is_a_link_that_can_be_removed(province, officer):
    client = as_(officer)
    urgent, plain = report(category="chay-rung"), report(unit="99002")
    assert listed(client, "?holder=all&severity=high") == [urgent.code]
    assert listed(client, "?holder=all&unit=99002") == [plain.code]
    assert listed(client, "?holder=all&monitor=field_reports&unit=99001") == [urgent.code]
    assert listed(client, "?holder=all&monitor=cybersecurity") == []
    page = client.get("/tickets/?holder=all&severity=high").content.decode()
    assert 'href="?holder=all"' in page
    assert "Remove this filter: Severity" in page
    for menu, query in (("severity", "severity=high"), ("unit", "unit=99002")):
        assert f'/tickets/menu/{menu}/?holder=all"' in client.get("/tickets/?holder=all").content.decode()
        offered = client.get(f"/tickets/menu/{menu}/?holder=all").content.decode()
        assert f'href="/tickets/?holder=all&amp;{query}"' in offered


@pytest.mark.parametrize("typed", ["binh", "BÌNH", "Bình", "px-", "thong"])
def test_search_needs_no_accents(province, officer, typed):
    wanted = report(unit="99002", category="giao-thong")
    assert wanted.code in listed(as_(officer), f"?holder=all&q={typed}")


def test_search_that_finds_nothing_names_its_filter(province, officer):
    report()
    page = as_(officer).get("/tickets/", {"holder": "all", "q": "<b>không có"}).content.decode()
    assert "No ticket fits these filters" in page
    assert "&lt;b&gt;không có" in page


@pytest.mark.parametrize(
    "query",
    [
        "?page=abc",
        "?page=-1",
        "?page=99999999999999999999",
        "?page=²",
        "?unit=';DROP TABLE x--",
        "?severity=worst",
        "?state=%00",
        "?holder=%3Cscript%3E",
        "?q=%00%27",
        "?q=" + "x" * 5000,
        "?monitor=../../x",
    ],
)
def test_nonsense_in_the_address_is_no_filter(province, officer, query):
    report()
    answer = as_(officer).get(f"/tickets/{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_an_empty_queue_says_so_and_shows_where_there_is_work(province, officer):
    client = as_(officer)
    assert "Nothing left in your queue." in client.get("/tickets/").content.decode()
    report()
    page = client.get("/tickets/").content.decode()
    assert "See tickets nobody has taken" in page
    assert "/tickets/?holder=none" in page


def test_the_list_has_pages(province, officer, monkeypatch):
    for module in ("page_rows", "queue.pages"):
        monkeypatch.setattr(f"services.tickets.{module}.PAGE_SIZE", 2)
    for _number in range(5):
        report()
    client = as_(officer)
    seen = [code for number in (1, 2, 3) for code in listed(client, f"?holder=all&page={number}")]
    assert len(seen) == len(set(seen)) == 5
    first = client.get("/tickets/?holder=all").content.decode()
    assert 'href="?holder=all&amp;page=2"' in first
    assert "From tomorrow on <b>5</b>" in first, "a group counts all its pages"
    assert "page=4" not in client.get("/tickets/?holder=all&page=3").content.decode()


def test_ended_tickets_are_listed_with_how_they_ended(province, officer, head):
    ticket = finish(report(), officer, head, outcome="not_fixed")
    page = as_(officer).get("/tickets/?holder=all&state=ended").content.decode()
    assert ticket.code in page
    assert "Closed, not fixed" in page


# --- a ticket ---


def finish(ticket, officer, head, outcome="fixed"):
    client = as_(officer)
    do(client, ticket, "accept")
    do(client, ticket, "start")
    do(client, ticket, "resolve", outcome=outcome, public_text="Đã vá xong mặt đường")
    do(as_(head), ticket, "approve")
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    return ticket


def test_accept_start_resolve_approve_by_pressing_what_the_page_offers(province, officer, head):
    ticket = report()
    client = as_(officer)
    for verb, state in (("accept", "accepted"), ("start", "in_progress")):
        assert f'action="/tickets/{ticket.public_id}/{verb}/"' in page_of(client, ticket)
        answer = do(client, ticket, verb)
        assert (answer.status_code, answer.url) == (302, f"/tickets/{ticket.public_id}/?done={verb}")
        ticket.refresh_from_db()
        assert ticket.state == state
    assert ticket.assignee == officer.person
    assert 'name="public_text"' in page_of(client, ticket, "?do=resolve")
    do(client, ticket, "resolve", outcome="fixed", public_text="Đã vá xong mặt đường")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome, ticket.public_text) == ("resolved", "fixed", "Đã vá xong mặt đường")
    assert "/approve/" not in page_of(client, ticket), "who did it does not approve it"
    chief = as_(head)
    assert "/approve/" in page_of(chief, ticket)
    do(chief, ticket, "approve")
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert "Closed, fixed" in page_of(client, ticket)
    assert Report.objects.get().status == "done"


def test_a_refused_form_keeps_what_was_typed_and_says_why(province, officer):
    ticket = report()
    client = as_(officer)
    do(client, ticket, "accept")
    do(client, ticket, "start")
    answer = do(client, ticket, "resolve", outcome="", public_text="", note="Tạm xong")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose how it ended." in page
    assert "Say it in a few words." in page
    assert "Tạm xong" in page
    ticket.refresh_from_db()
    assert ticket.state == "in_progress"
    late = do(client, ticket, "wait", note="Chờ vật tư", until="not a day")
    assert late.status_code == 422
    assert "Chờ vật tư" in late.content.decode()
    past = do(client, ticket, "wait", note="Chờ vật tư", until="2020-01-01T08:00")
    assert past.status_code == 422


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_an_impossible_step_is_409_and_names_what_is_possible(province, officer, headers):
    ticket = report()
    client = as_(officer)
    answer = client.post(f"/tickets/{ticket.public_id}/approve/", headers=headers)
    assert answer.status_code == 404, "an officer may never approve"
    answer = client.post(
        f"/tickets/{ticket.public_id}/resolve/", {"outcome": "fixed", "public_text": "xong"}, headers=headers
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "“Report it done” is not possible: the ticket is now “New”." in page
    possible = re.findall(r"You can: ([^<]+)\.", page)[0].split(", ")
    assert "Accept" in possible
    assert "Approve and close" not in possible
    assert ("<html" in page) is not bool(headers)


def test_a_verb_that_does_not_exist_and_a_get_of_one_change_nothing(province, officer):
    ticket = report()
    client = as_(officer)
    assert do(client, ticket, "explode").status_code == 404
    assert do(client, ticket, "close").status_code == 404
    assert client.get(f"/tickets/{ticket.public_id}/accept/").status_code == 405
    assert client.get("/tickets/not-a-uuid/").status_code == 404


def test_htmx_gets_the_fragment_alone(province, officer):
    ticket = report()
    answer = as_(officer).post(f"/tickets/{ticket.public_id}/accept/", headers={"hx-request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.strip().startswith('<div id="ticket"')
    assert "Accepted: it is yours now." in page
    assert "HX-Request" in answer["Vary"]
    for name in set(re.findall(r'<use href="#([^"]+)"', page)):
        assert f'<symbol id="{name}"' in page


def test_an_open_page_is_told_in_one_word_that_nothing_happened(province, officer):
    ticket = report()
    settle()
    desk = as_(officer)
    (seen,) = re.findall(r'data-seen="([0-9]+)"', page_of(desk, ticket))
    again = f"/tickets/{ticket.public_id}/?seen={seen}"
    assert (desk.get(again).status_code, desk.get(f"{again}9").status_code) == (204, 200)
    do(desk, ticket, "accept")
    assert desk.get(again).status_code == 200


def test_what_was_reported_is_quoted_and_who_reported_is_nowhere(province, officer):
    ticket = report(description=HOSTILE, address="Số 84 đường Ơn")
    page = page_of(as_(officer), ticket)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "Số 84 đường Ơn" in page
    assert "Hoàng Yến" not in page
    assert "0905000318" not in page


def test_an_internal_note_stays_inside_and_a_public_one_reaches_the_reporter(province, officer, client):
    ticket = report()
    staff = as_(officer)
    do(staff, ticket, "comment", note=f"Kho hết nắp gang {HOSTILE}", audience="internal")
    do(staff, ticket, "comment", note="Đã rào chắn, mai sửa", audience="public")
    page = page_of(staff, ticket)
    assert page.index("Đã rào chắn, mai sửa") < page.index("Kho hết nắp gang"), "newest first"
    assert "<script>alert(1)" not in page
    followed = client.get(f"/follow/{Report.objects.get().code}/").content.decode()
    assert "Đã rào chắn, mai sửa" in followed
    assert "Kho hết nắp gang" not in followed
    assert "Kho hết nắp gang" not in page_of(staff, ticket, "?show=public")
    assert "Đã rào chắn, mai sửa" not in page_of(staff, ticket, "?show=internal")


def test_an_empty_comment_is_refused_beside_its_field(province, officer):
    ticket = report()
    answer = do(as_(officer), ticket, "comment", note="  ", audience="public")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="note_error"' in page
    assert re.search(r'value="public"\s+checked', page), "what was chosen stays chosen"


def test_a_comment_without_an_audience_is_internal(province, officer):
    ticket = report()
    do(as_(officer), ticket, "comment", note="Ghi chú")
    assert not ticket.entries.get(verb="comment").public


def test_transfer_keeps_the_deadline_and_leaves_my_reach(province, officer):
    ticket = report()
    client = as_(officer)
    assert 'value="department:so-y-te"' in page_of(client, ticket, "?do=transfer")
    answer = do(client, ticket, "transfer", to="department:so-y-te", note="Không thuộc sở tôi")
    assert answer.status_code == 302
    moved = Ticket.objects.get()
    assert moved.department == province.departments["so-y-te"]
    assert moved.due_at == ticket.due_at
    assert do(client, report(), "transfer", to="department:nowhere").status_code == 422
    assert do(client, report(), "transfer", to="").status_code == 422


def test_assigning_offers_the_offices_own_people(province, officer):
    ticket = report()
    client = as_(officer)
    form = page_of(client, ticket, "?do=assign")
    assert f'value="{officer.person.public_id}"' in form
    assert "Trần giam-doc-so.so-y-te" not in form
    do(client, ticket, "assign", person=str(officer.person.public_id))
    assert Ticket.objects.get().assignee == officer.person
    assert do(client, ticket, "assign", person="nobody").status_code == 422


def test_the_ladder_shows_who_was_told_and_who_is_next(province, officer):
    page = page_of(as_(officer), report(category="chay-rung"))
    assert "Told" in page
    assert "Trần chuyen-vien.so-xay-dung" in page
    assert "unless somebody acknowledges it" in page
    assert "Counts day and night." in page


def test_the_page_of_a_ticket_takes_the_same_statements_whatever_its_history(province, officer):
    ticket = report()
    client = as_(officer)
    address = f"/tickets/{ticket.public_id}/"
    statements(client, address)
    few = statements(client, address)
    for number in range(10):
        do(client, ticket, "comment", note=f"Lời {number}")
    many = statements(client, address)
    assert len(many) == len(few), "\n".join(many)


def test_a_ticket_whose_monitor_is_gone_is_still_shown(province, officer):
    ticket = report()
    Ticket.objects.update(monitor="removed_monitor")
    client = as_(officer)
    assert "removed_monitor" in page_of(client, ticket)
    assert listed(client) == [ticket.code]


def test_english_pages_hold_no_vietnamese_but_names(province, officer):
    ticket = report(description="A pothole", unit="99001")
    client = as_(officer)
    Ticket.objects.update(policy={**ticket.policy, "title": {"vi": "Chung", "en": "General"}})
    names = r'<button[^>]*lang="vi"[^>]*>|Nguyễn Hạnh|Trần|Bình|Mẫu|Cát'
    letters = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
    for address in (
        "/tickets/?holder=all",
        f"/tickets/{ticket.public_id}/",
        f"/tickets/{ticket.public_id}/?do=transfer",
    ):
        page = re.sub(names, "", client.get(address).content.decode())
        found = letters.search(page)
        assert found is None, f"{address}: …{page[max(0, found.start() - 60) : found.end() + 20]}…"


def test_no_page_has_inline_style_or_script(province, officer):
    ticket = report()
    client = as_(officer)
    for address in ("/tickets/?holder=all", f"/tickets/{ticket.public_id}/?do=transfer"):
        page = client.get(address).content.decode()
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", page), address
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page)), address


# --- the countdown ---


def test_the_countdown_counts_working_time_and_says_when_it_does_not(province):
    ticket = report()
    calendar = current_calendar()
    opens = ticket.clock_from
    end = ticket.due_at
    start = countdown(ticket, opens, calendar)
    assert (start.kind, start.day, start.by_clock) == ("left", 450, False)
    assert countdown(ticket, end - timedelta(minutes=10), calendar).minutes == 10
    assert countdown(ticket, end - timedelta(minutes=10), calendar).css == "soon"
    late = countdown(ticket, end + timedelta(days=3), calendar)
    assert (late.kind, late.css, late.used) == ("late", "late", 100)
    assert late.minutes < 3 * 24 * 60
    urgent = report(category="chay-rung")
    left = countdown(urgent, urgent.clock_from + timedelta(hours=6), calendar)
    assert (left.by_clock, left.minutes, left.used, left.css) == (True, 18 * 60, 25, "ok")
    assert countdown(urgent, urgent.clock_from + timedelta(hours=20), calendar).css == "soon", "a fifth is left"
    urgent.state = "waiting"
    assert countdown(urgent, urgent.clock_from, calendar).css == "wait"
    urgent.state = "closed"
    assert countdown(urgent, urgent.clock_from, calendar).kind == "closed"


def test_filters_write_the_address_they_were_read_from():
    assert Filters().here == "?holder=me"
    assert Filters(holder="all", q="a&b", page=3).here == "?holder=all&q=a%26b&page=3"
    assert Filters(page=3).but(severity="high") == Filters(severity="high", page=1)

"""The queue over HTTP: filters, saved views, board, table, work on many, what changed, and what leaves it as a file."""

import csv
import html
import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from services.audit.models import AuditEntry
from services.kernel import clock
from services.tickets.models import SavedView, Ticket, TicketEntry
from services.tickets.queue.menus import MENUS
from tests.services.tickets.queue_kit import REALM, as_, officer_of, report

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(province):
    return officer_of(province)


def page(client, address="/tickets/?holder=all"):
    return client.get(address).content.decode()


def codes(text):
    return list(dict.fromkeys(re.findall(r"PX-\d+-\d+", text)))


def listed(client, query):
    return re.findall(r'<span class="code">(PX-[0-9-]+)</span>', page(client, f"/tickets/{query}"))


# --- filters ---


def test_every_property_of_a_ticket_can_be_asked_for(province, officer):
    client = as_(province.user("Bảo", "operator"))
    mine, food = report(), report(category="an-toan-thuc-pham", unit="99002")
    Ticket.objects.filter(pk=mine.pk).update(assignee=officer.person)
    Ticket.objects.filter(pk=food.pk).update(due_at=clock.now(REALM) - timedelta(hours=1))
    asked = {
        "?holder=all&department=so-xay-dung": [mine.code],
        "?holder=all&category=an-toan-thuc-pham": [food.code],
        f"?holder={officer.person.public_id}": [mine.code],
        "?holder=all&due=late": [food.code],
        "?holder=all&state=waiting": [],
        "?holder=all&watched=1": [],
        "?holder=all&outcome=fixed&state=all": [],
    }
    assert {query: listed(client, query) for query in asked} == asked


def menu(client, name, query, *, fragment=True):
    """What a menu offers: each choice's address within the list, and its number of tickets."""
    answer = client.get(f"/tickets/menu/{name}/?{query}", headers={"HX-Request": "true"} if fragment else {})
    assert answer.status_code == 200
    found = re.findall(
        r'<a href="/tickets/\?([^"]*)">.*?<b>(\d+)</b>', answer.content.decode().split('class="menu"')[1]
    )
    return {html.unescape(query): int(count) for query, count in found}


def test_menus_count_what_a_press_would_show(province, officer):
    client = as_(province.user("Bảo", "operator"))
    for unit, category in (("99001", "giao-thong"), ("99002", "giao-thong"), ("99002", "an-toan-thuc-pham")):
        report(unit=unit, category=category)
    there = menu(client, "category", "holder=all&unit=99002")
    assert there == {
        "holder=all&unit=99002&category=giao-thong": 1,
        "holder=all&unit=99002&category=an-toan-thuc-pham": 1,
    }, "of the two there, one is about traffic"
    communes = menu(client, "unit", "holder=all&unit=99002&category=giao-thong")
    assert communes == {"holder=all&unit=99001&category=giao-thong": 1, "holder=all&unit=99002&category=giao-thong": 1}
    for query, count in menu(client, "unit", "holder=all").items():
        assert len(listed(client, f"?{query}")) == count


@pytest.mark.parametrize("name", list(MENUS))
def test_every_menu_offers_what_the_list_then_shows_with_and_without_scripts(province, officer, name):
    client = as_(province.user("Bảo", "operator"))
    for number, (unit, state) in enumerate((("99001", "new"), ("99002", "waiting"), ("99002", "closed"))):
        Ticket.objects.filter(pk=report(unit=unit).pk).update(
            state=state,
            severity=number,
            assignee=officer.person if number else None,
            due_at=clock.now(REALM) + timedelta(days=2 * number - 1),
            outcome="fixed" if state == "closed" else "",
        )
    offered = menu(client, name, "holder=all&state=all")
    assert offered
    assert menu(client, name, "holder=all&state=all", fragment=False) == offered
    assert {query: len(listed(client, f"?{query}")) for query in offered} == offered


def test_a_menu_leads_from_open_tickets_to_ended_ones(province, officer):
    client = as_(province.user("Bảo", "operator"))
    report()
    Ticket.objects.filter(pk=report().pk).update(state="closed", outcome="fixed")
    assert menu(client, "state", "holder=all") == {
        "holder=all": 1,
        "holder=all&state=ended": 1,
        "holder=all&state=new": 1,
        "holder=all&state=closed": 1,
    }


def test_a_menu_counts_only_what_its_reader_reaches_and_an_unknown_one_is_none(province, officer):
    report()
    stranger = as_(officer_of(province, "Y", "so-y-te"))
    assert menu(stranger, "unit", "holder=all") == {}
    assert "Nothing to choose from" in stranger.get("/tickets/menu/unit/?holder=all").content.decode()
    assert as_(officer).get("/tickets/menu/page/").status_code == 404


def test_tickets_i_watch_are_a_queue_of_their_own(province, officer):
    ticket = report()
    client = as_(officer)
    assert "I watch" not in page(client)
    ticket.watchers.add(officer)
    assert "I watch" in page(client)
    assert listed(client, "?holder=all&watched=1") == [ticket.code]


# --- saved views ---


def test_a_view_is_kept_shared_shown_first_and_removed(province, officer):
    ticket, _other = report(unit="99002"), report(unit="99001")
    client = as_(officer)
    answer = client.post("/tickets/views/", {"name": " Xã  Hai ", "query": "holder=all&unit=99002", "default": "1"})
    view = SavedView.objects.get()
    assert (view.name, view.query, view.is_default) == ("Xã Hai", "holder=all&unit=99002", True)
    assert answer.url == f"/tickets/?saved={view.public_id}"
    assert listed(client, "") == [ticket.code], "it is what the workspace opens with"
    colleague = as_(officer_of(province, "Nam"))
    shared = page(colleague, answer.url)
    assert ticket.code in shared
    assert "somebody else's view" in shared
    stranger = as_(officer_of(province, "Y", "so-y-te"))
    assert listed(stranger, f"?saved={view.public_id}") == [], "a view shows nobody what they may not see"
    colleague.post("/tickets/views/", {"id": view.public_id, "do": "remove"})
    assert SavedView.objects.filter(pk=view.pk).exists(), "another's view stays"
    client.post("/tickets/views/", {"id": view.public_id, "do": "default"})
    assert not SavedView.objects.get(pk=view.pk).is_default
    client.post("/tickets/views/", {"id": view.public_id, "do": "remove"})
    assert not SavedView.objects.filter(owner=officer).exists()


def test_a_view_of_the_same_name_is_replaced_and_nonsense_is_no_view(province, officer):
    client = as_(officer)
    for unit in ("99001", "99002"):
        client.post("/tickets/views/", {"name": "Một", "query": f"holder=all&unit={unit}"})
    assert SavedView.objects.get().query == "holder=all&unit=99002"
    client.post("/tickets/views/", {"name": "  ", "query": "holder=all"})
    client.post("/tickets/views/", {"name": "x" * 81, "query": "holder=all"})
    client.post("/tickets/views/", {"name": "Hai", "query": "holder=<script>&severity=worst&unit=';--"})
    assert SavedView.objects.get(name="Hai").query == "holder=me"
    assert SavedView.objects.count() == 2
    assert client.get(f"/tickets/?saved={uuid4()}").status_code == 200
    assert client.get("/tickets/?saved=nonsense").status_code == 200


# --- board and table ---


def test_the_board_has_a_column_for_every_open_state(province, officer):
    client = as_(officer)
    new, begun = report(), report()
    client.post(f"/tickets/{begun.public_id}/accept/")
    shown = page(client, "/tickets/?holder=all&view=board")
    lanes = re.findall(r'<section class="lane">(.*?)</section>', shown, re.DOTALL)
    assert len(lanes) == 6
    assert [codes(lane) for lane in lanes[:2]] == [[new.code], [begun.code]]
    narrowed = page(client, "/tickets/?holder=me&view=board")
    assert codes(narrowed) == [begun.code]


def test_the_table_shows_the_columns_of_its_address(province, officer):
    ticket = report()
    client = as_(officer)
    shown = page(client, "/tickets/?holder=all&view=table&cols=code,opened,category,nonsense")
    heads = re.findall(r'<th scope="col">([^<]*)</th>', shown)
    assert heads == ["Code", "Opened", "Category"]
    assert ticket.code in shown
    assert re.search(r'href="\?[^"]*cols=code%2Copened[^"]*"', shown), "a press takes the third column away"


# --- many at once ---


def test_many_tickets_are_done_one_by_one_and_each_says_what_became_of_it(province, officer):
    client = as_(officer)
    first, gone, second = report(), report(), report()
    as_(province.user("Bảo", "operator")).post(f"/tickets/{gone.public_id}/accept/")
    answer = client.post("/tickets/bulk/", {"do": "accept", "t": [t.public_id for t in (first, gone, second)]})
    text = answer.content.decode()
    assert re.findall(r'data-done="(\d)"', text) == ["1", "0", "1"]
    assert "2 tickets done" in text
    assert "1 refused" in text
    assert "The ticket is now “Accepted”." in text
    states = {ticket.code: ticket.assignee for ticket in Ticket.objects.select_related("assignee")}
    assert states[first.code] == states[second.code] == officer.person
    assert states[gone.code] != officer.person, "nothing of the refused one changed"
    assert AuditEntry.objects.filter(verb="ticket.accept", actor_id=officer.pk).count() == 2


def test_a_verb_that_asks_shows_its_form_with_the_tickets_and_then_does_it(province, officer):
    client = as_(officer)
    tickets = [report(), report()]
    ids = [ticket.public_id for ticket in tickets]
    form = client.post("/tickets/bulk/", {"do": "transfer", "t": ids, "query": "holder=all"}).content.decode()
    assert form.count('name="t"') == 2
    assert 'value="department:so-y-te"' in form
    wrong = client.post("/tickets/bulk/", {"do": "assign", "t": ids, "given": "1", "person": ""})
    assert wrong.content.decode().count('data-done="0"') == 2
    done = client.post(
        "/tickets/bulk/", {"do": "transfer", "t": ids, "given": "1", "to": "department:so-y-te", "note": "Không thuộc"}
    )
    assert done.content.decode().count('data-done="1"') == 2
    assert set(Ticket.objects.values_list("department__slug", flat=True)) == {"so-y-te"}


def test_what_all_selected_allow_is_offered_without_a_script(province, officer):
    client = as_(officer)
    one, other = report(), report()
    client.post(f"/tickets/{other.public_id}/accept/")
    text = client.post("/tickets/bulk/", {"t": [one.public_id, other.public_id]}).content.decode()
    offered = set(re.findall(r'name="do" value="([a-z]+)"', text))
    assert {"assign", "transfer"} <= offered
    assert not {"accept", "start", "approve"} & offered
    verbs = re.findall(r'data-verbs="([^"]*)"', page(client))
    assert any("accept" in one.split() for one in verbs)
    assert all("approve" not in one.split() for one in verbs), "a row never names what its reader may not do"


def test_tickets_out_of_reach_too_many_or_none_are_no_selection(province, officer):
    client = as_(officer)
    foreign = report(category="an-toan-thuc-pham", unit="99002")
    for ids in ([foreign.public_id], [], ["nonsense"], [uuid4() for _ in range(201)]):
        answer = client.post("/tickets/bulk/", {"do": "accept", "t": ids})
        assert answer.status_code == 422
    assert Ticket.objects.get().state == "new"
    auditor = as_(province.user("Minh", "auditor"))
    assert auditor.post("/tickets/bulk/", {"do": "accept", "t": [foreign.public_id]}).status_code == 404
    assert client.get("/tickets/bulk/").status_code == 405


# --- what changed since ---


def seen(client, query="?holder=all"):
    """Return the address that asks what changed since this list was drawn."""
    text = page(client, f"/tickets/{query}")
    found = dict(re.findall(r'data-(query|after|at)="([^"]*)"', text))
    shown = ",".join(re.findall(r'name="t" value="([^"]+)"', text))
    query, at = found["query"].replace("&amp;", "&"), found["at"].replace("+", "%2B")
    return f"/tickets/fresh/?{query}&after={found['after']}&at={at}&shown={shown}"


def test_a_new_ticket_is_announced_and_shown_rows_come_as_they_are_now(province, officer):
    client = as_(officer)
    shown = report()
    TicketEntry.objects.update(at=clock.now(REALM) - timedelta(minutes=5))
    address = seen(client)
    assert 'data-new="0"' in client.get(address).content.decode()
    report(category="an-toan-thuc-pham", unit="99002")
    assert 'data-new="0"' in client.get(address).content.decode(), "another office's ticket is none of ours"
    new = report()
    client.post(f"/tickets/{shown.public_id}/accept/")
    answer = client.get(address).content.decode()
    assert "1 new ticket" in answer
    assert shown.code in answer
    assert "Accepted" in answer
    assert new.code not in answer, "it waits for a click"
    assert 'data-new="0"' in client.get(seen(client)).content.decode()


@pytest.mark.parametrize("query", ["", "?after=x&at=y&shown=z", "?after=9999999999999999999999&at=&shown=,,"])
def test_nonsense_about_what_was_seen_is_no_error(province, officer, query):
    assert as_(officer).get(f"/tickets/fresh/{query}").status_code == 200


# --- files ---


def exported(client, query):
    answer = client.get(f"/tickets/export/{query}")
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_a_file_holds_what_the_filters_show_in_the_lists_order_on_all_pages(province, officer, monkeypatch):
    monkeypatch.setattr("services.tickets.queue.export._PIECE", 2)
    client = as_(officer)
    tickets = [
        report(unit=("99001", "99002")[n % 2], category=("giao-thong", "chay-rung")[n % 3 == 0]) for n in range(6)
    ]
    now = clock.now(REALM)
    for number, ticket in enumerate(tickets):
        Ticket.objects.filter(pk=ticket.pk).update(due_at=now + timedelta(hours=(number * 7) % 50 - 3))
    rows = exported(client, "?holder=all")
    assert [row[0] for row in rows[1:]] == listed(client, "?holder=all")
    narrowed = exported(client, "?holder=all&unit=99002&view=table&cols=unit,code&format=csv")
    assert narrowed[0] == ["Commune or ward", "Code"]
    assert len(narrowed) == 4


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(province, officer, word):
    ticket = report()
    Ticket.objects.filter(pk=ticket.pk).update(title={"msgid": "{words}", "params": {"words": word}})
    client = as_(officer)
    assert exported(client, "?holder=all&view=table&cols=title")[1] == [f"'{word}"]
    answer = client.get("/tickets/export/?holder=all&view=table&cols=title&format=xlsx")
    cell = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


def test_ended_tickets_leave_as_a_workbook_too(province, officer):
    ticket = report()
    client = as_(officer)
    client.post(f"/tickets/{ticket.public_id}/cancel/", {"note": "Trùng"})
    answer = client.get("/tickets/export/?holder=all&state=ended&format=xlsx")
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0].values)
    assert rows[1][0] == ticket.code
    assert len(rows) == 2

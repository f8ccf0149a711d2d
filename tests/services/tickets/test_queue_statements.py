"""How many statements the pages of the workspace take: at most ten for the queue, whatever it shows and for whom."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.tickets.models import SavedView, Ticket, TicketStep
from services.tickets.queue.menus import MENUS
from tests.services.tickets.queue_kit import REALM, as_, officer_of, report

pytestmark = pytest.mark.django_db
MOST = 10


def copies(ticket, count):
    """Tickets like this one, in several states and severities, each with its next step."""
    steps = list(ticket.steps.filter(state=TicketStep.PENDING))
    made = []
    for number in range(count):
        one = Ticket.objects.get(pk=ticket.pk)
        one.pk, one.public_id, one.alert, one.code = None, uuid4(), None, f"PX-99-{uuid4().hex[:12]}"
        one.state = ("new", "accepted", "in_progress", "waiting")[number % 4]
        one.severity = number % 5
        one.save(force_insert=True)
        made.append(one)
    for one in made:
        for step in steps:
            step.pk, step.ticket = None, one
            step.save(force_insert=True)
    return made


def statements(client, address):
    client.get(address)  # what is read once a process is read now
    with CaptureQueriesContext(connection) as taken:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(taken)


@pytest.fixture
def people(province):
    leader = province.user("Lãnh đạo", "leader")
    SavedView.objects.create(realm=REALM, owner=leader, name="Hôm nay", query="holder=all&due=today")
    return {
        "operator": province.user("Bảo", "operator"),
        "officer": officer_of(province),
        "head": province.user("Trưởng", "head", department="so-xay-dung"),
        "of a commune": province.user("Xã", "officer", unit="99001"),
        "leader": leader,
        "supervisor": province.user("Kíp", "supervisor"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("view", ["list", "board", "table"])
def test_the_queue_takes_at_most_ten_statements_for_five_and_for_fifty(people, view):
    ticket = report()
    copies(ticket, 4)
    clients = {role: as_(user) for role, user in people.items()}
    address = f"/tickets/?holder=all&view={view}"
    five = {role: statements(client, address) for role, client in clients.items()}
    copies(ticket, 50)
    fifty = {role: statements(client, address) for role, client in clients.items()}
    assert five == fifty
    assert max(fifty.values()) <= MOST, fifty


@pytest.mark.parametrize("query", ["", "?q=px", "?holder=all&unit=99004", "?holder=all&watched=1", "?state=all"])
@pytest.mark.slow
def test_no_filter_takes_more(people, query):
    copies(report(), 10)
    assert {role for role, user in people.items() if statements(as_(user), f"/tickets/{query}") > MOST} == set()


@pytest.mark.parametrize("name", list(MENUS))
def test_a_menu_is_one_statement_more_than_knowing_who_asks(people, name):
    ticket = report()
    taken = []
    for count in (1, 50):
        copies(ticket, count)
        with CaptureQueriesContext(connection) as captured:
            answer = as_(people["operator"]).get(f"/tickets/menu/{name}/", headers={"HX-Request": "true"})
        assert answer.status_code == 200
        taken.append(sum("tickets_ticket" in query["sql"] for query in captured))
    assert taken == [1, 1]


def test_the_other_pages_take_as_many_for_ten_tickets_as_for_one(people):
    ticket = report()
    addresses = (f"/tickets/{ticket.public_id}/", "/tickets/decisions/", "/tickets/statistics/")
    reader = as_(people["leader"])
    Ticket.objects.filter(pk=ticket.pk).update(state="resolved")
    alone = [statements(reader, address) for address in addresses]
    copies(ticket, 10)
    Ticket.objects.exclude(pk=ticket.pk).update(state="resolved")
    assert [statements(reader, address) for address in addresses] == alone

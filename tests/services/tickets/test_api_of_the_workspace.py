"""What the workspace's pages show and do, programs ask and do as well: figures, directives, whose tickets."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.kernel import clock
from services.kernel.clock import LOCAL
from services.tickets.models import Ticket
from services.worktime.selectors import current_calendar
from tests.services.tickets.kit import OFFICE, OTHER, REALM, as_, desk, do, opened

pytestmark = pytest.mark.django_db
FIGURES = "/api/tickets/statistics/"
DIRECT = "/api/tickets/direct/"
BULK = "/api/tickets/bulk/"


@pytest.fixture
def officer(province):
    return desk(province, "hanh", "officer")


@pytest.fixture
def leader(province):
    return province.user("Tâm", "leader")


def working_day():
    day = clock.now(REALM).astimezone(LOCAL).date() + timedelta(days=3)
    while not current_calendar().is_working_day(day):
        day += timedelta(days=1)
    return day.isoformat()


def codes(answer):
    assert answer.status_code == 200, answer.content
    return {row["code"] for row in answer.json()["results"]}


def test_the_figures_are_those_of_the_page_within_the_readers_reach(province, officer):
    mine, _theirs = opened(), opened(department=OTHER, unit="99002")
    now = clock.now(REALM)
    Ticket.objects.filter(pk=mine.pk).update(due_at=now - timedelta(days=1), opened_at=now - timedelta(days=2))
    found = as_(officer).get(FIGURES).json()
    lines = {(one["group"], one["key"]): one for one in found["lines"]}
    assert lines["all", None]["opened"] == 1
    assert (lines["department", OFFICE]["on_time_rate"], lines["department", OFFICE]["counted"]) == (0.0, 1)
    assert ("department", OTHER) not in lines
    waiting = next(one for one in found["backlog"] if one["group"] == "all")
    assert (waiting["counts"], waiting["total"], waiting["overdue"]) == ([0, 1, 0, 0, 0], 1, 1)
    assert found["ages"] == [1, 3, 7, 30]
    supervisor = as_(province.user("Bảo", "supervisor"))
    everything = supervisor.get(FIGURES, {"days": 1}).json()["lines"]
    assert next(one for one in everything if one["group"] == "all")["opened"] == 1, "the other one is two days old"
    answer: Any = supervisor.get(FIGURES, headers={"accept": "text/csv"})
    file = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(file)))["Tickets opened"] == "2"
    assert as_(province.user("Dân", "citizen")).get(FIGURES).status_code == 404
    for nonsense in ("0", "-1", "x", "9" * 40):
        assert supervisor.get(FIGURES, {"days": nonsense}).status_code == 400


def test_a_leader_gives_a_directive_once_however_often_it_is_sent(leader, officer):
    given = {"words": "Kiểm tra cầu treo", "to": f"department:{OFFICE}", "due_on": working_day()}
    answers = [
        as_(leader).post(DIRECT, given, content_type="application/json", headers={"Idempotency-Key": "one"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    ticket = Ticket.objects.get()
    assert [answer.json()["code"] for answer in answers] == [ticket.code] * 2
    assert (ticket.monitor, list(ticket.watchers.all())) == ("directive", [leader])
    for wrong in ({"to": "department:\u0000"}, {"to": "department:nowhere"}, {"due_on": "2020-01-01"}, {"words": " "}):
        refusal = as_(leader).post(DIRECT, given | wrong, content_type="application/json")
        assert (refusal.status_code, list(refusal.json()["errors"])) == (400, list(wrong))
    assert as_(officer).post(DIRECT, given, content_type="application/json").status_code == 404


def test_a_directive_hangs_on_a_ticket_in_reach_and_on_no_other(leader):
    parent = opened()
    given = {"words": "Làm ngay", "to": "unit:99002", "due_on": working_day(), "on": str(parent.public_id)}
    answer = as_(leader).post(DIRECT, given, content_type="application/json")
    assert answer.status_code == 201
    assert Ticket.objects.get(parent=parent).code == answer.json()["code"]
    given["on"] = "019a0000-0000-7000-8000-000000000000"
    assert as_(leader).post(DIRECT, given, content_type="application/json").status_code == 404


def test_the_list_is_asked_for_by_who_holds_and_who_watches_a_ticket(officer):
    client, taken, free = as_(officer), opened(), opened()
    do("accept", taken, officer)
    do("watch", free, officer)
    here = "/api/tickets/"
    assert codes(client.get(here, {"assignee": officer.person.public_id})) == {taken.code}
    assert codes(client.get(here, {"assigned": "true"})) == {taken.code}
    assert codes(client.get(here, {"assigned": "false"})) == {free.code}
    assert codes(client.get(here, {"watched": "true"})) == {free.code}
    assert codes(client.get(here, {"watched": "false"})) == {taken.code}
    assert codes(client.get(here, {"due_from": (free.due_at + timedelta(days=1)).isoformat()})) == set()


def test_many_tickets_at_once_each_is_done_or_refused_by_itself(officer):
    client, tickets = as_(officer), [opened(), opened(), opened(department=OTHER, unit="99002")]
    do("accept", tickets[1], officer)
    given = {"verb": "accept", "tickets": [str(one.public_id) for one in tickets]}
    answers = [
        client.post(BULK, given, content_type="application/json", headers={"Idempotency-Key": "one"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    found = answers[0].json()
    assert (found["done"], found["refused"], answers[1].json()) == (1, 1, found)
    assert [(one["code"], one["done"], one["state"]) for one in found["results"]] == [
        (tickets[0].code, True, "accepted"),
        (tickets[1].code, False, "accepted"),
    ], "of the third, out of reach, nothing is said"
    assert [Ticket.objects.get(pk=one.pk).version for one in tickets] == [2, 2, 1]
    unreached = [str(tickets[2].public_id)]
    for wrong in (("verb", "resolve"), ("tickets", []), ("tickets", ["x"]), ("tickets", unreached)):
        assert client.post(BULK, {**given, wrong[0]: wrong[1]}, content_type="application/json").status_code == 400
    assert Ticket.objects.get(pk=tickets[2].pk).state == "new"


def test_what_waits_for_a_decision_is_counted_and_read_in_constant_statements(province, officer):
    done, asking, _other = opened(), opened(), opened(department=OTHER, unit="99002")
    Ticket.objects.filter(pk=done.pk).update(state="resolved")
    do("ask_extension", asking, officer, due_at=asking.due_at + timedelta(days=2), note="Chờ vật tư")
    head = as_(province.user("Dũng", "head", department=OFFICE))

    def asked(client):
        with CaptureQueriesContext(connection) as seen:
            answer = client.get("/api/tickets/decisions/")
        assert answer.status_code == 200, answer.content
        return answer.json(), len(seen)

    found, few = asked(head)
    assert {name: one["total"] for name, one in found.items()} == {
        "approve": 1,
        "extend": 1,
        "reached": 0,
        "directives": 0,
    }
    assert [one["code"] for one in found["approve"]["results"]] == [done.code]
    request = found["extend"]["results"][0]
    assert (request["ticket"]["code"], request["asked"]["reason"]) == (asking.code, "Chờ vật tư")
    for _ in range(3):
        more = opened()
        do("ask_extension", more, officer, due_at=more.due_at + timedelta(days=2), note="Chờ")
        Ticket.objects.filter(pk=opened().pk).update(state="resolved")
    found, many = asked(head)
    assert (found["approve"]["total"], found["extend"]["total"], many) == (4, 4, few)
    assert as_(officer).get("/api/tickets/decisions/").status_code == 404
    assert asked(as_(province.user("Tâm", "leader")))[0]["approve"]["total"] == 0, "nothing has reached that level"
    assert head.get("/api/tickets/decisions/?page=2").json()["approve"] == {"total": 4, "results": []}

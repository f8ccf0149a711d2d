"""What changed on a board since a person last looked: counted from the alerts' and tickets' own instants, in scope."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from services.alerts import actions
from services.alerts.raising import raise_alerts
from services.contract import Cleared, Finding, message
from services.directory.models import DutyRoster, DutyShift, Person
from services.directory.pack import pack
from services.kernel import clock
from services.tickets.models import Ticket, TicketStep
from services.wall.models import Look

pytestmark = pytest.mark.django_db
ADDRESS, SEEN = "/api/boards/overview/since/", "/api/boards/overview/seen/"
MONITOR = "field_reports"


def finding(key, *, rule="probe.level", **more):
    return Finding(rule, "high", key, message("Level {value}", value=3), clock.now("demo"), **more)


def raise_(*results, monitor=MONITOR):
    return raise_alerts(realm="demo", monitor=monitor, results=results, now=clock.now("demo"))


def climb(alert, index):
    now = clock.now("demo")
    ticket = Ticket.objects.create(
        code=f"T-{alert.pk}",
        realm="demo",
        monitor=alert.monitor,
        rule=alert.rule,
        alert=alert,
        title=alert.title,
        severity=alert.severity,
        department=alert.department,
        policy={},
        opened_at=now,
        clock_from=now,
        due_at=now,
    )
    return TicketStep.objects.create(
        ticket=ticket,
        generation=1,
        index=index,
        title={"vi": "Trưởng phòng", "en": "Head"},
        target={},
        due_at=now,
        state=TicketStep.FIRED,
        fired_at=now,
    )


@pytest.fixture
def person(province):
    """Give a browser and the account behind it."""

    def signed_in(name="op", role="operator", **places):
        user = province.user(name, role, **places)
        client = Client()
        client.force_login(user)
        return client, user

    return signed_in


def numbers(body):
    return body["alerts"], body["climbed"], body["silent"]


def test_alerts_climbed_tickets_and_silent_sources_are_counted_and_listed_newest_first(person):
    client, user = person()
    (first,) = raise_(finding("a"))
    clock.move("demo", timedelta(seconds=1))
    raise_(finding("b"), finding("source", rule="intake.source_silent"))
    clock.move("demo", timedelta(seconds=1))
    climb(first, 1)
    climb(raise_(finding("c"))[0], 0)
    clock.move("demo", timedelta(seconds=1))
    actions.perform(verb="shelve", public_id=first.public_id, acting_user=user, minutes=10, note="đã biết")
    body = client.get(ADDRESS).json()
    assert numbers(body) == (3, 1, 1)
    kinds = [row["kind"] for row in body["rows"]]
    assert (kinds[0], kinds[-1], body["total"]) == ("shelved", "raised", 6)
    assert [row["at"] for row in body["rows"]] == sorted((row["at"] for row in body["rows"]), reverse=True)
    climbed = next(row for row in body["rows"] if row["kind"] == "climbed")
    assert (climbed["rung"], climbed["who"]) == (2, {"vi": "Trưởng phòng", "en": "Head"})
    assert "đã biết" not in str(body)


def test_what_a_person_has_seen_is_not_told_again_on_any_screen_and_the_mark_only_moves_forward(person):
    client, user = person()
    raise_(finding("a"))
    clock.move("demo", timedelta(seconds=1))
    before = client.get(ADDRESS).json()
    assert numbers(before)[0] == 1
    clock.move("demo", timedelta(seconds=1))
    raise_(finding("b"))
    left = client.post(SEEN, {"at": before["until"]}, content_type="application/json").json()
    assert (numbers(left)[0], left["after"]) == (1, before["until"])
    elsewhere = Client()
    elsewhere.force_login(user)
    assert elsewhere.get(ADDRESS).json()["after"] == before["until"]
    back = client.post(SEEN, {"at": "2020-01-01T00:00:00Z"}, content_type="application/json").json()
    assert back["after"] == before["until"]


def test_nobody_marks_what_has_not_happened_yet_as_seen(person):
    client, user = person()
    client.post(SEEN, {"at": "2999-01-01T00:00:00Z"}, content_type="application/json")
    assert Look.objects.get(user=user).at <= clock.now("demo")
    clock.move("demo", timedelta(seconds=1))
    raise_(finding("a"))
    assert numbers(client.get(ADDRESS).json())[0] == 1


def test_a_mark_left_by_a_clock_that_was_set_back_hides_nothing(person):
    client, user = person()
    client.post(SEEN, {"at": clock.now("demo").isoformat()}, content_type="application/json")
    clock.move("demo", timedelta(days=-1))
    raise_(finding("a"))
    clock.move("demo", timedelta(seconds=1))
    assert numbers(client.get(ADDRESS).json())[0] == 1
    client.post(SEEN, {"at": clock.now("demo").isoformat()}, content_type="application/json")
    assert Look.objects.get(user=user).at <= clock.now("demo")
    assert numbers(client.get(ADDRESS).json())[0] == 0


def test_marks_are_those_of_one_person_and_board(person):
    client, _user = person()
    raise_(finding("a"))
    client.post(SEEN, {"at": clock.now("demo").isoformat()}, content_type="application/json")
    other, _user = person("other")
    assert numbers(client.get(ADDRESS).json())[0] == 0
    assert numbers(other.get(ADDRESS).json())[0] == 1
    assert numbers(client.get(f"/api/boards/{MONITOR}/since/").json())[0] == 1
    assert numbers(client.get("/api/boards/health/since/").json())[0] == 0


def test_without_a_mark_it_is_since_the_shift_began_else_since_eight_hours(person, province):
    client, _user = person()
    DutyShift.objects.all().delete()
    body = client.get(ADDRESS).json()
    assert clock.now("demo") - timedelta(hours=8, minutes=1) < _instant(body["after"]) < clock.now("demo")
    began = clock.now("demo") - timedelta(hours=2)
    roster, _new = DutyRoster.objects.get_or_create(slug=pack().rosters[0].slug, defaults={"name": "Ca trực"})
    DutyShift.objects.filter(roster=roster).delete()
    DutyShift.objects.create(
        roster=roster, person=Person.objects.all()[0], starts=began, ends=began + timedelta(hours=12)
    )
    assert _instant(client.get(ADDRESS).json()["after"]) == began


def _instant(text):
    return datetime.fromisoformat(text)


def test_a_department_hears_of_its_own_alone(person):
    raise_(finding("a", department="so-y-te"), finding("b", department="so-xay-dung"))
    client, _user = person("yt", "officer", department="so-y-te")
    body = client.get(ADDRESS).json()
    assert numbers(body)[0] == 1
    assert {row["department"]["slug"] for row in body["rows"]} == {"so-y-te"}


def test_citizens_learn_nothing_and_a_board_that_is_not_there_is_not_found(person, province):
    citizen = Client()
    citizen.force_login(province.user("c", "citizen"))
    assert citizen.get(ADDRESS).status_code == 404
    client, _user = person()
    assert client.get("/api/boards/nothing/since/").status_code == 404


def test_an_alert_that_came_and_went_is_still_told(person):
    client, _user = person()
    raise_(finding("a"))
    clock.move("demo", timedelta(minutes=1))
    raise_(Cleared("probe.level", "a", clock.now("demo")))
    body = client.get(ADDRESS).json()
    assert (numbers(body)[0], [row["kind"] for row in body["rows"]]) == (1, ["cleared", "raised"])


def test_the_number_of_statements_does_not_depend_on_how_much_happened(person, django_assert_max_num_queries):
    client, _user = person()
    for many in (1, 60):
        raise_(*(finding(f"{many}-{n}") for n in range(many)))
        with django_assert_max_num_queries(11):
            client.get(ADDRESS)

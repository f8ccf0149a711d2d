"""The page of incidents: open first, each with its alerts, places and tickets, for whoever may see them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.alerts import actions
from services.directory.models import User
from services.incidents.correlation import correlate
from services.tickets import following
from services.tickets.models import Ticket
from tests.services.alerts.kit import finding, gone, one, raise_

pytestmark = pytest.mark.django_db
METRE = 1 / 110_608
"""A metre of latitude in degrees, at 10° north (WGS 84)."""


@pytest.fixture(autouse=True)
def loaded(province):
    """The sample pack: reports within 300 m and 60 min, with cameras 500 m, with sensors 2 km."""
    return province


def storm(name, *, north=0.0, reports=2, sensor="high", unit="99001"):
    """Reports and a gauge near each other, far from any other storm."""
    place = (110.05, 10.1 + north * METRE)
    for number in range(reports):
        raise_(finding(f"{name}{number}", place=place, unit=unit))
    river = finding(f"{name}-s", sensor, rule="environment.river_level", place=place, unit="99002")
    raise_(river, monitor="environment")
    while correlate():
        pass


def browser(user, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


@pytest.fixture
def operator(province):
    return browser(province.user("op", "operator"))


def page(client, query=""):
    answer = client.get(f"/incidents/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def cards(text):
    return re.findall(r'<li class="inc[ "].*?</article>', text, re.DOTALL)


def plain(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_an_incident_tells_its_kinds_places_alerts_and_work(operator):
    storm("a")
    while following.follow_alerts():
        pass
    [card] = cards(page(operator))
    said = plain(card)
    assert "High" in said
    assert re.search(r"Field reports 2\b", said)
    assert re.search(r"Natural resources and environment 1\b", said)
    assert "3 alerts" in said
    assert "Open now" in said
    worst = one("a-s")
    assert f'/wall/incident/?alert={worst.public_id}"' in card, "its board is that of the worst alert"
    codes = set(Ticket.objects.filter(alert__isnull=False).values_list("code", flat=True))
    assert codes
    assert codes == set(re.findall(r'<span class="code">([^<]+)</span>', card))


def test_open_ones_come_first_and_the_newest_before_the_older(operator, province):
    storm("old")
    storm("over", north=20_000)
    storm("new", north=40_000, sensor="critical")
    supervisor = province.user("sup", "supervisor")
    for key in ("over0", "over1", "over-s"):
        actions.perform(verb="resolve", public_id=one(key).public_id, acting_user=supervisor)
    raise_(gone("over0"), gone("over1"))
    raise_(gone("over-s", rule="environment.river_level"), monitor="environment")
    while correlate():
        pass
    boards = [re.findall(r"alert=([0-9a-f-]+)", card)[0] for card in cards(page(operator, "?state=all"))]
    assert boards == [str(one(key).public_id) for key in ("new-s", "old-s", "over-s")]
    assert len(cards(page(operator))) == 2, "what is over is not shown unasked"


def test_filters_are_links_that_count_what_they_show(operator):
    storm("a")
    storm("b", north=20_000, sensor="critical", unit="99003")
    text = page(operator)
    menu = dict(re.findall(r'href="\?((?:severity|monitor|unit)=[^"]+)">.*?<b>(\d+)</b>', text, re.DOTALL))
    assert menu == {
        "severity=critical": "1",
        "severity=high": "1",
        "monitor=environment": "2",
        "monitor=field_reports": "2",
        "unit=99001": "1",
        "unit=99002": "2",
        "unit=99003": "1",
    }
    for query, count in menu.items():
        assert len(cards(page(operator, f"?{query}"))) == int(count), query
    assert "No incident fits these filters" in page(operator, "?unit=99003&severity=high")
    assert len(cards(page(operator, "?state=<script>&unit=';--&page=-1&severity=worst"))) == 2


def test_each_sees_what_alerts_they_may_see(province):
    storm("a")
    there = browser(province.user("X", "officer", unit="99001"))
    [card] = cards(page(there))
    assert "2 alerts" in plain(card), "the gauge is another commune's"
    assert str(one("a-s").public_id) not in card
    assert not cards(page(browser(province.user("Y", "officer", unit="99003"))))
    citizen = User.objects.create_user("dân", "dan@example.vn", "x")
    assert browser(citizen).get("/incidents/").status_code == 404, "a citizen has no such page"
    assert Client().get("/incidents/").status_code == 302


def test_the_number_of_statements_does_not_grow(operator):
    def statements():
        with CaptureQueriesContext(connection) as taken:
            page(operator)
        return len(taken)

    storm("a")
    page(operator)
    few = statements()
    for number in range(4):
        storm(f"b{number}", north=20_000 * (number + 1), reports=4)
    assert statements() == few

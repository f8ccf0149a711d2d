"""An incident: one alert and what hangs on it, within the reader's scope, in a constant number of statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.alerts.models import Alert
from services.kernel import clock
from services.reports.incident import reading
from services.tickets.models import Ticket
from tests.monitors.environment.kit import RIVER, level
from tests.monitors.kit import send, settle

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LEVEL = "environment.river_level"


@pytest.fixture
def flood(province):
    """A river that rose above its alarm III (14 m) five hours ago and was last heard three hours ago, and its alert."""
    rises(9.0, 11.0, 13.0, 14.2, 15.1, 15.5, until=3 * HOUR)
    settle()
    return Alert.objects.get(realm="demo", fingerprint=f"{LEVEL}:{RIVER}")


def rises(*heights, until=timedelta(0)):
    now = clock.now("demo") - until
    items = [level(height, now - (len(heights) - 1 - n) * HOUR) for n, height in enumerate(heights)]
    assert send("environment", *items, realm="demo").rejected == []


def reader(province, role, **place):
    client = Client()
    client.force_login(province.user(f"who-{role}-{'-'.join(place.values())}", role, **place))
    return client


def incident(client, alert):
    answer = client.get(f"/api/alerts/{alert.public_id}/incident/", headers={"accept-language": "vi"})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_river_is_drawn_with_its_alarms_and_since_when_it_is_above(province, flood):
    curve = incident(reader(province, "operator"), flood)["curve"]
    assert [point["value"] for point in curve["points"]] == [9.0, 11.0, 13.0, 14.2, 15.1, 15.5]
    lines = [(line["value"], line["severity"]) for line in curve["lines"]]
    assert lines == [(10.0, "medium"), (12.0, "high"), (14.0, "critical")]
    assert curve["change"] == {"value": 0.4, "minutes": 60}
    assert (curve["above"]["value"], curve["above"]["since"]) == (14.0, curve["points"][3]["at"])
    assert (curve["unit"], curve["decimals"]) == ("m", 2)


def test_the_communes_downstream_and_their_tickets_belong_to_it(province, flood):
    body = incident(reader(province, "operator"), flood)
    assert set(body["units"]) == {"99001", "99002", "99003"}
    assert body["units"][0] == "99001"
    tickets = Ticket.objects.filter(realm="demo", monitor="environment")
    assert {str(ticket.public_id) for ticket in tickets} == set(body["tickets"]["ids"])
    assert body["tickets"]["total"] == body["tickets"]["open"] == tickets.count() >= 3


def test_the_story_is_told_newest_first_and_holds_what_people_did(province, flood):
    user = province.user("op", "operator")
    acknowledge(flood, user)
    settle()
    lines = incident(reader(province, "operator"), flood)["timeline"]["lines"]
    assert [line["at"] for line in lines] == sorted((line["at"] for line in lines), reverse=True)
    assert any("Nguyễn op" in line["who"] for line in lines)
    assert len(lines) >= 4


def acknowledge(alert, user):
    client = Client()
    client.force_login(user)
    answer = client.post(
        f"/api/alerts/{alert.public_id}/acknowledge/",
        {},
        content_type="application/json",
        headers={"idempotency-key": "k"},
    )
    assert answer.status_code == 200, answer.content


def test_who_may_not_see_the_alert_gets_none(province, flood):
    address = f"/api/alerts/{flood.public_id}/incident/"
    assert reader(province, "officer", unit="99002").get(address).status_code == 404
    assert reader(province, "officer", department="so-y-te").get(address).status_code == 404
    assert Client().get(address).status_code in {401, 403}
    citizen = Client()
    citizen.force_login(province.user("dan", "citizen"))
    assert citizen.get(address).status_code == 404


def test_an_officer_sees_of_it_what_lies_within_reach_alone(province, flood):
    body = incident(reader(province, "officer", unit="99001"), flood)
    assert body["units"] == ["99001"]
    own = Ticket.objects.filter(realm="demo", monitor="environment", unit__code="99001")
    assert set(body["tickets"]["ids"]) == {str(ticket.public_id) for ticket in own}


def test_an_ended_alert_is_still_told_of(province, flood):
    rises(12.8, 10.5, 9.0)
    settle()
    flood.refresh_from_db()
    assert not flood.is_open
    body = incident(reader(province, "operator"), flood)
    assert body["alert"]["open"] is False
    assert body["alert"]["ended_at"]
    assert body["curve"]["points"]


def test_an_alert_whose_rule_has_no_curve_shows_its_records(province):
    send("environment", level(60.0, clock.now("demo")), realm="demo")
    settle()
    alert = Alert.objects.get(realm="demo", rule="environment.sensor")
    body = incident(reader(province, "operator"), alert)
    assert body["curve"] is None
    assert body["records"]["total"] == len(body["records"]["rows"]) == 1
    assert len(body["records"]["columns"]) == len(body["records"]["rows"][0])


def test_the_number_of_statements_does_not_grow_with_the_flood(province, flood):
    client = reader(province, "operator")
    incident(client, flood)

    def statements():
        with CaptureQueriesContext(connection) as caught:
            incident(client, flood)
        return len(caught)

    before = statements()
    rises(15.8, 16.0, 16.2)
    settle()
    assert statements() == before


def test_the_past_is_told_as_it_was(province, flood):
    """The replay's board: who took it, what was measured and how it ended come later."""
    operator = province.user("op", "operator")
    raised = clock.now("demo")
    acknowledge(flood, operator)
    rises(12.8, 10.5, 9.0)
    settle()
    flood.refresh_from_db()
    then, today = reading.of_alert(operator, flood, raised), reading.of_alert(operator, flood)
    assert (then["alert"]["open"], today["alert"]["open"]) == (True, False)
    assert (then["alert"]["acknowledged_at"], then["alert"]["ended_at"]) == (None, None)
    assert then["timeline"]["lines"]
    assert len(then["timeline"]["lines"]) < len(today["timeline"]["lines"])
    assert all(line["at"] <= raised.isoformat() for line in then["timeline"]["lines"])
    assert then["tickets"]["open"] == then["tickets"]["total"]
    assert then["now"] == raised.isoformat()
    assert then["cameras"] == []


def test_a_moment_that_cannot_be_shown_is_refused_in_words(province, flood):
    client = reader(province, "operator")
    for wrong in ("yesterday", "2999-01-01T00:00:00Z", "1999-01-01T00:00:00Z"):
        answer = client.get(f"/api/alerts/{flood.public_id}/incident/", {"at": wrong})
        assert answer.status_code == 400, answer.content
        assert answer.json()["errors"]["at"]

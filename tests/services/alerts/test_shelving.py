"""An alert put aside: by whom, until when, and what brings it back."""

from datetime import timedelta

import pytest
from django.test import Client

from services.alerts import actions
from services.alerts.models import Alert
from services.alerts.raising import raise_alerts
from services.contract import Finding, message
from services.kernel import clock
from services.wall.models import Tile

pytestmark = pytest.mark.django_db


def raise_(severity="medium", **more):
    found = Finding("probe.level", severity, "river:1", message("Level {value}", value=3), clock.now("demo"), **more)
    return raise_alerts(realm="demo", monitor="field_reports", results=[found], now=clock.now("demo"))[0]


def tile(alert):
    return Tile.objects.get(key=f"alert:{alert.public_id}").payload


@pytest.fixture
def desk(province):
    """Give a browser of a role, and a function that posts a verb of an alert."""

    def of(role, **places):
        client = Client()
        client.force_login(province.user(role, role, **places))
        return lambda alert, verb, **body: client.post(
            f"/api/alerts/{alert.public_id}/{verb}/", body, content_type="application/json"
        )

    return of


def test_the_wall_is_told_until_when_and_by_whom(desk):
    alert = raise_()
    answer = desk("operator")(alert, "shelve", minutes=10, note="đang kiểm tra", generation=alert.generation)
    assert (answer.status_code, answer.json()["shelved_by"]) == (200, "Nguyễn operator")
    shown = tile(alert)
    assert shown["shelved_by"] == {"name": "Nguyễn operator"}
    assert shown["shelved_until"]
    assert "đang kiểm tra" not in str(shown)


def test_it_comes_back_by_itself_and_nobody_has_shelved_it_then(desk):
    alert = raise_()
    desk("operator")(alert, "shelve", minutes=10)
    clock.move("demo", timedelta(minutes=10))
    actions.fire_timers()
    assert (tile(alert)["shelved_until"], tile(alert)["shelved_by"]) == (None, None)


def test_it_comes_back_at_once_when_it_gets_worse(desk):
    alert = raise_("medium")
    desk("operator")(alert, "shelve", minutes=60)
    raise_("medium")
    assert tile(alert)["shelved_until"]
    raise_("critical")
    assert (tile(alert)["shelved_until"], tile(alert)["shelved_by"]) == (None, None)


def test_it_can_be_taken_back_before(desk):
    alert = raise_()
    post = desk("supervisor")
    post(alert, "shelve", minutes=60)
    assert post(alert, "unshelve").json()["shelved_until"] is None


@pytest.mark.parametrize("verb", ["acknowledge", "shelve"])
def test_a_verb_on_what_has_changed_meanwhile_is_a_conflict(desk, verb):
    alert = raise_()
    post = desk("operator")
    assert post(alert, verb, minutes=10, generation=alert.generation + 1).status_code == 409
    assert post(alert, verb, minutes=10, generation=alert.generation).status_code == 200


def test_only_the_centre_may(desk):
    alert = raise_(department="so-y-te")
    assert desk("officer", department="so-y-te")(alert, "shelve", minutes=10).status_code == 404
    assert desk("leader")(alert, "shelve", minutes=10).status_code == 404
    assert Alert.objects.get(pk=alert.pk).shelved_until is None


def test_the_list_filters_what_is_on_a_shelf(desk, province):
    alert = raise_()
    client = Client()
    client.force_login(province.user("reader", "operator"))
    count = lambda shelved: len(client.get(f"/api/alerts/?shelved={shelved}").json()["results"])  # noqa: E731
    assert (count("true"), count("false")) == (0, 1)
    desk("operator")(alert, "shelve", minutes=10)
    assert (count("true"), count("false")) == (1, 0)

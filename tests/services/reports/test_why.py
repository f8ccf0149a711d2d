""" "Why?" answers for every figure and alert, from the same query as the figure, and only in the reader's scope."""

import csv
import io
import re

import pytest
from django.test import Client

from services import registry
from services.alerts import actions
from services.alerts.models import Alert
from services.contract import Scope
from services.intake.evaluation import ensure_runs, sweep_due
from services.intake.models import IntakeBatch
from services.kernel import clock
from services.tickets.following import follow_alerts
from services.tickets.models import Ticket
from services.wall.models import Tile
from tests.monitors.kit import FIXTURES, judge, send_file
from tests.province import load, loaded

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def happen():
    """Send every payload file of every monitor to the synthetic province in realm ``demo``, and judge them."""
    load()
    for monitor in registry.monitors():
        for path in sorted((FIXTURES / monitor.slug).glob("*.*json")):
            send_file(path, realm="demo")
    judge()
    ensure_runs()
    while sweep_due():
        pass


@pytest.fixture(scope="session")
def kept_events(keeping):
    return keeping(happen, IOC_PROVINCE="sample")


@pytest.fixture
def happened(kept_events, db, settings):
    settings.IOC_PROVINCE = "sample"
    kept_events.put_back()
    return loaded()


@pytest.fixture
def operator(happened):
    client = Client()
    client.force_login(happened.user("op", "operator"))
    return client


def panels():
    return [(monitor, panel) for monitor in registry.monitors() for panel in monitor.panels]


def test_every_figure_says_why_with_the_rows_of_its_own_query(operator):
    scope = Scope("demo", clock.now("demo"))
    for monitor, panel in panels():
        answer = operator.get(f"/api/panels/{monitor.slug}/{panel.slug}/why/?stream=province")
        assert answer.status_code == 200, (monitor.slug, panel.slug)
        body, figure = answer.json(), panel.figure(scope)
        assert body["records"]["total"] == figure.query.rows(scope).count()
        assert len(body["records"]["rows"]) == min(20, body["records"]["total"])
        assert {rule["id"] for rule in body["rules"]} >= set(figure.rules)


def test_the_export_holds_exactly_the_rows_of_the_figure(operator):
    for monitor, panel in panels():
        address = f"/api/panels/{monitor.slug}/{panel.slug}/rows/?stream=province"
        total = operator.get(address).json()["total"]
        exported = b"".join(operator.get(f"{address}&format=csv")).decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(exported)))) == total + 1


def test_records_are_told_in_words_and_exported_with_their_codes(operator):
    """A unit's code or a department's slug says nothing to whoever asks why; a program wants exactly that."""
    codes = re.compile(r"\b(990\d\d|so-[a-z-]+)\b")
    told, exported = [], []
    for monitor, panel in panels():
        address = f"/api/panels/{monitor.slug}/{panel.slug}/"
        lines = operator.get(f"{address}why/?stream=province").json()["records"]["rows"]
        told += [f"{line['code']} · {line['title']}" for line in lines]
        exported.append(operator.get(f"{address}rows/?stream=province&format=csv").getvalue().decode())
    assert [line for line in told if codes.search(line)] == []
    assert codes.search("".join(exported))
    assert any("Sở Xây dựng" in line for line in told)


def test_every_alert_shows_the_records_it_was_found_in(operator):
    alerts = list(Alert.objects.filter(realm="demo"))
    # Payload files speak of the default province: in the synthetic one a river's stations are unknown and refused.
    stored = IntakeBatch.objects.filter(accepted__gt=0).values_list("source", flat=True)
    found = {alert.monitor for alert in alerts}
    assert {"cybersecurity", "field_reports", "public_services", "socioeconomy"} <= found
    assert found <= {source.partition("/")[0] for source in stored}
    for alert in alerts:
        body = operator.get(f"/api/alerts/{alert.public_id}/why/").json()
        assert body["records"]["total"] == len(alert.evidence), alert.rule
        assert bool(body["records"]["rows"]) == bool(alert.evidence), alert.rule  # what never came has no record
        assert [rule["id"] for rule in body["rules"]] == [alert.rule]


def test_a_departments_officer_may_ask_for_its_own_stream_alone(happened):
    client = Client()
    client.force_login(happened.user("yt", "officer", department="so-y-te"))
    address = "/api/panels/field_reports/awaiting/why/?stream="
    assert client.get(f"{address}department:so-y-te").status_code == 200
    assert client.get(f"{address}department:so-xay-dung").status_code == 404
    assert client.get(f"{address}province").status_code == 404
    assert client.get(f"{address}nonsense").status_code == 404


def test_what_people_did_to_an_alert_is_told_in_the_readers_words_with_the_reason(operator, happened):
    alert = Alert.objects.filter(realm="demo", state="active", historical=False)[0]
    chief = happened.user("chief", "supervisor")
    actions.perform(verb="shelve", public_id=alert.public_id, acting_user=chief, minutes=10, note="đang sửa")
    body = operator.get(f"/api/alerts/{alert.public_id}/why/", headers={"Accept-Language": "en"}).json()
    assert (body["actions"][0]["who"], body["actions"][0]["what"]) == ("Nguyễn chief", "shelved it: đang sửa")
    assert body["actions"][-1]["what"] == "raised the alert"
    exported = b"".join(operator.get(body["links"][-1]["url"])).decode("utf-8-sig")
    assert str(alert.public_id) in exported


def test_a_ticket_says_the_alert_rule_policy_and_deeds_it_is_made_of(operator, happened):
    while follow_alerts():
        pass
    ticket = Ticket.objects.filter(realm="demo", alert__isnull=False)[0]
    body = operator.get(f"/api/tickets/{ticket.public_id}/why/").json()
    assert [rule["id"] for rule in body["rules"]] == [ticket.rule, ticket.policy["slug"]]
    assert ticket.alert
    assert body["records"]["total"] == len(ticket.alert.evidence)
    assert body["actions"]
    citizen = Client()
    citizen.force_login(happened.user("cit", "citizen"))
    assert citizen.get(f"/api/tickets/{ticket.public_id}/why/").status_code == 404


def test_every_alert_and_ticket_on_the_wall_opens_what_it_is_made_of(operator):
    while follow_alerts():
        pass
    shown = {}
    for tile in Tile.objects.filter(realm="demo", gone=False).exclude(kind="panel"):
        shown[tile.kind, tile.monitor, tile.payload.get("rule")] = tile.payload["why"]
    assert {kind for kind, _monitor, _rule in shown} == {"alert", "ticket"}
    for name, address in shown.items():
        assert operator.get(address).json()["rules"], name

"""Silence is one finding an outage: a sensor's, a station's, a commune's, everybody's; one takes over from another."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitors.environment import stations as pack
from monitors.environment.findings.gaps import GAP, SHOWN
from monitors.environment.stations import Station
from services.alerts.models import Alert
from services.contract import Moment
from services.intake import heartbeats
from services.kernel import clock
from services.kernel.text import render
from services.tickets.models import Policy, Ticket
from tests.monitors.environment.kit import GAUGE, RIVER, level, observation, rain
from tests.monitors.kit import FIXTURES, REALM, clears, detected, findings, moment, send, send_file, settle, swept

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ALL = f"{GAP}:source:environment/observations"
PLACES = {"99001": 5, "99002": 6, "99003": 2}
"""Communes and their gauges."""


@pytest.fixture
def network(province, monkeypatch):
    """Thirteen gauges in three communes, by name, and a policy that closes tickets with their condition."""
    title = {"vi": "Trạm im lặng", "en": "Station silent"}
    Policy.objects.create(slug="silent", order=1, rule=GAP, title=title, deadline={"minutes": 60}, auto_close=True)
    found = {
        f"{unit}-{n}": Station(f"{unit}-{n}", {"vi": f"Trạm {n}", "en": f"Gauge {n}"}, "rain", 110.1, 10.1, unit)
        for unit, many in PLACES.items()
        for n in range(many)
    }
    monkeypatch.setattr(pack, "_stations", lambda _folder: found)
    return found


def speak(*slugs, ago=timedelta(0), realm=REALM):
    at = clock.now(realm) - ago
    receipt = send("environment", *[observation(slug, "rain", 0, at) for slug in slugs], realm=realm)
    assert receipt.rejected == []
    return list(receipt.records.values())


def of(unit, *numbers):
    return [f"{unit}-{n}" for n in numbers]


def active():
    return set(Alert.objects.filter(rule=GAP, state="active").values_list("fingerprint", flat=True))


def open_tickets():
    return Ticket.objects.filter(rule=GAP).exclude(state="closed").count()


@pytest.mark.usefixtures("province")
def test_one_dead_sensor_of_several_is_a_finding_that_names_it():
    now = clock.now()
    send("environment", observation(RIVER, "rain", 0, now - 5 * HOUR), level(8.0, now))
    found = findings(swept(GAP))
    assert set(found) == {f"{GAP}:{RIVER}"}
    assert render(found[f"{GAP}:{RIVER}"].title, "en").startswith("Sample Bridge sends no rain since")
    more = send("environment", level(8.1, now)).records.values()
    assert clears(detected(GAP, list(more))) == set(), "a height says nothing of the rain gauge"
    more = send("environment", observation(RIVER, "rain", 0, now)).records.values()
    assert clears(detected(GAP, list(more))) == {f"{GAP}:{RIVER}"}


@pytest.mark.usefixtures("province")
def test_several_dead_sensors_of_a_station_are_one_finding():
    old = clock.now() - 5 * HOUR
    send("environment", *[observation("khi-an", prop, 9, old) for prop in ("pm2_5", "o3")])
    send("environment", observation("khi-an", "no2", 9, clock.now()))
    (found,) = findings(swept(GAP)).values()
    assert "O₃, PM2.5" in render(found.title, "en")
    assert len(found.evidence) == 2


@pytest.mark.slow
def test_a_commune_s_outage_takes_over_from_its_stations_and_gives_back_what_is_left(network):
    others = [*of("99002", *range(6)), *of("99003", 0, 1)]
    speak(*network)
    clock.move(REALM, HOUR)
    speak(*others, *of("99001", 2, 3, 4))
    clock.move(REALM, 2 * HOUR + MINUTE)
    speak(*others)
    settle()
    assert active() == {f"{GAP}:99001-0", f"{GAP}:99001-1"}
    clock.move(REALM, HOUR)
    settle()
    assert active() == {f"{GAP}:unit:99001"}
    group = Alert.objects.get(fingerprint=f"{GAP}:unit:99001")
    assert (group.unit and group.unit.code, group.count, group.severity, len(group.evidence)) == ("99001", 5, 2, 5)
    assert "5 of 5 stations are silent since" in render(group.title, "en")
    assert open_tickets() == 1
    speak(*of("99001", 2, 3, 4))
    settle()
    assert active() == {f"{GAP}:99001-0", f"{GAP}:99001-1"}
    assert open_tickets() == 2
    speak(*of("99001", 0, 1))
    settle()
    assert (active(), open_tickets()) == (set(), 0)
    assert Alert.objects.filter(rule=GAP).count() == 3, "what flips comes back as the same alert"
    assert Ticket.objects.filter(rule=GAP).count() == 3


@pytest.mark.slow
def test_most_of_everything_is_one_finding_with_one_ticket(network):
    speak(*network)
    clock.move(REALM, 4 * HOUR)
    speak(*of("99003", 0, 1), *of("99002", 0))
    settle()
    assert (active(), open_tickets()) == ({ALL}, 1)
    (alert,) = Alert.objects.filter(rule=GAP)
    assert "10 of all 13 stations" in render(alert.title, "en")
    assert (alert.unit, alert.department and alert.department.slug) == (None, "so-nong-nghiep-moi-truong")
    speak(*network)
    settle()
    assert (active(), open_tickets()) == (set(), 0)


def test_said_again_an_outage_changes_nothing(network):
    speak(*network, ago=5 * HOUR)
    first, again = swept(GAP, moment(REALM)), swept(GAP, moment(REALM))
    assert [*findings(first)] == [*findings(again)] == [ALL]
    assert findings(first)[ALL].title == findings(again)[ALL].title
    assert findings(first)[ALL].evidence == findings(again)[ALL].evidence


@pytest.mark.slow
def test_a_silent_source_hides_its_stations_and_they_have_their_turns_when_it_is_back(network):
    speak(*network)
    clock.move(REALM, 2 * HOUR + MINUTE)
    heartbeats.check()
    settle()
    assert set(Alert.objects.filter(state="active").values_list("rule", flat=True)) == {heartbeats.RULE}
    clock.move(REALM, 24 * HOUR)
    settle()
    assert active() == set(), "the source's own alert says it all"
    speak(*of("99001", 0))
    heartbeats.check()
    settle()
    assert active() == set(), "nobody has missed a turn yet"
    assert Alert.objects.get(rule=heartbeats.RULE).state == "cleared"
    clock.move(REALM, 3 * HOUR + MINUTE)
    speak(*of("99001", *range(5)), *of("99002", *range(4)))
    heartbeats.check()
    settle()
    assert active() == {f"{GAP}:{slug}" for slug in (*of("99002", 4, 5), *of("99003", 0, 1))}


@pytest.mark.slow
def test_a_group_s_finding_is_hidden_once_the_whole_source_is_silent(network):
    speak(*network, ago=2 * HOUR)
    clock.move(REALM, HOUR + timedelta(minutes=30))
    settle()
    assert active() == {ALL}
    clock.move(REALM, HOUR)
    heartbeats.check()
    settle()
    assert (active(), open_tickets()) == (set(), 0)
    assert Alert.objects.get(state="active").rule == heartbeats.RULE


@pytest.mark.slow
def test_a_station_that_was_silent_before_its_source_keeps_its_finding(network):
    speak(*network, ago=3 * HOUR)
    speak(*(set(network) - {"99001-0"}))
    clock.move(REALM, MINUTE)
    settle()
    clock.move(REALM, 12 * HOUR)
    heartbeats.check()
    settle()
    assert active() == {f"{GAP}:99001-0"}


def test_statements_do_not_grow_with_what_is_silent(network, monkeypatch):
    def asked(check):
        with CaptureQueriesContext(connection) as statements:
            check()
        return len(statements)

    records = speak(*of("99001", 0), ago=5 * HOUR)
    speak(*of("99003", 0, 1), *of("99002", *range(6)))
    assert asked(lambda: swept(GAP, Moment(REALM, clock.now(REALM)))) == 2, "the clock and the latest values"
    records += speak(*of("99001", 1, 2, 3, 4), ago=5 * HOUR)
    now = Moment(REALM, clock.now(REALM))
    assert set(findings(swept(GAP, now))) == {f"{GAP}:unit:99001"}
    assert asked(lambda: swept(GAP, now)) == 2, "the latest values and the communes' names"
    assert asked(lambda: detected(GAP, records[:1], now)) == asked(lambda: detected(GAP, records, now)) == 1


def test_evidence_is_bounded(network):
    for slug in list(network)[:3]:
        for n in range(30):
            network[f"{slug}-{n}"] = Station(f"{slug}-{n}", network[slug].name, "rain", 110.1, 10.1, "99001")
    speak(*network, ago=5 * HOUR)
    found = findings(swept(GAP, moment(REALM)))[ALL]
    assert (len(found.evidence), found.count) == (SHOWN, 103)


@pytest.mark.usefixtures("pack_loaded")
def test_the_rule_s_file_is_one_outage():
    receipt = send_file(FIXTURES / "environment" / "gap.json")
    assert receipt.accepted == 5
    assert [one.count for one in findings(swept(GAP)).values()] == [4]


@pytest.mark.usefixtures("province")
def test_a_gauge_that_speaks_is_no_gap():
    send("environment", rain(0, clock.now()))
    assert f"{GAP}:{GAUGE}" not in findings(swept(GAP))

"""Figures of security events follow from the rows of their query, and from nothing else."""

from datetime import timedelta

import pytest
from django.test import Client

from monitors.cybersecurity import panels
from monitors.cybersecurity.models import Event
from monitors.cybersecurity.selectors import facts
from services.contract import Scope
from services.kernel import clock
from tests.monitors.cybersecurity.test_feeds import alert, line
from tests.monitors.kit import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def ago(**by):
    return (clock.now() - timedelta(**by)).isoformat()


def scope(**more):
    return Scope("live", clock.now(), **more)


def test_silence_is_no_incident():
    figure = panels.open_incidents(scope())
    assert (figure.value, figure.severity, set(figure.trend), figure.as_of) == (0, None, {0}, None)


def test_an_incident_is_a_machine_and_a_kind_of_threat_not_a_line():
    send(
        "cybersecurity",
        *(alert(timestamp=ago(minutes=n)) for n in range(1, 30)),
        alert(dest="10.99.8.11", level=2) | {"timestamp": ago(minutes=2)},
    )
    figure = panels.open_incidents(scope())
    assert (figure.value, figure.severity) == (2, "high")
    assert len(list(figure.query.rows(scope()))) == figure.query.rows(scope()).count() == 2


def test_a_raw_record_that_changes_changes_the_figure():
    send("cybersecurity", alert(timestamp=ago(minutes=3)))
    Event.objects.update(level=3)
    assert panels.open_incidents(scope()).severity is None
    Event.objects.update(threat="noise")
    assert panels.open_incidents(scope()).value == 0


def test_more_incidents_than_a_shift_can_handle_are_medium():
    send(
        "cybersecurity",
        *(alert(level=3, dest=f"10.99.7.{n}", timestamp=ago(minutes=n + 1)) for n in range(panels.TARGET + 1)),
    )
    assert panels.open_incidents(scope()).severity == "medium"


def test_the_trend_counts_an_incident_until_it_was_quiet_for_a_day():
    send("cybersecurity", alert(timestamp=ago(hours=30)), alert(dest="10.99.8.11", timestamp=ago(hours=2.5)))
    trend = panels.open_incidents(scope()).trend
    assert list(trend) == [1.0] * 17 + [0.0] * 4 + [1.0] * 3  # 30 hours ago, quiet after 6; again 2.5 hours ago


def test_events_are_counted_hour_by_hour():
    now = clock.now()
    minute = now.replace(minute=0, second=0, microsecond=0)
    send("cybersecurity", line(timestamp=(minute - timedelta(minutes=1)).isoformat()), line(timestamp=ago(seconds=1)))
    figure = panels.per_hour(Scope("live", clock.now()))
    assert list(figure.trend[-2:]) == [1.0, 1.0]
    assert sum(row["events"] for row in figure.rows) == 2
    assert figure.running, "the hour that has begun is not over"


def test_the_most_frequent_signature_comes_first():
    send(
        "cybersecurity",
        *(alert(timestamp=ago(minutes=n)) for n in (1, 2)),
        alert(timestamp=ago(minutes=3), alert={"signature": "ET OTHER"}),
    )
    assert [(row["signature"], row["count"]) for row in panels.top_signatures(scope()).rows] == [
        ("ET TEST", 2),
        ("ET OTHER", 1),
    ]


def test_a_department_sees_its_own_systems_and_a_commune_none():
    send("cybersecurity", alert(timestamp=ago(minutes=1)))
    assert panels.open_incidents(scope(department="so-khoa-hoc-cong-nghe")).value == 1
    assert panels.open_incidents(scope(department="so-y-te")).value == 0
    assert panels.open_incidents(scope(unit="99001")).value == 0


@pytest.mark.parametrize(
    "figure, statements", [(panels.open_incidents, 3), (panels.per_hour, 4), (panels.top_signatures, 2)]
)
def test_a_figure_costs_the_same_statements_however_many_events(figure, statements, django_assert_num_queries):
    send("cybersecurity", *(alert(timestamp=ago(minutes=n), dest=f"10.99.8.{n}") for n in range(1, 90)))
    at = scope()
    with django_assert_num_queries(statements):
        figure(at)


def test_a_ticket_tells_each_signature_once():
    receipt = send("cybersecurity", *(alert(timestamp=ago(minutes=n)) for n in (1, 2)))
    (fact,) = facts(list(receipt.records.values()))
    assert "ET TEST" in str(fact.value)


def test_the_api_shows_a_department_its_own(province, settings):
    settings.IOC_REALM = "live"
    send("cybersecurity", alert(timestamp=ago(minutes=1)), line(timestamp=ago(minutes=2)))
    counts = {}
    for name, role, place in (
        ("truc", "operator", {}),
        ("cntt", "officer", {"department": "so-khoa-hoc-cong-nghe"}),
        ("y-te", "officer", {"department": "so-y-te"}),
        ("xa", "officer", {"unit": "99001"}),
        ("dan", "citizen", {}),
    ):
        client = Client()
        client.force_login(province.user(name, role, **place))
        counts[name] = len(client.get("/api/cybersecurity/", {"threat": "vulnerability"}).json()["results"])
    assert counts == {"truc": 1, "cntt": 1, "y-te": 0, "xa": 0, "dan": 0}

"""Alerts of one place and time become one incident that follows its members; people have the last word."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.test import Client

from services.alerts import actions
from services.alerts.models import Alert
from services.audit.models import AuditEntry
from services.incidents.correlation import correlate
from services.incidents.models import Incident, Member
from services.kernel import clock
from tests.services.alerts.kit import finding, gone, later, one, raise_

pytestmark = pytest.mark.django_db
HERE = (110.05, 10.1)
METRE = 1 / 110_608
"""A metre of latitude in degrees, at 10° north (WGS 84)."""


@pytest.fixture(autouse=True)
def loaded(province):
    """The sample pack: reports within 300 m and 60 min, with cameras 500 m, with sensors 2 km."""
    return province


def report(key, *, north=0.0, ago=0.0, **more):
    return raise_(finding(key, place=(HERE[0], HERE[1] + north * METRE), ago=ago, **more))


def sensor(key, *, north=0.0, **more):
    place = (HERE[0], HERE[1] + north * METRE)
    return raise_(finding(key, rule="environment.river_level", place=place, **more), monitor="environment")


def together():
    """Who is with whom, by fingerprint."""
    while correlate():
        pass
    rows = Member.objects.filter(taken_out_at=None).values_list("incident", "alert__fingerprint")
    found: dict[int, set[str]] = {}
    for incident, key in rows:
        found.setdefault(incident, set()).add(key)
    return sorted(sorted(keys) for keys in found.values())


@pytest.fixture
def browser(province):
    client = Client()
    client.force_login(province.user("op", "operator"))
    return client


def test_reports_and_a_sensor_near_each_other_are_one_incident():
    report("r1")
    report("r2", north=250)
    sensor("s1", north=1900)
    report("far", north=5000)
    assert together() == [["r1", "r2", "s1"]]
    incident = Incident.objects.get()
    assert (incident.state, incident.members_count, incident.severity_name) == ("open", 3, "medium")
    assert incident.place is not None
    assert abs(incident.place.y - HERE[1] - (0 + 250 + 1900) / 3 * METRE) < METRE


def test_far_in_place_or_time_or_of_no_declared_pair_is_none():
    report("r1")
    report("r2", north=301)
    sensor("s1", north=-1500)
    sensor("s2", north=-1600)
    later(minutes=61)
    report("r3", north=10)
    assert together() == [["r1", "r2", "r3", "s1", "s2"]], "a sensor joins reports that are apart themselves"
    Alert.objects.all().delete()
    report("a")
    report("b", north=301)
    later(minutes=61)
    report("c", north=10)
    sensor("x", north=9000)
    sensor("y", north=9001)
    assert together() == []


@pytest.mark.parametrize("order", list(permutations(["r1", "r2", "s1", "apart"]))[::5])
def test_the_order_of_arrival_changes_nothing(order):
    make = {"r1": lambda: report("r1"), "r2": lambda: report("r2", north=250),
            "apart": lambda: report("apart", north=560),
            "s1": lambda: sensor("s1", north=-1900)}  # fmt: skip
    for index, name in enumerate(order):
        make[name]()
        if index % 2:
            correlate()
    assert together() == [["r1", "r2", "s1"]]


def test_a_newcomer_between_two_incidents_merges_them_and_an_old_link_leads_on(browser):
    report("a1")
    report("a2", north=-50)
    report("b1", north=500)
    report("b2", north=550)
    assert len(together()) == 2
    older, younger = Incident.objects.order_by("pk")
    report("between", north=250)
    assert together() == [["a1", "a2", "b1", "b2", "between"]]
    shown = browser.get(f"/api/incidents/{younger.public_id}/").json()
    assert (shown["id"], len(shown["members"])) == (str(older.public_id), 5)
    assert len(browser.get("/api/incidents/").json()["results"]) == 1
    assert AuditEntry.objects.filter(verb="incident.merged").count() == 1


def test_it_follows_its_members():
    report("r1", severity="high", ago=2)
    report("r2", severity="medium", ago=2)
    together()
    raise_(gone("r1", ago=1))
    together()
    assert Incident.objects.get().severity_name == "medium", "the worst that is open"
    raise_(gone("r2", ago=1))
    together()
    incident = Incident.objects.get()
    assert (incident.state, incident.closed_at is not None) == ("closed", True)
    report("r2", severity="critical")
    together()
    incident.refresh_from_db()
    assert (incident.state, incident.severity_name, incident.closed_at) == ("open", "critical", None)


def test_every_alert_stays_in_the_list_of_alerts(browser):
    report("r1", severity="critical")
    report("r2")
    together()
    assert len(browser.get("/api/alerts/?open=true&suppressed=no").json()["results"]) == 2


def test_what_a_person_took_out_or_put_in_stays_so(browser):
    for key in ("r1", "r2", "r3"):
        report(key)
    report("far", north=9000)
    together()
    address = f"/api/incidents/{Incident.objects.get().public_id}"
    post = lambda verb, key: browser.post(  # noqa: E731
        f"{address}/{verb}/", {"alert": str(one(key).public_id)}, content_type="application/json"
    )
    assert post("take-out", "r3").json()["members_count"] == 2
    assert post("take-out", "r3").status_code == 400
    assert post("add", "far").json()["members_count"] == 3
    assert post("add", "far").status_code == 400
    report("r4", north=5)
    Alert.objects.filter(fingerprint="r3").update(correlate_at=clock.now("demo"))
    assert together() == [["far", "r1", "r2", "r4"]]
    assert set(AuditEntry.objects.filter(verb__startswith="incident.").values_list("verb", flat=True)) >= {
        "incident.opened", "incident.taken_out", "incident.added"}  # fmt: skip


def test_what_a_person_put_elsewhere_draws_no_incidents_together(browser):
    for key, north in (("a1", 0), ("a2", 10), ("b1", 2000), ("b2", 2010)):
        report(key, north=north)
    together()
    home = Member.objects.get(alert__fingerprint="b1").incident
    body = {"alert": str(one("a1").public_id)}
    browser.post(f"/api/incidents/{home.public_id}/add/", body, content_type="application/json")
    report("a3", north=5)
    assert together() == [["a1", "b1", "b2"], ["a2", "a3"]]


def test_whoever_reaches_one_member_sees_the_incident_and_only_the_members_in_reach(province):
    report("mine", department="so-y-te")
    report("other", department="so-xay-dung", north=10)
    together()
    officer, stranger = Client(), Client()
    officer.force_login(province.user("o", "officer", department="so-y-te"))
    stranger.force_login(province.user("s", "officer", department="so-khoa-hoc-cong-nghe"))
    address = f"/api/incidents/{Incident.objects.get().public_id}/"
    shown = officer.get(address).json()
    assert [len(shown["members"]), shown["members_count"]] == [1, 2]
    assert officer.post(f"{address}take-out/", {"alert": str(one("mine").public_id)}).status_code == 404
    assert (stranger.get(address).status_code, stranger.get("/api/incidents/").json()["results"]) == (404, [])


def test_realms_do_not_meet():
    report("r1")
    report("r2")
    Alert.objects.filter(fingerprint="r2").update(realm="live")
    assert together() == []


def test_a_batch_costs_the_same_whatever_its_size(django_assert_max_num_queries):
    def burst(name, count, north):
        for number in range(count):
            report(f"{name}{number}", north=north + number)

    burst("few", 3, 0)
    with django_assert_max_num_queries(40) as few:
        correlate()
    burst("many", 30, 5000)
    with django_assert_max_num_queries(len(few)):
        correlate()
    assert sorted(map(len, together())) == [3, 30]


def test_merging_an_alert_by_hand_or_closing_it_is_followed(province):
    report("r1")
    report("r2")
    together()
    operator = province.user("op2", "operator")
    for key in ("r1", "r2"):
        actions.perform(verb="resolve", public_id=one(key).public_id, acting_user=operator)
    raise_(gone("r1"), gone("r2"))
    together()
    assert Incident.objects.get().state == "closed"
    assert Incident.objects.get().last_at - Incident.objects.get().first_at < timedelta(minutes=1)

"""One seeded world: pure, asked in any order, with causes that cross monitors."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from ioc.simulator.building import Feeds
from ioc.simulator.cases import CaseFeed
from ioc.simulator.dossiers import Agency, DossierFeed
from ioc.simulator.health import HealthFeed
from ioc.simulator.hospitals import HospitalFeed, Ward
from ioc.simulator.reports import OF_RAIN, ReportFeed
from ioc.simulator.safety import Lens, SafetyFeed, Section
from ioc.simulator.scenarios import SCENARIOS
from ioc.simulator.sensors import SensorFeed, machines
from ioc.simulator.stations import Site, StationFeed
from ioc.simulator.world import Place, World
from services.kernel.clock import LOCAL
from services.worktime.calendar import WorkCalendar

MONDAY = datetime(2026, 3, 2, tzinfo=LOCAL)
TET = datetime(2026, 2, 17, 9, tzinfo=LOCAL)
CALENDAR = WorkCalendar(off=frozenset({TET.date()}))
PLACES = [Place(f"{n:05}", 108 + n * 0.1, 12.5 + n * 0.05, weight=1 + n % 3) for n in range(10)]
CATEGORIES = ["giao-thong", "ha-tang-chieu-sang", "nuoc-thai-rac-thai", "an-ninh-trat-tu", "chay-rung", "gia-ca"]
EVERYTHING = frozenset({"field_reports", "public_services", "cybersecurity", "environment", "health", "public_safety"})


def world(seed=1, scenario="ordinary", started=MONDAY, **more):
    return World(seed, PLACES, CALENDAR, SCENARIOS[scenario], started, **more)


def safety(of):
    return SafetyFeed(
        of,
        [Lens(f"cam-{n}", 108.1 + n * 0.1, 12.6) for n in range(4)],
        [Section("pho", 108.2, 12.6, "00001", 40.0, "street"), Section("ql", 108.4, 12.7, "00002", 60.0, "highway")],
    )


def feeds(of):
    agencies = [Agency("so-a", "000.00.01.H99", is_unit=False), Agency("00001", "000.20.01.H99", is_unit=True)]
    systems = [machines("10.99.1.0/24"), machines("10.99.2.0/24")]
    stations = StationFeed(
        of, [Site("song", 108.5, 12.7, ("water_level", "rain"), 8.0), Site("khi", 108.2, 12.6, ("pm2_5",))]
    )
    return Feeds(
        {
            "field_reports": ReportFeed(of, CATEGORIES),
            "public_services": DossierFeed(of, agencies),
            "cybersecurity": SensorFeed(of, systems),
            "environment": stations,
            "health": HealthFeed(CaseFeed(of), HospitalFeed(of, [Ward("bv", 108.3, 12.7, 300, fever=True)])),
            "public_safety": safety(of),
        }
    )


def hours(start, count):
    return start, start + timedelta(hours=count)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_events_and_another_one_others():
    span = hours(MONDAY + timedelta(hours=8), 3)
    first, again, other = (feeds(world(seed)).between(*span, EVERYTHING) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first) > 100


@pytest.mark.slow
def test_asked_in_pieces_the_world_tells_the_same():
    start, end = hours(MONDAY + timedelta(hours=7), 5)
    whole = feeds(world()).between(start, end, EVERYTHING)
    bounds = [start, start + timedelta(minutes=7), start + timedelta(minutes=93), end]
    pieces = [sent for a, b in reversed(list(pairwise(bounds))) for sent in feeds(world()).between(a, b, EVERYTHING)]
    assert sorted(pieces) == whole
    assert all(start <= sent.at < end for sent in whole)


@pytest.mark.slow
def test_no_two_items_share_an_id():
    sent = feeds(world()).between(*hours(MONDAY, 72), EVERYTHING)
    keys = [(one.source, one.key) for one in sent]
    assert len(keys) == len(set(keys))
    codes = {(one.item["code"], one.item["version"]) for one in sent if one.monitor == "public_services"}
    assert len(codes) == sum(one.monitor == "public_services" for one in sent)


@pytest.mark.slow
def test_worlds_side_by_side_keep_to_their_own_ids():
    span = hours(MONDAY + timedelta(hours=8), 4)
    own, beside = (feeds(world(variant=name)).between(*span, EVERYTHING) for name in ("", "storm-1"))
    for monitor, name in (("field_reports", "external_id"), ("public_services", "code")):
        ids = [{one.item[name] for one in sent if one.monitor == monitor} for sent in (own, beside)]
        assert not ids[0] & ids[1]


def test_a_busy_morning_brings_an_item_every_few_seconds_and_the_night_fewer():
    busy = feeds(world()).rate(MONDAY + timedelta(hours=9), EVERYTHING)
    night = feeds(world()).rate(MONDAY + timedelta(hours=2), EVERYTHING)
    assert 1 / 10 < busy < 1 / 2
    assert night < busy / 3


def test_counters_are_open_in_office_hours_only():
    lives = list(feeds(world())["public_services"].lives(MONDAY - timedelta(days=14), MONDAY + timedelta(days=1)))
    channels = {1: 0, 2: 0}
    for life in lives:
        at = datetime.fromisoformat(life.values["submitted_at"])
        channels[life.values["channel"]] += 1
        if life.values["channel"] == 1:
            local = at.astimezone(LOCAL)
            assert CALENDAR.is_working_day(local.date())
            assert 7 <= local.hour < 17
    assert channels[1] > 100
    assert channels[2] > 100


def test_tet_is_quiet():
    assert not world().office(TET)
    assert world().activity(TET) < world().activity(MONDAY + timedelta(hours=9))


@pytest.mark.parametrize("number", range(40))
def test_a_dossiers_course_runs_forward_and_keeps_its_promises(number):
    lives = list(feeds(world(seed=number))["public_services"].lives(MONDAY, MONDAY + timedelta(hours=12)))
    for life in lives:
        states = [sent.item for sent in life.messages()]
        assert [state["version"] for state in states] == list(range(1, len(states) + 1))
        told = [datetime.fromisoformat(state["as_of"]) for state in states]
        assert told == sorted(told)
        assert states[0]["status"] == 1
        assert states[-1]["status"] in {3, 10}


def test_rain_makes_rivers_rise_cameras_fail_children_stay_at_home_and_people_report():
    stormy = world(scenario="storm", started=MONDAY + timedelta(hours=8))
    calm = world(scenario="calm", started=MONDAY + timedelta(hours=8))
    middle = MONDAY + timedelta(hours=10)
    wettest = max(PLACES, key=lambda place: stormy.rain(place, middle))
    assert stormy.rain(wettest, middle) > 20
    assert calm.rain(wettest, middle) == 0
    assert stormy.river(middle + timedelta(hours=5)) > calm.river(middle + timedelta(hours=5))
    assert stormy.camera_loss(wettest, middle) > calm.camera_loss(wettest, middle) == 0
    assert stormy.network_loss(wettest, middle) > 0
    tomorrow = middle.date()
    drenched = replace(stormy, started=MONDAY - timedelta(hours=2))
    assert drenched.absence(PLACES[0], tomorrow) > calm.absence(PLACES[0], tomorrow)

    span = hours(MONDAY + timedelta(hours=8), 4)
    wet, dry = (list(ReportFeed(one, CATEGORIES).between(*span)) for one in (stormy, calm))
    assert len(wet) > 1.5 * len(dry)
    share = [sum(sent.item["category"] in OF_RAIN for sent in sent_of) / len(sent_of) for sent_of in (wet, dry)]
    assert share[0] > share[1]


def test_an_intrusion_leaves_its_traces():
    span = hours(MONDAY + timedelta(hours=8), 2)
    at = MONDAY + timedelta(hours=8)
    hit, quiet = (
        feeds(world(scenario=name, started=at)).between(*span, frozenset({"cybersecurity"}))
        for name in ("intrusion", "calm")
    )
    classes = [{s.item["alert"]["category"] for s in sent if "alert" in s.item} for sent in (hit, quiet)]
    assert {"Web Application Attack", "Malware Command and Control Activity Detected"} <= classes[0]
    assert classes[1] <= {"Generic Protocol Command Decode"}


def test_a_backlog_leaves_more_dossiers_late():
    def late(name):
        feed = feeds(world(scenario=name, started=MONDAY))["public_services"]
        ends = [list(life.messages())[-1].item for life in feed.lives(MONDAY, MONDAY + timedelta(hours=4))]
        return sum("finished_at" in e and e["finished_at"] > e["appointment_at"] for e in ends) / len(ends)

    assert late("backlog") > 3 * late("calm") + 0.1


def test_more_is_more():
    span = hours(MONDAY + timedelta(hours=9), 1)
    once, ten = (len(feeds(world()).times(factor).between(*span, frozenset({"cybersecurity"}))) for factor in (1, 10))
    assert 6 < ten / once < 14


def test_rivers_rise_and_gauges_fill_where_the_same_storm_brings_reports():
    span = hours(MONDAY, 14)

    def amounts(scenario):
        sent = feeds(world(scenario=scenario)).between(*span, frozenset({"environment"}))
        heights = [one.item["value"] for one in sent if one.item["property"] == "water_level" and one.item["value"] > 0]
        return max(heights), sum(one.item["value"] for one in sent if one.item["property"] == "rain")

    calm, storm = amounts("calm"), amounts("storm")
    assert storm[0] > calm[0] + 1
    assert storm[1] > calm[1] + 20

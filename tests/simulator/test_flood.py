"""The flood of November 2025 is played hour by hour: alarms at the right stations, tickets at the right communes."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from ioc.simulator.building import Feeds, build_feeds
from ioc.simulator.bulletins import flood
from ioc.simulator.scenarios import SCENARIOS
from ioc.simulator.stations import StationFeed
from monitors.environment.models import Observation
from monitors.environment.stations import stations
from services.alerts.models import Alert
from services.kernel import clock
from services.kernel.models import DEMO
from services.tickets import following
from services.tickets.models import Ticket
from tests.monitors.kit import judge, send

LEVEL, RAIN = "environment.river_level", "environment.heavy_rain"
HOUR = timedelta(hours=1)
NAME = "flood-2025"


def hours(text: str) -> timedelta:
    """Return how long after the flood's beginning a time of November 2025 lies."""
    found = flood(NAME)
    assert found is not None
    return datetime.fromisoformat(f"2025-11-{text}:00+07:00") - found.file.start


def test_at_the_hours_of_bulletins_the_heights_are_theirs_and_the_rest_is_marked():
    found = flood(NAME)
    assert found is not None
    known = {
        "19T10:00": {"cung-son": 37.51, "phu-lam": 2.97, "giang-son": 422.08, "krong-buk": 454.31},
        "19T19:00": {"cung-son": 40.69, "phu-lam": 5.10},
        "25T07:00": {"ban-don": 175.84, "giang-son": 422.42},
    }
    for at, heights in known.items():
        readings = found.at(hours(at))
        for slug, height in heights.items():
            assert (readings[slug, "water_level"].value, readings[slug, "water_level"].interpolated) == (height, False)
    exact = sum(not reading.interpolated for n in range(289) for reading in found.at(n * HOUR).values())
    assert exact == sum(len(heights) for heights in known.values())


def test_the_rain_of_the_night_adds_up_to_the_bulletins_amounts():
    found = flood(NAME)
    assert found is not None
    totals = {
        fall.station: sum(found.at(n * HOUR)[fall.station, "rain"].value for n in range(48)) for fall in found.file.rain
    }
    assert totals == pytest.approx({"son-thanh": 810.0, "hoa-dong": 742.7, "hoa-my-tay": 736.6})


def test_another_province_has_no_such_flood(settings):
    settings.IOC_PROVINCE = "sample"
    assert flood(NAME) is None


class Play:
    """The flood, sent as its sources would, with the realm's clock moved on between."""

    def __init__(self) -> None:
        self.started = clock.now(DEMO)
        self.feeds: Feeds = build_feeds(now=self.started, scenario=SCENARIOS[NAME], variant="test")
        self.sent = timedelta(0)

    def until(self, text: str, step: timedelta = 6 * HOUR) -> None:
        end = hours(text)
        while self.sent < end:
            span = min(step, end - self.sent)
            clock.move(DEMO, span)
            first = self.started + self.sent + HOUR / 2
            items = self.feeds.of(StationFeed).hours(first, first + span)
            receipt = send("environment", *(dict(sent.item) for sent in items), realm=DEMO)
            assert receipt.rejected == []
            judge()
            while following.follow_alerts():
                pass
            self.sent += span


def alarms() -> dict[str, str]:
    """Return the alarm of each station whose alert is open, as the alert says it."""
    found = Alert.objects.filter(rule=LEVEL, state="active", category="water_level")
    return {
        a.fingerprint.rpartition(":")[2]: f"{a.title['params']['alarm']} + {a.title['params']['margin']:.2f}"
        for a in found
    }


def downstream() -> dict[str, set[str]]:
    """Return by station the communes that have an open ticket because of it."""
    found: dict[str, set[str]] = {}
    for ticket in (
        Ticket.objects.filter(rule=LEVEL, category="downstream").exclude(state="closed").select_related("alert", "unit")
    ):
        assert ticket.alert
        assert ticket.unit
        found.setdefault(ticket.alert.fingerprint.split(":")[1], set()).add(ticket.unit.code)
    return found


def communes(*slugs: str) -> dict[str, set[str]]:
    return {slug: set(stations()[slug].downstream) for slug in slugs}


@pytest.mark.django_db
@pytest.mark.slow
def test_the_flood_plays_through_and_falls_and_clears():
    call_command("load_province", verbosity=0)
    call_command("load_policies", verbosity=0)
    play = Play()
    play.until("19T10:00")
    assert alarms() == {
        "cung-son": "III + 3.01",
        "phu-lam": "II + 0.27",
        "giang-son": "II + 0.08",
        "krong-buk": "I + 0.31",
    }
    assert downstream() == communes("cung-son", "phu-lam", "giang-son")
    wet = Alert.objects.filter(rule=RAIN, state="active", severity=4)
    assert {one.fingerprint.rpartition(":")[2] for one in wet} == {"son-thanh", "hoa-dong", "hoa-my-tay"}
    play.until("19T19:00")
    assert (alarms()["cung-son"], alarms()["phu-lam"]) == ("III + 6.19", "III + 1.40")
    assert set(Ticket.objects.filter(rule=LEVEL, severity=4).values_list("category", flat=True)) == {
        "downstream",
        "water_level",
    }
    play.until("22T07:00")
    assert alarms()["giang-son"].startswith("III")
    assert set(Alert.objects.filter(rule=RAIN).values_list("state", flat=True)) == {"cleared"}
    play.until("25T07:00")
    assert (alarms()["ban-don"], alarms()["giang-son"]) == ("III + 1.84", "II + 0.42")
    assert downstream() == communes("ban-don", "giang-son")
    play.until("27T07:00")
    assert [alarms()[slug].split()[0] for slug in ("giang-son", "ban-don", "cung-son")] == ["I", "II", "I"]
    assert downstream() == communes("ban-don")
    play.until("30T19:00")
    assert (alarms(), downstream()) == ({}, {})
    assert not Observation.objects.exclude(quality="good").exists()
    assert not Ticket.objects.filter(rule=LEVEL).exclude(state="closed").exists()

"""Schools of the world: a roll call each school morning, and a past in which little is unusual."""

from datetime import date, datetime, timedelta

from ioc.simulator.education import ATTENDANCE, SCHOOLS, WORKBOOK, SchoolFeed, SchoolHouse
from ioc.simulator.world import Place
from services.kernel.clock import LOCAL
from tests.simulator.test_world import MONDAY, PLACES, world

DAY = timedelta(days=1)


def houses():
    return [SchoolHouse("primary", place, {"code": f"th-{place.code}", "pupils": 500}) for place in PLACES]


def feed(**changes):
    return SchoolFeed(world(**changes), houses(), lambda day, _level: day.weekday() < 5)


def test_a_roll_is_called_once_each_school_morning_and_few_forget():
    sent = list(feed().between(MONDAY, MONDAY + 28 * DAY))
    assert len(sent) == 20 * len(PLACES)
    assert len({one.key for one in sent}) == len(sent)
    for one in sent:
        assert one.item["day"] == one.at.astimezone(LOCAL).date().isoformat()
        assert 0 <= one.item["absent_excused"] <= one.item["expected"] - one.item["present"]
    early = sum(one.at.astimezone(LOCAL).hour < 9 for one in sent)
    assert 0.9 * len(sent) < early <= len(sent)


def test_the_same_span_gives_the_same_whoever_asks():
    whole = sorted(feed().between(MONDAY, MONDAY + 2 * DAY))
    hours = (MONDAY + timedelta(hours=n) for n in range(48))
    parts = sorted(one for at in hours for one in feed().between(at, at + timedelta(hours=1)))
    assert parts == whole


def test_on_an_ordinary_day_a_few_percent_stay_at_home_and_more_after_a_wet_night():
    schools = feed()
    days = [date(2026, 10, 1) + n * DAY for n in range(60)]
    shares = [schools.absence(house, day) for house in schools.schools for day in days]
    assert 0.015 < sorted(shares)[len(shares) // 2] < 0.05
    assert max(shares) < 0.5
    assert schools._wet(Place("", 108.0, 12.5), days[0]) >= 0


def test_the_past_has_schools_sums_a_season_and_the_newest_day_as_somebodys_duty():
    now = datetime(2026, 11, 22, 9, tzinfo=LOCAL)
    parts = feed().past(now)
    assert [(source, historical) for source, _items, historical in parts] == [
        (SCHOOLS, False),
        (WORKBOOK, True),
        (WORKBOOK, False),
        (ATTENDANCE, True),
        (ATTENDANCE, False),
    ]
    history, fresh = parts[3][1], parts[4][1]
    assert {item["day"] for item in fresh} == {"2026-11-20"}
    assert min(item["day"] for item in history).startswith("2025-11")
    assert len({(item["school"], item["day"]) for item in [*history, *fresh]}) == len(history) + len(fresh)
    assert {item["delivered_at"][:10] for item in parts[1][1]} == {"2026-01-12"}
    assert {item["period"] for item in parts[2][1]} == {"2026"}
    assert {item["code"] for item in parts[1][1]} == {"schools", "schools_standard", "classes", "pupils", "teachers"}

"""Figures of rivers, rain and air follow from the rows of their query, and from nothing else."""

from datetime import timedelta

import pytest

from monitors.environment import panels
from services.contract import Scope
from services.kernel import clock
from tests.monitors.environment.kit import AIR, dust, level, rain
from tests.monitors.kit import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
HOUR = timedelta(hours=1)


def scope(**more):
    return Scope("live", clock.now(), **more)


def test_without_observations_there_is_no_figure_and_no_all_clear():
    for panel in panels.PANELS:
        figure = panel.figure(scope())
        assert not figure.value
        assert (figure.as_of, figure.severity) == (None, None)


def test_the_key_figure_is_the_worst_river_with_its_alarm_and_the_day_before():
    now = clock.now()
    send("environment", *(level(height, now - back * HOUR) for height, back in ((11.0, 2), (12.0, 1), (12.42, 0))))
    figure = panels.worst_river(scope())
    assert (figure.value, figure.target, figure.severity, figure.decimals) == (12.42, 12.0, "high", 2)
    assert figure.target_text
    assert figure.target_text["params"]["alarm"] == "II"
    assert figure.as_of == now
    assert list(figure.trend) == [11.0, 12.0, 12.42]
    assert [row.value for row in figure.query.rows(scope())] == [12.42]


def test_a_calm_river_is_compared_with_alarm_one_and_a_bad_value_does_not_count():
    now = clock.now()
    send("environment", level(8.4, now - HOUR), level(400, now))
    figure = panels.worst_river(scope())
    assert (figure.value, figure.target, figure.severity) == (8.4, 10.0, None)
    assert (figure.as_of, list(figure.trend)) == (now - HOUR, [8.4])


def test_what_was_heard_long_ago_is_not_how_the_river_stands():
    send("environment", level(12.4, clock.now() - 7 * HOUR))
    assert panels.worst_river(scope()).value is None


def test_the_chart_brings_the_alarm_levels():
    now = clock.now()
    send("environment", level(11.0, now - HOUR), level(11.2, now))
    rows = panels.height_chart(scope()).rows
    assert [(row["height"], row["one"], row["three"]) for row in rows] == [(11.0, 10.0, 14.0), (11.2, 10.0, 14.0)]


def test_rain_is_summed_by_commune_over_a_day():
    now = clock.now()
    send("environment", *(rain(30.0, now - n * HOUR) for n in range(5)), rain(99, now - 25 * HOUR))
    figure = panels.rain_by_commune(scope())
    assert (figure.value, figure.values, figure.severity) == (150.0, {"99002": 150.0}, "medium")
    assert sum(row.value for row in figure.query.rows(scope())) == figure.value


def test_the_air_is_as_its_worst_station():
    now = clock.now()
    send("environment", *(dust(20.3 + (n % 2) / 100, now - n * HOUR) for n in range(12)))
    figure = panels.worst_air(scope())
    assert (figure.value, figure.target, figure.severity) == (41, 100, None)
    assert figure.query.rows(scope()).get().station == AIR


def test_a_days_index_takes_the_mean_of_a_day_and_needs_eighteen_hours():
    now = clock.now()
    send("environment", *(dust(60 + (n % 2) / 100, now - n * HOUR) for n in range(17)))
    assert panels.worst_day(scope()).value is None
    send("environment", *(dust(20 + (n % 2) / 100, now - n * HOUR) for n in range(17, 24)))
    figure = panels.worst_day(scope())
    assert (figure.value, figure.severity, figure.rules) == (97, None, ("environment.fine_dust",))
    assert panels.worst_air(scope()).value == 117


def test_the_list_shows_bad_values_as_bad_and_rivers_above_an_alarm_first():
    now = clock.now()
    send("environment", level(12.5, now), rain(-3, now), dust(12, now))
    rows = panels.station_list(scope()).rows
    assert [(row["severity"], row["quality"], row["open"]) for row in rows] == [
        ("high", "good", True),
        ("low", "bad", True),
        ("info", "good", False),
    ]
    assert rows[0]["stands"] == "II + 0.50"


def test_a_commune_sees_its_own_stations_and_those_upstream():
    send("environment", level(12.5, clock.now()), rain(3, clock.now()))
    assert panels.worst_river(scope(unit="99003")).value == 12.5
    assert panels.rain_by_commune(scope(unit="99003")).values == {}
    assert panels.rain_by_commune(scope(unit="99002")).values == {"99002": 3.0}
    assert panels.worst_river(scope(department="so-nong-nghiep-moi-truong")).value == 12.5
    assert panels.worst_river(scope(department="so-y-te")).value is None

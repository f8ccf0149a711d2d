"""What the incident board draws of rivers, rain and air: the finding's own station, its levels, one day."""

from datetime import timedelta

import pytest

from services import registry
from services.contract import Moment
from services.kernel import clock
from tests.monitors.environment.kit import dust, level, rain
from tests.monitors.kit import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
HOUR = timedelta(hours=1)


def drawn(rule, *items):
    receipt = send("environment", *items)
    assert receipt.rejected == []
    hook = registry.rule(f"environment.{rule}")[1].curve
    assert hook is not None
    return hook([max(receipt.records.values())], Moment("live", clock.now()))


@pytest.mark.parametrize("rule", ["river_level", "river_rise"])
def test_a_river_is_drawn_as_it_was_measured_with_its_alarms(rule):
    now = clock.now()
    curve = drawn(rule, *(level(9.0 + n, now - (3 - n) * HOUR) for n in range(4)))
    assert [value for _at, value in curve.points] == [9.0, 10.0, 11.0, 12.0]
    assert [(line.value, line.severity) for line in curve.lines] == [(10, "medium"), (12, "high"), (14, "critical")]
    assert curve.change == HOUR


def test_rain_is_drawn_as_what_24_hours_brought():
    now = clock.now()
    curve = drawn("heavy_rain", *(rain(20, now - n * HOUR) for n in range(6)))
    assert curve.points[-1][1] == 120.0
    assert curve.points[0][1] is None  # nothing was heard before
    assert [line.value for line in curve.lines] == [100, 200, 400]


def test_dust_has_a_mean_only_where_enough_hours_were_heard():
    now = clock.now()
    curve = drawn("fine_dust", *(dust(58 + 4 * (n % 2), now - n * HOUR) for n in range(20)))
    assert curve.points[-1][1] == pytest.approx(60)
    assert curve.points[0][1] is None
    assert len(curve.points) == 24
    assert len(curve.lines) == 1


def test_the_air_is_drawn_as_its_hourly_index():
    now = clock.now()
    curve = drawn("air_quality", *(dust(160, now - n * HOUR) for n in range(5)))
    assert curve.points[-1][1] > 200
    assert [line.value for line in curve.lines] == [150, 200, 300]


def test_without_a_known_station_there_is_no_curve():
    hook = registry.rule("environment.river_level")[1].curve
    assert hook is not None
    assert hook([10**9], Moment("live", clock.now())) is None

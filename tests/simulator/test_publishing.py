"""Observations of the simulated world travel as real ones do: over a broker, to the listener, into records."""

from datetime import timedelta

import httpx
import pytest

from ioc.simulator.publishing import Doors, Publisher
from ioc.simulator.sending import Sender
from monitors.environment.models import Observation
from services.kernel import clock
from tests.harness.waiting import wait_for
from tests.monitors.environment.kit import level, rain
from tests.services.intake.test_mqtt import broker, listener, turn_until  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("province")]
SOURCE = "environment/observations"


@pytest.fixture
def doors(broker):  # noqa: F811
    made = Doors(Sender(httpx.Client()), Publisher(broker.server.url()), frozenset({SOURCE}))
    yield made
    made.close()


def test_observations_are_published_and_stored_and_reports_are_posted(doors, listener):  # noqa: F811
    now = clock.now("demo")
    doors.add(SOURCE, [level(8.4, now), level(8.3, now - timedelta(hours=1)), rain(2.5, now)])
    doors.add("field_reports/portal", [{"external_id": "r"}])
    turn_until(listener, 2.5, 8.3, 8.4)
    wait_for(lambda: doors.waiting == 1, what="only the report to wait")
    assert doors.sent == 3
    assert set(Observation.objects.values_list("realm", "raw__topic")) == {
        ("demo", "v1.1/Datastreams(cau-mau:water_level)/Observations"),
        ("demo", "v1.1/Datastreams(mua-binh:rain)/Observations"),
    }


@pytest.mark.slow
def test_with_the_broker_away_they_wait_in_order_and_arrive_when_it_is_back(broker, doors, listener):  # noqa: F811
    broker.child.stop()
    now = clock.now("demo")
    doors.add(SOURCE, [level(8.0 + n / 10, now - timedelta(hours=3 - n)) for n in range(3)])
    assert doors.waiting == 3
    broker.start()
    turn_until(listener, 8.0, 8.1, 8.2)
    wait_for(lambda: doors.waiting == 0, what="the broker's answer")
    assert list(Observation.objects.order_by("pk").values_list("value", flat=True)) == [8.0, 8.1, 8.2]


@pytest.mark.parametrize("url", ["http://broker", "mqtt://", "broker:1883"])
def test_an_address_that_is_no_brokers_is_refused(url):
    with pytest.raises(ValueError, match="MQTT_URL"):
        Publisher(url)

"""What the monitor publishes for others: guests by day, rooms and complaints by month, by commune and province."""

import pytest

from monitors.tourism.publishing import publish
from services.contract import Moment
from services.indicators import periods, selectors
from services.indicators.models import Delivery, Revision
from services.indicators.publishing import publish_all
from services.kernel import clock
from tests.monitors.tourism.kit import (
    AN,
    BINH,
    COMPLAINTS,
    DAY,
    GUESTHOUSE,
    HOMESTAY,
    accepted,
    complaint,
    night,
    now,
    today,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
PROVINCE = "99"


def published(code, unit, period):
    return selectors.values_at([code], [unit], period, realm="live").get((code, unit))


def at_once():
    return publish(Moment("live", clock.now()))


def test_nothing_is_published_where_nothing_was_sent():
    assert at_once() == 0


def test_nights_and_rooms_are_published_by_commune_and_add_up_to_the_province():
    day = today() - DAY
    month = periods.containing(day, "month")
    accepted("tourism", night(day, 20), night(day, 5, GUESTHOUSE), night(day, 5, HOMESTAY))
    assert at_once() > 0
    here = periods.day(day)
    assert [published("overnight_guests", unit, here) for unit in (AN, BINH, PROVINCE)] == [25, 5, 30]
    assert [published("guest_nights", unit, here) for unit in (AN, BINH, PROVINCE)] == [50, 10, 60]
    assert published("overnight_guests", PROVINCE, month) == 30
    assert [published("rooms", unit, month) for unit in (AN, BINH, PROVINCE)] == [50, 5, 55]
    assert [published("lodgings", unit, month) for unit in (AN, BINH, PROVINCE)] == [2, 1, 3]
    assert published("room_occupancy", AN, month) == 50.0
    assert published("room_occupancy", PROVINCE, month) == pytest.approx(100 * 30 / 55, abs=0.01)


def test_the_same_again_changes_nothing_and_a_correction_changes_what_it_touches():
    day = today() - DAY
    first = night(day, 20, as_of=now().isoformat())
    accepted("tourism", first)
    assert at_once() > 0
    deliveries = Delivery.objects.count()
    at_once()
    assert Delivery.objects.count() == deliveries, "the same again is no delivery"
    accepted("tourism", {**first, "arrivals": 7, "as_of": now().isoformat()})
    at_once()
    assert [one.value for one in Revision.objects.filter(unit=AN)] == [20.0]
    assert published("overnight_guests", AN, periods.day(day)) == 7


def test_a_month_of_complaints_is_counted_by_commune():
    received = now() - DAY
    month = periods.containing(received.astimezone(clock.LOCAL).date(), "month")
    accepted(
        COMPLAINTS, complaint("a", received), complaint("b", received, GUESTHOUSE), complaint("c", received, HOMESTAY)
    )
    at_once()
    assert [published("tourism_complaints", unit, month) for unit in (AN, BINH, PROVINCE)] == [2, 1, 3]


def test_a_complaint_that_was_about_another_place_leaves_the_first_commune_with_none():
    received = now() - DAY
    month = periods.containing(received.astimezone(clock.LOCAL).date(), "month")
    accepted(COMPLAINTS, complaint("a", received))
    at_once()
    accepted(COMPLAINTS, {**complaint("a", received), "about": HOMESTAY, "as_of": now().isoformat()})
    at_once()
    assert [published("tourism_complaints", unit, month) for unit in (AN, BINH, PROVINCE)] == [0, 1, 1]


def test_the_hourly_task_finds_the_monitor():
    accepted("tourism", night(today() - DAY, 20))
    assert publish_all("live")["tourism"].error == ""
    assert published("guest_nights", AN, periods.day(today() - DAY)) == 40


def test_what_came_long_ago_is_not_summed_again():
    accepted("tourism", night(today() - DAY, 20))
    assert publish(Moment("live", now() + 3 * DAY)) == 0


def test_a_day_before_the_commune_was_made_is_left_out_and_the_rest_is_published():
    accepted("tourism", night(today().replace(year=2003, month=3, day=3), 4), night(today() - DAY, 20))
    at_once()
    assert published("overnight_guests", AN, periods.day(today() - DAY)) == 20

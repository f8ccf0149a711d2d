"""What others may read of attendance: sums by commune and day, rolled up by the indicator service."""

from datetime import timedelta

import pytest

from monitors.education.publishing import publish
from services.indicators import periods, selectors
from services.indicators.models import Delivery
from services.indicators.publishing import publish_all
from services.kernel import clock
from tests.monitors.education.kit import AN, BINH, DAY, LOWER, PRIMARY, a_school_day, called
from tests.monitors.kit import REALM, moment, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def value(code, unit, period):
    return selectors.values_at([code], [unit], period, realm=REALM).get((code, unit))


def test_a_communes_day_is_the_sum_of_its_schools_and_the_province_that_of_its_communes():
    day = a_school_day()
    on = periods.day(day)
    send("education", called(PRIMARY, day, 64), called(LOWER, day, 0), called("th-binh", day, 6), realm=REALM)
    assert publish(moment(REALM)) == 4
    assert (value("pupils_expected", AN, on), value("pupils_present", AN, on)) == (1280, 1216)
    assert value("attendance_rate", AN, on) == 95.0
    assert value("pupils_expected", "99", on) == 1580
    assert value("pupils_present", "99", periods.containing(day, "month")) == 1510


def test_the_centre_publishes_by_itself_and_again_only_what_changed():
    day = a_school_day()
    on = periods.day(day)
    send("education", called(PRIMARY, day, 64), called("th-binh", day - DAY), realm=REALM)
    run = publish_all(REALM)["education"]
    assert (run.count, run.error) == (4, "")
    deliveries = Delivery.objects.filter(source="publish:education")
    assert deliveries.count() == 1
    clock.move(REALM, timedelta(hours=3))
    publish_all(REALM)
    assert deliveries.count() == 1
    clock.move(REALM, timedelta(hours=3))
    assert publish_all(REALM)["education"].count == 0, "nothing was heard since"
    corrected = called(PRIMARY, day, 14, version=1, as_of=clock.now(REALM).isoformat())
    send("education", corrected, realm=REALM)
    assert publish_all(REALM)["education"].count == 2
    assert value("pupils_present", AN, on) == 626
    assert value("pupils_present", BINH, periods.day(day - DAY)) == 300


def test_days_without_school_and_without_a_report_have_no_value():
    day = a_school_day()
    send("education", called(PRIMARY, day - timedelta(days=3), 0), realm=REALM)
    assert publish(moment(REALM)) == 0
    send("education", called(PRIMARY, day), realm=REALM)
    publish(moment(REALM))
    assert value("pupils_present", BINH, periods.day(day)) is None

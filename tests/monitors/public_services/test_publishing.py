"""Dossiers as indicators: by the month they ended in, by agency, judged as the dossiers' own rule judges them."""

from datetime import datetime, timedelta

import pytest

from monitors.public_services.models import Dossier
from services.indicators import periods
from services.indicators.models import PublishRun
from services.indicators.publishing import publish_all
from services.kernel import clock
from services.kernel.clock import LOCAL
from tests.monitors.government.kit import AN, BUILDING, HEALTH, month, value
from tests.monitors.kit import REALM, send
from tests.monitors.public_services.test_feeds import dossier

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
PROVINCE = "99"
CODES = ("received", "online", "finished", "on_time", "overdue")


def day(back, n, hour=9):
    """Return the n-th day of an earlier month, as it is sent."""
    first = periods.parse(month(back=back)).start
    return datetime(first.year, first.month, n, hour, tzinfo=LOCAL).isoformat()


def told(number, back, *, ended=None, due=None, submitted=None, **more):
    """Return a dossier; ``ended``, ``due`` and ``submitted`` are (months back, day)."""
    item = dossier(
        number,
        submitted_at=day(*(submitted or (back, 1))),
        accepted_at=day(*(submitted or (back, 1))),
        appointment_at=day(*(due or (back, 20))),
        as_of=day(*(submitted or (back, 1))),
    )
    if ended:
        item |= {"status": 9, "finished_at": day(*ended), "as_of": day(*ended)}
    return {**item, **more}


def figures(unit, back=1):
    return tuple(value(f"dossiers_{code}", unit, month(back=back)) for code in CODES)


def publish(*items):
    if items:
        assert send("public_services", *items, realm=REALM).rejected == []
    runs = publish_all(REALM)
    assert runs["public_services"].error == ""
    return runs["public_services"].count


def test_a_month_is_counted_by_department_commune_and_for_the_province():
    publish(
        told(1, 1, ended=(1, 10)),
        told(2, 1, ended=(1, 25), channel=2),  # five days late
        told(3, 1, ended=(1, 10), agency=HEALTH),
        told(4, 1, ended=(1, 10), agency=AN),
    )
    assert figures(BUILDING) == (2, 1, 2, 1, 0)
    assert figures(HEALTH) == figures(AN) == (1, 0, 1, 1, 0)
    assert figures(PROVINCE) == (4, 1, 4, 3, 0)
    assert value("dossiers_on_time_rate", BUILDING, month(back=1)) == 50.0
    assert value("dossiers_online_rate", PROVINCE, month(back=1)) == 25.0


def test_one_that_is_open_though_overdue_at_a_months_end_is_late_in_that_month_and_in_the_one_it_ends_in():
    publish(told(1, 2, due=(2, 20), ended=(1, 10)), told(2, 2, ended=(2, 5)))
    assert figures(BUILDING, back=2) == (2, 0, 1, 1, 1)
    assert figures(BUILDING, back=1) == (0, 0, 1, 0, 0)
    assert value("dossiers_on_time_rate", BUILDING, month(back=2)) == 50.0


def test_one_that_is_still_open_and_overdue_is_late_in_every_month_since():
    publish(told(1, 2, due=(2, 20)))
    assert [figures(BUILDING, back)[-1] for back in (2, 1, 0)] == [1, 1, 1]


def test_months_are_those_of_the_province_and_not_of_greenwich():
    publish(told(1, 1, submitted=(1, 1, 3)))
    assert figures(BUILDING)[0] == 1
    assert value("dossiers_received", BUILDING, month(back=2)) is None


def test_what_has_no_deadline_is_neither_on_time_nor_late():
    publish(told(1, 1, ended=(1, 10), appointment_at=None, accepted_at=None))
    assert Dossier.objects.get().on_time is None
    assert figures(BUILDING) == (1, 0, 0, 0, 0)


def test_an_agency_nobody_heard_of_is_unknown_and_one_without_news_since_has_nought():
    publish(told(1, 2, ended=(2, 10)))
    assert figures(HEALTH) == (None,) * 5
    assert figures(BUILDING, back=1) == (0, 0, 0, 0, 0)
    assert figures(BUILDING, back=3) == (None,) * 5


def test_a_correction_moves_what_was_counted():
    first = told(1, 1, ended=(1, 25))
    publish(first)
    assert figures(BUILDING)[2:4] == (1, 0)
    publish({**first, "agency": HEALTH, "appointment_at": day(1, 27), "version": 9, "as_of": day(1, 26)})
    assert figures(BUILDING) == (0, 0, 0, 0, 0)
    assert figures(HEALTH)[2:4] == (1, 1)
    assert figures(PROVINCE)[2:4] == (1, 1)


def test_news_of_long_ago_reach_back_to_their_month():
    publish(told(1, 1, ended=(1, 10)))
    publish(told(2, 30, due=(30, 20), ended=(30, 10)))
    assert figures(BUILDING, back=30)[:4] == (1, 0, 1, 1)


def test_publishing_again_says_the_same(django_assert_max_num_queries):
    publish(*(told(n, n % 3, ended=(n % 3, 2)) for n in range(30) if n % 3))
    before = {back: figures(BUILDING, back) for back in (0, 1, 2)}
    clock.move(REALM, timedelta(minutes=5))
    with django_assert_max_num_queries(80):
        publish()
    assert {back: figures(BUILDING, back) for back in (0, 1, 2)} == before
    assert PublishRun.objects.get(realm=REALM, monitor="public_services").count > 0


def test_it_is_published_for_each_realm_apart():
    publish(told(1, 1, ended=(1, 10)))
    publish_all("live")
    assert value("dossiers_finished", BUILDING, month(back=1), realm="live") is None

"""Figures of reports follow from the rows of their query, and from nothing else."""

from datetime import timedelta

import pytest

from monitors.field_reports import layers, panels
from monitors.field_reports.models import Report
from monitors.field_reports.rules import PROVINCE_TARGET
from services.contract import Scope
from services.kernel import clock
from tests.monitors.kit import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def scope(**more):
    return Scope("live", clock.now(), **more)


def report(number, **more):
    values = {"external_id": f"r{number}", "description": "Có việc", "category": "giao-thong", "unit": "99001"}
    return {**values, **more}


def test_no_reports_are_a_zero_and_not_a_gap():
    figure = panels.awaiting(scope())
    assert (figure.value, figure.severity, set(figure.trend)) == (0, None, {0})
    assert panels.by_commune(scope()).values == {}
    assert panels.latest(scope()).rows == []


def test_what_waits_is_counted_and_no_longer_when_an_office_takes_it():
    send("field_reports", *(report(n) for n in range(PROVINCE_TARGET + 1)))
    figure = panels.awaiting(scope())
    assert (figure.value, figure.target, figure.severity) == (PROVINCE_TARGET + 1, PROVINCE_TARGET, "medium")
    assert figure.query.rows(scope()).count() == figure.value
    Report.objects.filter(external_id="r0").update(assigned_at=clock.now())
    assert (panels.awaiting(scope()).value, panels.awaiting(scope()).severity) == (PROVINCE_TARGET, None)


def test_the_trend_tells_what_waited_hour_by_hour():
    now = clock.now()
    ago = [now - timedelta(hours=hours) for hours in (5.5, 3.5)]
    send("field_reports", report(1, occurred_at=ago[0].isoformat()), report(2, occurred_at=ago[1].isoformat()))
    Report.objects.filter(external_id="r1").update(assigned_at=now - timedelta(hours=2.5))
    trend = panels.awaiting(Scope("live", now)).trend
    assert len(trend) == panels.HOURS
    assert list(trend[-7:]) == [0, 1, 1, 2, 1, 1, 1]


def test_a_scope_sees_its_own():
    send("field_reports", report(1), report(2, unit="99002", category="an-toan-thuc-pham"))
    assert panels.awaiting(scope(unit="99002")).value == 1
    assert panels.awaiting(scope(department="so-xay-dung")).value == 1
    assert panels.by_commune(scope()).values == {"99001": 1.0, "99002": 1.0}
    assert [row["unit"] for row in panels.latest(scope(unit="99002")).rows] == ["99002"]


def test_yesterdays_reports_leave_the_map():
    old = (clock.now() - timedelta(hours=25)).isoformat()
    send("field_reports", report(1), report(2, occurred_at=old))
    figure = panels.by_commune(scope())
    assert (figure.value, figure.values) == (1, {"99001": 1.0})


def test_a_list_carries_no_words_of_citizens_and_no_codes():
    send("field_reports", report(1))
    (row,) = panels.latest(scope()).rows
    code = Report.objects.values_list("code", flat=True).get()
    assert "Có việc" not in str(row)
    assert code not in str(row)


def test_the_public_layer_shows_places_without_words():
    send("field_reports", report(1, unit=None, lon=110.15, lat=10.1), report(2))
    (layer,) = layers.LAYERS
    assert layer.audience == "public"
    assert layer.query.rows(scope()).count() == 1
    assert not {"description", "address", "code", "subject"} & set(layer.properties)


@pytest.mark.parametrize("figure", [panels.awaiting, panels.by_commune, panels.latest])
def test_a_figure_costs_two_statements_however_many_reports(figure, django_assert_num_queries):
    send("field_reports", *(report(n) for n in range(60)))
    at = scope()
    with django_assert_num_queries(2):
        figure(at)

"""Figures of schools: the newest school day, never a Sunday of nobody; each from its own rows."""

from datetime import timedelta
from typing import Any

import pytest

from services import registry
from services.contract import Message, Scope
from services.kernel import clock
from tests.monitors.education.kit import (
    AN,
    BINH,
    DAY,
    LOWER,
    PRIMARY,
    SCHOOLS,
    WORKBOOK,
    a_school_day,
    called,
    school,
    usual_weeks,
)
from tests.monitors.kit import REALM, figure, send, why

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def told(text: Message | None) -> dict[str, Any]:
    assert text is not None
    return text["params"]


def of(panel, **scope):
    return registry.panel("education", panel)[1].figure(Scope(REALM, clock.now(REALM), **scope))


def test_a_centre_that_was_told_nothing_shows_nothing_and_not_zero():
    for panel in ("attendance", "daily", "communes", "silent", "standard", "class_size"):
        assert figure("education", panel).value is None
    assert figure("education", "watch").value == 0


def test_attendance_is_that_of_the_newest_school_day_over_all_pupils():
    day = a_school_day()
    send("education", called(PRIMARY, day - DAY, 64), called(LOWER, day - DAY, 0), realm=REALM)
    ids = send("education", called(PRIMARY, day, 64), called(LOWER, day, 0), realm=REALM).records
    shown = figure("education", "attendance")
    assert (shown.value, shown.target, shown.severity, shown.trend) == (95.0, 97.0, None, [95.0, 95.0])
    assert why(shown) == set(ids.values())
    assert (told(shown.target_text)["count"], told(shown.target_text)["all"]) == (2, 2)


def test_on_a_weekend_and_before_the_first_report_the_day_before_stands():
    day = a_school_day(hour=6)
    send("education", called(PRIMARY, day - DAY, 64), realm=REALM)
    assert figure("education", "attendance").value == 90.0
    assert told(figure("education", "attendance").target_text)["day"] == f"{day - DAY:%d/%m/%Y}"
    clock.move(REALM, timedelta(days=4))
    send("education", called(PRIMARY, day + 4 * DAY, 640), called(LOWER, day + DAY, 0), realm=REALM)
    assert clock.now(REALM).astimezone(clock.LOCAL).weekday() == 6
    shown = figure("education", "attendance")
    assert shown.value == 100.0, "what was sent of a Sunday is no school day"
    assert told(shown.target_text)["day"] == f"{day + DAY:%d/%m/%Y}"


def test_the_chart_has_thirty_school_days_and_no_zero_for_days_without_school():
    day = a_school_day()
    send("education", *(called(PRIMARY, day - n * DAY, 32) for n in range(60)), realm=REALM, historical=True)
    shown = figure("education", "daily")
    assert len(shown.rows) == 30
    assert {row["attendance"] for row in shown.rows} == {95.0}
    assert shown.rows[-1]["at"] == day.isoformat()


def test_a_commune_sees_its_own_schools_and_other_departments_none():
    day = a_school_day()
    send("education", called(PRIMARY, day, 64), called("th-binh", day, 0), realm=REALM)
    assert figure("education", "communes").values == {AN: 90.0, BINH: 100.0}
    assert of("attendance", unit=AN).value == 90.0
    assert of("attendance", unit=BINH).value == 100.0
    assert of("attendance", department="so-giao-duc-dao-tao").value == 93.2
    assert of("attendance", department="so-y-te").value is None
    assert of("silent", department="so-y-te").value is None


def test_schools_that_owe_a_report_are_counted():
    day = a_school_day()
    send("education", called(PRIMARY, day - DAY), called(LOWER, day), realm=REALM)
    shown = figure("education", "silent")
    assert (shown.value, shown.severity, told(shown.unit)["all"]) == (1, "low", 2)


def test_the_list_names_absence_first_and_then_crowding():
    day = a_school_day()
    usual_weeks(day, LOWER)
    send(SCHOOLS, school(pupils=760), realm=REALM)
    send("education", called(LOWER, day, 90), called(PRIMARY, day, 3), realm=REALM)
    shown = figure("education", "watch")
    assert [(row["id"], row["value"], row["open"]) for row in shown.rows] == [
        (LOWER, 14.1, True),
        (PRIMARY, 38.0, False),
    ]
    clock.move(REALM, timedelta(days=10))
    assert [row["id"] for row in figure("education", "watch").rows] == [PRIMARY], "absence of last week is no news"


def test_the_layer_tells_how_each_school_stands():
    day = a_school_day()
    usual_weeks(day, LOWER)
    send("education", called(LOWER, day, 90), called(PRIMARY, day, 3), realm=REALM)
    (layer,) = registry.monitor("education").layers
    rows = layer.query.rows(Scope(REALM, clock.now(REALM)))
    assert {row.code: row.state for row in rows} == {LOWER: "absent", PRIMARY: "unknown"}


def test_indicators_of_the_year_come_by_workbook():
    year = clock.now(REALM).year
    rows = {"schools": 40, "schools_standard": 22, "classes": 600, "pupils": 18_000}
    items = [{"code": code, "unit": AN, "period": str(year), "value": value} for code, value in rows.items()]
    assert send(WORKBOOK, *items, realm=REALM).accepted == 4
    assert figure("education", "standard").value == pytest.approx(55.0)
    assert figure("education", "class_size").value == 30.0
    assert why(figure("education", "class_size"))

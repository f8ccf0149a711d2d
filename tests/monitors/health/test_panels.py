"""Figures of diseases and beds, each from its own rows; unknown is never zero."""

from datetime import timedelta

import pytest

from monitors.health.selectors import courses
from services import registry
from services.contract import Scope
from services.kernel import clock
from tests.monitors.health.kit import (
    AN,
    BINH,
    CAT,
    DAY,
    FEVER,
    HOSPITAL,
    beds,
    case,
    nothing,
    past_years,
    send_beds,
    today,
    week_free,
)
from tests.monitors.kit import send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def figure(panel, **scope):
    return registry.panel("health", panel)[1].figure(Scope("live", clock.now(), **scope))


def rows_of(shown, **scope):
    return list(shown.query.rows(Scope("live", clock.now(), **scope)))


def test_new_cases_are_those_of_seven_days_beside_what_is_usual():
    send("health", *past_years("dengue", dict.fromkeys(range(1, 6), 4), today()), historical=True)
    send(
        "health",
        case("dengue", today(), 3),
        case("measles", today() - 6 * DAY, 2),
        case("dengue", today() - 7 * DAY, 9),
    )
    shown = figure("cases")
    assert shown.value == 5
    assert sum(row.cases for row in rows_of(shown)) == 5
    assert shown.target is not None
    assert sum(shown.trend) >= 5


def test_without_earlier_years_nothing_is_called_usual():
    send("health", case("dengue", today(), 3))
    shown = figure("cases")
    assert (shown.value, shown.target, shown.severity) == (3, None, None)
    assert "not known" in shown.target_text["msgid"]


def test_a_centre_that_was_told_nothing_shows_nothing_and_not_zero():
    for panel in ("cases", "curve", "communes", "in_time", "beds"):
        assert figure(panel).value is None, panel
    assert figure("silent").value == 3


def test_the_curve_is_that_of_the_commonest_disease():
    send("health", case("dengue", today(), 3), case("dengue", today() - DAY, 4), case("measles", today(), 5))
    shown = figure("curve")
    assert (shown.value, shown.target_text["params"]["disease"]["en"]) == (7, "Dengue")
    assert [row["cases"] for row in shown.rows[-3:]] == [0, 4, 3]
    assert len(shown.rows) == 56
    assert shown.running, "today may still have more"


def test_of_a_day_nobody_reported_yet_the_curve_says_nothing():
    send("health", case("dengue", today() - DAY, 4))
    shown = figure("curve")
    assert (shown.rows[-1]["cases"], shown.running) == (None, False)


def test_a_silent_commune_has_no_value_on_the_map_and_one_that_reports_none_has_zero():
    send("health", case("dengue", today(), 3), week_free(today(), BINH), week_free(today() - 10 * DAY, CAT))
    assert figure("communes").values == {AN: 3.0, BINH: 0.0}
    silent = figure("silent")
    assert (silent.value, silent.severity) == (1, "low")
    assert figure("silent", unit=CAT).value == 1
    assert figure("silent", unit=BINH).value == 0


def test_what_is_watched_says_where_there_is_no_judgement():
    send("health", *past_years("dengue", dict.fromkeys(range(1, 6), 1), today()), historical=True)
    send("health", case("dengue", today(), 9), case("malaria", today(), 2, BINH), case("measles", today(), 1))
    shown = figure("watch")
    told = {row["id"]: (row["state"]["msgid"], row["open"]) for row in shown.rows}
    assert told == {
        f"dengue:{AN}": ("outbreak", True),
        f"malaria:{BINH}": ("not judged: too few years are known", False),
        f"measles:{AN}": ("as usual", False),
    }
    assert shown.rows[0]["id"] == f"dengue:{AN}"


def test_a_commune_that_has_long_said_nothing_is_read_from_its_own_newest_day_back():
    long_ago = today() - 300 * DAY
    send("health", case("dengue", today(), 3), case("dengue", long_ago, 4, BINH), case("dengue", long_ago, 5, CAT))
    send("health", case("measles", today(), 1, CAT))
    known = courses("live", [("dengue", unit) for unit in (AN, BINH, CAT)], today())
    assert {unit: list(course.days) for (_disease, unit), course in known.items()} == {
        AN: [today()],
        BINH: [long_ago],
        CAT: [],  # spoke of something else today: no dengue is known of then
    }
    assert known["dengue", BINH].months[long_ago.replace(day=1)].cases == 4


def test_the_share_in_time_counts_reports_of_cases():
    late = (clock.now() - timedelta(hours=60)).isoformat()
    send("health", case("dengue", today(), 1), case("dengue", today() - 3 * DAY, 1, BINH, detected_at=late))
    send("health", nothing(today()))
    shown = figure("in_time")
    assert (shown.value, shown.severity) == (50.0, "low")
    assert [row.unit for row in rows_of(shown)] == [AN]


def test_beds_taken_are_inpatient_days_over_bed_days():
    now = clock.now()
    send_beds(beds(100, 90, now), beds(100, 70, now - DAY), beds(50, 20, now, "tyt-cat"))
    shown = figure("beds")
    assert shown.value == 72.0
    assert len(rows_of(shown)) == 3
    assert figure("beds", unit=CAT).value == 40.0


def test_old_free_places_are_unknown():
    now = clock.now()
    send_beds(beds(0, 0, now, FEVER, free_slots=4), beds(100, 97, now - timedelta(hours=7), free_slots=9))
    rows = {row["id"]: row for row in figure("facilities").rows}
    assert (rows[FEVER]["free"], rows[HOSPITAL]["free"]) == (4, None)
    assert (rows[HOSPITAL]["value"], rows[HOSPITAL]["open"]) == (97.0, True)
    layers = {layer.slug: layer.query for layer in registry.monitor("health").layers}
    scope = Scope("live", now)
    assert [row.facility for row in layers["free_slots"].rows(scope)] == [FEVER]
    assert [row.facility for row in layers["facilities"].rows(scope)] == [HOSPITAL, FEVER]


def test_every_panel_asks_few_questions(django_assert_max_num_queries):
    send("health", *(case("dengue", today() - n * DAY, 1, unit) for n in range(20) for unit in (AN, BINH, CAT)))
    scope = Scope("live", clock.now())
    for panel in registry.monitor("health").panels:
        with django_assert_max_num_queries(8):
            panel.figure(scope)

"""When schools need a person: absence by commune, crowded classes, missing reports, missing indicators."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from monitors.education import rules
from monitors.education.models import School
from services.kernel import clock
from tests.monitors.education.kit import (
    AN,
    BINH,
    CAT,
    DAY,
    LOWER,
    NURSERY,
    PRIMARY,
    SCHOOLS,
    WEEK,
    WORKBOOK,
    a_school_day,
    called,
    school,
    usual_weeks,
)
from tests.monitors.kit import REALM, clears, detected, findings, moment, send, swept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def judged(*items):
    ids = list(send("education", *items, realm=REALM).records.values())
    return detected(rules.UNUSUAL, ids, moment(REALM))


# --- absence ---------------------------------------------------------------------------------------------------------


def test_a_school_that_misses_many_more_than_on_other_wednesdays_is_a_finding_of_its_commune():
    day = a_school_day()
    usual_weeks(day, PRIMARY)
    results = judged(called(PRIMARY, day, 90))
    found = findings(results)[f"{rules.UNUSUAL}:{AN}"]
    told = found.title["params"]
    assert (found.severity, found.unit, found.count, found.category) == ("low", AN, 1, "absence")
    assert (told["share"], told["usual"], told["school"]["vi"]) == (14.1, 3.0, "Trường Tiểu học An")
    assert found.place == (110.05, 10.10)
    assert found.seen <= clock.now(REALM)


def test_three_schools_of_a_commune_on_one_day_are_one_finding_an_early_sign_for_health():
    day = a_school_day()
    usual_weeks(day, PRIMARY, NURSERY, LOWER)
    results = judged(called(PRIMARY, day, 90), called(NURSERY, day, 40), called(LOWER, day, 80))
    (found,) = findings(results).values()
    assert (found.count, found.category, found.severity, len(found.evidence)) == (3, "cluster", "medium", 3)
    assert found.title["params"]["school"]["vi"] == "Trường Mầm non An", "the worst one is named"
    assert found.place is None


def test_what_comes_one_by_one_in_the_morning_adds_up():
    day = a_school_day()
    usual_weeks(day, PRIMARY, NURSERY, LOWER)
    counts = [next(iter(findings(judged(called(code, day, 90))).values())).count for code in (PRIMARY, NURSERY, LOWER)]
    assert counts == [1, 2, 3]


def test_an_ordinary_day_clears_and_so_does_a_correction():
    day = a_school_day()
    usual_weeks(day, PRIMARY)
    assert clears(judged(called(PRIMARY, day, 20))) == {f"{rules.UNUSUAL}:{AN}"}
    worse = called(PRIMARY, day, 90, version=1, as_of=clock.now(REALM).isoformat())
    assert findings(judged(worse))
    better = {**worse, "present": 620, "version": 2}
    assert clears(judged(better)) == {f"{rules.UNUSUAL}:{AN}"}


def test_a_school_too_little_is_known_of_is_neither_a_finding_nor_an_all_clear():
    day = a_school_day()
    usual_weeks(day, PRIMARY, weeks=3)
    assert judged(called(PRIMARY, day, 300)) == []


def test_one_schools_good_day_clears_nothing_while_another_stands_badly():
    day = a_school_day()
    usual_weeks(day, PRIMARY, LOWER)
    judged(called(PRIMARY, day, 90))
    (found,) = findings(judged(called(LOWER, day, 20))).values()
    assert found.count == 1


def test_a_school_that_fell_silent_a_week_ago_says_nothing_of_today():
    day = a_school_day()
    usual_weeks(day - WEEK, PRIMARY)
    usual_weeks(day, LOWER)
    judged(called(PRIMARY, day - WEEK, 90))
    assert clears(judged(called(LOWER, day, 20))) == {f"{rules.UNUSUAL}:{AN}"}


def test_backfill_and_sundays_speak_of_nothing():
    day = a_school_day()
    usual_weeks(day, PRIMARY)
    backfill = send("education", called(PRIMARY, day, 300), realm=REALM, historical=True)
    assert detected(rules.UNUSUAL, list(backfill.records.values()), moment(REALM)) == []
    assert judged(called(PRIMARY, day - 3 * DAY, 600)) == []


def test_old_news_are_told_as_old_as_they_are():
    day = a_school_day()
    clock.move(REALM, timedelta(days=40))
    usual_weeks(day, PRIMARY)
    (found,) = findings(judged(called(PRIMARY, day, 90))).values()
    assert found.seen.astimezone(clock.LOCAL).date() == day + DAY


def test_judging_three_communes_takes_as_many_statements_as_one(django_assert_max_num_queries):
    day = a_school_day()
    usual_weeks(day, PRIMARY, "th-binh", "ptdtnt-cat")
    items = [called(code, day, 60) for code in (PRIMARY, "th-binh", "ptdtnt-cat")]
    ids = list(send("education", *items, realm=REALM).records.values())
    at = moment(REALM)
    with django_assert_max_num_queries(4):
        assert {one.unit for one in findings(detected(rules.UNUSUAL, ids, at)).values()} == {AN, BINH, CAT}


# --- classes ---------------------------------------------------------------------------------------------------------


def crowded(*items):
    ids = list(send(SCHOOLS, *items, realm=REALM).records.values())
    return detected(rules.CROWDED, ids, moment(REALM))


def test_too_many_pupils_to_a_class_are_a_finding_until_the_department_reports_more_classes():
    a_school_day()
    (found,) = findings(crowded(school(pupils=760), school("th-hai", pupils=900))).values()
    told = found.title["params"]
    assert (found.count, found.severity, told["size"], told["limit"]) == (2, "medium", 45.0, 35)
    (left,) = findings(crowded(school("th-hai", pupils=900, classes=30, version=1))).values()
    assert (left.count, left.severity) == (1, "low")
    assert clears(crowded(school(pupils=760, classes=24, version=1))) == {f"{rules.CROWDED}:{AN}"}


def test_a_closed_school_is_not_crowded():
    day = a_school_day()
    assert clears(crowded(school(pupils=760, closed_on=day.isoformat()))) == {f"{rules.CROWDED}:{AN}"}


# --- reports that are late -------------------------------------------------------------------------------------------


def late():
    return swept(rules.LATE_SCHOOL, moment(REALM))


def test_a_day_is_late_from_nine_oclock_on_and_only_the_report_clears_it():
    day = a_school_day(hour=8)
    send("education", called(PRIMARY, day - DAY), called(LOWER, day - DAY), realm=REALM)
    assert clears(late()) == {f"{rules.LATE_SCHOOL}:{AN}"}, "yesterday's came, today's is not due"
    clock.move(REALM, timedelta(hours=2))
    (found,) = findings(late()).values()
    assert (found.unit, found.count, found.severity) == (AN, 2, "low")
    assert found.seen.astimezone(clock.LOCAL).hour == 9
    send("education", called(PRIMARY, day), realm=REALM)
    (found,) = findings(late()).values()
    assert found.title["params"]["school"]["vi"] == "Trường Trung học cơ sở An"
    send("education", called(LOWER, day), realm=REALM)
    assert clears(late()) == {f"{rules.LATE_SCHOOL}:{AN}"}


def test_on_a_sunday_each_level_owes_its_own_newest_school_day():
    day = a_school_day()
    friday, saturday = day + 2 * DAY, day + 3 * DAY
    clock.move(REALM, timedelta(days=4))
    send("education", called(PRIMARY, friday), called(LOWER, friday), realm=REALM)
    (found,) = findings(late()).values()
    assert (found.count, found.title["params"]["day"]) == (1, f"{saturday:%d/%m/%Y}")


def test_a_school_never_heard_of_owes_nothing_and_backfill_connects_nobody():
    day = a_school_day()
    send(SCHOOLS, school(), realm=REALM)
    send("education", called("th-binh", day - WEEK), realm=REALM, historical=True)
    assert late() == []


def test_many_silent_schools_of_a_commune_weigh_more():
    day = a_school_day(hour=8)
    send("education", *(called(code, day - DAY) for code in (PRIMARY, LOWER, NURSERY)), realm=REALM)
    clock.move(REALM, timedelta(hours=2))
    (found,) = findings(late()).values()
    assert (found.count, found.severity) == (3, "medium")


def test_a_closed_school_owes_nothing():
    day = a_school_day()
    send("education", called(PRIMARY, day - DAY), realm=REALM)
    assert findings(late())
    send(SCHOOLS, school(closed_on=day.isoformat()), realm=REALM)
    assert School.objects.get(code=PRIMARY).heard_at is not None
    assert not findings(late())


def test_a_department_that_delivered_once_owes_the_rest(settings):
    settings.IOC_PROVINCE = "daklak"
    for command in ("load_province", "load_indicators"):
        call_command(command, verbosity=0)
    assert swept(rules.LATE) == []
    year = (clock.now() - timedelta(days=16)).year - 1  # due on 15 January
    send(WORKBOOK, {"code": "classes", "period": str(year), "value": 21480})
    found = findings(swept(rules.LATE))[f"{rules.LATE}:giao-duc-nam:{year}"]
    assert (found.department, found.count, found.category) == ("so-giao-duc-dao-tao", 4, "late")
    rest = {"schools": 1480, "schools_standard": 830, "pupils": 690_000, "teachers": 39_000}
    send(WORKBOOK, *({"code": code, "period": str(year), "value": value} for code, value in rest.items()))
    assert f"{rules.LATE}:giao-duc-nam:{year}" in clears(swept(rules.LATE))

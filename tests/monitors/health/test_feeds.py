"""Case reports through intake: counts by day and week, corrections, communes that are gone, and what is refused."""

from datetime import date, timedelta

import pytest

from monitors.health.models import BedDay, Capacity, CaseReport, CaseReportVersion, Grain, Tally
from services.intake.models import Quarantined
from services.kernel import clock
from tests.monitors.health.kit import AN, BINH, DAY, FEVER, HOSPITAL, beds, case, nothing, send_beds, today, week_free
from tests.monitors.kit import file_of, send, send_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
LONG_AGO = date(2026, 3, 18)


def errors_of(item):
    receipt = send("health", item)
    assert receipt.accepted == 0
    (rejection,) = receipt.rejected
    return rejection.errors


def tally(disease, grain, start, unit=AN):
    found = Tally.objects.filter(disease=disease, unit=unit, grain=grain, start=start).first()
    return (found.cases, found.days) if found else None


# --- what is counted -------------------------------------------------------------------------------------------------


def test_a_report_counts_towards_its_day_week_and_month():
    send("health", case("dengue", LONG_AGO, 2, confirmed=3, deaths=1), case("dengue", LONG_AGO - DAY, 1))
    assert tally("dengue", "d", LONG_AGO) == (5, 1)
    assert tally("dengue", "w", date(2026, 3, 16)) == (6, 2)
    assert tally("dengue", "m", date(2026, 3, 1)) == (6, 2)
    day = Tally.objects.get(grain=Grain.DAY, start=LONG_AGO)
    assert (day.confirmed, day.deaths, day.exact) == (3, 1, True)


def test_a_correction_replaces_the_count_and_the_version_before_it_is_kept():
    first = case("dengue", LONG_AGO, 7, as_of="2026-03-19T08:00:00+07:00")
    send("health", first)
    receipt = send("health", {**first, "suspected": 2, "as_of": "2026-03-19T10:00:00+07:00"})
    assert (receipt.accepted, receipt.updated) == (0, 1)
    assert tally("dengue", "d", LONG_AGO) == (2, 1)
    assert CaseReport.objects.get().cases == 2
    assert [row.raw["suspected"] for row in CaseReportVersion.objects.order_by("as_of")] == [7, 2]


def test_a_correction_that_comes_before_what_it_corrects_stands():
    first = case("dengue", LONG_AGO, 7, as_of="2026-03-19T08:00:00+07:00")
    later = {**first, "suspected": 2, "as_of": "2026-03-19T10:00:00+07:00"}
    send("health", later)
    assert send("health", first).duplicate == 1
    assert tally("dengue", "d", LONG_AGO) == (2, 1)
    assert send("health", first, later).duplicate == 2


def test_two_reporters_add_up_and_each_corrects_its_own():
    send("health", case("measles", LONG_AGO, 1), case("measles", LONG_AGO, 2, reporter=HOSPITAL))
    assert tally("measles", "d", LONG_AGO) == (3, 1)
    send("health", case("measles", LONG_AGO, 0, reporter=HOSPITAL, version=1))
    assert tally("measles", "d", LONG_AGO) == (1, 1)


def test_a_weeks_report_makes_seven_days_known_and_counts_on_its_last():
    send("health", week_free(LONG_AGO), case("malaria", LONG_AGO, 4, period="week"))
    assert [tally("all", "d", LONG_AGO - n * DAY) for n in range(8)] == [(0, 1)] * 7 + [None]
    assert [tally("malaria", "d", LONG_AGO - n * DAY) for n in range(2)] == [(4, 1), (0, 1)]
    assert set(Tally.objects.filter(disease="malaria", grain=Grain.DAY).values_list("exact", flat=True)) == {False}


def test_a_week_corrected_to_a_day_takes_the_other_days_back():
    week = case("malaria", LONG_AGO, 4, period="week", as_of="2026-03-19T08:00:00+07:00")
    send("health", week)
    send("health", {**week, "period": "day", "as_of": "2026-03-19T09:00:00+07:00"})
    assert tally("malaria", "d", LONG_AGO) == (4, 1)
    assert tally("malaria", "d", LONG_AGO - DAY) == (0, 0)
    assert tally("malaria", "m", date(2026, 3, 1)) == (4, 1)


def test_a_thousand_reports_take_as_many_statements_as_ten(django_assert_max_num_queries):
    def reports(count):
        return [case("dengue", LONG_AGO - timedelta(days=n), n % 3) for n in range(count)]

    send("health", *reports(1))
    with django_assert_max_num_queries(20):
        send("health", *reports(300), realm="demo")


def test_a_hospital_that_names_no_commune_counts_for_its_own():
    send("health", {"disease": "measles", "day": LONG_AGO.isoformat(), "suspected": 2, "reporter": HOSPITAL})
    assert tally("measles", "d", LONG_AGO, AN) == (2, 1)
    assert "unit" in errors_of({"disease": "measles", "day": LONG_AGO.isoformat()})
    again = {**case("measles", LONG_AGO, 2, reporter=HOSPITAL), "suspected": 3}
    assert send("health", again).updated == 1, "the same report, its commune written out"


def test_realms_do_not_mix():
    send("health", case("dengue", LONG_AGO, 2), realm="demo")
    send("health", case("dengue", LONG_AGO, 5))
    cases = dict(Tally.objects.filter(grain=Grain.DAY).values_list("realm", "cases"))
    assert cases == {"demo": 2, "live": 5}


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field, value",
    [
        ("suspected", -1),
        ("suspected", 2.5),
        ("confirmed", "nhiều"),
        ("deaths", 3),
        ("disease", "dich-la"),
        ("unit", "99999"),
        ("reporter", "bv-la"),
        ("ages", {"0-130": 1}),
        ("day", "2090-01-01"),
        ("day", "1990-01-01"),
        ("detected_at", "2090-01-01T00:00:00+07:00"),
        ("period", "month"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(field, value):
    assert set(errors_of({**case("dengue", LONG_AGO, 1), field: value})) == {field}
    assert not CaseReport.objects.exists()
    assert not Tally.objects.exists()
    assert Quarantined.objects.count() == 1


def test_tomorrow_is_refused_and_today_is_not():
    assert "day" in errors_of(case("dengue", today() + DAY, 1))
    assert send("health", case("dengue", today(), 1)).accepted == 1


@pytest.mark.parametrize("name", ["patient_name", "name", "phone", "address", "birth_year", "note"])
def test_persons_have_no_field_to_stand_in(name):
    assert "unknown field" in errors_of({**case("dengue", LONG_AGO, 1), name: "Nguyễn Thị A"})[""]
    assert "cluster" in errors_of(case("dengue", LONG_AGO, 1, cluster="Nguyễn Thị A"))


def test_nothing_else_to_report_comes_without_cases():
    assert "disease" in errors_of(nothing(LONG_AGO, confirmed=1))


def test_bad_items_hold_up_no_good_ones():
    receipt = send("health", case("dengue", LONG_AGO, -1), case("dengue", LONG_AGO, 1), case("x", LONG_AGO, 1))
    assert (receipt.accepted, len(receipt.rejected)) == (1, 2)
    assert tally("dengue", "d", LONG_AGO) == (1, 1)


# --- communes that are gone ------------------------------------------------------------------------------------------


def test_a_split_communes_past_goes_to_the_larger_heir_and_says_where_it_came_from():
    send("health", case("dengue", date(2024, 3, 1), 4, unit="99005"))
    report = CaseReport.objects.get()
    assert (report.unit, report.reported_unit) == (BINH, "99005")
    assert tally("dengue", "m", date(2024, 3, 1), BINH) == (4, 1)


def test_todays_cases_of_a_split_commune_are_refused_with_its_heirs_names():
    text = errors_of(case("dengue", LONG_AGO, 4, unit="99005"))["unit"]
    assert "30/06/2025" in text
    assert "99002" in text
    assert "99003" in text


def test_districts_are_no_communes():
    assert "unit" in errors_of(case("dengue", date(2024, 3, 1), 1, unit="991"))
    assert "unit" in errors_of(case("dengue", LONG_AGO, 1, unit="99"))


# --- spreadsheets ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("pack_loaded")
def test_a_spreadsheet_with_vietnamese_headings_and_names(settings):
    settings.IOC_PROVINCE = "daklak"
    receipt = send_file(file_of("health", "normal").with_suffix(".csv"))
    assert (receipt.accepted, receipt.rejected) == (4, [])
    found = CaseReport.objects.get(disease="dengue")
    assert (found.day, found.suspected, found.confirmed) == (date(2026, 3, 17), 3, 1)
    assert CaseReport.objects.get(disease="all").first_day == date(2026, 3, 16)


# --- beds ------------------------------------------------------------------------------------------------------------


def test_the_newest_bed_count_stands_and_late_ones_are_history():
    now = clock.now()
    send_beds(beds(100, 80, now))
    assert send_beds(beds(100, 10, now - timedelta(minutes=5))).duplicate == 1
    assert Capacity.objects.get().inpatients == 80
    assert BedDay.objects.get(day=today()).inpatients == 80
    send_beds(beds(100, 60, now - DAY))
    assert dict(BedDay.objects.values_list("day", "inpatients")) == {today(): 80, today() - DAY: 60}


@pytest.mark.parametrize(
    "field, value",
    [
        ("beds", -1),
        ("inpatients", 301),
        ("inpatients", -5),
        ("icu", 90),
        ("icu_beds", 101),
        ("free_slots", -2),
        ("free_slots", 1.5),
        ("facility", "khong-co"),
        ("as_of", "2090-01-01T00:00:00+07:00"),
    ],
)
def test_beds_that_cannot_be_are_refused_by_their_field(field, value):
    receipt = send_beds({**beds(100, 80, clock.now()), field: value})
    assert [set(rejection.errors) for rejection in receipt.rejected] == [{field}]
    assert not BedDay.objects.exists()


def test_a_clinic_without_beds_tells_its_free_places():
    assert send_beds(beds(0, 0, clock.now(), FEVER, free_slots=4)).accepted == 1
    assert Capacity.objects.get().free_slots == 4
    assert not BedDay.objects.exists()

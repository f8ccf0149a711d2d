"""Where to be examined, as citizens read it; and the form in which health staff report."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from monitors.health.models import CaseReport
from services.directory.actions import grant_role
from services.directory.models import User
from services.kernel import clock
from tests.monitors.health.kit import AN, BINH, FEVER, HOSPITAL, beds, case, send_beds, today
from tests.monitors.kit import send

pytestmark = pytest.mark.django_db
FORM = "/health/cases/new/"


@pytest.fixture(autouse=True)
def english(province, settings):
    """The pages in the language of their texts, on the live realm."""
    settings.IOC_REALM = "live"
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def citizen():
    return Client(headers={"Accept-Language": "en"})


def officer(province, unit=AN, **more):
    user = User.objects.create_user("officer")
    place = more or {"unit": province.units[unit]}
    grant_role(user=user, role="officer", acting_user=None, **place)
    client = citizen()
    client.force_login(user)
    return client


def text(answer):
    return answer.content.decode()


def filled(**more):
    return {"unit": AN, "disease": "dengue", "day": today().isoformat(), "period": "day", "suspected": "2", **more}


# --- citizens --------------------------------------------------------------------------------------------------------


def test_every_telephone_number_can_be_dialled():
    page = text(citizen().get("/health/"))
    for number in ("115", "19009095", "02993000111", "02993000222"):
        assert f'href="tel:{number}"' in page


def test_free_places_are_shown_with_their_age():
    send_beds(beds(0, 0, clock.now() - timedelta(minutes=12), FEVER, free_slots=4))
    page = text(citizen().get("/health/"))
    assert "4 places free" in page
    assert "12\u00a0min ago" in page


def test_old_free_places_are_unknown_and_not_shown():
    send_beds(beds(0, 0, clock.now() - timedelta(hours=7), FEVER, free_slots=4))
    page = text(citizen().get("/health/"))
    assert "places free" not in page
    assert "not known now" in page


def test_the_nearest_come_first_where_a_commune_is_named():
    names = ("Sample Hospital", "Cat health station")
    for unit, first in ((AN, names[0]), ("99003", names[1])):
        page = text(citizen().get(f"/health/?unit={unit}"))
        assert min(names, key=page.index) == first


@pytest.mark.parametrize("unit", ["", "99999", "x" * 300, "%00", "99005"])
def test_a_commune_that_is_none_changes_nothing(unit):
    assert citizen().get(f"/health/?unit={unit}").status_code == 200


def test_the_home_page_leads_there():
    assert 'href="/health/"' in text(citizen().get("/"))


def test_the_page_costs_the_same_however_many_facilities_there_are(django_assert_max_num_queries):
    send_beds(beds(100, 80, clock.now()), beds(0, 0, clock.now(), FEVER, free_slots=1))
    with django_assert_max_num_queries(8):
        citizen().get("/health/")


# --- health staff ----------------------------------------------------------------------------------------------------


def test_a_report_enters_through_intake_and_comes_back_in_the_list(province):
    client = officer(province)
    answer = client.post(FORM, filled(confirmed="1", cluster="ổ-1".replace("ổ", "o")))
    assert answer.status_code == 302
    report = CaseReport.objects.get()
    assert (report.unit, report.cases, report.cluster, report.source) == (AN, 3, "o-1", "health/cases")
    page = text(client.get(answer.headers["Location"]))
    assert "The report is stored." in page
    assert "Dengue: 3" in page


def test_the_same_again_is_a_correction(province):
    client = officer(province)
    client.post(FORM, filled())
    answer = client.post(FORM, filled(suspected="5"))
    assert "sent=updated" in answer.headers["Location"]
    assert CaseReport.objects.get().cases == 5


def test_nothing_to_report_is_a_report(province):
    client = officer(province)
    client.post(FORM, filled(disease="all", suspected="", period="week"))
    report = CaseReport.objects.get()
    assert (report.disease, report.cases, (report.day - report.first_day).days) == ("all", 0, 6)


@pytest.mark.parametrize(
    "fields, told",
    [
        ({"suspected": "-1"}, "greater than or equal"),
        ({"suspected": "1,5"}, "whole number"),
        ({"suspected": "1", "deaths": "3"}, "more than the cases"),
        ({"day": "2090-01-01"}, "future"),
        ({"day": "gestern"}, "valid date"),
        ({"disease": "x"}, "valid choice"),
        ({"cluster": "Nguyễn Thị A"}, "Expected `str` matching"),
    ],
)
def test_what_is_wrong_comes_back_with_everything_typed(province, fields, told):
    answer = officer(province).post(FORM, filled(**fields))
    assert answer.status_code == 422
    assert told in text(answer)
    assert not CaseReport.objects.exists()
    assert 'value="dengue" selected' in text(answer) or "disease" in fields


def test_a_commune_reports_for_itself_alone(province):
    assert officer(province).post(FORM, filled(unit=BINH)).status_code == 422
    assert not CaseReport.objects.exists()


def test_the_department_of_health_may_report_for_every_commune(province):
    client = officer(province, department=province.departments["so-y-te"])
    assert client.post(FORM, filled(unit=BINH)).status_code == 302


def test_other_departments_have_nothing_to_report(province):
    page = text(officer(province, department=province.departments["so-xay-dung"]).get(FORM))
    assert "belongs to no commune" in page
    assert f'action="{FORM}"' not in page


def test_strangers_sign_in_first_and_citizens_find_nothing(province):
    assert citizen().get(FORM).status_code == 302
    client = citizen()
    client.force_login(User.objects.create_user("citizen"))
    assert client.get(FORM).status_code == 404
    assert client.post(FORM, filled()).status_code == 404


def test_what_a_hospital_reported_is_not_corrected_here(province):
    send("health", case("measles", today(), 1, reporter=HOSPITAL))
    assert "Measles" not in text(officer(province).get(FORM)).partition("Reported lately")[2]


def test_the_correction_link_fills_the_form(province):
    send("health", case("measles", today(), 4, cluster="x"))
    client = officer(province)
    link = text(client.get(FORM)).partition('href="?')[2].partition('"')[0].replace("&amp;", "&")
    page = text(client.get(f"{FORM}?{link}"))
    assert 'value="measles" selected' in page
    assert 'value="4"' in page

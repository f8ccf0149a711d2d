"""The read API of observations: scoped, filtered, the same rows as CSV."""

from datetime import timedelta

import pytest
from django.test import Client

from services.kernel import clock
from tests.monitors.environment.kit import dust, level, rain
from tests.monitors.kit import send

pytestmark = pytest.mark.django_db
URL = "/api/environment/"


@pytest.fixture
def records(province):
    now = clock.now("demo")
    items = (level(8.4, now - timedelta(hours=1)), rain(3.5, now), dust(-1, now))
    return send("environment", *items, realm="demo").records


def client(user) -> Client:
    made = Client()
    made.force_login(user)
    return made


def read(user, path=URL, **filters):
    answer = client(user).get(path, filters)
    assert answer.status_code == 200
    return [(row["station"], row["property"], row["value"]) for row in answer.json()["results"]]


def test_the_centre_reads_all_and_filters(records, province):
    operator = province.user("truc", "operator")
    river, wet, air = ("cau-mau", "water_level", 8.4), ("mua-binh", "rain", 3.5), ("khi-an", "pm2_5", -1.0)
    assert set(read(operator)) == {river, wet, air}
    assert read(operator, property="rain") == [wet]
    assert read(operator, quality="bad") == [air]
    assert read(operator, station="cau-mau") == [river]
    assert read(operator, unit="99002") == [wet]
    assert set(read(operator, since=(clock.now() - timedelta(minutes=30)).isoformat())) == {wet, air}
    assert client(operator).get(URL, {"property": "x"}).status_code == 400


def test_the_latest_values_are_a_list_of_their_own(records, province):
    operator = province.user("truc", "operator")
    assert set(read(operator, URL + "latest/")) == set(read(operator))
    (row,) = client(operator).get(URL + "latest/", {"quality": "bad"}).json()["results"]
    assert (row["value"], row["sound_value"], row["flaw"]) == (-1, None, "range")


def test_a_commune_reads_its_own(records, province):
    commune = province.user("xa", "officer", unit="99002")
    assert read(commune) == [("mua-binh", "rain", 3.5)]
    assert read(commune, URL + "latest/") == [("mua-binh", "rain", 3.5)]
    assert client(commune).get(f"{URL}{records[0]}/").status_code == 404
    assert client(commune).get(f"{URL}{records[1]}/").json()["raw"]["value"] == 3.5


def test_csv_is_what_the_filter_shows(records, province):
    answer = client(province.user("kt", "auditor")).get(URL, {"property": "rain"}, headers={"accept": "text/csv"})
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "mua-binh" in lines[1]


def test_a_page_is_one_statement_whatever_its_length(records, province, django_assert_max_num_queries):
    reader = client(province.user("truc", "operator"))
    with django_assert_max_num_queries(6):
        reader.get(URL)

"""Read API of tourism: filters, CSV, reach."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from services.directory.actions import grant_role
from services.directory.models import User
from tests.monitors.tourism.kit import (
    AN,
    BINH,
    COMPLAINTS,
    COUNTS,
    DAY,
    EVENTS,
    GUESTHOUSE,
    HOMESTAY,
    HOTEL,
    HOUR,
    LAKE,
    OWNER,
    accepted,
    answered,
    complaint,
    count,
    festival,
    night,
    now,
    today,
)

pytestmark = pytest.mark.django_db
LISTS = ("lodgings", "sites", "counts", "events", "complaints")


def signed_in(name, role, **place):
    user = User.objects.create_user(name)
    grant_role(user=user, role=role, acting_user=None, **place)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def everything(province, settings):
    """Records in two communes, and somebody who sees them all."""
    settings.IOC_REALM = "live"
    accepted("tourism", night(today()), night(today() - DAY, 5, GUESTHOUSE), night(today() - 9 * DAY, 5, HOMESTAY))
    accepted(
        COUNTS, count(now() - 2 * HOUR, present=150), count(now() - HOUR, present=160), count(now(), LAKE, present=9)
    )
    accepted(EVENTS, festival("a", today()), festival("b", today() + 9 * DAY, cancelled=True, unit=AN, site=""))
    accepted(
        COMPLAINTS,
        complaint("c1", now() - 40 * DAY, LAKE),
        answered(complaint("c2", now() - DAY, kind="hygiene"), now()),
    )
    return signed_in("auditor", "auditor")


@pytest.mark.parametrize(
    "path, number",
    [
        ("lodgings/", 3),
        ("lodgings/?since={yesterday}", 2),
        ("lodgings/?until={yesterday}", 2),
        (f"lodgings/?establishment={HOTEL}", 1),
        ("lodgings/?kind=homestay", 1),
        (f"lodgings/?unit={AN}", 2),
        ("sites/", 2),
        ("sites/?least_load=80", 1),
        (f"sites/?unit={BINH}&site={LAKE}", 1),
        ("counts/", 3),
        (f"counts/?site={LAKE}", 1),
        ("counts/?since={an_hour}", 1),
        ("events/", 2),
        ("events/?cancelled=false", 1),
        ("events/?since={tomorrow}", 1),
        ("complaints/", 2),
        ("complaints/?open=true", 1),
        ("complaints/?open=false", 1),
        ("complaints/?kind=hygiene&kind=price", 2),
        (f"complaints/?about={LAKE}", 1),
        ("complaints/?due_before={an_hour}", 1),
    ],
)
def test_filters_narrow_the_list_and_its_export_alike(everything, path, number):
    days = {"yesterday": (today() - DAY).isoformat(), "tomorrow": (today() + DAY).isoformat()}
    path = "/api/tourism/" + path.format(**days, an_hour=f"{now() - HOUR / 2:%Y-%m-%dT%H:%M:%SZ}")
    assert len(everything.get(path).json()["results"]) == number
    answer = everything.get(path, headers={"Accept": "text/csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == number


@pytest.mark.parametrize(
    "path",
    [
        "lodgings/?since=gestern",
        "sites/?least_load=-1",
        "complaints/?kind=x",
        "complaints/?open=maybe",
        "counts/?until=x",
    ],
)
def test_a_filter_that_cannot_be_read_is_an_error(everything, path):
    assert everything.get(f"/api/tourism/{path}").status_code == 400


@pytest.mark.parametrize("path", LISTS)
def test_a_commune_sees_its_own_the_department_all_and_a_citizen_nothing(everything, province, path):
    def seen(client):
        return {row["unit"] for row in client.get(f"/api/tourism/{path}/").json()["results"]}

    assert seen(everything) == {AN, BINH}
    assert seen(signed_in("an", "officer", unit=province.units[AN])) == {AN}
    assert seen(signed_in("dept", "head", department=province.departments[OWNER])) == {AN, BINH}
    assert seen(signed_in("other", "head", department=province.departments["so-y-te"])) == set()
    assert seen(signed_in("someone", "citizen")) == set()


def test_no_answer_has_room_for_a_person(everything):
    (row,) = everything.get("/api/tourism/complaints/?open=true").json()["results"]
    assert set(row) == {
        "id", "external_id", "about", "kind", "unit", "received_at", "due_at", "settled_at", "version",
    }  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_a_page_costs_the_same_for_one_row_and_for_all(everything, path):
    def statements(size):
        with CaptureQueriesContext(connection) as caught:
            everything.get(f"/api/tourism/{path}/?page_size={size}")
        return len(caught)

    assert statements(1) == statements(100)

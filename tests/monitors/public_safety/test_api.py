"""Lists with filters and CSV, two verbs for people, pictures for staff alone and every look written down."""

import base64
import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from monitors.public_safety.models import CameraEvent, EventReview
from services.audit.models import AuditEntry
from services.intake import receive
from services.kernel import clock
from tests.monitors.public_safety.kit import EVENTS, INCIDENTS, TRAFFIC, accident, account, check, count, event
from tests.monitors.public_safety.streams import jpeg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
BASE = "/api/public-safety"
LISTS = ("events", "cameras", "incidents", "traffic")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.IOC_REALM = "demo"


def signed_in(role: str = "operator", **place: str) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(account(f"{role}-{len(place)}", role, **place))
    return browser


def fill(number: int = 3) -> None:
    now = clock.now("demo")
    at = [now - n * timedelta(minutes=1) for n in range(number)]
    snapshot = base64.b64encode(jpeg()).decode()
    items = [event(f"e{n}", "fight" if n % 2 else "speed", when, 0.5 + n / 100) for n, when in enumerate(at)]
    items[0]["snapshot"] = snapshot
    receive(source=EVENTS, realm="demo", items=items)
    receive(source=INCIDENTS, realm="demo", items=[accident(f"a{n}", when) for n, when in enumerate(at)])
    receive(source=TRAFFIC, realm="demo", items=[count(when, 30.0) for when in at])
    slugs = ("cho-an", "cau-an", "ben-xe-binh", "deo-cat", "truong-an", "nga-tu-an", "deo-binh")
    checks = [check(slug, now, "ok") for slug in slugs[:number]]
    receive(source="public_safety/camera_checks", realm="demo", items=checks)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_pages_exports_and_costs_the_same_however_long(name, django_assert_num_queries):
    fill(7)
    desk = signed_in()
    desk.get(f"{BASE}/{name}/")
    with (
        CountsFor(desk, f"{BASE}/{name}/?page_size=2") as small,
        CountsFor(desk, f"{BASE}/{name}/?page_size=7") as large,
    ):
        assert (small.rows, large.rows) == (2, 7)
        assert small.statements == large.statements
    answer: Any = desk.get(f"{BASE}/{name}/", headers={"Accept": "text/csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 7


class CountsFor:
    """How many statements and rows an address costs and gives."""

    def __init__(self, desk: Client, path: str) -> None:
        self.desk, self.path = desk, path

    def __enter__(self) -> "CountsFor":
        from django.db import connection  # noqa: PLC0415 - beside its only use
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(connection) as found:
            self.rows = len(self.desk.get(self.path).json()["results"])
        self.statements = len(found)
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to undo."""


@pytest.mark.parametrize(
    "query, number",
    [
        ("events/?kind=fight", 1),
        ("events/?confidence=0.505", 2),
        ("events/?review=unconfirmed", 3),
        ("events/?review=confirmed", 0),
        ("events/?camera=cau-an", 0),
        ("incidents/?kind=accident&unit=99001", 3),
        ("incidents/?kind=crime", 0),
        ("incidents/?cleared=true", 0),
        ("traffic/?road=duong-an", 3),
        ("traffic/?road=ql-binh", 0),
        ("cameras/?state=ok", 3),
        ("cameras/?state=dark", 0),
        ("cameras/?unit=99002", 1),
    ],
)
def test_filters_keep_what_they_say(query, number):
    fill()
    assert len(signed_in().get(f"{BASE}/{query}").json()["results"]) == number


@pytest.mark.parametrize(
    "query",
    [
        "events/?kind=x",
        "events/?confidence=7",
        "events/?review=x",
        "incidents/?cleared=x",
        "cameras/?state=x",
        "traffic/?since=x",
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(query):
    assert signed_in().get(f"{BASE}/{query}").status_code == 400


def test_a_camera_says_whose_it_is_what_for_and_how_long_but_never_where_its_stream_is():
    fill()
    (row,) = signed_in().get(f"{BASE}/cameras/?camera=cho-an").json()["results"]
    assert (row["owner"], row["retention_days"]) == ("cong-an-tinh", 15)
    assert "91/2025" in row["basis"]["en"]
    assert not {"stream", "address", "grid"} & set(row)


# --- verbs -----------------------------------------------------------------------------------------------------------


def first() -> CameraEvent:
    fill()
    return CameraEvent.objects.order_by("pk")[0]


def act(browser: Client, one: CameraEvent, verb: str, key: str = "", **body: str):
    headers = {"Idempotency-Key": key} if key else {}
    address = f"{BASE}/events/{one.public_id}/{verb}/"
    return browser.post(address, body, content_type="application/json", headers=headers)


def test_a_verdict_is_given_once_per_key_and_written_down():
    one, desk = first(), signed_in()
    answer = act(desk, one, "confirm", key="k1", note="Đúng")
    assert (answer.status_code, answer.json()["review"], answer.json()["note"]) == (200, "confirmed", "Đúng")
    again = act(desk, one, "confirm", key="k1", note="Đúng")
    assert (again.status_code, again["Idempotency-Replayed"]) == (200, "true")
    assert AuditEntry.objects.filter(verb="camera_event.confirm").count() == 1
    refused = act(desk, one, "confirm")
    assert (refused.status_code, refused.json()["legal"]) == (409, ["reject"])
    assert act(desk, one, "reject").json()["review"] == "rejected"


@pytest.mark.parametrize(
    "role, place, status",
    [
        ("officer", {"unit": "99001"}, 200),
        ("officer", {"unit": "99002"}, 404),
        ("head", {"department": "cong-an-tinh"}, 200),
        ("officer", {"department": "so-y-te"}, 404),
        ("leader", {}, 404),
        ("auditor", {}, 404),
        ("citizen", {}, 404),
    ],
)
def test_a_verdict_is_for_whoever_reaches_the_place(role, place, status):
    one = first()
    assert act(signed_in(role, **place), one, "confirm").status_code == status
    assert EventReview.objects.exists() == (status == 200)


# --- pictures --------------------------------------------------------------------------------------------------------


def test_staff_within_reach_see_a_picture_and_each_look_is_written_down():
    one = first()
    desk = signed_in("officer", unit="99001")
    address = desk.get(f"{BASE}/events/{one.public_id}/").json()["snapshot"]
    answer = desk.get(address)
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "image/jpeg",
        "private, no-store",
    )
    assert answer.content.startswith(b"\xff\xd8")
    assert AuditEntry.objects.get(verb="camera_picture.look").detail["camera"] == "cho-an"


@pytest.mark.parametrize("role, place", [("officer", {"unit": "99002"}), ("citizen", {}), ("auditor", {})])
def test_nobody_else_sees_it(role, place):
    one = first()
    assert signed_in(role, **place).get(f"{BASE}/events/{one.public_id}/snapshot/").status_code == 404
    assert Client().get(f"{BASE}/events/{one.public_id}/snapshot/").status_code in {401, 403}
    assert not AuditEntry.objects.filter(verb="camera_picture.look").exists()


def test_a_picture_is_gone_the_moment_its_retention_is_over():
    one, desk = first(), signed_in()
    clock.move("demo", timedelta(days=16))
    assert desk.get(f"{BASE}/events/{one.public_id}/snapshot/").status_code == 404
    assert desk.get(f"{BASE}/cameras/cho-an/snapshot/").status_code == 404


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_waits_and_takes_a_verdict():
    fill()
    desk = signed_in()
    page = desk.get("/public-safety/events/").content.decode()
    assert page.count("<article") == 3
    assert page.count("Xem trước") == CameraEvent.objects.filter(kind="fight").count()  # no colour without its word
    assert "Không có ảnh" in page
    one = CameraEvent.objects.get(kind="fight")
    answer = desk.post(f"/public-safety/events/{one.public_id}/", {"verb": "reject", "note": "Diễn kịch"})
    assert answer.status_code == 302
    assert EventReview.objects.get().note == "Diễn kịch"
    assert desk.get("/public-safety/events/").content.decode().count("<article") == 2
    assert desk.post(f"/public-safety/events/{one.public_id}/", {"verb": "reject"}).status_code == 409
    assert desk.post(f"/public-safety/events/{one.public_id}/", {"verb": "forget"}).status_code == 400
    assert signed_in("citizen").get("/public-safety/events/").status_code == 404

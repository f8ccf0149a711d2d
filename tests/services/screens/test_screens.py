"""Unattended screens: a television shows a code, a supervisor gives it, and the screen shows boards until it is sent
away. Through the browser's eyes."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from services.audit.models import AuditEntry
from services.directory.access import streams_of
from services.directory.models import RoleGrant, User
from services.kernel import clock
from services.screens import pairing
from services.screens.models import Pairing, Screen
from tests.services.wall.sockets import sign_in

pytestmark = pytest.mark.django_db

GIVEN = {"name": "Màn hình sảnh", "boards": ["overview"], "turn": "30", "forward_from": "critical", "place": ""}


def as_(role):
    opened = Client()
    opened.cookies["sessionid"] = sign_in(f"a-{role}", role)
    return opened


def code_on(television):
    page = television.get("/screen/").content.decode()
    found = re.search(r"<h1>(.+)</h1>", page)
    assert found, page
    return found[1]


@pytest.fixture
def television():
    return Client()


@pytest.fixture
def supervisor(db):
    return as_("supervisor")


def let_in(television, supervisor, **given):
    sent = {**GIVEN, "code": code_on(television), **given}
    answer = supervisor.post("/screens/admit/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return Screen.objects.get()


def test_a_screen_keeps_its_code_while_it_waits(television):
    first = code_on(television)
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", first)
    assert code_on(television) == first
    assert code_on(Client()) != first


def test_a_code_given_by_a_supervisor_lets_the_screen_in(television, supervisor):
    screen = let_in(television, supervisor)
    entered = television.get("/screen/")
    assert (entered.status_code, entered["Location"]) == (302, "/screen/")
    shown = television.get("/screen/")
    assert b'id="wall-config"' in shown.content
    screen.refresh_from_db()
    assert screen.seen_at is not None
    assert television.session.get_expiry_age() > timedelta(days=399).total_seconds()
    assert AuditEntry.objects.filter(verb="admit_screen", target=f"screen:{screen.public_id}").count() == 1


def test_a_screen_sees_the_wall_and_nothing_behind_it(television, supervisor):
    let_in(television, supervisor)
    television.get("/screen/")
    assert television.get("/wall/").status_code == 200
    for address in ("/tickets/", "/screens/", "/indicators/", "/admin/", "/api/alerts/", "/api/tickets/"):
        assert television.get(address).status_code in (302, 404), address
    user = Screen.objects.get().user
    assert streams_of(user) == ["province"]
    assert not user.has_usable_password()


@pytest.mark.usefixtures("province")
def test_a_departments_screen_shows_that_departments_figures_only(television, supervisor):
    let_in(television, supervisor, place="department:so-y-te")
    assert streams_of(Screen.objects.get().user) == ["department:so-y-te"]
    assert RoleGrant.objects.get(user__screen__isnull=False).role == "local_kiosk"


def test_however_a_code_is_typed_it_is_understood(television, supervisor):
    code = code_on(television)
    supervisor.post("/screens/admit/", {**GIVEN, "code": f" {code.lower().replace('-', ' ')} "})
    assert Screen.objects.count() == 1


@pytest.mark.parametrize("code", ["", "AAAA-AAAA", "x" * 300, "‮", "\x00"])
def test_a_code_that_no_screen_shows_is_refused_and_what_was_typed_stays(supervisor, code):
    answer = supervisor.post("/screens/admit/", {**GIVEN, "code": code})
    assert answer.status_code == 422
    assert "Màn hình sảnh" in answer.content.decode()
    assert not Screen.objects.exists()


def test_a_code_lets_one_screen_in_once(television, supervisor):
    code = code_on(television)
    for expected in (302, 422):
        assert supervisor.post("/screens/admit/", {**GIVEN, "code": code}).status_code == expected
    assert Screen.objects.count() == 1


def test_a_code_grows_old(television, supervisor):
    code = code_on(television)
    Pairing.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert supervisor.post("/screens/admit/", {**GIVEN, "code": code}).status_code == 422
    assert code_on(television) != code


def test_a_stranger_who_saw_the_code_is_not_let_in_by_it(television, supervisor):
    let_in(television, supervisor)
    stranger = Client()
    assert b'id="wall-config"' not in stranger.get("/screen/").content
    stranger.cookies["screen"] = "guess"
    assert stranger.get("/screen/").status_code == 200


def test_a_screen_that_was_sent_away_shows_a_code_again(television, supervisor):
    screen = let_in(television, supervisor)
    television.get("/screen/")
    for _twice in range(2):
        supervisor.post(f"/screens/{screen.public_id}/revoke/")
    screen.refresh_from_db()
    assert screen.revoked_at is not None
    assert AuditEntry.objects.filter(verb="revoke_screen").count() == 1
    assert television.get("/wall/").status_code == 302
    assert code_on(television)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"boards": []}, "boards"),
        ({"boards": ["nowhere"]}, "boards"),
        ({"turn": "4"}, "turn"),
        ({"turn": "soon"}, "turn"),
        ({"forward_from": "dreadful"}, "forward_from"),
        ({"place": "unit:00000"}, "place"),
    ],
)
def test_what_a_screen_cannot_show_is_refused_by_field(television, supervisor, wrong, words):
    answer = supervisor.post("/screens/admit/", {**GIVEN, "code": code_on(television), **wrong})
    assert answer.status_code == 422
    assert f'id="id_{words}_error"' in answer.content.decode()
    assert not User.objects.filter(username__startswith="screen.").exists()


def test_what_a_screen_shows_can_be_changed(television, supervisor):
    screen = let_in(television, supervisor)
    address = f"/screens/{screen.public_id}/"
    assert "Màn hình sảnh" in supervisor.get(address).content.decode()
    assert supervisor.post(address, {**GIVEN, "turn": "90"}).status_code == 302
    screen.refresh_from_db()
    assert screen.turn == 90
    assert supervisor.post(address, {**GIVEN, "turn": "0"}).status_code == 422


@pytest.mark.parametrize("role", ["operator", "leader", "head", "citizen"])
def test_only_supervisors_and_administrators_look_after_screens(role, province):
    places = {"departments": ["so-y-te"]} if role == "head" else {}
    opened = Client()
    opened.cookies["sessionid"] = sign_in(f"a-{role}", role, **places)
    assert opened.get("/screens/").status_code == 404


def test_codes_that_wait_make_room_for_new_ones(television, monkeypatch):
    monkeypatch.setattr(pairing, "MOST", 3)
    first = code_on(television)
    for _stranger in range(3):
        code_on(Client())
    assert Pairing.objects.count() == 3
    assert not Pairing.objects.filter(code=first).exists()


def config_of(response):
    found = re.search(r'<script id="wall-config" type="application/json">(.*?)</script>', response.content.decode())
    assert found
    return json.loads(found[1])


def test_a_screen_gets_its_boards_in_the_walls_order_and_how_they_take_turns(television, supervisor):
    let_in(television, supervisor, boards=["health", "overview"], turn="20", forward_from="high")
    television.get("/screen/")
    config = config_of(television.get("/screen/"))
    rotation = config["rotation"]
    assert (rotation["seconds"], rotation["forwardFrom"]) == (20, "high")
    assert [(one["slug"], one["monitor"]) for one in rotation["boards"]] == [("overview", None), ("health", "health")]
    assert config["board"] == "overview+health"
    assert config["user"]["role"] == "kiosk"
    assert [one["slug"] for one in config["boards"]] == ["overview", "health"]


def test_a_board_that_is_gone_is_left_out_and_the_overview_stands_in_for_nothing(television, supervisor):
    screen = let_in(television, supervisor)
    television.get("/screen/")
    Screen.objects.filter(pk=screen.pk).update(boards=["gone"])
    assert config_of(television.get("/screen/"))["board"] == "overview"

import json
import re

import polib
import pytest
from django.test import Client
from django.urls import reverse

from services.contract import Figure, Monitor, Panel
from services.wall import actions, pages
from tests.services.wall.kit import REALM, put, relay_once, spec
from tests.services.wall.sockets import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_(db):
    """Give a browser signed in with a role."""

    def browser(role, **places):
        opened = Client()
        opened.cookies["sessionid"] = sign_in(f"a-{role}", role, **places)
        return opened

    return browser


@pytest.fixture
def health(monkeypatch):
    reverse("wall")  # addresses are collected from the monitors there are, once
    panels = (
        Panel("beds", "Free beds", "number", _nothing, ()),
        Panel("cases", "Cases", "chart", _nothing, (), key=True),
        Panel("places", "Cases by commune", "map", _nothing, ()),
    )
    monkeypatch.setattr("services.registry._MONITORS", {"health": Monitor("health", "Health", "x", 4, (), (), panels)})


def _nothing(scope) -> Figure:
    raise NotImplementedError


def config_of(response):
    found = re.search(r'<script id="wall-config" type="application/json">(.*?)</script>', response.content.decode())
    assert found
    return json.loads(found[1])


def test_the_walls_page_hands_over_all_that_the_wall_needs(as_, health):
    response = as_("operator").get("/wall/")
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    config = config_of(response)
    assert set(config) == {
        "board",
        "boards",
        "language",
        "wsUrl",
        "messagesUrl",
        "unitsUrl",
        "realm",
        "simulated",
        "province",
        "user",
        "now",
        "layout",
        "csrf",
        "replay",
    }
    assert (config["board"], config["language"]) == ("overview", "vi")
    assert (config["realm"], config["simulated"]) == (REALM, True)
    assert [board["slug"] for board in config["boards"]] == ["overview", "incident", "health"]
    assert (config["user"]["name"], config["user"]["role"]) == ("a-operator", "operator")


def test_the_overview_has_ten_fixed_cells_and_those_of_missing_monitors_keep_their_name(as_, health):
    layout = config_of(as_("operator").get("/wall/"))["layout"]
    cells = [tile for tile in layout["tiles"] if tile["kind"] == "number"]
    assert len(cells) == 10
    assert cells[4] == {
        **{"kind": "number", "monitor": "health", "panel": "cases", "title": {"msgid": "Health", "params": {}}},
        **{"text": None, "col": 1, "row": 25, "width": 4, "height": 12},
    }
    assert all(cell["monitor"] is None and cell["panel"] is None and cell["title"]["msgid"] for cell in cells[:4])


def test_a_monitors_board_shows_its_panels(as_, health):
    config = config_of(as_("operator").get("/wall/health/"))
    tiles = [(tile["kind"], tile["panel"]) for tile in config["layout"]["tiles"]]
    expected = [("number", "beds"), ("map", None), ("chart", "cases"), ("alerts", None), ("tickets", None)]
    assert (config["board"], tiles) == ("health", expected)


@pytest.mark.parametrize(
    "role,status", [("operator", 200), ("officer", 200), ("leader", 200), ("auditor", 200), ("citizen", 404), ("", 404)]
)
def test_who_may_watch_sees_the_page_and_others_learn_nothing(as_, role, status):
    places = {"departments": ["so-y-te"]} if role == "officer" else {}
    assert as_(role, **places).get("/wall/").status_code == status


def test_a_stranger_is_asked_to_sign_in_and_comes_back():
    response = Client().get("/wall/health/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/wall/health/")


def test_a_board_that_is_not_there_is_not_found(as_):
    browser = as_("operator")
    for address in ("/wall/nothing/", "/api/boards/nothing/", "/api/boards/nothing/tiles/"):
        assert browser.get(address).status_code == 404


@pytest.fixture
def catalogue(tmp_path, settings):
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    entries = [polib.POEntry(msgid="Free {what}", msgstr="{what} trống"), polib.POEntry(msgid="Not yet", msgstr="")]
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    file.extend(entries)
    file.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [tmp_path]
    pages._catalogue.cache_clear()
    yield
    pages._catalogue.cache_clear()


def test_the_catalogue_is_the_projects_own_and_kept_by_browsers(catalogue):
    response = Client().get("/wall/messages/vi.json")
    assert response.json() == {"language": "vi", "catalog": {"Free {what}": "{what} trống"}}
    again = Client().get("/wall/messages/vi.json", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().get("/wall/messages/en.json").json() == {"language": "en", "catalog": {}}
    assert Client().get("/wall/messages/fr.json").status_code == 404


def test_boards_are_listed_and_described(as_, health):
    browser = as_("operator")
    assert [board["slug"] for board in browser.get("/api/boards/").json()] == ["overview", "incident", "health"]
    board = browser.get("/api/boards/health/").json()
    assert (board["monitor"], board["columns"], board["rows"], board["seconds"]) == ("health", 24, 20, 30)
    assert board["tiles"][0] == {
        **{"kind": "number", "monitor": "health", "panel": "beds", "title": {"msgid": "Free beds", "params": {}}},
        **{"text": None, "col": 1, "row": 1, "width": 18, "height": 7},
    }


def test_tiles_over_http_are_those_of_the_readers_own_streams(as_):
    put("alert:health", audience=["province", "department:so-y-te"])
    put("alert:school", audience=["province", "department:so-gddt"])
    relay_once()
    officer = as_("officer", departments=["so-y-te"]).get("/api/boards/overview/tiles/").json()
    assert ([tile["key"] for tile in officer["tiles"]], officer["totals"]["alerts"]["open"]) == (["alert:health"], 1)
    operator = as_("operator").get("/api/boards/overview/tiles/").json()
    assert ([tile["key"] for tile in operator["tiles"]], operator["seq"]) == (["alert:health", "alert:school"], 2)
    assert as_("citizen").get("/api/boards/overview/tiles/").status_code == 404
    assert Client().get("/api/boards/overview/tiles/").status_code in (401, 403)


def test_tiles_are_a_constant_number_of_statements(as_, django_assert_num_queries):
    """Session, account, grants, the boards' settings, and one statement for head, tiles and totals."""
    browser = as_("operator")
    for many in (1, 600):
        actions.put_tiles(actions.TileSpec(**spec(f"alert:{n}")) for n in range(many))
        with django_assert_num_queries(5):
            assert len(browser.get("/api/boards/overview/tiles/").json()["tiles"]) == min(many, 500)

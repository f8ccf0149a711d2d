import asyncio
import json
from functools import partial
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from services import registry
from services.contract import Figure, Monitor, Panel
from services.directory.models import User
from services.wall import checks, hub, shown
from services.wall.automatic import automatic
from services.wall.boards import board, laid_out
from services.wall.door import NEW_LAYOUT
from services.wall.layouts import Layout, LayoutError, layout_of
from services.wall.models import BoardSetting
from services.wall.overrides import board_of, boards_of
from tests.services.wall.kit import put, relay_once
from tests.services.wall.sockets import in_db, sign_in, walls


def _nothing(scope) -> Figure:
    raise NotImplementedError


def panel(slug, kind="number") -> Panel:
    return Panel(slug, slug.title(), kind, _nothing, ())


PANELS = (panel("beds"), panel("cases", "chart"), panel("places", "map"), panel("watch", "list"))


@pytest.fixture
def health(monkeypatch):
    reverse("wall")  # addresses are collected from the monitors there are, once
    monitors = {
        "health": Monitor("health", "Health", "x", 4, (), (), PANELS),
        "education": Monitor("education", "Education", "y", 5, (), (), (panel("present"),)),
    }
    monkeypatch.setattr("services.registry._MONITORS", monitors)


def tile(kind="number", panel="beds", col=1, row=1, width=1, height=1, **more):
    return {"kind": kind, "panel": panel, "col": col, "row": row, "width": width, "height": height, **more}


def layout(*tiles, **more):
    return {"columns": 4, "rows": 4, "tiles": list(tiles), **more}


def kinds(name):
    return {f"health/{one.slug}": one.kind for one in PANELS}.get(name)


read = partial(layout_of, "health", panel_kind=kinds, monitor="health")


# --- what a file may say ---------------------------------------------------------------------------------------------


def test_a_declared_layout_says_what_stands_where():
    words = {"vi": "Chữ", "en": "Words"}
    found = read(layout(tile(), tile("text", None, 2, text=words), title=words, seconds=20))
    assert (found.columns, found.rows, found.seconds, found.title) == (4, 4, 20, words)
    assert [(one.kind, one.panel, one.col) for one in found.places] == [("number", "health/beds", 1), ("text", None, 2)]


@pytest.mark.parametrize(
    "declared,fault",
    [
        (layout(tile(), tile(width=2)), "health/beds at column 1, row 1 overlaps health/beds at column 1, row 1"),
        (layout(tile(col=4, width=2)), "health/beds at column 4, row 1 is outside the grid"),
        (layout(tile(row=5)), "health/beds at column 1, row 5 is outside the grid"),
        (layout(tile(panel="gone")), "tile 1 names health/gone, which does not exist"),
        (layout(tile(panel="education/present")), "tile 1 shows education/present, which is another monitor's"),
        (layout(tile(panel=None)), "tile 1 of kind number names no panel"),
        (layout(tile("alerts")), "tile 1 of kind alerts shows no panel"),
        (layout(tile("map", "beds")), "tile 1 colours the map with health/beds, which has no figures by commune"),
        (layout(tile("text", None)), "tile 1 has no text"),
        (layout(tile("text", None, text={"vi": "Chữ"})), "text of tile 1 must be given in Vietnamese and English"),
        (layout(tile("gauge")), "tile 1 has no kind of number, chart"),
        (layout(tile(colour="red")), "tile 1 has an unknown key 'colour'"),
        (layout(tile(width=0)), "tile 1: width must be a whole number from 1"),
        (layout(tile(col=True)), "tile 1: col must be a whole number from 1"),
        (layout("beds"), "tile 1 is not a table of keys"),
        (layout(tile(), columns=0), "columns must be a whole number from 1 to 120"),
        (layout(tile(), seconds=1), "seconds must be 5 to 3600"),
        (layout(tile(), theme="dark"), "unknown key 'theme'"),
        (layout(), "tiles must be a list that is not empty"),
    ],
)
def test_a_fault_is_said_by_what_and_where_it_is(declared, fault):
    with pytest.raises(LayoutError) as raised:
        read(declared)
    assert any(fault in one for one in raised.value.faults), raised.value.faults


def test_all_faults_are_said_at_once():
    with pytest.raises(LayoutError) as raised:
        read(layout(tile(panel="gone"), tile("text", None, 9)))
    assert len(raised.value.faults) == 3


@pytest.mark.parametrize("content", ["tiles = [", 'columns = 2\nrows = 2\ntiles = [{ kind = "number" }]'])
def test_a_wrong_file_stops_the_programs_at_their_start(health, monkeypatch, tmp_path, content):
    file = tmp_path / "board.toml"
    file.write_text(content)
    wrong = Monitor("health", "Health", "x", 4, (), (), PANELS, board=file)
    monkeypatch.setitem(registry._MONITORS, "health", wrong)
    found = checks.boards_can_be_shown()
    assert [(one.id, one.level) for one in found] == [("wall.E001", 40)] * len(found) != []
    assert all("board health: " in one.msg for one in found)


def test_the_projects_own_boards_have_no_fault():
    assert [one for one in run_checks() if one.id == "wall.E001"] == []


@pytest.mark.parametrize("monitor", registry.monitors(), ids=lambda monitor: monitor.slug)
def test_every_panel_of_a_monitor_is_on_its_board(monitor):
    shown = board(monitor.slug)
    assert {f"{monitor.slug}/{one.slug}" for one in monitor.panels} <= shown.panels
    assert all(one.text or one.kind in {"map", "alerts", "tickets"} or one.title for one in shown.tiles)


# --- a monitor without a file ----------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["number", "chart", "map", "list", "table", "video"]), min_size=1, max_size=14))
def test_the_automatic_layout_shows_every_panel_once_inside_the_grid(wanted):
    panels = [panel(f"p{n}", kind) for n, kind in enumerate(wanted)]
    found: Layout = automatic("health", panels)
    named = [one.panel for one in found.places if one.panel]
    assert sorted(named) == sorted(f"health/{one.slug}" for one in panels if one.kind != "map")
    assert ("map" in wanted) == any(one.kind == "map" for one in found.places)
    assert {"alerts", "tickets"} <= {one.kind for one in found.places}
    assert all(one.fits(found.columns, found.rows) for one in found.places)
    assert not any(a.overlaps(b) for n, a in enumerate(found.places) for b in found.places[:n])


def test_a_board_needs_the_figures_of_its_tiles_and_what_can_colour_its_map(health):
    assert board("health").panels == {"health/beds", "health/cases", "health/places", "health/watch"}
    assert board("overview").panels == {"health/beds", "health/places", "education/present"}


# --- what an administrator changes for a role ------------------------------------------------------------------------

SMALL: dict[str, Any] = {
    "columns": 2,
    "rows": 1,
    "tiles": [tile(panel="cases", kind="chart"), tile("tickets", None, 2)],
}


@pytest.mark.django_db
def test_a_roles_own_row_counts_before_the_one_for_every_role(health):
    BoardSetting.objects.create(board="health", role="", seconds=45)
    BoardSetting.objects.create(board="health", role="leader", layout=SMALL)
    leader, operator = board_of("health", "leader"), board_of("health", "operator")
    assert [one.kind for one in leader.tiles] == ["chart", "tickets"]
    assert (set(leader.panels), leader.seconds) == ({"health/cases"}, 30)
    assert (operator.seconds, operator.panels) == (45, board("health").panels)
    assert leader.content != operator.content


@pytest.mark.django_db
def test_boards_are_hidden_and_ordered_for_a_role(health):
    BoardSetting.objects.create(board="education", role="operator", order=1)
    BoardSetting.objects.create(board="health", role="operator", hidden=True)
    BoardSetting.objects.create(board="overview", role="operator", hidden=True)
    assert [one.slug for one in boards_of("operator")] == ["education", "overview", "incident"]
    assert [one.slug for one in boards_of("leader")] == ["overview", "incident", "health", "education"]
    browser = Client()
    browser.cookies["sessionid"] = sign_in("o", "operator")
    assert [browser.get(f"/wall/{slug}/").status_code for slug in ("health", "education")] == [404, 200]
    assert browser.get("/api/boards/health/").status_code == 404


@pytest.mark.django_db
def test_a_layout_that_no_longer_fits_gives_way_to_the_declared_one(health, caplog):
    gone = {**SMALL, "tiles": [tile(panel="closed")]}
    BoardSetting.objects.create(board="health", role="", layout=gone)
    assert board_of("health", "operator").tiles == board("health").tiles
    assert "health/closed" in caplog.text


def test_another_layout_is_another_version_and_equal_ones_share_their_stream(health):
    declared = board("health")
    elsewhere = laid_out(declared, {**SMALL, "tiles": [SMALL["tiles"][0], tile("alerts", None, 2)]})
    small = laid_out(declared, SMALL)
    assert (elsewhere.content, elsewhere.version != small.version) == (small.content, True)
    assert laid_out(declared, SMALL).version == small.version
    assert small.content != declared.content


@pytest.mark.django_db
def test_the_admin_refuses_a_layout_with_all_its_faults_and_notes_who_changed_one(health):
    browser = Client()
    browser.cookies["sessionid"] = sign_in("a", "admin")
    User.objects.filter(username="a").update(is_staff=True, is_superuser=True)
    address = reverse("admin:wall_boardsetting_add")
    sent = {"board": "health", "role": "leader", "layout": json.dumps(SMALL)}
    wrong = {**SMALL, "tiles": [tile(panel="closed", col=3)]}
    answer = browser.post(address, {**sent, "layout": json.dumps(wrong)})
    assert b"health/closed, which does not exist" in answer.content
    assert b"outside the grid" in answer.content
    assert b"overview" in browser.post(address, {"board": "overview", "hidden": "on"}).content
    assert BoardSetting.objects.count() == 0
    assert browser.post(address, sent).status_code == 302
    assert board_of("health", "leader").columns == 2


# --- open sockets ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_screen_whose_board_is_laid_out_anew_is_told_to_load_again(committed, health, monkeypatch):
    """An open socket at the next look, a page that was loaded before the change when it connects."""
    monkeypatch.setattr(hub, "RECHECK", 0.1)
    monkeypatch.setattr(shown, "KEPT", 0.0)
    session, version = sign_in("a"), board("health").version

    async def scene():
        async with walls() as open_one:
            first = await open_one(session, board="health", layout=version)
            other = await open_one(session, board="education")
            assert [(await wall.next())["type"] for wall in (first, other)] == ["snapshot"] * 2
            await in_db(BoardSetting.objects.create, board="health", role="operator", layout=SMALL)
            assert await first.close_code() == NEW_LAYOUT
            again = await open_one(session, board="health", layout=version)
            assert await again.close_code() == NEW_LAYOUT
            assert await other.quiet(0.3)

    asyncio.run(scene())


@pytest.mark.django_db(transaction=True)
def test_a_socket_gets_the_panels_of_its_roles_layout_and_no_others(committed, health):
    BoardSetting.objects.create(board="health", role="leader", layout=SMALL)
    sessions = {role: sign_in(role, role) for role in ("leader", "operator")}
    for name in ("beds", "cases"):
        put(f"panel:health/{name}@province")
    relay_once()

    async def scene():
        async with walls() as open_one:
            found = {}
            for role, session in sessions.items():
                wall = await open_one(session, board="health")
                await wall.until(lambda client: client.snapshots)
                found[role] = set(wall.client.tiles)
            return found

    found = asyncio.run(scene())
    assert found["leader"] == {"panel:health/cases@province"}
    assert found["operator"] == {"panel:health/cases@province", "panel:health/beds@province"}

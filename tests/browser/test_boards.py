"""Every board in a real browser: it draws its tiles, nobody is shut out, nothing has to be scrolled sideways."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from services import registry
from tests.browser.axe import sideways, violations
from tests.harness.browser import complaints, log_in, window
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser
BOARDS = ["overview", *(monitor.slug for monitor in registry.monitors())]
SIZES = {"4k": (3840, 2160), "desk": (1366, 768), "phone": (390, 844)}
OUTSIDE = """[...document.querySelectorAll('.grid > .at')].filter((tile) => {
    const box = tile.getBoundingClientRect(), grid = tile.parentElement.getBoundingClientRect();
    return box.width < 20 || box.height < 20 || box.right > grid.right + 1 || box.bottom > grid.bottom + 8;
}).map((tile) => tile.className)"""
TALLER = "document.documentElement.scrollHeight - window.innerHeight"
CUT = """[...document.querySelectorAll('.tile .name, .tile .counts, .tile .value, .panel h2')]
    .filter((words) => words.scrollWidth > words.clientWidth + 2).map((words) => words.textContent)"""


@pytest.fixture(scope="module")
def wall(browser: Browser, web: IocProcesses) -> Iterator[Page]:
    """A signed-in screen that shows one board after the other."""
    with window(browser) as context:
        page = context.new_page()
        log_in(page, web.url, "operator", web.accounts["operator"])
        yield page


def show(page: Page, web: IocProcesses, board: str, query: str = "") -> None:
    """Open a board and wait until the link is good and each tile has a head."""
    page.goto(f"{web.url}/wall/{'' if board == 'overview' else f'{board}/'}?{query}")
    expect(page.locator(".bar .link.live")).to_be_visible(timeout=30_000)
    expect(page.locator(".grid > .at h2").nth(3)).to_be_attached()


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_draws_all_its_tiles_and_shuts_nobody_out(wall: Page, web: IocProcesses, board: str):
    wrong = complaints(wall)
    show(wall, web, board)
    layout = wall.evaluate("JSON.parse(document.getElementById('wall-config').textContent).layout")
    assert wall.locator(".grid > .at").count() == len(layout["tiles"]) >= 4
    if any(tile["kind"] == "chart" for tile in layout["tiles"]):
        expect(wall.locator(".plot .main-svg, .panel .none").first).to_be_visible(timeout=30_000)
    assert wall.evaluate(OUTSIDE) == []
    assert wall.evaluate(CUT) == []
    assert (sideways(wall), wall.evaluate(TALLER)) == (0, 0)
    assert violations(wall) == []
    assert wrong == []


@pytest.mark.parametrize("size", SIZES)
def test_no_size_of_screen_scrolls_sideways_and_only_a_phone_scrolls_at_all(
    browser: Browser, web: IocProcesses, size: str
):
    width, height = SIZES[size]
    with window(browser, width=width, height=height, language="en-GB" if size == "desk" else "vi-VN") as context:
        page = context.new_page()
        log_in(page, web.url, "operator", web.accounts["operator"])
        for board in ("overview", "public_services"):
            show(page, web, board)
            assert sideways(page) <= 0, board
            tall = page.evaluate(TALLER)
            assert (tall > 100) == (size == "phone"), (board, tall)
            if size != "phone":
                assert page.evaluate(OUTSIDE) == [], board
        distance = page.evaluate("document.documentElement.dataset.distance")
        assert distance == ("desk" if size in {"desk", "phone"} else "wall")
        assert violations(page) == []


def test_a_screen_remembers_whether_it_is_light_or_dark(wall: Page, web: IocProcesses):
    show(wall, web, "health", "theme=light")
    assert wall.evaluate("document.documentElement.dataset.theme") == "light"
    assert violations(wall) == []
    wall.locator(".bar .theme").click()
    assert wall.evaluate("document.documentElement.dataset.theme") == "dark"
    show(wall, web, "tourism")
    assert wall.evaluate("document.documentElement.dataset.theme") == "dark"


def test_every_figure_of_a_board_opens_its_why_by_keyboard(wall: Page, web: IocProcesses):
    show(wall, web, "public_services")
    why = wall.locator(".at .why")
    expect(why.first).to_be_attached()
    for n in range(why.count()):
        why.nth(n).focus()
        wall.keyboard.press("Enter")
        expect(wall.locator("#sheet[open]")).to_be_visible()
        wall.keyboard.press("Escape")
        expect(wall.locator("#sheet[open]")).to_have_count(0)


def test_the_boards_are_chosen_from_a_list_where_they_have_no_room(wall: Page, web: IocProcesses):
    show(wall, web, "overview")
    wall.locator(".bar select.all").select_option(label=wall.locator(".bar select.all option").last.inner_text())
    wall.wait_for_url("**/indicators/**")
    show(wall, web, "overview")
    wall.locator(".bar select.all").select_option("/wall/health/")
    wall.wait_for_url("**/wall/health/**")
    expect(wall.locator(".bar select.all")).to_have_value("/wall/health/")

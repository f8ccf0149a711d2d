"""An unattended screen, from its code to its end: a supervisor lets it in, boards take turns, it is sent away."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.harness.browser import complaints, log_in, window
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser
SOON = 30_000
TURN = 5
"""Seconds a board stays: the shortest that a screen may be set to."""


def let_in(television: Page, desk: Page, centre: IocProcesses) -> None:
    """Give the code that the television shows, as a supervisor would."""
    television.goto(f"{centre.url}/screen/")
    code = television.locator("h1").inner_text()
    log_in(desk, centre.url, "supervisor", centre.accounts["supervisor"])
    desk.goto(f"{centre.url}/screens/")
    assert violations(desk) == []
    desk.fill("#id_code", code)
    desk.fill("#id_name", "Màn hình sảnh")
    desk.check("input[name=boards][value=health]")
    desk.fill("#id_turn", str(TURN))
    desk.select_option("#id_forward_from", "")
    desk.click("form[action$='/admit/'] [type=submit]")
    expect(desk.locator("table th[scope=row]")).to_contain_text("Màn hình sảnh")


def test_a_television_shows_boards_in_turn_until_it_is_sent_away(browser: Browser, web: IocProcesses) -> None:
    with window(browser) as hall, window(browser) as office:
        television, desk = hall.new_page(), office.new_page()
        let_in(television, desk, web)
        expect(television.locator(".bar .link.live")).to_be_visible(timeout=SOON)  # its page asks again by itself
        expect(television.locator(".bar .person")).to_contain_text("Màn hình sảnh")
        expect(television.locator(".foot-bar a, .foot-bar button, .theme, .map-zoom, .map-top")).to_have_count(0)
        said = complaints(television)
        numbers, chart = (
            television.locator(".tile[data-monitor=tourism]"),
            television.locator("[data-panel='health/curve']"),
        )
        for _round in range(2):
            expect(numbers).to_be_visible(timeout=SOON)
            expect(television.locator("#map canvas")).to_be_visible(timeout=SOON)
            expect(chart).to_have_count(0, timeout=SOON)
            expect(chart).to_be_visible(timeout=SOON)
            expect(television.locator("#map canvas")).to_be_visible(timeout=SOON)
            expect(numbers).to_have_count(0, timeout=SOON)
        assert said == []
        desk.click("form[action$='/revoke/'] button")
        expect(television.locator("body > main > h1")).to_be_visible(timeout=SOON)

"""The wall's map in a real browser: a layer is switched on, its symbols are drawn, and what stands there is told."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import violations
from tests.harness.browser import complaints, log_in, window
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser
DRAWN = 45_000
"""Milliseconds within which a busy machine without a graphics card has drawn the map."""
LAYER = "field_reports.reports"
FILL = """
INSERT INTO field_reports_report (realm, source, external_id, occurred_at, received_at, historical, digest, raw, unit,
       department, public_id, code, category, urgent, description, place, address, unit_suggested, status, status_at,
       outcome, public_text, ticket)
SELECT 'demo', 'field_reports/portal', 'map-' || n, ioc_now('demo'), ioc_now('demo'), false, '\\x00'::bytea, '{}', code,
       '', gen_random_uuid(), 'MAP' || n, 'moi-truong', false, 'x', point, '', false, 'received', ioc_now('demo'),
       '', '', ''
  FROM (SELECT code, point, row_number() OVER (ORDER BY code) AS n FROM directory_unit
         WHERE level = 'commune' AND valid_to IS NULL) AS units RETURNING 1
"""


@pytest.fixture(scope="module")
def reported(web: IocProcesses) -> IocProcesses:
    """A centre with one new report in every commune."""
    assert len(web.query(FILL)) > 50
    return web


@pytest.fixture
def wall(browser: Browser, reported: IocProcesses) -> Iterator[Page]:
    with window(browser) as context:
        page = context.new_page()
        log_in(page, reported.url, "operator", reported.accounts["operator"])
        page.goto(f"{reported.url}/wall/?theme=dark")
        expect(page.locator(".map-layers button")).to_be_visible(timeout=DRAWN)
        yield page


def choose(page: Page, title: str) -> None:
    page.click(".map-layers > button")
    page.get_by_role("checkbox", name=title).check()
    page.click(".map-layers > button")


def picture(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.locator(".map canvas").screenshot())).convert("RGB")


def changed(before: Image.Image, after: Image.Image) -> int:
    """Return how many pixels of the map differ."""
    width, height = min(before.width, after.width), min(before.height, after.height)
    box = (0, 0, width, height)
    grey = ImageChops.difference(before.crop(box), after.crop(box)).convert("L")
    return sum(count for shade, count in enumerate(grey.histogram()) if shade > 40)


def test_a_layer_is_switched_on_drawn_explained_and_remembered(wall: Page):
    said = complaints(wall)
    before = picture(wall)
    with wall.expect_response(lambda response: f"/tiles/{LAYER}/" in response.url) as tile:
        choose(wall, "Phản ánh hiện trường")
    assert tile.value.status == 200
    legend = wall.locator(".layer-legend")
    expect(legend.locator("svg").first).to_be_visible(timeout=DRAWN)
    wall.wait_for_timeout(1000)  # the map's own frame after its last tile
    assert changed(before, picture(wall)) > 2000
    wall.reload()
    expect(wall.locator(".layer-legend svg").first).to_be_visible(timeout=DRAWN)
    assert said == []


def test_what_stands_under_the_cross_is_told_by_keyboard_alone(wall: Page):
    choose(wall, "Phản ánh hiện trường")
    expect(wall.locator(".layer-legend svg").first).to_be_visible(timeout=DRAWN)
    canvas = wall.locator(".map canvas")
    sheet = wall.locator("#sheet")
    for key in ("", "ArrowLeft", "ArrowDown", "ArrowLeft", "ArrowDown", "ArrowRight", "ArrowRight"):
        canvas.focus()
        if key:
            wall.keyboard.press(key)
            wall.wait_for_timeout(800)  # the map eases to its new place
        wall.keyboard.press("Enter")
        if sheet.is_visible():
            break
    expect(sheet).to_be_visible()
    expect(sheet.locator("a[href^='/api/field-reports/']").first).to_be_visible(timeout=DRAWN)
    assert violations(wall) == []
    wall.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()


def test_the_list_of_layers_is_accessible_and_closes_by_escape(wall: Page):
    button = wall.locator(".map-layers > button")
    button.focus()
    wall.keyboard.press("Enter")
    expect(wall.locator("#layer-list")).to_be_visible()
    assert violations(wall) == []
    wall.keyboard.press("Tab")
    wall.keyboard.press("Escape")
    expect(wall.locator("#layer-list")).not_to_be_visible()

"""The incident board in a real browser: a flood on one screen, for whoever may see it, until it is over."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import sideways, violations
from tests.harness.browser import complaints, log_in, window
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser
PHONE = (390, 844)
SEEN = 60_000
"""Milliseconds within which a busy machine has read, drawn and passed a frame on."""
_RISE = """
from datetime import timedelta
from services.intake import receive
from services.intake.evaluation import evaluate_due
from services.kernel import clock
from monitors.environment.models import LatestValue, Observation
from monitors.environment.stations import stations
from tests.monitors.environment.kit import observation
now = clock.now("demo")
river = next(one for one in stations().values() if one.downstream and one.alarm)
for model in (Observation, LatestValue):
    model.objects.filter(realm="demo", station=river.slug, prop="water_level").delete()
for hours, above in {course!r}:
    height = round(river.alarm[-1].three + above, 2)
    item = observation(river.slug, "water_level", height, now - timedelta(hours=hours))
    answer = receive(source="environment/observations", realm="demo", items=[item])
    assert not answer.rejected, answer.rejected
while evaluate_due():
    pass
"""
COURSE = [(5, -1.4), (4, 0.6), (3, 2.7), (2, 4.8), (1, 6.1), (0.02, 6.19)]
"""The flood of 19 November 2025 at its worst station: hours ago, metres above alarm III."""


@pytest.fixture(scope="module")
def centre(web: IocProcesses) -> IocProcesses:
    return web


@pytest.fixture(scope="module")
def flood(centre: IocProcesses) -> str:
    """The public id of the alert of a river far above its alarm III."""
    centre.manage("shell", "-c", _RISE.format(course=COURSE))
    statement = "SELECT public_id FROM alerts_alert WHERE rule = %s AND category <> 'downstream' AND state = 'active'"
    for _attempt in range(120):
        rows = centre.query(statement, "environment.river_level")
        if rows:
            return str(rows[0][0])
        centre.query("SELECT pg_sleep(0.5)")
    pytest.fail("no alert of the river was raised")


@pytest.fixture
def wall(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser) as context:
        yield context


def opened(context: BrowserContext, centre: IocProcesses, query: str, who: str = "operator") -> Page:
    page = context.new_page()
    log_in(page, centre.url, who, centre.accounts[who])
    page.goto(f"{centre.url}/wall/incident/{query}")
    return page


def test_a_flood_on_one_screen(wall: BrowserContext, centre: IocProcesses, flood: str) -> None:
    page = opened(wall, centre, f"?alert={flood}")
    said = complaints(page)
    expect(page.locator(".banner .big")).to_contain_text(" m", timeout=SEEN)
    expect(page.locator(".banner .rest")).to_contain_text("III")
    plot = page.locator("[data-curve]")
    expect(plot.locator("svg").first).to_be_visible(timeout=SEEN)
    expect(plot).to_contain_text("+6,19 m")
    expect(page.locator(".event").first).to_be_visible()
    expect(page.locator(".slips-pane .ticket").first).to_be_visible(timeout=SEEN)
    expect(page.locator(".cams .cam").first).to_be_visible()
    expect(page.locator(".map canvas")).to_be_visible(timeout=SEEN)
    assert violations(page) == []
    assert not sideways(page)
    assert said == []


def test_taking_it_reaches_the_board_as_a_frame(wall: BrowserContext, centre: IocProcesses, flood: str) -> None:
    page = opened(wall, centre, f"?alert={flood}")
    page.locator(".banner .btn.main").click(timeout=SEEN)
    expect(page.locator(".banner .btn.main")).to_have_count(0, timeout=SEEN)
    expect(page.locator(".banner .glyph.held")).to_be_visible()
    expect(page.locator(".event").first).to_be_visible()


def test_the_board_is_reached_from_why_and_fits_a_phone(browser: Browser, centre: IocProcesses, flood: str) -> None:
    with window(browser, width=PHONE[0], height=PHONE[1]) as phone:
        page = opened(phone, centre, f"?alert={flood}")
        expect(page.locator(".banner .big")).to_contain_text(" m", timeout=SEEN)
        expect(page.locator("[data-curve] svg").first).to_be_visible(timeout=SEEN)
        assert not sideways(page)
        assert violations(page) == []
    with window(browser) as desk:
        page = opened(desk, centre, "")
        page.goto(f"{centre.url}/wall/")
        row = page.locator(f".alert[data-id='{flood}'] .what")
        row.click(timeout=SEEN)
        page.locator(f".sheet a[href='/wall/incident/?alert={flood}']").click()
        page.wait_for_url(f"**/wall/incident/?alert={flood}")


def test_an_alert_out_of_reach_is_as_if_it_were_not_there(
    wall: BrowserContext, centre: IocProcesses, flood: str
) -> None:
    stranger = next(name for name in centre.accounts if name.startswith("officer.so-"))
    page = opened(wall, centre, f"?alert={flood}", stranger)
    expect(page.locator(".banner.calm .quiet-word")).to_be_visible(timeout=SEEN)
    expect(page.locator("[data-curve]")).to_have_count(0)
    expect(page.locator(".event")).to_have_count(0)

"""The past in a real browser: what was recorded is shown again, nobody takes it for now, and it can be taken along."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import sideways, violations
from tests.harness.browser import complaints, log_in, window
from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser
LEAST_PICTURE = 50_000
"""Bytes below which a picture of this size would be blank."""
RECORDED = """
INSERT INTO wall_frame (realm, epoch, seq, at, key, version, kind, monitor, audience, left_audience, payload, gone)
SELECT 'demo', 'past', n, ioc_now('demo') - interval '2 hours' + n * interval '10 minutes', 'alert:past-' || n, 1,
       'alert', 'health', '{province}', '{}',
       jsonb_build_object(
           'kind', 'alert', 'id', 'past-' || n, 'monitor', 'health', 'rule', 'health.beds', 'severity', 'high',
           'state', 'active', 'title', jsonb_build_object('msgid', 'Việc đã qua ' || n),
           'unit', NULL, 'department', NULL, 'lon', NULL, 'lat', NULL,
           'opened_at', ioc_now('demo') - interval '2 hours' + n * interval '10 minutes' - interval '4 minutes',
           'last_seen', ioc_now('demo') - interval '2 hours' + n * interval '10 minutes', 'count', 1, 'holder', NULL,
           'shelved_until', NULL, 'suppressed', false, 'generation', 1, 'why', NULL, 'simulated', true),
       false
  FROM generate_series(1, 3) AS n
RETURNING at
"""


@pytest.fixture(scope="module")
def past(web: IocProcesses) -> list[datetime]:
    """Three alerts that were opened one after another, two hours ago: when each came to the wall."""
    return [row[0] for row in web.query(RECORDED)]


@pytest.fixture(scope="module")
def web() -> Iterator[IocProcesses]:
    """A centre without a simulator: nothing but what these tests recorded."""
    with IocProcesses(SERVERS, programs=("web",)) as running:
        yield running


@pytest.fixture
def screen(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser) as context:
        yield context


def replaying(
    context: BrowserContext, web: IocProcesses, at: datetime, *, who: str = "operator", more: str = ""
) -> Page:
    page = context.new_page()
    log_in(page, web.url, who, web.accounts[who])
    page.goto(f"{web.url}/wall/overview/?at={quote(at.isoformat())}")
    expect(page.locator(".rp-then")).to_be_visible()
    return page


def alerts(page: Page) -> str:
    return page.locator(".alerts-pane").inner_text()


def test_a_moment_shows_what_was_recorded_with_ages_of_then(
    screen: BrowserContext, web: IocProcesses, past: list[datetime]
) -> None:
    page = replaying(screen, web, past[1] + timedelta(seconds=5))
    expect(page.locator(".alerts-pane")).to_contain_text("Việc đã qua 2")
    assert "Việc đã qua 1" in alerts(page)
    assert "Việc đã qua 3" not in alerts(page)
    expect(page.locator(".banner")).to_contain_text("4 ph")
    page.goto(f"{web.url}/wall/overview/?at={quote((past[0] - timedelta(hours=1)).isoformat())}")
    expect(page.get_by_role("alert")).to_be_visible()
    page.click(".rp-first")
    expect(page.locator(".alerts-pane")).to_contain_text("Việc đã qua 1")


def test_nobody_takes_the_past_for_now_or_acts_on_it(
    screen: BrowserContext, web: IocProcesses, past: list[datetime]
) -> None:
    page = replaying(screen, web, past[2] + timedelta(seconds=5))
    expect(page.locator(".banner")).to_contain_text("Việc đã qua")
    then, real = page.locator(".rp-then").inner_text(), page.locator(".rp-real b").inner_text()
    assert then not in real
    assert re.fullmatch(r"\d\d:\d\d:\d\d", then)
    expect(page.locator(".banner .acts button:visible")).to_have_count(0)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.keyboard.press("n")
    page.click(".banner .big")
    expect(page.locator("#sheet")).to_be_visible()
    expect(page.locator("#sheet footer button")).to_have_count(0)
    page.keyboard.press("Escape")
    assert sent == []
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/wall/overview/$"))


def test_playing_goes_from_alert_to_alert_and_the_link_names_the_moment(
    screen: BrowserContext, web: IocProcesses, past: list[datetime]
) -> None:
    page = replaying(screen, web, past[0] + timedelta(seconds=5))
    expect(page.locator(".alerts-pane")).to_contain_text("Việc đã qua 1")
    page.keyboard.press("3")
    page.keyboard.press("Space")
    expect(page.locator(".alerts-pane")).to_contain_text("Việc đã qua 3", timeout=15_000)
    page.keyboard.press("Space")
    shown, address = page.locator(".rp-then").inner_text(), page.url
    page.wait_for_timeout(600)
    assert page.locator(".rp-then").inner_text() == shown
    page.goto(address)
    expect(page.locator(".rp-then")).to_have_text(shown)
    page.keyboard.press(",")
    page.keyboard.press(",")
    expect(page.locator(".alerts-pane")).not_to_contain_text("Việc đã qua 3")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".alerts-pane")).to_contain_text("Việc đã qua 3")
    for _ in range(3):
        page.keyboard.press(",")
    page.keyboard.press("Shift+ArrowRight")  # comes before the jumps have asked for the day, and counts more
    page.wait_for_load_state("networkidle")
    assert "Việc đã qua 3" in alerts(page)


def test_a_note_is_written_at_a_moment_and_found_on_the_timeline(
    screen: BrowserContext, web: IocProcesses, past: list[datetime]
) -> None:
    page = replaying(screen, web, past[1] + timedelta(seconds=5), who="leader")
    page.click("[data-panel=notes]")
    page.fill("#rp-note", "Đã gọi trực ban xã")
    page.click(".rp-panel [type=submit]")
    expect(page.locator(".rp-panel li")).to_contain_text("Đã gọi trực ban xã")
    expect(page.locator(".rp-noted")).to_have_count(1)
    page.goto(f"{web.url}/wall/overview/report/?from={quote(past[0].isoformat())}&to={quote(past[2].isoformat())}")
    expect(page.locator("tr.note")).to_contain_text("Đã gọi trực ban xã")
    expect(page.locator("table.story")).to_contain_text("Việc đã qua 2")
    assert page.pdf().startswith(b"%PDF")
    assert violations(page) == []


@pytest.mark.parametrize("kind, begins", [("png", b"\x89PNG"), ("pdf", b"%PDF-1.4")])
def test_the_screen_is_taken_along_as_a_file(
    screen: BrowserContext, web: IocProcesses, past: list[datetime], kind: str, begins: bytes
) -> None:
    page = replaying(screen, web, past[1] + timedelta(seconds=5))
    said = complaints(page)
    expect(page.locator(".alerts-pane")).to_contain_text("Việc đã qua 2")
    page.click("[data-panel=export]")
    with page.expect_download(timeout=45_000) as waiting:
        page.click(f"[data-export={kind}]")
    assert waiting.value.suggested_filename.startswith("overview-")
    body = Path(waiting.value.path()).read_bytes()
    assert body.startswith(begins)
    assert len(body) > LEAST_PICTURE
    assert [line for line in said if "WebGL" not in line] == []


@pytest.mark.parametrize("width, height", [(1920, 1080), (1366, 768), (390, 844)], ids=["wall", "desk", "phone"])
def test_the_replay_is_accessible_and_fits_its_window(
    browser: Browser, web: IocProcesses, past: list[datetime], width: int, height: int
) -> None:
    with window(browser, width=width, height=height) as context:
        page = replaying(context, web, past[1] + timedelta(seconds=5))
        expect(page.locator(".alerts-pane")).to_contain_text("Việc đã qua 2")
        page.click("[data-panel=export]")
        expect(page.locator(".rp-panel")).to_be_visible()
        assert violations(page) == []
        assert sideways(page) <= 0

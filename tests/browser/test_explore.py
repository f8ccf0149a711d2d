"""Explore in a real browser: chart, map and pictures appear, a link reproduces the view; for everybody."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import sideways, violations
from tests.harness.browser import complaints, log_in, window
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser
YEARS = (2023, 2024, 2025)
VIEW = "code=schools,pupils&unit=province,communes&first=2023&last=2025&sort=-3"
DRAWN = 45_000
"""Milliseconds within which a busy machine without a graphics card has drawn both pictures."""
LEAST_PICTURE = 20_000
"""Bytes below which a picture of this size would be blank."""


@pytest.fixture(scope="module")
def figures(web: IocProcesses, tmp_path_factory: pytest.TempPathFactory) -> IocProcesses:
    """A centre with invented counts of schools and pupils of every commune but one."""
    rows = web.query("SELECT code FROM directory_unit WHERE level = 'commune' AND valid_to IS NULL ORDER BY code")
    lines = ["Mã chỉ tiêu,Mã đơn vị hành chính,Kỳ báo cáo,Giá trị"]
    for n, (code,) in enumerate(rows[1:]):
        for year in YEARS if n % 3 else YEARS[-1:]:
            lines.append(f"schools,{code},{year},{5 + n % 11 + year - YEARS[0]}")
            lines.append(f"pupils,{code},{year},{1200 + 37 * n + 50 * (year - YEARS[0])}")
    file: Path = tmp_path_factory.mktemp("figures") / "so-lieu.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    web.manage("import_indicators", str(file), "--realm", "demo")
    return web


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser, width=1440, height=900) as context:
        yield context


def opened(context: BrowserContext, web: IocProcesses, query: str = VIEW) -> Page:
    page = context.new_page()
    log_in(page, web.url, "leader", web.accounts["leader"])
    page.goto(f"{web.url}/indicators/?{query}")
    return page


def province(web: IocProcesses) -> str:
    ((code,),) = web.query("SELECT code FROM directory_unit WHERE level = 'province' AND valid_to IS NULL")
    return str(code)


def drawn(page: Page) -> None:
    expect(page.locator("[data-png=chart]")).to_be_enabled(timeout=DRAWN)
    expect(page.locator("[data-png=map]")).to_be_enabled(timeout=DRAWN)


def saved(page: Page, key: str) -> bytes:
    with page.expect_download() as waiting:
        page.click(f"[data-png={key}]")
    assert waiting.value.suggested_filename.endswith(".png")
    return Path(waiting.value.path()).read_bytes()


def test_chart_map_and_table_appear_and_can_be_taken_along(desk: BrowserContext, figures: IocProcesses) -> None:
    page = opened(desk, figures)
    said = complaints(page)
    page.reload()
    drawn(page)
    expect(page.locator("#plot .heatmaplayer image").first).to_be_attached()
    expect(page.locator("#map-pane canvas")).to_be_visible()
    assert page.locator("#table tbody tr").count() > 6
    for key in ("chart", "map"):
        body = saved(page, key)
        assert body.startswith(b"\x89PNG")
        assert len(body) > LEAST_PICTURE
    with page.expect_download() as waiting:
        page.click("a[href*='export.xlsx']")
    assert Path(waiting.value.path()).read_bytes().startswith(b"PK")
    assert said == []


def test_a_view_is_chosen_shared_and_gone_back_to(
    browser: Browser, desk: BrowserContext, figures: IocProcesses
) -> None:
    page = opened(desk, figures, "code=schools&unit=province&first=2024&last=2025")
    lines = page.locator("#table").inner_text()
    page.fill("#q", "hoc sinh")
    page.check("[name=code][value=pupils]")
    page.check("[name=unit][value=communes]")
    page.check("[name=last_year]")
    page.click(".picks__go button")
    drawn(page)
    wide, link = page.locator("#table").inner_text(), page.locator("[data-copy]").get_attribute("data-copy")
    assert wide != lines
    page.click("#table thead button >> nth=0")
    expect(page.locator("#table [aria-sort]")).to_have_count(1)
    page.click("#table tbody button >> nth=0")
    expect(page.locator("#cell")).to_be_focused(timeout=DRAWN)
    for _step in range(3):
        page.go_back()
    expect(page.locator("#table")).to_have_text(re.compile(r"2024"))
    assert page.locator("#table").inner_text() == lines
    with window(browser, width=1440, height=900) as context:
        other = opened(context, figures, (link or "").partition("?")[2])
        assert other.locator("#table").inner_text() == wide


@pytest.mark.parametrize("size, colours", [((390, 844), "dark"), ((1440, 900), "light")], ids=["phone", "desk"])
def test_the_page_is_accessible_and_fits_its_window(
    browser: Browser, figures: IocProcesses, size: tuple[int, int], colours: str
) -> None:
    with window(browser, width=size[0], height=size[1]) as context:
        page = opened(
            context, figures, f"{VIEW}&last_year=1&plan=1&known_at=yesterday&cell=schools:{province(figures)}:2025"
        )
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        drawn(page)
        for box in page.locator("details.box:not([open]) > summary").all():
            box.click()
        assert violations(page) == []
        assert sideways(page) <= 0


def test_without_javascript_the_table_its_sorting_and_the_files_are_there(
    browser: Browser, figures: IocProcesses
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    try:
        page = opened(context, figures)
        page.click("#table thead button >> nth=0")
        expect(page.locator("#table [aria-sort]")).to_have_count(1)
        page.click("details.box summary >> nth=0")
        page.uncheck("[name=code][value=pupils]")
        page.click(".picks__go button")
        expect(page.locator("h1")).to_have_text(re.compile("2023"))
        assert "pupils" not in page.url
        with page.expect_download() as waiting:
            page.click("a[href*='export.csv']")
        assert Path(waiting.value.path()).read_bytes().startswith(b"\xef\xbb\xbf")
        expect(page.locator(".legend li").first).to_be_visible()
        expect(page.locator("#plot")).to_be_hidden()
    finally:
        context.close()

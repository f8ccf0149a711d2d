"""Delivering figures in a real browser, as somebody who does it for the first time; on a desk and on a phone."""

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import sideways, violations
from tests.harness.browser import complaints, log_in, window
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser
SIZES = [(390, 844), (1440, 900)]
DEPARTMENT = "so-tai-chinh"
DUTIES = "/indicators/deliver/"
WORKED = 30_000
"""Milliseconds within which a worker has begun and ended."""


def sign_in(context: BrowserContext, web: IocProcesses, name: str = f"officer.{DEPARTMENT}") -> Page:
    page = context.new_page()
    log_in(page, web.url, name, web.accounts[name])
    return page


def ended_period(page: Page, web: IocProcesses) -> str:
    """Return the address of what the department owes of a period that has ended: it may be sent already."""
    page.goto(f"{web.url}{DUTIES}")
    links: list[str] = page.locator("td.c-t a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return min(link for link in links if re.search(r"/\d{4}-\d{2}/$", link))


def filled(page: Page, folder: Path, *values: object, name: str = "so-lieu.xlsx") -> Path:
    """Download the template from the page and fill its coloured column."""
    with page.expect_download() as coming:
        page.click(".acts a[href$='/template/']")
    file = folder / name
    coming.value.save_as(file)
    made = openpyxl.load_workbook(file)
    sheet = made.worksheets[0]
    for line in range(2, sheet.max_row + 1):
        sheet.cell(line, 7).value = values[(line - 2) % len(values)]  # type: ignore[assignment]
    made.save(file)
    return file


def send(page: Page, file: Path, reason: str = "") -> None:
    page.set_input_files("#send_file", file)
    page.fill("#send_reason", reason)
    page.click("#send [type=submit]")
    page.wait_for_url("**/workbooks/**")


def test_from_the_template_to_stored_values_and_back_with_a_bad_one(
    browser: Browser, web: IocProcesses, tmp_path: Path
) -> None:
    with window(browser, width=1440, height=900) as context:
        page = sign_in(context, web)
        said = complaints(page)
        page.goto(f"{web.url}/tickets/")
        page.click(f".nav a[href='{DUTIES}']")
        page.goto(f"{web.url}{ended_period(page, web)}")
        page.click("#send [type=submit]")
        expect(page.locator("#send .error")).to_be_visible()
        bad = filled(page, tmp_path, "mười", 5, name="sai.xlsx")
        send(page, bad)
        expect(page.locator(".errs tbody tr").first).to_contain_text("G2", timeout=WORKED)
        expect(page.locator(".wb .note--critical")).to_be_focused()
        with page.expect_download() as coming:
            page.click(".acts a[href$='/marked/']")
        copy = tmp_path / "marked.xlsx"
        coming.value.save_as(copy)
        marked = openpyxl.load_workbook(copy).worksheets[0]["G2"]
        assert marked.comment is not None
        assert "mười" in marked.comment.text
        assert marked.fill.start_color.rgb.endswith("FFC7CE")
        page.click(".acts a[href$='#send']")
        good = filled(page, tmp_path, 120.5)
        send(page, good)
        expect(page.locator(".wb .note--ok")).to_be_focused(timeout=WORKED)
        expect(page.locator(".counts")).to_contain_text(re.compile("[1-9]"))
        page.click(".nav a[href$='/workbooks/']")
        expect(page.locator("td.c-t a").first).to_have_text("so-lieu.xlsx")
        assert [one for one in said if "422" not in one and not one.endswith("ERR_ABORTED")] == [], (
            "downloads are no failures"
        )


def test_the_upload_and_the_checking_show_how_far_they_are(browser: Browser, web: IocProcesses, tmp_path: Path) -> None:
    file = tmp_path / "dai.csv"
    lines = [f"budget_revenue;2026-01;{number}" for number in range(20_000)]
    file.write_text("Mã chỉ tiêu;Kỳ báo cáo;Giá trị\n" + "\n".join(lines), encoding="utf-8")
    with window(browser, width=390, height=844) as context:
        page = sign_in(context, web)
        page.goto(f"{web.url}{DUTIES}other/")
        page.evaluate("""() => {
            window.seen = [];
            new MutationObserver(() => {
                const bar = document.querySelector("[data-upload]:not([hidden]) progress");
                if (bar) sessionStorage.setItem("upload", String(bar.value));
            }).observe(document.body, {subtree: true, attributes: true, childList: true});
        }""")
        send(page, file)
        assert page.evaluate("sessionStorage.getItem('upload')") is not None
        expect(page.locator(".wb progress")).to_be_visible()
        expect(page.locator(".wb .note--critical")).to_be_visible(timeout=2 * WORKED)
        expect(page.locator(".errs tbody tr")).to_have_count(100)
        assert sideways(page) <= 0


def test_without_javascript_everything_can_be_done(browser: Browser, web: IocProcesses, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN", viewport={"width": 390, "height": 844})
    try:
        page = sign_in(context, web)
        page.goto(f"{web.url}{ended_period(page, web)}")
        send(page, filled(page, tmp_path, "x"))
        while page.locator(".wb progress").count():
            page.click(".wb noscript a, .wb .upload a")
        expect(page.locator(".wb .note--critical")).to_be_visible()
    finally:
        context.close()


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_is_accessible_and_fits_its_window(
    browser: Browser, web: IocProcesses, size: tuple[int, int], colours: str, tmp_path: Path
) -> None:
    with window(browser, width=size[0], height=size[1]) as context:
        page = sign_in(context, web, f"head.{DEPARTMENT}")
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        duty = ended_period(page, web)
        page.goto(f"{web.url}{duty}")
        send(page, filled(page, tmp_path, "x", name=f"{colours}-{size[0]}.xlsx"))
        expect(page.locator(".errs")).to_be_visible(timeout=WORKED)
        refused = page.url.removeprefix(web.url)
        for address in (
            DUTIES,
            duty,
            f"{DUTIES}other/",
            f"{DUTIES}workbooks/",
            f"{DUTIES}workbooks/?state=stored",
            refused,
        ):
            page.goto(f"{web.url}{address}")
            assert violations(page) == [], address
            assert sideways(page) <= 0, address

"""The citizens' portal in a real browser: on a phone, offline, without JavaScript, and for everybody."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import sideways, violations
from tests.harness.browser import complaints, window
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser
PHONE, DESK = (390, 844), (1440, 900)
WORDS = "Ổ gà sâu giữa đường, trời mưa không nhìn thấy"


@pytest.fixture(scope="module")
def centre_url(web: IocProcesses) -> str:
    return web.url


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser, width=PHONE[0], height=PHONE[1]) as context:
        yield context


def fill(page: Page, words: str = WORDS) -> None:
    page.locator("#id_unit").select_option(index=3)
    page.fill("#id_description", words)


def press(page: Page) -> None:
    page.click("[data-send]")


def sent_code(page: Page) -> str:
    page.wait_for_url("**/report/sent/**")
    return page.inner_text("[data-code]")


def test_a_citizen_sends_a_report_on_a_phone_and_follows_it(phone: BrowserContext, centre_url: str) -> None:
    page = phone.new_page()
    said = complaints(page)
    page.goto(centre_url)
    page.click(".cta")
    fill(page)
    page.locator("[name=category]").first.check()
    expect(page.locator("[data-step=where]")).to_have_class(re.compile("is-done"))
    expect(page.locator("[data-progress]")).to_have_js_property("value", 2)
    press(page)
    code = sent_code(page)
    page.click(f"a[href='/follow/{code}/']")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator(".tl > li").first).to_be_visible()
    page.goto(f"{centre_url}/follow/")
    expect(page.locator(".mine a")).to_have_attribute("href", f"/follow/{code}/")
    assert said == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_is_accessible_and_fits_its_window(
    browser: Browser, centre_url: str, size: tuple[int, int], colours: str
) -> None:
    with window(browser, width=size[0], height=size[1]) as context:
        page = context.new_page()
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        page.goto(f"{centre_url}/report/")
        fill(page)
        press(page)
        code = sent_code(page)
        addresses = (
            "/",
            "/report/",
            f"/report/sent/{code}/",
            "/follow/?code=x",
            f"/follow/{code}/",
            "/accounts/login/",
            "/no/",
        )
        for address in addresses:
            page.goto(centre_url + address)
            assert violations(page) == [], address
            assert sideways(page) <= 0, address
        page.goto(f"{centre_url}/report/")
        page.check("[name=inform][value=phone]")
        page.click(".more summary")
        press(page)
        page.wait_for_selector("[data-summary]")
        assert violations(page) == [], "the form with errors"


def test_at_four_times_the_size_nothing_scrolls_sideways(browser: Browser, centre_url: str) -> None:
    with window(browser, width=1280 // 4, height=1024 // 4) as context:
        page = context.new_page()
        for address in ("/", "/report/", "/follow/"):
            page.goto(centre_url + address)
            assert sideways(page) <= 0, address


def test_a_refusal_keeps_what_was_typed_and_takes_the_reader_to_it(phone: BrowserContext, centre_url: str) -> None:
    page = phone.new_page()
    page.goto(f"{centre_url}/report/")
    page.fill("#id_description", WORDS)
    page.check("[name=inform][value=phone]")
    page.fill("#id_phone", "12")
    press(page)
    summary = page.locator("[data-summary]")
    expect(summary).to_be_focused()
    expect(page.locator("#id_description")).to_have_value(WORDS)
    expect(page.locator("#id_phone")).to_have_value("12")
    summary.locator("a[href='#id_unit']").click()
    expect(page.locator("#id_unit")).to_be_focused()
    page.locator("#id_unit").select_option(index=2)
    page.check("[name=inform][value=anonymous]")
    press(page)
    assert sent_code(page)


def test_a_dead_network_loses_nothing_and_sends_once_when_it_is_back(
    phone: BrowserContext, web: IocProcesses, centre_url: str
) -> None:
    page = phone.new_page()
    page.goto(f"{centre_url}/report/")
    words = f"{WORDS} (mất mạng)"
    fill(page, words)
    phone.set_offline(True)
    press(page)
    expect(page.locator("[data-offline]")).to_be_visible()
    expect(page.locator("#id_description")).to_have_value(words)
    phone.set_offline(False)
    sent_code(page)
    found = web.query("SELECT count(*) FROM field_reports_report WHERE description = %s", words)
    assert found == [(1,)]


def test_a_draft_waits_for_its_writer_and_goes_when_told(phone: BrowserContext, centre_url: str) -> None:
    page = phone.new_page()
    page.goto(f"{centre_url}/report/")
    fill(page)
    page.goto(centre_url)
    page.goto(f"{centre_url}/report/")
    expect(page.locator("[data-restored]")).to_be_visible()
    expect(page.locator("#id_description")).to_have_value(WORDS)
    page.click("[data-forget]")
    page.wait_for_load_state()
    expect(page.locator("#id_description")).to_have_value("")
    expect(page.locator("[data-restored]")).to_be_hidden()


def test_two_quick_taps_are_one_report(phone: BrowserContext, web: IocProcesses, centre_url: str) -> None:
    page = phone.new_page()
    page.goto(f"{centre_url}/report/")
    words = f"{WORDS} (hai lần)"
    fill(page, words)
    page.evaluate("const b = document.querySelector('[data-send]'); b.click(); b.click()")
    sent_code(page)
    assert web.query("SELECT count(*) FROM field_reports_report WHERE description = %s", words) == [(1,)]


def test_the_phones_location_goes_along_and_can_be_removed(phone: BrowserContext, centre_url: str) -> None:
    phone.grant_permissions(["geolocation"], origin=centre_url)
    phone.set_geolocation({"longitude": 1.5, "latitude": 2.5, "accuracy": 12})
    page = phone.new_page()
    page.goto(f"{centre_url}/report/")
    page.click("[data-locate]")
    expect(page.locator("[data-located]")).to_be_visible()
    expect(page.locator("[name=lon]")).to_have_value("1.500000")
    page.fill("#id_description", WORDS)
    press(page)
    expect(page.locator("[data-summary] a")).to_have_attribute("href", "#id_lon")  # far outside the province
    page.click("[data-unlocate]")
    expect(page.locator("[name=lon]")).to_have_value("")
    expect(page.locator("[data-locate]")).to_be_visible()


def test_without_javascript_the_same_form_sends(browser: Browser, centre_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844}, locale="en-GB")
    try:
        page = context.new_page()
        page.goto(f"{centre_url}/report/")
        page.locator("#id_unit").select_option(index=3)
        press(page)
        expect(page.locator("[data-summary]")).to_be_visible()
        page.fill("#id_description", WORDS)
        press(page)
        code = sent_code(page)
        page.goto(f"{centre_url}/follow/")
        page.fill("#code", code.lower().replace("-", " "))
        page.click("main form button")
        page.wait_for_url(f"**/follow/{code}/")
    finally:
        context.close()


def test_the_policy_lets_nothing_inline_run(phone: BrowserContext, centre_url: str) -> None:
    page = phone.new_page()
    said = complaints(page)
    answer = page.goto(f"{centre_url}/report/")
    assert answer is not None
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    fill(page)
    assert said == []


def test_names_of_the_highlands_are_drawn_whole(phone: BrowserContext, centre_url: str) -> None:
    """Every letter of an Ê Đê name has a drawing: no empty boxes, in the portal's own font or the one after it."""
    page = phone.new_page()
    page.goto(centre_url)
    page.evaluate("document.fonts.load('400 16px \"IOC Letters\"', 'ĕĭŏŭƀ')")
    page.evaluate("document.fonts.ready")
    widths = page.evaluate(
        """() => [...'ĕĭŏŭƀčñ'].map(letter => {
            const span = document.createElement('span');
            span.textContent = letter;
            document.body.append(span);
            return span.getBoundingClientRect().width;
        })"""
    )
    assert all(width > 3 for width in widths)
    assert page.evaluate("document.fonts.check('400 16px \"IOC Letters\"', 'ĕĭŏŭƀ')")

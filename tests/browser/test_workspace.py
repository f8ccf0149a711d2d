"""The departments' workspace in a real browser: from a citizen's report to its closing, on a desk and on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import sideways, violations
from tests.harness.browser import complaints, log_in, window
from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for

pytestmark = pytest.mark.browser
SIZES = [(390, 844), (1440, 900)]


@pytest.fixture(scope="module")
def web() -> Iterator[IocProcesses]:
    """A centre whose lists are short: what is stuck to the window's edge covers no row of them."""
    with IocProcesses(SERVERS, programs=("web", "worker", "beat")) as running:
        yield running


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser, width=1440, height=900) as context:
        yield context


def report(browser: Browser, web: IocProcesses, words: str) -> tuple[str, str, str]:
    """Send a report of the first category; return its code, its ticket's public id and its department."""
    with window(browser, width=390, height=844) as context:
        page = context.new_page()
        page.goto(f"{web.url}/report/")
        page.locator("#id_unit").select_option(index=3)
        page.fill("#id_description", words)
        page.locator("[name=category]").first.check()
        page.click("[data-send]")
        page.wait_for_url("**/report/sent/**")
        code = page.inner_text("[data-code]")
    rows = wait_for(
        lambda: web.query("SELECT ticket, department FROM field_reports_report WHERE code = %s AND ticket <> ''", code),
        seconds=30,
        what="the report's ticket",
    )
    return code, *rows[0]


def sign_in(context: BrowserContext, web: IocProcesses, name: str) -> Page:
    page = context.new_page()
    log_in(page, web.url, name, web.accounts[name])
    return page


def test_from_a_report_to_its_closing_by_pressing_what_is_offered(
    browser: Browser, desk: BrowserContext, web: IocProcesses
) -> None:
    words = "Nắp cống vỡ trên lối đi bộ"
    code, ticket, department = report(browser, web, words)
    page = sign_in(desk, web, f"officer.{department}")
    said = complaints(page)
    page.goto(f"{web.url}/tickets/?holder=none")
    page.click(f".c-tt a[href='/tickets/{ticket}/']")
    expect(page.locator(".quote")).to_contain_text(words)
    page.click(f".acts form[action='/tickets/{ticket}/accept/'] button")
    expect(page.locator(".acts .note--ok")).to_be_focused()
    page.click(f".acts form[action='/tickets/{ticket}/start/'] button")
    expect(page.locator(".acts a[href*='do=resolve']")).to_be_visible()
    page.fill("#note", "Kho hết nắp gang")
    page.click(".say button.btn")
    expect(page.locator(".fd .cm--int").first).to_contain_text("Kho hết nắp gang")
    page.click(".acts a[href*='do=resolve']")
    expect(page.locator("#do h2")).to_be_focused()
    page.click("#do button")
    expect(page.locator("#do .error").first).to_be_visible()
    page.check("#do [value=fixed]")
    page.fill("#do_public_text", "Đã thay nắp mới")
    page.click("#do button")
    expect(page.locator("#do")).to_have_count(0)
    expect(page.locator(".meta .st")).to_have_class("st st--work st--pill")
    assert [one for one in said if "422" not in one] == [], "a refused form is the only complaint"
    with window(browser) as other:
        chief = sign_in(other, web, f"head.{department}")
        chief.goto(f"{web.url}/tickets/{ticket}/")
        chief.click(f".acts form[action='/tickets/{ticket}/approve/'] button")
        expect(chief.locator(".meta .st--done")).to_be_visible()
    page.goto(f"{web.url}/follow/{code}/")
    expect(page.locator(".now .st--done")).to_be_visible()
    expect(page.locator(".now")).to_contain_text("Đã thay nắp mới")


def test_a_step_that_somebody_else_took_is_explained_in_place(
    browser: Browser, desk: BrowserContext, web: IocProcesses
) -> None:
    _code, ticket, department = report(browser, web, "Đèn đường tắt")
    page = sign_in(desk, web, f"officer.{department}")
    page.goto(f"{web.url}/tickets/{ticket}/")
    page.focus(f".acts form[action='/tickets/{ticket}/accept/'] button")  # nothing is drawn anew under a hand
    with window(browser) as other:
        second = sign_in(other, web, "operator")
        second.goto(f"{web.url}/tickets/{ticket}/")
        second.click(f".acts form[action='/tickets/{ticket}/accept/'] button")
        expect(second.locator(".acts .note--ok")).to_be_visible()
    page.click(f".acts form[action='/tickets/{ticket}/accept/'] button")
    expect(page.locator(".acts .note--critical")).to_be_focused()
    expect(page.locator(f".acts form[action='/tickets/{ticket}/start/'] button")).to_be_visible()


@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_page_is_accessible_and_fits_its_window(
    browser: Browser, web: IocProcesses, size: tuple[int, int], colours: str
) -> None:
    _code, ticket, department = report(browser, web, "Vỉa hè bong gạch")
    with window(browser, width=size[0], height=size[1]) as context:
        page = sign_in(context, web, f"officer.{department}")
        page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        addresses = (
            "?holder=all",
            "?holder=all&state=all",
            "?holder=all&q=zzz",
            "?holder=all&view=table",
            "?holder=all&view=board",
            "statistics/",
            f"{ticket}/",
            f"{ticket}/?do=transfer",
        )
        for address in addresses:
            page.goto(f"{web.url}/tickets/{address}")
            assert violations(page) == [], address
            assert sideways(page) <= 0, address
        page.goto(f"{web.url}/tickets/?holder=all")
        page.focus(".flt details[data-menu] summary >> nth=2")
        page.keyboard.press("Enter")
        expect(page.locator(".flt [open] .menu b").first).to_be_visible()
        assert violations(page) == [], "with an open menu"
        page.keyboard.press("Escape")
        expect(page.locator("details[data-menu][open]")).to_have_count(0)


def test_on_a_phone_the_next_step_is_under_the_thumb(browser: Browser, web: IocProcesses) -> None:
    _code, ticket, department = report(browser, web, "Cây đổ chắn đường")
    with window(browser, width=390, height=844) as context:
        page = sign_in(context, web, f"officer.{department}")
        page.goto(f"{web.url}/tickets/{ticket}/")
        button = page.locator(".thumb button")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] > 844 * 0.8
        button.click()
        expect(page.locator(".acts .note--ok")).to_be_visible()
        for target in page.locator(".acts .btn:visible, .nav a:visible").all():
            size = target.bounding_box()
            assert size is not None
            assert size["height"] >= 44


def test_without_javascript_the_same_links_and_forms_work(browser: Browser, web: IocProcesses) -> None:
    _code, ticket, department = report(browser, web, "Biển báo bị che")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    try:
        page = sign_in(context, web, f"officer.{department}")
        page.goto(f"{web.url}/tickets/?holder=none")
        page.click(f".c-tt a[href='/tickets/{ticket}/']")
        page.click(f".acts form[action='/tickets/{ticket}/accept/'] button")
        page.wait_for_url("**?done=accept")
        page.click(f".acts form[action='/tickets/{ticket}/start/'] button")
        page.click(".acts a[href*='do=resolve']")
        page.check("#do [value=not_fixed]")
        page.fill("#do_public_text", "Chờ quy hoạch")
        page.click("#do button")
        page.wait_for_url("**?done=resolve")
        page.goto(f"{web.url}/tickets/?holder=all")
        page.click(".flt details[data-menu] summary >> nth=0")
        page.click(".flt details[data-menu] a >> nth=0")
        page.click(".choices .menu a >> nth=0")
        assert page.url.startswith(f"{web.url}/tickets/?holder=")
    finally:
        context.close()


def test_a_supervisor_mends_a_mistake_sees_what_the_policy_would_do_and_saves_the_next_version(
    desk: BrowserContext, web: IocProcesses
) -> None:
    page = sign_in(desk, web, "supervisor")
    said = complaints(page)
    page.goto(f"{web.url}/tickets/policies/")
    page.click(".c-t a >> nth=-1")
    address = page.url
    version = page.locator(".tl.lad a[aria-current]").inner_text()
    page.click("a[href$='/edit/']")
    page.click("button[value=add]")
    expect(page.locator("select:focus")).to_have_attribute(
        "name", page.locator(".stp__who select").last.get_attribute("name") or ""
    )
    step = page.locator(".stp").last
    step.locator(".stp__who select").select_option("rung:1")
    step.locator(".rep summary").click()
    step.locator("[name$=_every]").fill("30")
    step.locator("[name$=_wait]").fill("500")
    page.fill("#note", "Nhắc lại cho chắc")
    page.click("#try button[value=check]")
    expect(page.locator(".acts [data-summary]")).to_be_focused()
    page.locator(".acts [data-summary] a").first.click()
    wrong = page.locator(".field--error input")
    expect(wrong).to_be_focused()
    assert violations(page) == []
    wrong.fill("2")
    page.keyboard.press("Enter")
    expect(page.locator(".played .lad--told").first).to_be_visible()
    assert violations(page) == []
    page.click("button[value=save]")
    page.wait_for_url(f"{address}?saved=1")
    expect(page.locator(".tl.lad a[aria-current]")).not_to_have_text(version)
    expect(page.locator(".rail")).to_contain_text("Nhắc lại cho chắc")
    assert [one for one in said if "422" not in one] == [], "a refused form is the only complaint"


def test_a_colleague_who_is_asked_for_a_swap_agrees_where_the_message_leads(
    browser: Browser, desk: BrowserContext, web: IocProcesses
) -> None:
    statement = (
        "SELECT p.public_id FROM directory_person p JOIN directory_user u ON u.id = p.user_id WHERE username = %s"
    )
    ((colleague,),) = web.query(statement, "supervisor")
    page = sign_in(desk, web, "operator")
    page.goto(f"{web.url}/duty/me/")
    page.select_option("[name=gives]", index=2)
    page.select_option("form[action='/duty/me/swap/'] [name=person]", str(colleague))
    page.click("form[action='/duty/me/swap/'] button")
    expect(page.locator("form[action$='/answer/withdraw/']")).to_be_visible()
    with window(browser, width=390, height=844) as phone:
        other = sign_in(phone, web, "supervisor")
        other.goto(f"{web.url}/notifications/")
        other.click(".msgs .msg--new a >> nth=0")
        other.wait_for_url("**/duty/me/")
        assert violations(other) == []
        assert sideways(other) <= 0
        other.click("form[action$='/answer/agree/'] button")
        expect(other.locator("form[action$='/answer/agree/']")).to_have_count(0)
    page.goto(f"{web.url}/notifications/")
    page.click(".msgs .msg--new a >> nth=0")
    page.wait_for_url("**/duty/me/")

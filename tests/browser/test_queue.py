"""The queue and the phone's link in a real browser: work by keys, new rows that wait, four taps without a network."""

import io
import os
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.axe import sideways, violations
from tests.browser.test_workspace import report, sign_in
from tests.harness.browser import complaints, window
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser


@pytest.fixture
def operator(browser: Browser, web: IocProcesses) -> Iterator[Page]:
    with window(browser, width=1440, height=900) as context:
        yield sign_in(context, web, "operator")


def test_many_are_selected_by_keys_done_at_once_and_new_ones_wait_for_a_click(
    browser: Browser, web: IocProcesses, operator: Page
) -> None:
    tickets = [report(browser, web, words)[1] for words in ("Cột đèn nghiêng", "Hố ga mất nắp")]
    page = operator
    said = complaints(page)
    page.goto(f"{web.url}/tickets/?holder=none&monitor=field_reports")
    before = page.locator("[data-row]").count()
    expect(page.locator("[data-live].is-live")).to_be_visible()
    _code, new, _department = report(browser, web, "Cây đổ")
    expect(page.locator("a.fresh")).to_be_visible()
    assert page.locator("[data-row]").count() == before, "nothing moved under the reader's hand"
    page.keyboard.press("r")
    expect(page.locator(f"#r-{new}")).to_be_visible()
    page.fill("#search", "jjxx")
    assert page.locator("[data-row].is-sel").count() == 0, "keys are off inside fields"
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    for ticket in tickets:
        page.locator(f"#r-{ticket} [name=t]").check()
    expect(page.locator("[data-bulk] [data-verb=accept]")).to_be_visible()
    expect(page.locator("[data-bulk] [data-verb=start]")).to_be_hidden()
    assert violations(page) == []
    page.keyboard.press("e")
    expect(page.locator("tr[data-done='1']")).to_have_count(2)
    assert said == []


def test_an_open_ticket_follows_what_others_do_but_never_draws_over_what_is_being_written(
    browser: Browser, web: IocProcesses, operator: Page
) -> None:
    _code, ticket, department = report(browser, web, "Biển báo đổ")
    page = operator
    said = complaints(page)
    page.goto(f"{web.url}/tickets/{ticket}/")
    expect(page.locator("[data-live].is-live")).to_be_visible()
    with window(browser) as context:
        officer = sign_in(context, web, f"officer.{department}")
        officer.goto(f"{web.url}/tickets/{ticket}/")
        officer.click(f".acts form[action='/tickets/{ticket}/accept/'] button")
        expect(page.locator(f".acts form[action='/tickets/{ticket}/accept/']")).to_have_count(0)
        expect(page.locator("[data-changed]")).to_be_hidden()
        page.fill("#note", "Đội 2 đang đến")
        officer.click(f".acts form[action='/tickets/{ticket}/start/'] button")
        expect(page.locator("[data-changed]")).to_be_visible()
    expect(page.locator("#note")).to_have_value("Đội 2 đang đến")
    page.click(".say button.btn")
    expect(page.locator(".fd .cm--int").first).to_contain_text("Đội 2 đang đến")
    expect(page.locator("[data-changed]")).to_be_hidden()
    expect(page.locator(f".acts form[action='/tickets/{ticket}/start/']")).to_have_count(0)
    assert said == []


def test_a_phone_accepts_photographs_and_reports_done_in_four_taps_without_a_network_midway(
    browser: Browser, web: IocProcesses
) -> None:
    _code, ticket, department = report(browser, web, "Vỡ ống nước")
    address = link_for(web, ticket, f"officer.{department}")
    shot = photograph()
    with window(browser, width=390, height=844) as context:
        page = context.new_page()
        page.goto(f"{web.url}{address}")
        assert violations(page) == []
        assert sideways(page) <= 0
        expect(page.locator("form[data-do=resolve]")).to_be_hidden()
        context.set_offline(True)
        page.click("form[data-do=accept] button")  # the first tap
        expect(page.locator("[data-said]")).to_be_visible()
        page.set_input_files("[data-photo]", files=[shot])  # the second
        expect(page.locator("[data-shot]")).to_be_visible()
        page.check("[name=outcome][value=fixed]")  # the third
        page.click("form[data-do=resolve] > button")  # the fourth
        expect(page.locator("form[data-do=resolve]")).to_be_hidden()
        assert state_of(web, ticket) == "new", "nothing has arrived yet"
        context.set_offline(False)
        page.evaluate("() => window.dispatchEvent(new Event('online'))")
        said = page.locator("[data-said]")
        expect(said).to_have_text(said.get_attribute("data-resolve") or "")
    assert state_of(web, ticket) == "resolved"
    (size,) = web.query(
        "SELECT a.size FROM tickets_attachment a JOIN tickets_ticketentry e ON e.id = a.entry_id "
        "JOIN tickets_ticket t ON t.id = e.ticket_id WHERE t.public_id = %s",
        ticket,
    )[0]
    assert size < len(shot["buffer"]) / 3, "it was made small before it was sent"


def link_for(web: IocProcesses, ticket: str, username: str) -> str:
    """Return the path that a message to this account would carry."""
    code = (
        "from services.tickets import links; from services.tickets.models import Ticket; "
        "from services.directory.models import User; "
        f"print(links.address_for(Ticket.objects.get(public_id='{ticket}'), "
        f"User.objects.get(username='{username}').person))"
    )
    return web.manage("shell", "--verbosity=0", "-c", code).splitlines()[-1]


def photograph() -> FilePayload:
    picture = io.BytesIO()
    Image.frombytes("RGB", (2400, 1800), os.urandom(2400 * 1800 * 3)).save(picture, "JPEG", quality=95)
    return {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def state_of(web: IocProcesses, ticket: str) -> str:
    return str(web.query("SELECT state FROM tickets_ticket WHERE public_id = %s", ticket)[0][0])

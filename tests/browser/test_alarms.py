"""Alarms on the wall in a browser: taken and put aside by keys, a flood gathered, a mute that ends, what is new."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import sideways, violations
from tests.harness.browser import complaints, log_in, window
from tests.harness.processes import IocProcesses
from tests.harness.waiting import wait_for

pytestmark = pytest.mark.browser
ARRIVES = 30_000
"""Milliseconds within which what a worker writes is on the wall, on a busy machine."""
RAISE = """
import json
from django.db import transaction
from services.alerts.raising import raise_alerts
from services.contract import Finding, message
from services.kernel import clock
now = clock.now("demo")
found = [Finding(rule, severity, key, message(title), now) for rule, severity, key, title in json.loads({!r})]
with transaction.atomic():
    raise_alerts(realm="demo", monitor="field_reports", results=found, now=now)
"""
COUNT_TONES = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) { window.tones += 1; return start.apply(this, given); };
"""


def raise_(centre: IocProcesses, *alerts: tuple[str, str, str, str]) -> None:
    """Raise alerts: rule, severity, fingerprint, title."""
    centre.manage("shell", "-v0", "-c", RAISE.format(json.dumps(alerts)))


def pass_time(centre: IocProcesses, minutes: int) -> None:
    """Let the demo's clock go on; its heartbeats tell the screens."""
    centre.query(
        "UPDATE kernel_realm SET clock_offset = clock_offset + %s * interval '1 minute' WHERE name = 'demo'", minutes
    )


@contextmanager
def wall(browser: Browser, centre: IocProcesses, *, width: int = 1920, height: int = 1080) -> Iterator[Page]:
    with window(browser, width=width, height=height) as context:
        context.add_init_script(COUNT_TONES)
        page = context.new_page()
        log_in(page, centre.url, "operator", centre.accounts["operator"])
        page.goto(f"{centre.url}/wall/")
        expect(page.locator(".alerts-pane h2")).to_be_visible()
        yield page


def row(page: Page, title: str) -> Locator:
    return page.locator(".alerts-pane .alert", has_text=title)


def test_a_key_takes_the_alarm_and_another_puts_the_next_aside_until_its_time_is_over(
    browser: Browser, centre: IocProcesses
) -> None:
    with wall(browser, centre) as page:
        said = complaints(page)
        raise_(centre, ("probe.a", "critical", "a1", "Nước dâng A1"), ("probe.b", "critical", "a2", "Nước dâng A2"))
        banner = page.locator(".banner")
        expect(banner.locator(".fit")).to_contain_text("Nước dâng", timeout=ARRIVES)
        first = banner.locator(".fit").inner_text()
        second = "Nước dâng A2" if first == "Nước dâng A1" else "Nước dâng A1"
        page.keyboard.press("n")
        expect(page.locator(".banner.held")).to_be_visible(timeout=ARRIVES)
        page.keyboard.press("j")
        expect(banner.locator(".fit")).to_have_text(second)
        page.keyboard.press("g")
        expect(row(page, second)).to_have_count(0, timeout=ARRIVES)
        expect(row(page, first)).to_be_visible()
        page.locator(".alerts-pane header .plain").click()
        expect(page.locator(".sheet .shelved")).to_contain_text(second)
        assert violations(page) == []
        page.keyboard.press("Escape")
        pass_time(centre, 11)
        expect(row(page, second)).to_be_visible(timeout=ARRIVES)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.locator(".alerts-pane li:nth-child(2) button.what")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".sheet .content h3").first).to_be_visible()
        page.keyboard.press("Escape")
        assert said == []


def test_a_critical_alert_sounds_and_a_mute_ends_by_the_servers_clock(browser: Browser, centre: IocProcesses) -> None:
    with wall(browser, centre) as page:
        sound = page.locator(".banner .sound")
        expect(sound).to_have_attribute("data-sound", "off")
        assert page.evaluate("window.tones") == 0
        sound.click()
        page.locator(".sheet .switch input").check()
        raise_(centre, ("probe.c", "critical", "c1", "Nước dâng C1"))
        wait_for(lambda: page.evaluate("window.tones >= 15"), seconds=ARRIVES / 1000, what="five pulses")
        page.locator(".sheet .choices button").first.click()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(sound).to_have_attribute("data-sound", "muted")
        page.reload()
        expect(sound).to_have_attribute("data-sound", "blocked", timeout=ARRIVES)
        page.mouse.click(960, 1060)
        expect(sound).to_have_attribute("data-sound", "muted")
        assert page.evaluate("window.tones") == 0
        pass_time(centre, 6)
        expect(sound).to_have_attribute("data-sound", "on", timeout=ARRIVES)
        wait_for(lambda: page.evaluate("window.tones >= 15"), seconds=ARRIVES / 1000, what="five pulses")
        page.locator("body").press("n")


def test_a_flood_is_gathered_opened_and_taken_as_a_whole(browser: Browser, centre: IocProcesses) -> None:
    with wall(browser, centre) as page:
        burst = [("probe.rain", "high", f"r{n}", f"Mưa lớn {n}") for n in range(14)]
        raise_(centre, *burst, ("probe.flood", "critical", "f1", "Lũ vượt báo động F1"))
        expect(page.locator(".flood")).to_be_visible(timeout=ARRIVES)
        group = page.locator(".alerts-pane .alert.group", has_text="Mưa lớn")
        expect(group).to_contain_text("14×")
        expect(row(page, "Lũ vượt báo động F1")).not_to_contain_text("×")
        page.locator(".flood .plain").click()
        expect(page.locator(".alert.group")).to_have_count(0)
        page.locator(".flood .plain").click()
        group.locator("button.what").click()
        expect(page.locator(".sheet .alert")).to_have_count(14)
        page.locator(".sheet footer .accent").click()
        expect(page.locator(".sheet footer [role=alert]")).to_be_visible()
        assert violations(page) == []
        page.locator(".sheet footer .accent").click()
        expect(page.locator(".sheet .alert .st.open")).to_have_count(0, timeout=2 * ARRIVES)
        page.keyboard.press("Escape")
        pass_time(centre, 11)
        expect(page.locator(".flood")).to_have_count(0, timeout=ARRIVES)


def test_what_changed_is_told_until_the_person_has_seen_it_on_any_screen(
    browser: Browser, centre: IocProcesses
) -> None:
    raise_(centre, ("probe.s", "medium", "s1", "Cảnh báo S1"))
    with wall(browser, centre) as page:
        expect(page.locator(".since b").first).to_be_visible(timeout=ARRIVES)
        page.keyboard.press("t")
        expect(page.locator(".happened")).to_contain_text("Cảnh báo S1")
        assert violations(page) == []
        page.locator(".sheet footer .accent").click()
        expect(page.locator(".happened")).to_have_count(0)
    with wall(browser, centre, width=390, height=844) as page:
        expect(page.locator(".since")).to_be_visible(timeout=ARRIVES)
        expect(page.locator(".since b")).to_have_count(0)
        assert violations(page) == []
        assert sideways(page) <= 0

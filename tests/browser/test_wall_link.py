"""The wall stands again by itself: after its server was killed, after a network that was gone, after sleep."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from psycopg.types.json import Jsonb

from services.wall import actions
from tests.harness.browser import log_in, window
from tests.harness.plugin import SERVERS
from tests.harness.processes import IocProcesses

pytestmark = pytest.mark.browser

PANEL = "panel:health/cases@province"
FRESH = 8
"""Seconds after which the panel's figure is old."""
AGAIN = 30_000
"""Milliseconds within which a wall has found its server again: it pauses for fifteen seconds at most."""

# Keeps what each of the page's sockets brought: the kinds of its messages, socket by socket.
_RECORD = """
window.__sockets = [];
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    const kinds = [];
    window.__sockets.push(kinds);
    this.addEventListener("message", (event) => kinds.push(JSON.parse(event.data).type));
  }
};
"""


@pytest.fixture(scope="module")
def centre() -> Iterator[IocProcesses]:
    """A centre without a worker: nothing is on the wall but what a test puts there."""
    with IocProcesses(SERVERS, programs=("web", "relay")) as running:
        yield running


def put(centre: IocProcesses, key: str, payload: dict[str, Any]) -> None:
    """Write a tile into the centre's database; its relay finds it without being woken."""
    row = {
        **{"realm": "demo", "key": key, "kind": payload["kind"], "monitor": payload["monitor"]},
        **{"audience": ["province"], "payload": payload, "rank": 2, "since": datetime.now(UTC).isoformat()},
    }
    with psycopg.connect(centre.machine.env["DATABASE_URL"]) as line:
        line.execute(actions._UPSERT, [Jsonb([row])])


def remove(centre: IocProcesses, *keys: str) -> None:
    with psycopg.connect(centre.machine.env["DATABASE_URL"]) as line:
        line.execute(actions._REMOVE, ("demo", list(keys)))


def alert(title: str) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    said: dict[str, Any] = dict.fromkeys(("unit", "department", "lon", "lat", "holder", "shelved_until", "why"))
    said |= {"kind": "alert", "id": title, "monitor": "health", "rule": "health.test", "severity": "medium"}
    said |= {"state": "acknowledged", "title": title, "opened_at": now, "last_seen": now, "count": 1}
    return said | {"suppressed": False, "generation": 1, "simulated": True}


def figure(value: int) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "value": value,
        "decimals": 0,
        "unit": None,
        "target": None,
        "target_text": None,
        "trend": [],
    }
    said: dict[str, Any] = dict.fromkeys(("severity", "silent_since", "last", "why"))
    said |= {"kind": "panel", "monitor": "health", "panel": "cases", "title": "level", "monitor_title": "Health"}
    said |= {"chart": "number", "held": False, "figure": shown | {"as_of": datetime.now(UTC).isoformat()}}
    return said | {"fresh_for": FRESH, "simulated": True}


@contextmanager
def open_wall(browser: Browser, centre: IocProcesses) -> Iterator[Page]:
    with window(browser) as context:
        context.add_init_script(_RECORD)
        page = context.new_page()
        log_in(page, centre.url, "operator", centre.accounts["operator"])
        page.goto(f"{centre.url}/wall/")
        expect(page.locator(".bar .link.live")).to_be_visible()
        yield page


def row(page: Page, text: str) -> Locator:
    return page.locator("li.alert", has_text=text)


def shows(page: Page, *texts: str) -> None:
    for text in texts:
        expect(row(page, text)).to_be_visible(timeout=AGAIN)


def sockets(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate("window.__sockets")
    return found


def test_a_killed_server_is_found_again_by_itself_with_what_was_missed_and_meanwhile_figures_grow_old(
    browser: Browser, centre: IocProcesses
) -> None:
    put(centre, "alert:gone", alert("leaves while nobody serves"))
    with open_wall(browser, centre) as page:
        put(centre, PANEL, figure(41))
        tile = page.locator(".tile[data-monitor=health]")
        expect(tile).to_contain_text("41")
        expect(tile).to_have_class(re.compile(r"\bfresh\b"))
        shows(page, "leaves while nobody serves")
        centre.kill("web")
        remove(centre, "alert:gone")
        put(centre, "alert:missed", alert("came while nobody served"))
        expect(tile).to_have_class(re.compile(r"\bstale\b"), timeout=AGAIN)
        expect(tile).to_contain_text("41")
        expect(page.locator(".bar .link.lost")).to_be_visible(timeout=AGAIN)
        centre.start("web")
        shows(page, "came while nobody served")
        expect(page.locator(".bar .link.live")).to_be_visible()
        expect(row(page, "leaves while nobody serves")).to_have_count(0)
        assert sockets(page)[-1][0] == "frame", "it was told what it missed, not everything again"


def test_a_network_that_was_gone_while_history_began_anew_ends_with_a_snapshot(
    browser: Browser, centre: IocProcesses
) -> None:
    put(centre, "alert:old", alert("of the old history"))
    with open_wall(browser, centre) as page:
        shows(page, "of the old history")
        page.context.set_offline(True)
        for table in ("wall_tile", "wall_frame", "wall_head"):
            centre.query(f"DELETE FROM {table}")
        put(centre, "alert:new", alert("of the new history"))
        expect(page.locator(".bar .link.lost")).to_be_visible(timeout=AGAIN)
        page.context.set_offline(False)
        shows(page, "of the new history")
        expect(row(page, "of the old history")).to_have_count(0)
        expect(page.locator(".bar .link.live")).to_be_visible()
        assert "snapshot" in sockets(page)[-1]


def test_a_screen_that_slept_while_the_server_was_restarted_is_up_to_date_when_it_wakes(
    browser: Browser, centre: IocProcesses
) -> None:
    with open_wall(browser, centre) as page:
        devtools = page.context.new_cdp_session(page)
        devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
        centre.restart("web")
        put(centre, "alert:slept", alert("came during its sleep"))
        centre.wait_ready()
        devtools.send("Page.setWebLifecycleState", {"state": "active"})
        shows(page, "came during its sleep")
        expect(page.locator(".bar .link.live")).to_be_visible()

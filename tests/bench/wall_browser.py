"""The browser's half of ``script/bench wall``: how soon the overview is there, what it costs, whether it grows."""

import json
import statistics
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from services.wall import actions
from tests.bench.figure import Figure
from tests.harness.browser import chromium, log_in, window
from tests.harness.processes import IocProcesses

RUNS = 5
RATE = 20
"""Frames a second."""
LASTING = 15.0
HOUR = 72_000
"""Frames of an hour at that rate."""
PARTS = 6
IDLE = 0.8

# Notes when the first tiles with figures are on the screen: two pictures after the snapshot came and tiles exist. It
# also keeps the socket, so that messages can be handed to the page as the socket would hand them.
_LISTEN = """
window.__first = null;
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    window.__socket = this;
    this.addEventListener("message", (event) => {
      const said = JSON.parse(event.data);
      if (said.type === "snapshot") { window.__snapshot = said; look(); }
    });
  }
};
function look() {
  requestAnimationFrame(() => {
    if (!document.querySelector(".tile")) { look(); return; }
    requestAnimationFrame(() => { window.__first ??= performance.now(); });
  });
}
"""

# Hands so many frames to the page, a second's worth before each picture: panels change their figure, alerts come,
# change and go, each under a key of its own.
_REPLAY = """
async ([count, rate, start]) => {
  const { tiles } = window.__snapshot;
  const panels = tiles.filter((tile) => tile.payload.kind === "panel" && tile.payload.figure);
  const alert = tiles.find((tile) => tile.payload.kind === "alert");
  const say = (tile) => {
    if (window.__known !== window.__snapshot) {  // far above what the server sends meanwhile, which counts as known
      window.__known = window.__snapshot;
      window.__prev = window.__known.seq;
      window.__seq = Math.max(window.__seq ?? 0, 1_000_000_000);
    }
    window.__seq += 1;
    const frame = { type: "frame", epoch: window.__known.epoch, seq: window.__seq, prev: window.__prev, tile };
    window.__prev = window.__seq;
    window.__socket.onmessage({ data: JSON.stringify(frame) });
  };
  const one = (n) => {
    const life = n % 40;
    if (alert && life === 0) return { ...alert, key: `alert:replay-${n}`, version: 1,
      payload: { ...alert.payload, id: `replay-${n}` } };
    if (alert && life === 20) return { ...alert, key: `alert:replay-${n - 20}`, version: 2,
      payload: { ...alert.payload, id: `replay-${n - 20}`, state: "acknowledged" } };
    if (alert && life === 39) return { key: `alert:replay-${n - 39}`, version: 3, gone: true };
    const panel = panels[n % panels.length];
    const figure = { ...panel.payload.figure, value: (n * 37) % 1000, as_of: new Date().toISOString() };
    return { ...panel, version: start + n + 10_000, payload: { ...panel.payload, figure } };
  };
  for (let n = 0; n < count; n += rate) {
    while (!window.__socket.onmessage) await new Promise((resolve) => setTimeout(resolve, 100));
    for (let i = 0; i < rate; i += 1) say(one(start + n + i));
    await new Promise(requestAnimationFrame);
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
"""


def measure(centre: IocProcesses) -> list[Figure]:
    """Measure the first picture, the load of real frames, and memory over an hour's frames."""
    with chromium() as browser:
        with _wall(browser, centre) as (context, page):
            paints = _paints(context, page, centre)
        with _wall(browser, centre) as (context, page):
            busy = _busy(context.new_cdp_session(page))
        with _wall(browser, centre) as (context, page):
            grown = _growth(page, context.new_cdp_session(page))
    return [
        Figure("first useful picture of the overview, warm", statistics.median(paints), "s", at_most=1.5),
        Figure(f"main thread idle at {RATE} frames a second", 1 - busy, "", at_least=IDLE),
        *grown,
    ]


class _wall:  # noqa: N801 - a context manager used like a function
    """The overview in a fresh window, signed in, with its first picture drawn."""

    def __init__(self, browser: Browser, centre: IocProcesses) -> None:
        self._window = window(browser)
        self._centre = centre

    def __enter__(self) -> tuple[BrowserContext, Page]:
        """Open it."""
        context = self._window.__enter__()
        context.set_default_timeout(120_000)
        context.add_init_script(_LISTEN)
        page = context.new_page()
        log_in(page, self._centre.url, "operator", self._centre.accounts["operator"])
        page.goto(f"{self._centre.url}/wall/")
        page.wait_for_function("() => window.__first !== null && document.querySelector('.map canvas')")
        return context, page

    def __exit__(self, *problem: Any) -> None:
        """Close it."""
        self._window.__exit__(*problem)


def _paints(context: BrowserContext, page: Page, centre: IocProcesses) -> list[float]:
    """Return the seconds from the address to a picture with figures, for a browser that was here before."""
    found = []
    for _ in range(RUNS):
        page.goto(f"{centre.url}/wall/")
        page.wait_for_function("() => window.__first !== null")
        found.append(page.evaluate("window.__first") / 1000)
        page.wait_for_selector(".map canvas")
    return found


def _busy(devtools: CDPSession) -> float:
    """Return the share of time that the page's main thread works while real frames come in."""
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    tiles = _tiles()
    _put(tiles, 0)
    time.sleep(5)
    before, began = _task_seconds(devtools), time.monotonic()
    due, number = began, 1
    while time.monotonic() - began < LASTING:
        _put([tiles[number % len(tiles)]], number)
        number += 1
        due += 1 / RATE
        time.sleep(max(0.0, due - time.monotonic()))
    share = (_task_seconds(devtools) - before) / (time.monotonic() - began)
    print(f"{number / (time.monotonic() - began):.1f} tiles a second were put", flush=True)
    return share


def _task_seconds(devtools: CDPSession) -> float:
    return _metric(devtools, "TaskDuration")


def _metric(devtools: CDPSession, name: str) -> float:
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == name))


def _tiles() -> list[actions.TileSpec]:
    """Return the overview's panels and the alerts as they stand, to be put again with other figures."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT realm, key, kind, monitor, payload, audience, rank, since FROM wall_tile "
            "WHERE NOT gone AND kind IN ('panel', 'alert') ORDER BY kind, key"
        )
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        row["payload"] = json.loads(row["payload"])
    return [actions.TileSpec(**row) for row in rows]


def _put(tiles: list[actions.TileSpec], number: int) -> None:
    actions.put_tiles(_changed(tile, number) for tile in tiles)


def _changed(tile: actions.TileSpec, number: int) -> actions.TileSpec:
    payload = {**tile.payload, "bench": number}
    if "figure" in payload:
        payload["figure"] = {**payload["figure"], "value": number % 1000, "as_of": datetime.now(UTC).isoformat()}
    return replace(tile, payload=payload)


def _growth(page: Page, devtools: CDPSession) -> list[Figure]:
    """Return how the page's memory and nodes grow over an hour's frames, after a first part that fills caches."""
    devtools.send("Performance.enable", {})
    heaps, nodes, part = [], [], HOUR // PARTS
    for number in range(PARTS + 1):
        page.evaluate(_REPLAY, [part, RATE, number * part])
        heaps.append(_heap(devtools))
        nodes.append(_metric(devtools, "Nodes"))
        print(f"{(number + 1) * part} frames: {heaps[-1]:.2f} MB, {nodes[-1]:.0f} nodes", flush=True)
    late, early = statistics.median(heaps[-3:]), statistics.median(heaps[:3])
    return [
        Figure(f"heap after {HOUR} frames", late, "MB", "heap at their beginning", early, at_most=1.05 * early),
        Figure("nodes of the page after them", statistics.median(nodes[-3:]), "nodes", "at their beginning",
               statistics.median(nodes[:3]), at_most=1.05 * statistics.median(nodes[:3])),
    ]  # fmt: skip


def _heap(devtools: CDPSession) -> float:
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    return float(devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

"""How fluid the map is over 100,000 things: the server's tiles at every zoom, and frames while a browser pans.

``bench_map`` runs it on a centre of its own; another benchmark may call ``tile_times`` and ``panning`` on its own.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import replace

import httpx
import psycopg
from playwright.sync_api import Page

from tests.bench.figure import Figure, quantile
from tests.bench.filling import Fill
from tests.bench.fills import FIELD_REPORTS

LAYER = "field_reports.reports"
ZOOMS = range(6, 13)
TILES = 12
"""Tiles asked for at each zoom, those in the middle; at low zooms there are fewer."""
ROUNDS = 3
PANS = 24
RECENT: Fill = replace(FIELD_REPORTS, statement=FIELD_REPORTS.statement.replace("1825 days", "29 days"))
"""Reports of the last 29 days: all of them are on the map."""
WEST, SOUTH, EAST, NORTH = 108.0, 12.5, 109.0, 13.2
"""Where the fill puts them."""

_PAN = """
async ([pans]) => {
  const canvas = document.querySelector('.map canvas');
  const frames = [];
  let last = performance.now(), running = true;
  const tick = (now) => { frames.push(now - last); last = now; if (running) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  canvas.focus();
  const keys = ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp'];
  for (let n = 0; n < pans; n += 1) {
    const key = keys[n % 4], code = { ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40 }[key];
    const event = new KeyboardEvent('keydown', { key, code: key, bubbles: true });
    Object.defineProperty(event, 'keyCode', { value: code });
    canvas.dispatchEvent(event);
    await new Promise((resolve) => setTimeout(resolve, 350));
  }
  running = false;
  return frames.slice(1);
}
"""


def fill(database_url: str, many: int = 100_000) -> None:
    """Write reports with a place."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        RECENT.write(connection, 1, many)


def tiles_at(z: int) -> list[tuple[int, int]]:
    """Return the tiles of a zoom over the filled area, at most ``TILES``, from its middle outwards."""
    side = 1 << z

    def row(lat: float) -> int:
        return int((0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)) * side)

    columns = range(int((WEST + 180) / 360 * side), int((EAST + 180) / 360 * side) + 1)
    rows = range(row(NORTH), row(SOUTH) + 1)
    middle = (columns.start + columns.stop - 1) / 2, (rows.start + rows.stop - 1) / 2
    found = [(x, y) for x in columns for y in rows]
    return sorted(found, key=lambda at: math.hypot(at[0] - middle[0], at[1] - middle[1]))[:TILES]


def tile_times(url: str, cookies: dict[str, str] | None = None, layer: str = LAYER) -> list[Figure]:
    """Ask for tiles one after the other and return the times of each zoom; the first round warms up."""
    figures, every = [], []
    with httpx.Client(base_url=url, cookies=cookies, timeout=60) as client:
        for z in ZOOMS:
            times, largest = [], 0
            for n in range(ROUNDS + 1):
                for x, y in tiles_at(z):
                    began = time.perf_counter()
                    answer = client.get(f"/tiles/{layer}/{z}/{x}/{y}.pbf")
                    taken = 1000 * (time.perf_counter() - began)
                    answer.raise_for_status()
                    largest = max(largest, len(answer.content))
                    times += [taken] if n else []
            every += times
            figures += _of(f"tile of zoom {z}", times)
            figures.append(Figure(f"largest tile of zoom {z}", largest / 1024, "KiB", at_most=64))
    return [*figures, *_of("tile of any zoom", every, at_most=1000)]


def panning(page: Page, pans: int = PANS) -> list[Figure]:
    """Pan a wall's map that shows the layer already, by keys, and return the times between frames.

    The time between frames depends on what else the machine does, and without a graphics card on the size of the
    window; the processor time of the page's own thread per frame does not.
    """
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> float:
        told = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
        return 1000 * float(told["TaskDuration"])

    before = busy()
    frames: list[float] = page.evaluate(_PAN, [pans])
    spent = busy() - before
    return [
        Figure("processor time of the page per frame", spent / len(frames), "ms"),
        Figure("frame while panning, median", quantile(frames, 0.5), "ms"),
        Figure("frame while panning, p95", quantile(frames, 0.95), "ms"),
        Figure("frames a second while panning", 1000 * len(frames) / sum(frames), "1/s"),
    ]


def _of(name: str, times: Sequence[float], at_most: float | None = None) -> list[Figure]:
    return [
        Figure(f"{name}, median", quantile(times, 0.5), "ms"),
        Figure(f"{name}, p95", quantile(times, 0.95), "ms", at_most=at_most),
    ]

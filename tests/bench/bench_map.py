"""``script/bench map [--many N]``: 100,000 reports on the wall's map; tiles of every zoom, and frames while panning."""

import argparse
import json

from playwright.sync_api import Page

from tests.bench.figure import Figure
from tests.bench.wall_map import LAYER, fill, panning, tile_times
from tests.harness.browser import chromium, log_in, window
from tests.harness.processes import IocProcesses
from tests.harness.slot import Servers


def measure(servers: Servers, rest: list[str]) -> list[Figure]:
    """Fill, ask for tiles, then pan without and with the layer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--many", type=int, default=100_000)
    given = parser.parse_args(rest)
    with IocProcesses(servers, programs=("web", "relay")) as centre:
        fill(centre.env["DATABASE_URL"], given.many)
        figures = tile_times(centre.url)
        with chromium() as browser, window(browser) as context:
            page = context.new_page()
            log_in(page, centre.url, "operator", centre.accounts["operator"])
            bare = panning(_wall(page, centre.url, []))
            full = panning(_wall(page, centre.url, [LAYER]))
    return [*figures, *(_beside(one, other) for one, other in zip(full, bare, strict=True))]


def _wall(page: Page, url: str, layers: list[str]) -> Page:
    page.evaluate("chosen => localStorage.setItem('wall-layers:overview', chosen)", json.dumps(layers))
    page.goto(f"{url}/wall/?theme=dark")
    page.wait_for_selector(".map canvas")
    page.wait_for_timeout(8000)
    for _ in range(2):
        page.evaluate("document.querySelectorAll('.map-zoom button')[0].click()")
        page.wait_for_timeout(1500)
    return page


def _beside(figure: Figure, other: Figure) -> Figure:
    return Figure(figure.name, figure.value, figure.unit, "the map without the layer", other.value)

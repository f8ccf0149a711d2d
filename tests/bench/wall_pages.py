"""Lighthouse's judgement of three pages, as somebody who is signed in sees them."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from ioc.machine.places import ROOT
from tests.bench.figure import Figure
from tests.harness.browser import CHROMIUM, log_in
from tests.harness.processes import IocProcesses, free_port

PAGES = {"overview": "/wall/", "portal": "/", "tickets": "/tickets/"}
CATEGORIES = {"performance": "performance", "accessibility": "accessibility", "best-practices": "best practices"}
GOAL = 95
RUNS = 3
"""A machine under load is slow now and then: the median of so many counts."""
ATTEMPTS = 3
"""Now and then the browser gives Lighthouse no trace, and Lighthouse asks to be run again."""
_PINNED = Path(__file__).parent / "lighthouse"
_TOOL = ROOT / "var" / "tools" / "lighthouse"


def measure(centre: IocProcesses) -> list[Figure]:
    """Return the scores of each page, 0 to 100, and print what costs points."""
    _install()
    figures = []
    with _browser(centre) as port:
        for name, path in PAGES.items():
            runs = [_judged(port, centre.url + path) for _ in range(RUNS)]
            for category, said in CATEGORIES.items():
                scores = sorted(100 * run["categories"][category]["score"] for run in runs)
                figures.append(Figure(f"Lighthouse, {name}: {said}", scores[RUNS // 2], "points", at_least=GOAL))
            _explain(name, runs[-1])
    return figures


def _install() -> None:
    """Install what is pinned, unless it is there already."""
    lock = (_PINNED / "package-lock.json").read_bytes()
    known = _TOOL / "package-lock.json"
    if known.exists() and known.read_bytes() == lock and (_TOOL / "node_modules" / "lighthouse").is_dir():
        return
    _TOOL.mkdir(parents=True, exist_ok=True)
    for file in _PINNED.glob("package*.json"):
        shutil.copy(file, _TOOL)
    npm = [str(ROOT / ".venv" / "bin" / "npm"), "ci", "--no-fund", "--no-audit", "--loglevel=error"]
    subprocess.run(npm, cwd=_TOOL, check=True, env=os.environ | {"PATH": f"{ROOT}/.venv/bin:{os.environ['PATH']}"})


@contextmanager
def _browser(centre: IocProcesses) -> Iterator[int]:
    """Start a browser in which the operator is signed in; yields the port of its developer tools."""
    port = free_port()
    flags = [f"--remote-debugging-port={port}", "--disable-dev-shm-usage"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=flags, locale="vi-VN"
        )
        try:
            page = context.new_page()
            log_in(page, centre.url, "operator", centre.accounts["operator"])
            page.goto("about:blank")  # a wall that runs beside the judged page would be judged with it
            yield port
        finally:
            context.close()


def _judged(port: int, address: str) -> dict[str, Any]:
    """Return Lighthouse's report on an address, on a desk's screen."""
    command = [
        str(ROOT / ".venv" / "bin" / "node"), str(_TOOL / "node_modules" / "lighthouse" / "cli" / "index.js"), address,
        f"--port={port}", "--quiet", "--output=json", "--preset=desktop", "--disable-storage-reset",
        f"--only-categories={','.join(CATEGORIES)}",
    ]  # fmt: skip
    for _ in range(ATTEMPTS):
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
        if "run Lighthouse again" not in done.stderr:
            break
    if done.returncode:
        message = f"Lighthouse could not judge {address}: {done.stderr[-1000:]}"
        raise RuntimeError(message)
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["finalDisplayedUrl"].startswith(address), report["finalDisplayedUrl"]
    return report


def _explain(name: str, report: dict[str, Any]) -> None:
    for category in CATEGORIES:
        for part in report["categories"][category]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                value = audit.get("displayValue", "")
                print(f"  {name}, {category}: {audit['title']} {value} ({audit['score']:.2f})", flush=True)

"""The accessibility checker of the pages: axe-core of the front end's own packages, run inside the page."""

from typing import Any

from playwright.sync_api import Page

from ioc.machine.places import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

SETTLED = """() => Promise.all(document.getAnimations()
    .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
    .map(one => one.finished.catch(() => null)))"""
"""A figure that is just being replaced is half transparent: what is judged is what stays."""


def violations(page: Page) -> list[str]:
    """Return what breaks WCAG 2.2 AA or good practice on the page as it stands: the rule and where."""
    page.evaluate(SETTLED)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    script = "rules => axe.run(document, {runOnly: rules}).then(found => found.violations)"
    found: list[dict[str, Any]] = page.evaluate(script, RULES)
    return [f"{one['id']}: {', '.join(' '.join(node['target']) for node in one['nodes'])}" for one in found]


def sideways(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

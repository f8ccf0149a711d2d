"""A headless Chromium of the machine, driven by Playwright's synchronous interface."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = os.environ.get("IOC_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
_FLAGS = [
    "--disable-dev-shm-usage",  # a container's /dev/shm is too small for a map
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium and close it at the end.

    While it runs an event loop lives in this thread, in which Django refuses its ORM unless told otherwise;
    the tests' own use of it is sequential, so telling it is safe.
    """
    flags = [*_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        try:
            yield browser
        finally:
            browser.close()
            if before is None:
                del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def window(
    browser: Browser, *, width: int = 1920, height: int = 1080, language: str = "vi-VN"
) -> Iterator[BrowserContext]:
    """Open a fresh profile in the province's zone; closed at the end."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale=language, timezone_id="Asia/Ho_Chi_Minh"
    )
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()


GIVEN_UP = "net::ERR_ABORTED"


def complaints(page: Page) -> list[str]:
    """Return a list that collects what goes wrong on a page from now on: console errors, exceptions, failed loads.

    What the page itself gave up (a map moved on before its tile came) has not gone wrong.
    """
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda problem: found.append(str(problem)))
    page.on(
        "requestfailed",
        lambda request: found.append(f"{request.url}: {request.failure}") if request.failure != GIVEN_UP else None,
    )
    return found


def log_in(page: Page, url: str, name: str, password: str) -> None:
    """Log in through the page that people use."""
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("form:has([name=password]) [type=submit]")
    page.wait_for_url(lambda address: "/accounts/login" not in address)


def keep_picture(page: Page, folder: Path, name: str) -> Path:
    """Save what the page shows, for a person who reads a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.png"
    page.screenshot(path=file)
    return file
